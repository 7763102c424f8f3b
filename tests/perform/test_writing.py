"""Long parts are written by two threads while the value is looked at, and nothing is lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cuvee.errors import StoreFault
from cuvee.model.digest import Digest, digest_bytes
from cuvee.perform.parts import Written
from cuvee.perform.writing import LEAST_BYTES, write_and_look, write_while
from cuvee.stores.memory import MemoryStore

PARTS = [memoryview(bytes([at]) * (LEAST_BYTES // 2)) for at in range(6)]


class Watched(MemoryStore):
    """A store that tells who wrote what, and does `before` each time."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.writers: list[str] = []
        self._before = before

    def put(self, source: object, digest: Digest | None = None) -> tuple[Digest, int]:
        self._before()
        self.writers.append(threading.current_thread().name)
        return super().put(source, digest)  # type: ignore[arg-type]


def test_the_value_is_looked_at_while_another_thread_writes() -> None:
    looking = threading.Event()
    store = Watched(before=lambda: looking.wait(10) and None)
    written, looked = write_while(PARTS, store, lambda: (looking.set(), threading.current_thread().name)[1])
    assert written == [Written(digest_bytes(part), part.nbytes) for part in PARTS]
    assert looked == threading.main_thread().name
    assert "cuvee-writing" in store.writers
    assert len(store.writers) == len(PARTS)


def test_all_is_written_when_it_returns() -> None:
    for _ in range(50):
        store = MemoryStore()
        written, _ = write_while(PARTS, store, lambda: None)
        assert all(store.present(part.digest, part.size) for part in written)


def test_a_little_is_written_without_a_thread() -> None:
    store = Watched()
    write_while([memoryview(b"a" * 1000)], store, lambda: None)
    assert store.writers == [threading.main_thread().name]


def test_a_store_that_fails_fails_the_whole() -> None:
    def fail() -> None:
        raise StoreFault("the disk is full")

    with pytest.raises(StoreFault, match="full"):
        write_while(PARTS, Watched(before=fail), lambda: None)
    assert not _writers_alive()


def test_what_looking_raises_comes_through_and_nothing_goes_on_behind() -> None:
    def look() -> None:
        raise KeyboardInterrupt

    store = Watched()
    with pytest.raises(KeyboardInterrupt):
        write_while(PARTS, store, look)
    assert not _writers_alive()


def _writers_alive() -> bool:
    return any(thread.name == "cuvee-writing" for thread in threading.enumerate())


def test_what_measuring_raises_comes_through() -> None:
    def measure(view: memoryview) -> Digest:
        raise MemoryError

    with pytest.raises(MemoryError):
        write_while(PARTS, MemoryStore(), lambda: None, measure)
    assert not _writers_alive()


def test_the_last_is_written_though_this_thread_has_nothing_left_to_do() -> None:
    begun = threading.Event()

    def measure(view: memoryview) -> Digest:
        begun.set()
        return digest_bytes(view)

    store = MemoryStore()
    ((written,), _) = write_while([memoryview(bytes(LEAST_BYTES))], store, lambda: begun.wait(10), measure)
    assert store.present(written.digest, written.size)


def test_where_the_digests_are_needed_all_are_there_in_the_order_of_the_contents() -> None:
    given: list[list[Digest]] = []
    order = range(len(PARTS) - 1, -1, -1)
    written, _ = write_and_look(PARTS, MemoryStore(), given.append, order=order)
    assert given == [[digest_bytes(part) for part in PARTS]]
    assert [each.digest for each in written] == given[0]


@pytest.mark.parametrize("count", [1, 2, 6])
def test_digests_are_looked_at_while_another_thread_writes(count: int) -> None:
    writing, looked = threading.Event(), threading.Event()

    def wait() -> None:
        if threading.current_thread() is not threading.main_thread():
            writing.set()
            looked.wait(10)

    store = Watched(before=wait)
    parts = [memoryview(bytes([at]) * LEAST_BYTES) for at in range(count)]

    def look(digests: list[Digest]) -> bool:
        found = writing.wait(10)  # by another thread: this one is here
        looked.set()
        return found

    written, found = write_and_look(parts, store, look)
    assert found
    assert len(written) == len(store.writers) == count


def test_digests_are_taken_by_two_threads_at_once() -> None:
    both = threading.Barrier(2, timeout=10)

    def measure(view: memoryview) -> Digest:
        both.wait()
        return digest_bytes(view)

    written, digests = write_and_look([memoryview(bytes(LEAST_BYTES))] * 2, MemoryStore(), len, measure)
    assert (len(written), digests) == (2, 2)
    assert not both.broken


@pytest.mark.parametrize("at", range(6))
def test_where_one_digest_cannot_be_taken_nothing_is_looked_at(at: int) -> None:
    def measure(view: memoryview) -> Digest:
        if view is PARTS[at]:
            raise MemoryError
        return digest_bytes(view)

    looked: list[object] = []
    with pytest.raises(MemoryError):
        write_and_look(PARTS, MemoryStore(), looked.append, measure)
    assert not looked
    assert not _writers_alive()


def test_a_store_that_fails_fails_the_whole_where_digests_come_first_too() -> None:
    def fail() -> None:
        raise StoreFault("the disk is full")

    with pytest.raises(StoreFault, match="full"):
        write_and_look(PARTS, Watched(before=fail), len)
    assert not _writers_alive()
