"""Long parts are written by two threads while the value is looked at, and nothing is lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cuvee.errors import StoreFault
from cuvee.model.digest import Digest, digest_bytes
from cuvee.perform.parts import Written
from cuvee.perform.writing import LEAST_BYTES, write_while
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


def test_the_last_is_written_though_this_thread_has_nothing_left_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, waiting, join = threading.Event(), threading.Event(), threading.Thread.join

    def measure(view: memoryview) -> Digest:
        begun.set()
        waiting.wait(10)
        return digest_bytes(view)

    monkeypatch.setattr(threading.Thread, "join", lambda thread: (waiting.set(), join(thread)))
    store = MemoryStore()
    ((written,), _) = write_while([memoryview(bytes(LEAST_BYTES))], store, lambda: begun.wait(10), measure)
    assert store.present(written.digest, written.size)
