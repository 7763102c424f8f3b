from __future__ import annotations

from made_executors import make_in_process

from cuvee.errors import StoreFault
from cuvee.model.policy import Policy
from cuvee.testing.executors import add, order, perform


def test_what_is_asked_for_and_not_seen_to_here_is_told_once(home):
    notes = []
    executor = make_in_process(home, lambda *line: None, notes.append)
    for limit in (60.0, 60.0):
        perform(executor, order(home, add, x=1, policy=Policy(timeout=limit, memory_limit=1)))
    executor.close()
    (note,) = notes
    assert note.endswith("asks for a timeout and a memory limit: not so with --executor in-process")


def long_text() -> str:
    return "x" * 100_000


def test_a_result_that_the_disk_has_no_room_for_fails_its_call_without_a_traceback_of_ours(home, monkeypatch):
    executor = make_in_process(home, lambda *line: None)

    def full(*_args):
        raise StoreFault("the blob could not be written: the disk is full") from OSError("No space left")

    monkeypatch.setattr("cuvee.stores.filesystem.FilesystemStore.put", full)
    failure = perform(executor, order(home, long_text)).failure
    executor.close()
    assert failure.type == "StoreFault"
    assert failure.line == long_text.__code__.co_firstlineno
    assert failure.message.endswith("the disk is full")
    assert failure.traceback == f"{__file__}:{failure.line}: {failure.message}\n"
