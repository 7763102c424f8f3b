from __future__ import annotations

import io
import os
import re
import sys

import pytest
from handmade import a_run, an_output, executed, failed, reused

from cuvee.cli.live import Display
from cuvee.cli.output import Output
from cuvee.cli.passing import Passing
from cuvee.cli.progress import Lines, Warnings, watching
from cuvee.cli.tally import Tally
from cuvee.errors import EnvironmentFault
from cuvee.model.event import CallBegan, CallEnded, CallsKnown, RunBegan, RunEnded, Warned
from cuvee.model.record import Argued

BEGAN = RunBegan(12, "wine:predict", (Argued("max_depth", "8"),))


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_lines_tell_each_call_as_it_ends() -> None:
    output = an_output()
    lines = Lines(output, Clock())
    for event in (
        BEGAN,
        CallsKnown(3),
        CallEnded(reused(0, "clean")),
        CallBegan("train", "its code changed", None),
        CallEnded(executed(1, "train")),
        Warned("global LIMIT changed"),
        CallEnded(failed(2, "evaluate", "one\ntwo")),
        RunEnded(a_run()),
    ):
        lines(event)
    why = "nothing it depends on changed since run 11"
    assert output.answer.getvalue().splitlines() == [
        "Run 12 of predict(max_depth=8)",
        "",
        "  call                decision   time          why",
        f"  clean               reused     saved 30 ms   {why}",
        "  train               executed   0.41 s        its code changed",
        "  evaluate            failed     0.20 s        ValueError: one",
    ]
    assert output.notes.getvalue() == "warning: global LIMIT changed\n"
    assert lines.told_calls


def test_where_a_person_watches_and_the_answer_goes_elsewhere_both_have_the_calls() -> None:
    output = an_output(apart=True)
    lines = Lines(output, Clock())
    for event in (BEGAN, CallsKnown(1), CallEnded(executed(0, "train"))):
        lines(event)
    assert output.notes.getvalue().splitlines()[-1].split()[:2] == ["train", "executed"]
    assert output.answer.getvalue() == ""
    assert not lines.told_calls


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_when_the_run_is_over() -> None:
    ended = []

    def run() -> None:
        with watching(Output(Full(), io.StringIO())) as watcher:
            for event in (BEGAN, CallsKnown(1), CallEnded(executed(0, "train")), RunEnded(a_run())):
                watcher(event)
            ended.append(True)

    with pytest.raises(EnvironmentFault, match="the output cannot be written: No space left"):
        run()
    assert ended


def test_of_very_many_calls_there_is_a_line_every_two_seconds_and_every_failure() -> None:
    output, clock = an_output(), Clock()
    lines = Lines(output, clock)
    lines(BEGAN)
    lines(CallsKnown(1000))
    for index in range(1000):
        clock.now += 0.01
        lines(
            CallEnded(
                failed(index, f"score[{index}]") if index == 500 else executed(index, f"score[{index}]")
            )
        )
    told = output.notes.getvalue().splitlines()
    assert len(told) == 4 + 1
    assert told[0] == "  200 of 1000 calls: 200 executed"
    assert told[2].split()[:2] == ["score[500]", "failed"]
    assert not lines.told_calls


def test_with_json_only_warnings_are_told() -> None:
    output = an_output(json=True)
    with watching(output) as watcher:
        assert isinstance(watcher, Warnings)
        for event in (BEGAN, CallEnded(executed(0, "train")), Warned("look out")):
            watcher(event)
    assert output.notes.getvalue() == "warning: look out\n"


def test_the_tally_says_what_runs_and_how_far_it_is() -> None:
    tally = Tally(began=100.0)
    assert tally.headline(100.5) == "Looking at what to run · 0.5 s"
    for event, now in (
        (BEGAN, 100.0),
        (CallsKnown(5), 100.1),
        (CallEnded(reused(0, "clean")), 100.2),
        (CallBegan("train", "its code changed", 3.0), 101.0),
    ):
        tally.note(event, now)
    assert tally.headline(103.0) == "Run 12 of predict · 1 of 5 calls · 1 reused · 3.0 s"
    assert tally.running_lines(103.0) == ["train  2.0 s of about 3.0 s  its code changed"]
    tally.note(CallBegan("evaluate", "new", None), 104.0)
    assert tally.running_lines(104.5) == ["evaluate  0.5 s  new"]
    tally.note(CallEnded(executed(2, "evaluate")), 105.0)
    assert tally.running_lines(105.0) == []
    assert tally.done == 2


class Foot:
    """Stands for the display at the foot of the terminal."""

    def __init__(self) -> None:
        self.drawn = True
        self.lines: list[str] = []

    def above(self, line: str) -> None:
        self.lines.append(line)


def passing() -> tuple[Passing, Foot, io.StringIO]:
    foot, behind = Foot(), io.StringIO()
    stream = Passing(behind)
    stream.foot = foot
    return stream, foot, behind


def test_whole_lines_pass_above_the_display() -> None:
    stream, foot, behind = passing()
    assert stream.write("one\ntw") == 6
    stream.write("o\nthree")
    assert (foot.lines, stream.unfinished, behind.getvalue()) == (["one", "two"], "three", "")
    stream.let_go()
    assert (stream.unfinished, behind.getvalue()) == ("", "three")


def test_a_line_drawn_over_itself_stays_at_the_foot_until_it_is_finished() -> None:
    stream, foot, _ = passing()
    for part in ("\r 10%", "\r 20%", "\r 30%\r"):
        stream.write(part)
    assert (foot.lines, stream.unfinished) == ([], " 30%")
    stream.write("\r100%\n")
    assert foot.lines == ["100%"]


def test_without_a_display_everything_goes_straight_through() -> None:
    stream, foot, behind = passing()
    foot.drawn = False
    stream.write("as\rit is")
    assert (foot.lines, behind.getvalue()) == ([], "as\rit is")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Output:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    passing = Passing(stream), Passing(stream)
    return Output(stream, stream, live=True, colour=True, notes_colour=True, passing=passing)


def test_the_display_stands_below_what_is_printed_and_goes_away(terminal: Output) -> None:
    with Display(terminal) as display:
        display(BEGAN)
        display(CallsKnown(2))
        display(CallBegan("train", "its code changed", 3.0))
        assert display.drawn
        print("from the task", file=terminal.passing[0])
        display(RunEnded(a_run()))
        assert not display.drawn
        print("after", file=terminal.passing[0])
    shown = terminal.answer.getvalue()
    assert "Run 12 of predict · 0 of 2 calls" in shown
    assert re.search(r"train  \d+\.\d s of about 3\.0 s  its code changed", shown)
    assert shown.index("from the task") < shown.index("after")
    assert shown.endswith("after\n")


def test_a_run_that_reuses_everything_draws_nothing(terminal: Output) -> None:
    with Display(terminal) as display:
        for event in (
            BEGAN,
            CallsKnown(1),
            CallEnded(reused(0, "clean")),
            Warned("look"),
            RunEnded(a_run()),
        ):
            display(event)
        assert not display.drawn
    assert terminal.answer.getvalue() == "\x1b[33mwarning:\x1b[0m look\n"


def test_a_debugger_gets_the_terminal_for_itself(terminal: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    with_display: list[Display] = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: seen.append(with_display[0].drawn))
    with Display(terminal) as display:
        with_display.append(display)
        display(CallBegan("train", "new", None))
        assert display.drawn
        breakpoint()
        assert not display.drawn
        display(CallBegan("evaluate", "new", None))
        assert display.drawn
    assert seen == [False]


def test_who_reads_what_is_typed_gets_the_terminal_too(
    terminal: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = io.StringIO("Ada\nGrace\nAlan\n")
    monkeypatch.setattr(sys, "stdin", typed)
    with Display(terminal) as display:
        for read in (sys.stdin.readline, lambda: next(iter(sys.stdin)), sys.stdin.read):
            display(CallBegan("train", "new", None))
            print("name? ", end="", file=terminal.passing[0])
            assert display.drawn
            assert read()
            assert not display.drawn
            assert terminal.answer.getvalue().endswith("name? ")
    assert sys.stdin is typed


def test_a_forked_process_writes_past_the_display(terminal: Output) -> None:
    with Display(terminal) as display:
        display(CallBegan("train", "new", None))
        display._process = os.getpid() + 1
        assert not display.drawn
        print("in the child", file=terminal.passing[0])
    assert "in the child\n" in terminal.answer.getvalue()
