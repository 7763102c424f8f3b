"""Long byte strings go to the store by a second thread, while this one looks at the value.

Digests and writes let other threads go on, so on two cores the profile of a value costs no time of
its own. Nothing returns before all is written: whoever encodes a value may change it afterwards.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from cuvee.perform.parts import Written

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore

LEAST_BYTES = 1 << 20
"""Below this a second thread costs more than it saves."""

Looked = TypeVar("Looked")


def write_while(
    contents: Sequence[memoryview], store: BlobStore, look: Callable[[], Looked]
) -> tuple[list[Written], Looked]:
    """Put all contents into the store: the digest and size of each, and what `look` gives.

    Raises what the store or `look` raises; even then nothing goes on behind.
    """
    if sum(content.nbytes for content in contents) < LEAST_BYTES:
        return [Written(*store.put(content)) for content in contents], look()
    writing = _Writing(contents, store)
    thread = threading.Thread(target=writing.work, name="cuvee-writing")
    thread.start()
    try:
        looked = look()
        writing.work()
    finally:
        writing.stop()
        thread.join()
    return writing.all(), looked


class _Writing:
    """What is still to be written, and what became of the rest. Any number of threads may work at it."""

    def __init__(self, contents: Sequence[memoryview], store: BlobStore) -> None:
        self._left = deque(enumerate(contents))
        self._store = store
        self._written: dict[int, Written] = {}
        self._error: BaseException | None = None

    def work(self) -> None:
        """Write until nothing is left, or something went wrong."""
        while self._left and self._error is None:
            try:
                position, content = self._left.popleft()
            except IndexError:  # the other thread took the last
                return
            try:
                self._written[position] = Written(*self._store.put(content))
            except BaseException as error:  # noqa: BLE001 - raised by `all`, in the thread that waits
                self._error = error

    def stop(self) -> None:
        """Leave the rest: what is under way comes to its end."""
        self._left.clear()

    def all(self) -> list[Written]:
        """What all was written as, in order. Raises what went wrong."""
        if self._error is not None:
            raise self._error
        return [self._written[position] for position in range(len(self._written))]
