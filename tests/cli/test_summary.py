from __future__ import annotations

import re

from handmade import a_run, executed, failed, reused, skipped

from cuvee.cli.summary import Page, summary_lines
from cuvee.cli.table import plain
from cuvee.model.record import CallRecord, RunRecord, RunStatus


def summary(run: RunRecord, calls: list[CallRecord], *, result: str = "", width: int = 100) -> str:
    return "\n".join(summary_lines(run, calls, run.metrics, result, Page(width, plain))) + "\n"


def test_a_run_that_succeeded() -> None:
    calls = [
        reused(0, "get_wine_quality"),
        reused(1, "clean", 0.012),
        executed(2, "train", reason="max_depth changed: 8 → 12"),
        executed(3, "evaluate", 0.03, "its input from train changed"),
    ]
    assert (
        summary(a_run(), calls, result="{'rmse': 0.6312345}")
        == """\
Run 12 of predict_wine_quality succeeded in 1.2 s
  csv=wine_quality.csv, max_depth=12

  call              decision  time         why
  get_wine_quality  reused    saved 30 ms  nothing it depends on changed since run 11
  clean             reused    saved 12 ms  nothing it depends on changed since run 11
  train             executed  0.41 s       max_depth changed: 8 → 12
  evaluate          executed  30 ms        its input from train changed

  rmse  0.631235
  mae   0.48

  result  {'rmse': 0.6312345}

4 calls: 2 executed, 2 reused. 1.2 s, and 0.90 s saved by reuse.
"""
    )


def test_a_run_that_failed_shows_the_traceback_and_where_to_look() -> None:
    calls = [reused(0, "clean"), failed(1, "train"), skipped(2, "evaluate", "train")]
    assert (
        summary(a_run(status="failed", metrics=(), saved=0.0), calls)
        == """\
Run 12 of predict_wine_quality failed after 1.2 s
  csv=wine_quality.csv, max_depth=12

  call      decision  time         why
  clean     reused    saved 30 ms  nothing it depends on changed since run 11
  train     failed    0.20 s       ValueError: max_depth must be positive
  evaluate  skipped                train did not succeed

train failed
Traceback (most recent call last):
  File "wine.py", line 31, in train
    raise ValueError(message)
ValueError: max_depth must be positive

3 calls: 1 reused, 1 failed, 1 skipped. 1.2 s.
Look further: cuvee show 12 train
Finished calls are kept: mend it, and the same command goes on from there.
"""
    )


def test_a_run_that_was_cancelled_says_how_to_go_on() -> None:
    lines = summary(a_run(status="cancelled", metrics=(), saved=0.0), [executed(0, "clean")]).splitlines()
    assert lines[0] == "Run 12 of predict_wine_quality cancelled after 1.2 s"
    assert lines[-1] == "Finished calls are kept: run the same command to go on."


def test_a_body_that_raised_shows_its_traceback() -> None:
    trace = 'Traceback (most recent call last):\n  File "wine.py", line 9, in predict\nKeyError: 1\n'
    text = summary(a_run(status="failed", metrics=(), error=trace), [executed(0, "clean")])
    assert "The pipeline stopped\nTraceback (most recent call last):\n" in text
    assert "Look further: cuvee show 12\n" in text


def test_a_map_is_one_line_and_its_failures_are_listed() -> None:
    calls = [failed(i, f"score[{i}]") if i % 20 == 0 else reused(i, f"score[{i}]") for i in range(100)]
    text = summary(a_run(status="failed", metrics=()), calls)
    # 95 × 0.03 s lies between two roundings, and from Python 3.12 on sums are exact.
    told = r"score\[[01]…99\]  95 reused  saved 2\.[89] s  nothing it depends on changed since run 11\n"
    assert re.search(told, text)
    assert text.count("ValueError: max_depth must be positive\n") == 5 + 3
    assert "2 more calls failed: score[60], score[80]\n" in text


def test_a_map_that_ran_for_several_reasons_says_the_commonest() -> None:
    calls = [
        *(executed(i, f"score[{i}]", 0.5, "its code changed") for i in range(7)),
        *(executed(i, f"score[{i}]", 0.5, "it has not run before") for i in range(7, 10)),
        *(reused(i, f"score[{i}]") for i in range(10, 12)),
    ]
    why = "its code changed (7), it has not run before (3)"
    line = "score[0…11]  10 executed, 2 reused  5.0 s  "
    assert f"{line}{why}\n" in summary(a_run(metrics=()), calls)
    calls[9] = executed(9, "score[9]", 0.5, "max_depth: 8 → 12")
    why = "its code changed (and 2 other reasons)"
    assert f"{line}{why}\n" in summary(a_run(metrics=()), calls)


def test_imports_that_took_long_are_told() -> None:
    def headline(status: RunStatus, seconds: float) -> str:
        return summary_lines(a_run(status=status), [], (), "", Page(100, plain), import_seconds=seconds)[
            0
        ].partition("quality ")[2]

    assert headline("succeeded", 2.2) == "succeeded in 1.2 s, after 2.2 s of imports"
    assert headline("failed", 2.2) == "failed after 1.2 s, and 2.2 s of imports"
    assert headline("succeeded", 0.4) == "succeeded in 1.2 s"


def test_what_is_told_already_is_not_told_again() -> None:
    lines = summary_lines(a_run(), [executed(0, "clean")], (), "", Page(100, plain), told=True)
    assert lines[:3] == ["", "Run 12 of predict_wine_quality succeeded in 1.2 s", ""]
    assert not any("clean" in line for line in lines)


def test_that_finished_calls_are_kept_is_said_where_one_finished() -> None:
    run = a_run(status="failed", metrics=())
    assert "Finished calls" not in summary(run, [failed(0, "train")])
    assert "Finished calls" not in summary(run, [failed(0, "train"), executed(1, "x", doubts=("network",))])


def test_many_metrics_are_cut_with_a_way_to_see_them_all() -> None:
    run = a_run(metrics=tuple((f"m{i}", float(i)) for i in range(25)))
    text = summary(run, [executed(0, "train")])
    assert "  m19  19\n  … and 5 more metrics: cuvee show 12\n" in text
    assert "m20" not in text


def test_it_fits_a_narrow_terminal() -> None:
    calls = [
        executed(2, "features/clean_the_wines", reason="parameter test_size changed: 0.25 → 0.2, and more")
    ]
    for line in summary(a_run(), calls, width=60, result="x" * 200).splitlines():
        assert len(line) <= 60, line


def test_a_run_without_calls() -> None:
    assert (
        summary(a_run(metrics=(), saved=0.0), [])
        == """\
Run 12 of predict_wine_quality succeeded in 1.2 s
  csv=wine_quality.csv, max_depth=12

0 calls. 1.2 s.
"""
    )


def test_colours_mark_what_matters_and_change_no_word() -> None:
    def tagged(text: str, style: str) -> str:
        return f"<{style}>{text}</>"

    calls = [
        reused(0, "clean"),
        executed(1, "train"),
        failed(2, "evaluate"),
        skipped(3, "report", "evaluate"),
    ]
    text = "\n".join(summary_lines(a_run(status="failed"), calls, (), "", Page(100, tagged)))
    for mark in (
        "<reused>reused</>",
        "<good>executed</>",
        "<bad>failed</>",
        "<warn>skipped</>",
        "<bold>train</>",
    ):
        assert mark in text
