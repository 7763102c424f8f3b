from __future__ import annotations

import io
import os
import re
import sys
import threading

import pytest
from handmade import a_run, an_output, executed, failed, reused

from cuvee.cli.live import Display
from cuvee.cli.output import Output
from cuvee.cli.passing import Passing
from cuvee.cli.progress import Lines, Warnings, watching
from cuvee.cli.tally import Tally
from cuvee.cli.task_rows import task_lines
from cuvee.errors import EnvironmentFault
from cuvee.model.event import (
    CallBegan,
    CallEnded,
    CallLogged,
    CallRetried,
    CallsKnown,
    Event,
    RunBegan,
    RunEnded,
    TaskKnown,
    Warned,
)
from cuvee.model.record import Argued
from cuvee.ports import threads

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


def test_a_line_that_a_call_left_unended_is_ended_before_the_next() -> None:
    output = an_output()
    lines = Lines(output, Clock())
    for event in (
        BEGAN,
        CallsKnown(2),
        CallLogged("train", "stdout", "a line\n"),
        CallLogged("train", "stdout", "half of one"),
        CallLogged("train", "stderr", "beside it\n"),
        CallEnded(executed(0, "train")),
        CallEnded(executed(1, "evaluate")),
    ):
        lines(event)
    assert output.answer.getvalue().splitlines()[3:] == [
        "",
        "  train               executed   0.41 s        its code changed",
        "  evaluate            executed   0.41 s        its code changed",
    ]


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


def shown(tally: Tally, now: float, most: int = 12) -> list[str]:
    lines = task_lines(tally, now, most=most, spinner="*")
    return ["".join(cell.text for cell in line).strip() for line in lines]


def heard(*events: tuple[Event, float], began: float = 100.0) -> Tally:
    tally = Tally(began)
    for event, now in events:
        tally.note(event, now)
    return tally


KNOWN = CallsKnown(
    6, (TaskKnown("clean", 1), TaskKnown("train", 1, 3.0), TaskKnown("score", 4, 0.5), TaskKnown("plot", 0))
)


def test_the_tally_says_what_is_done_what_runs_and_what_waits() -> None:
    tally = Tally(began=100.0)
    assert tally.headline(100.5) == "Looking at what to run · 0.5 s"
    tally = heard(
        (BEGAN, 100.0),
        (KNOWN, 100.1),
        (CallEnded(reused(0, "clean")), 100.2),
        (CallBegan("train", "its code changed", 3.0), 101.0),
    )
    assert tally.headline(103.0) == "Run 12 of predict · 1 of 6 calls · 1 reused · 3.0 s · about 3 s left"
    assert shown(tally, 103.0) == [
        "✓ clean  reused  saved 30 ms",
        "* train  2.0 s of about 3.0 s  its code changed",
        "· score  ╌╌╌╌╌╌╌╌╌╌╌╌ 0 of 4",
        "· plot   waits",
    ]


def test_one_that_begins_alone_says_that_the_one_before_is_over_and_one_beside_it_does_not() -> None:
    tally = heard(
        (KNOWN, 100.0), (CallBegan("clean", "new", None), 101.0), (CallBegan("train", "new", None), 102.0)
    )
    assert [call.path for call in tally.running] == ["train"]
    for index in (0, 1):
        tally.note(CallBegan(f"score[{index}]", "new", 0.5, beside=True), 103.0 + index / 10)
    assert shown(tally, 104.0)[2] == "* score  ╌╌╌╌╌╌╌╌╌╌╌╌ 0 of 4  2 run, 1.0 s of about 0.50 s"
    tally.note(CallEnded(executed(2, "score[0]")), 104.0)
    assert shown(tally, 104.0)[2] == "* score  ━━━╌╌╌╌╌╌╌╌╌ 1 of 4  score[1]  0.9 s of about 0.50 s"


def test_what_is_left_is_told_from_what_calls_took_and_from_how_many_run() -> None:
    tally = heard((KNOWN, 100.0), (CallBegan("score[0]", "new", 0.5, beside=True), 100.0))
    # clean is not known; train 3 s, score 4 × 0.5 s.
    assert tally.estimate(100.0) == "over 5 s left"
    tally.note(CallEnded(executed(0, "clean")), 100.0)
    assert tally.estimate(100.0) == "about 5 s left"
    tally.note(CallBegan("train", "new", 3.0, beside=True), 100.0)
    assert tally.estimate(100.0) == "about 3 s left"
    tally.note(CallEnded(executed(1, "train")), 101.0)
    tally.note(CallEnded(executed(2, "score[0]")), 101.0)
    assert tally.estimate(101.0) == ""


def test_a_call_that_is_tried_again_says_when_and_why() -> None:
    tally = heard(
        (KNOWN, 100.0),
        (CallBegan("train", "new", None), 100.0),
        (CallRetried("train", 1, 2, 4.0, "OSError: down"), 101.0),
    )
    assert shown(tally, 102.0)[1] == "* train  tried again in 3.0 s  OSError: down"
    tally.note(CallBegan("train", "new", None), 105.0)
    assert shown(tally, 105.5)[1] == "* train  0.5 s  new"


def test_of_many_tasks_those_are_shown_that_matter_now() -> None:
    names = [f"step{index:02}" for index in range(30)]
    tally = heard((CallsKnown(30, tuple(TaskKnown(name, 1) for name in names)), 100.0))
    for index in range(20):
        tally.note(CallEnded(executed(index, names[index])), 101.0)
    tally.note(CallBegan("features/step25", "new", None), 101.0)
    assert shown(tally, 101.0, most=4) == [
        "· step20  waits", "· step21  waits", "* step25  0.0 s  new", "and 27 more tasks",
    ]  # fmt: skip


def test_a_narrow_terminal_has_less_of_the_headline() -> None:
    tally = heard((BEGAN, 100.0), (KNOWN, 100.0), (CallEnded(reused(0, "clean")), 100.0))
    assert tally.headline(101.0, 60) == "Run 12 of predict · 1 of 6 calls · 1 reused · 1.0 s"
    assert tally.headline(101.0, 40) == "Run 12 of predict · 1 of 6 calls · 1.0 s"
    assert tally.headline(101.0, 20) == "1 of 6 calls · 1.0 s"


def test_a_retry_is_told_in_plain_lines_too() -> None:
    output = an_output()
    Lines(output, Clock())(CallRetried("fetch", 1, 2, 1.5, "OSError: down\nand out"))
    told = output.notes.getvalue()
    assert told == "  fetch failed (OSError: down), and is tried again in 1.5 s (attempt 2 of 4)\n"


class Foot:
    """Stands for the display at the foot of the terminal."""

    def __init__(self) -> None:
        self.drawn = True
        self.lines: list[str] = []
        self.speaks = ""

    def speaker(self) -> str:
        return self.speaks

    def above(self, line: str, speaker: str = "") -> None:
        self.lines.append(f"{speaker}: {line}" if speaker else line)


def passing() -> tuple[Passing, Foot, io.StringIO]:
    foot, behind = Foot(), io.StringIO()
    stream = Passing(behind)
    stream.foot = foot
    return stream, foot, behind


def test_whole_lines_pass_above_the_display() -> None:
    stream, foot, behind = passing()
    assert stream.write("one\ntw") == 6
    stream.write("o\nthree")
    assert (foot.lines, stream.unfinished, behind.getvalue()) == (["one", "two"], {"": "three"}, "")
    stream.let_go()
    assert (stream.unfinished, behind.getvalue()) == ({}, "three")


def test_lines_that_calls_write_at_the_same_time_are_not_mixed() -> None:
    stream, foot, _ = passing()
    for speaker, text in (("a", "one, "), ("b", "uno, "), ("a", "two\n"), ("b", "due\n")):
        foot.speaks = speaker
        stream.write(text)
    assert foot.lines == ["a: one, two", "b: uno, due"]


def test_a_line_drawn_over_itself_stays_at_the_foot_until_it_is_finished() -> None:
    stream, foot, _ = passing()
    for part in ("\r 10%", "\r 20%", "\r 30%\r"):
        stream.write(part)
    assert (foot.lines, stream.unfinished) == ([], {"": " 30%"})
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
        display(CallLogged("train", "stdout", "from the task\n"))
        terminal.passing[0].write("from the task\n")
        print("from the body", file=terminal.passing[0])
        display(RunEnded(a_run()))
        assert not display.drawn
        print("after", file=terminal.passing[0])
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.answer.getvalue())
    assert "Run 12 of predict · 0 of 2 calls" in shown
    assert re.search(r"train  \d+\.\d s of about 3\.0 s  its code changed", shown)
    assert "train │ from the task" in shown
    assert "│ from the body" not in shown
    assert shown.index("from the task") < shown.index("after")
    assert shown.endswith("after\n")


def test_the_thread_that_draws_is_none_while_the_process_is_copied(terminal: Output) -> None:
    with Display(terminal) as display:
        display(CallBegan("train", "new", None))
        assert threads.running() == 1
        with threads.paused():
            assert threads.running() == 0
            assert threading.active_count() == 1
        assert threads.running() == 1
    assert threads.running() == 0


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
