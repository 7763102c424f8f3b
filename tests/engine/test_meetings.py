"""Meetings: whoever shares a file without handing anything on is named, and nobody else."""

from __future__ import annotations

import pytest

from cuvee.engine.meetings import Meetings
from cuvee.model.entry import Observation
from cuvee.model.graph import Call, TaskInfo

FILE = "shared.txt"
INFO = TaskInfo("m:t", "t", pytest.fail, ())


class Run:
    """Calls named by letters, traced in the order of these, and which follows from which."""

    def __init__(self, follows: str = "") -> None:
        self._follows = {tuple(pair) for pair in follows.split()}
        self.meetings = Meetings(lambda a, b: (chr(a), chr(b)) in self._follows)

    def trace(self, letters: str) -> Run:
        self.meetings.add([self.call(letter) for letter in letters])
        return self

    def call(self, letter: str) -> Call:
        return Call(ord(letter), letter, INFO, ())

    def ran(self, letter: str, kind: str, began: float = 0.0, file: str = FILE) -> list[str]:
        """It takes a second."""
        return self.meetings.ran(self.call(letter), [Observation(kind, file, None)], began, 1.0)


def test_two_that_write_one_file_are_named_in_order_and_once():
    run = Run().trace("abc")
    assert run.ran("b", "wrote") == []
    (said,) = run.ran("a", "wrote", 5.0)
    assert said.startswith(
        "a and b both wrote shared.txt in this run, and which of them is left there is chance:"
    )
    assert run.ran("c", "wrote", 9.0) == []
    assert run.ran("c", "wrote", file="another.txt") == []


@pytest.mark.parametrize("follows", ["ba", "ab"])
def test_two_that_write_one_file_may_if_one_follows_from_the_other(follows):
    run = Run(follows).trace("ab")
    assert run.ran("a", "wrote") == run.ran("b", "wrote", 5.0) == []


def test_what_was_traced_when_the_first_had_ended_comes_after_it():
    run = Run().trace("a")
    assert run.ran("a", "wrote") == []
    assert run.trace("b").ran("b", "wrote", 5.0) == []


def test_one_that_writes_what_another_reads_meanwhile_is_named():
    run = Run().trace("ab")
    assert run.ran("a", "read", 0.0) == []
    (said,) = run.ran("b", "wrote", 0.5)
    assert said == (
        "a reads shared.txt, which b wrote in this run, and which of them comes first is chance: "
        "give b what a returns, or a what b returns"
    )


def test_one_that_reads_what_a_later_call_has_written_is_named():
    run = Run().trace("ab")
    assert run.ran("b", "wrote", 0.0) == []
    (said,) = run.ran("a", "read", 5.0)
    assert said.startswith("a reads shared.txt, which b wrote in this run")


def test_one_that_reads_what_is_written_afterwards_is_in_order():
    run = Run().trace("ab")
    assert run.ran("a", "read", 0.0) == run.ran("b", "wrote", 1.0) == []


def test_one_that_only_looks_whether_a_file_is_there_is_left_alone():
    run = Run().trace("ab")
    assert run.ran("a", "found", 0.0) == run.ran("b", "wrote", 0.5) == []


def test_a_reader_that_was_too_early_is_named_though_its_result_was_reused():
    run = Run().trace("ab")
    run.meetings.reused(run.call("b"), [Observation("read", FILE, None)], 0.0)
    (said,) = run.ran("a", "wrote", 5.0)
    assert said.startswith("b asked for shared.txt before a wrote it in this run")
