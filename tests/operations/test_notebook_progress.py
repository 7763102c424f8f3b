"""The line that a notebook shows while a run goes on."""

from __future__ import annotations

from types import SimpleNamespace

from cuvee.model.event import CallBegan, CallRetried, CallsKnown, RunBegan
from cuvee.operations.notebook import NotebookLine, watching_in_notebook


def test_outside_of_a_notebook_nothing_is_shown(capsys):
    with watching_in_notebook() as watch:
        watch(RunBegan(1, "flow:main", ()))
    assert capsys.readouterr() == ("", "")


def test_a_line_says_what_runs_and_at_the_end_what_became_of_it():
    shown, clock = [], SimpleNamespace(now=0.0)
    line = NotebookLine(shown.append, lambda: clock.now)
    line.tick()
    assert shown == []
    line(RunBegan(3, "flow:main", ()))
    line(CallsKnown(4))
    line(CallBegan("load", "new", None))
    line(CallBegan("fit[0]", "new", None, beside=False))
    line(CallBegan("fit[1]", "new", None, beside=True))
    clock.now = 1.0
    line.tick()
    line(CallRetried("fit[0]", 1, 1, 1.0, "OSError"))
    line.tick()
    assert shown == [
        "Run 3 of main · 0 of 4 calls · 1.0 s · fit[0] 1.0 s, and 1 more",
        "Run 3 of main · 0 of 4 calls · 1.0 s · fit[1] 1.0 s",
    ]
    line.end()
    assert shown[-1] == "Run 3 of main stopped after 1.0 s"


def test_a_run_that_was_over_at_once_shows_nothing():
    shown = []
    line = NotebookLine(shown.append, lambda: 0.0)
    line(RunBegan(3, "flow:main", ()))
    line.end()
    assert shown == []
