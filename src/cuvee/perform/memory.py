"""Memory: the most that this process held of it while a call ran, in bytes. Nothing here samples.

Linux keeps the highest resident size that a process has had, and can be told to begin anew from what it has
now. Where that may not be, a call's is known if it is the highest of the process so far.
"""

from __future__ import annotations

import os
import resource
import sys

WORTH_WEIGHING = 0.010

_SELF = resource.RUSAGE_SELF
_UNIT = 1 if sys.platform == "darwin" else 1024


class Memory:
    """Weighs one call after another. Of a short one nothing is told: to ask takes longer than it may cost.

    What it says of a call may be of up to `WORTH_WEIGHING` seconds before it, too: so long what was begun
    anew may last, for calls that follow each other closely.
    """

    def __init__(self) -> None:
        self._since = float("-inf")
        self._highest_before = 0

    def begin(self, now: float) -> None:
        """A call begins; `now` in seconds, of any clock that goes on evenly."""
        if now - self._since > WORTH_WEIGHING:
            self._since = now
            self._highest_before = 0 if _begin_anew() else _highest_ever()

    def end(self, seconds: float) -> int | None:
        """It is over, after so many seconds: the bytes at its peak; None if they are not known."""
        if seconds < WORTH_WEIGHING:
            return None
        if not self._highest_before:
            return _highest()
        highest = _highest_ever()
        return highest if highest > self._highest_before else None


def _begin_anew() -> bool:
    """Set the highest resident size back to what it is now; whether the system does so."""
    try:
        descriptor = os.open("/proc/self/clear_refs", os.O_WRONLY)
    except OSError:
        return False
    try:
        os.write(descriptor, b"5")
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _highest() -> int | None:
    try:
        descriptor = os.open("/proc/self/status", os.O_RDONLY)
    except OSError:  # no more files may be open
        return None
    try:
        text = os.read(descriptor, 1 << 14)
    finally:
        os.close(descriptor)
    _, found, after = text.partition(b"VmHWM:")
    return int(after.split(None, 1)[0]) * 1024 if found else None


def _highest_ever() -> int:
    return resource.getrusage(_SELF).ru_maxrss * _UNIT
