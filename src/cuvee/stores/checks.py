"""What is known of blobs whose bytes were checked, so that a large one is not hashed for every reader.

A blob counts as unchanged while its file is the same one, of the same size and the same times. Nobody
but the clock sets the time of a change (ctime): whoever writes to the file is seen by it.
"""

from __future__ import annotations

import os
import time

from cuvee.model.digest import Digest

Mark = tuple[int, int, int, int, int]
"""What tells a file from others and from itself after a change."""

# A change within one tick of the file system's clock leaves the times as they were: up to 10 ms.
_TICK_NS = 50_000_000


def mark_of(found: os.stat_result) -> Mark:
    """The mark of a file."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class Checks:
    """The marks of files whose bytes were as their digests say."""

    def __init__(self) -> None:
        self._marks: dict[Digest, Mark] = {}

    def know(self, digest: Digest, mark: Mark) -> bool:
        """Whether this very file was found to be whole, and has not been touched since."""
        return self._marks.get(digest) == mark

    def remember(self, digest: Digest, before: Mark, after: Mark) -> None:
        """The bytes were right; the file's marks are from before and after they were read.

        A file that was changed just before is not remembered: a second change could go unseen.
        """
        if before == after and time.time_ns() - after[4] > _TICK_NS:
            self._marks[digest] = after

    def forget(self) -> None:
        """Check everything again."""
        self._marks.clear()
