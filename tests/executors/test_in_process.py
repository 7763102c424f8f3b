from __future__ import annotations

from made_executors import make_in_process

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
