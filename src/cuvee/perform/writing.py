"""Long byte strings go to the store by a second thread, while this one looks at the value.

Digests and writes let other threads go on, so on two cores the profile of a value costs no time of
its own. Nothing returns before all is written: whoever encodes a value may change it afterwards.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from cuvee.model.digest import Digest, digest_bytes
from cuvee.perform.parts import Written

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore

LEAST_BYTES = 1 << 20
"""Below this a second thread costs more than it saves."""

Looked = TypeVar("Looked")
Done = TypeVar("Done")


def write_while(
    contents: Sequence[memoryview],
    store: BlobStore,
    look: Callable[[], Looked],
    digests: Sequence[Digest] | None = None,
) -> tuple[list[Written], Looked]:
    """Put all contents into the store: the digest and size of each, and what `look` gives. `digests` are
    those of the contents, where they are known already.

    Raises what the store or `look` raises; even then nothing goes on behind.
    """

    def write(at: int) -> Written:
        return Written(*store.put(contents[at], None if digests is None else digests[at]))

    return _in_two_threads(contents, write, look)


def digest_all(contents: Sequence[memoryview]) -> list[Digest]:
    """The digest of each."""
    return _in_two_threads(contents, lambda at: digest_bytes(contents[at]), lambda: None)[0]


def _in_two_threads(
    contents: Sequence[memoryview], do: Callable[[int], Done], look: Callable[[], Looked]
) -> tuple[list[Done], Looked]:
    """What is to be done with each of the contents, by its number, while this thread looks and then helps."""
    if sum(content.nbytes for content in contents) < LEAST_BYTES:
        return [do(at) for at in range(len(contents))], look()
    working = _Working(len(contents), do)
    thread = threading.Thread(target=working.work, name="cuvee-writing")
    thread.start()
    try:
        looked = look()
        working.work()
    finally:
        working.stop()
        thread.join()
    return working.all(), looked


class _Working(Generic[Done]):
    """What is still to be done, and what became of the rest. Any number of threads may work at it."""

    def __init__(self, count: int, do: Callable[[int], Done]) -> None:
        self._left = deque(range(count))
        self._do = do
        self._done: dict[int, Done] = {}
        self._error: BaseException | None = None

    def work(self) -> None:
        """Go on until nothing is left, or something went wrong."""
        while self._left and self._error is None:
            try:
                number = self._left.popleft()
            except IndexError:  # the other thread took the last
                return
            try:
                self._done[number] = self._do(number)
            except BaseException as error:  # noqa: BLE001 - raised by `all`, in the thread that waits
                self._error = error

    def stop(self) -> None:
        """Leave the rest: what is under way comes to its end."""
        self._left.clear()

    def all(self) -> list[Done]:
        """What came of each, in order. Raises what went wrong."""
        if self._error is not None:
            raise self._error
        return [self._done[number] for number in range(len(self._done))]
