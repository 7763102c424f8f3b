"""Long byte strings get their digests and go to the store by several threads, while one looks at the value.

Digests and writes let other threads go on, so on two cores the profile of a value costs no time of
its own. Nothing returns before all is written: whoever encodes a value may change it afterwards.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from cuvee.model.digest import CORES, Digest, digest_bytes
from cuvee.perform.parts import Written

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore

LEAST_BYTES = 1 << 20
"""Below this a second thread costs more than it saves."""

BESIDE = min(max(CORES, 2), 4) - 1
"""So many threads help the one that keeps a value."""

Looked = TypeVar("Looked")

Measure = Callable[[memoryview], Digest]


def write_while(
    contents: Sequence[memoryview],
    store: BlobStore,
    look: Callable[[], Looked],
    measure: Measure = digest_bytes,
    order: Iterable[int] | None = None,
) -> tuple[list[Written], Looked]:
    """Put all contents into the store: the digest and size of each, and what `look` gives, which is called
    at once. `measure` gives the digests, in this order if there is one: what takes longest should come first.

    Raises what the store, `measure` or `look` raises; even then nothing goes on behind.
    """
    working = _Working(contents, store, measure, order)
    looked = working.beside(look)
    return working.all_written(), looked


def write_and_look(
    contents: Sequence[memoryview],
    store: BlobStore,
    look: Callable[[list[Digest]], Looked],
    measure: Measure = digest_bytes,
    order: Iterable[int] | None = None,
) -> tuple[list[Written], Looked]:
    """The same where `look` is called with the digests of all: until then this thread helps to take them."""
    working = _Working(contents, store, measure, order)
    looked = working.beside(lambda: look(working.all_named()))
    return working.all_written(), looked


class _Working:
    """Contents that get their digests, and then are written. Any number of threads may work at it."""

    def __init__(
        self,
        contents: Sequence[memoryview],
        store: BlobStore,
        measure: Measure,
        order: Iterable[int] | None,
    ) -> None:
        self._contents = contents
        self._store = store
        self._measure = measure
        self._unnamed = deque(range(len(contents)) if order is None else order)
        self._unwritten: deque[int] = deque()
        self._digests: dict[int, Digest] = {}
        self._written: dict[int, Written] = {}
        self._error: BaseException | None = None
        # Set when all digests are there, or no more will come.
        self._ending = threading.Event()
        if not contents:
            self._ending.set()

    def beside(self, look: Callable[[], Looked]) -> Looked:
        """What `look` gives; other threads work meanwhile, and this one afterwards."""
        if sum(content.nbytes for content in self._contents) < LEAST_BYTES:
            looked = look()
            self._work()
            return looked
        threads = [threading.Thread(target=self._work, name="cuvee-writing") for _ in range(BESIDE)]
        try:
            for thread in threads:
                thread.start()
            looked = look()
            self._work()
        except BaseException as error:
            self._end_by(error)
            raise
        finally:
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        return looked

    def all_named(self) -> list[Digest]:
        """All digests, in order. Raises what went wrong."""
        while not self._ending.is_set():
            if not self._step():
                self._ending.wait()
        if self._error is not None:
            raise self._error
        return [self._digests[at] for at in range(len(self._contents))]

    def all_written(self) -> list[Written]:
        """What is in the store now. Raises what went wrong."""
        if self._error is not None:
            raise self._error
        return [self._written[at] for at in range(len(self._contents))]

    def _work(self) -> None:
        """Go on until nothing is left, or something went wrong."""
        while self._error is None:
            last = self._ending.is_set()
            if not self._step():
                if last:
                    return
                self._ending.wait()  # and write what the other threads are naming

    def _step(self) -> bool:
        """Do one thing that is to be done; False where there is none. What comes after a digest is done last,
        so that none of the threads ends long before the others."""
        try:
            if (at := _taken(self._unnamed)) is not None:
                self._name(at)
            elif (at := _taken(self._unwritten)) is not None:
                self._written[at] = Written(*self._store.put(self._contents[at], self._digests[at]))
            else:
                return False
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
            self._end_by(error)
        return True

    def _name(self, at: int) -> None:
        self._digests[at] = self._measure(self._contents[at])
        self._unwritten.append(at)
        if len(self._digests) == len(self._contents):
            self._ending.set()

    def _end_by(self, error: BaseException) -> None:
        """Leave the rest: what is under way comes to its end."""
        self._error = self._error or error
        self._ending.set()


def _taken(numbers: deque[int]) -> int | None:
    try:
        return numbers.popleft()
    except IndexError:  # another thread took the last
        return None
