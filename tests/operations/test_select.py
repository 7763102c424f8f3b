"""Which runs a condition means, and where one that cannot be read goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuvee.codecs.plain import encode_plain
from cuvee.errors import ParameterError
from cuvee.model.artifact import make_artifact
from cuvee.model.record import Argued, GitState, ResultItem, RunEnd, RunRecord, RunStart, Tag, Versions
from cuvee.operations.select import select

NOW = 1_000_000.0
HOUR = 3600.0


def a_run(number: int, hours_ago: float = 1, **more: Any) -> RunRecord:
    given = [
        Argued(name, str(value), make_artifact("plain", "x", encode_plain(value)))
        for name, value in more.pop("given", {}).items()
    ]
    status = more.pop("status", "succeeded")
    start = RunStart(
        more.pop("pipeline", "wine:predict"), "wine.py", NOW - hours_ago * HOUR, tuple(given),
        Versions("3.12.1", "linux", "0.1"), "host", 1, "b",
    )  # fmt: skip
    git = GitState("c0ffee", "main", dirty=False)
    end = None if status == "running" else RunEnd(status, number, 0.5, ResultItem(kind="none"), git)
    metrics = tuple(more.pop("metrics", {}).items())
    tags = tuple(Tag(name, number, "", 0.0) for name in more.pop("tags", ()))
    return RunRecord(number, start, end, metrics, tags, **more)


RUNS = [
    a_run(5, 0.5, status="running", given={"max_depth": 8}),
    a_run(4, 2, metrics={"rmse": 0.5, "train.loss": 2.0}, given={"max_depth": 12, "kind": "forest"},
          tags=("best_one", "x")),
    a_run(3, 30, metrics={"rmse": 0.75}, given={"max_depth": 8, "fast": True}, note="before the new Labels"),
    a_run(2, 50, status="failed", pipeline="other:train"),
    a_run(1, 900, metrics={"rmse": float("nan")}, given={"max_depth": 8.5, "kind": "8"}),
]  # fmt: skip


def numbers(where: str, sort: str = "") -> list[int]:
    return [run.number for run in select(RUNS, where, sort, NOW)]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("metric.rmse<0.7", [4]),
        ("metric.rmse < 0.75", [4]),
        ("metric.rmse <= 0.75", [4, 3]),
        ("metric.rmse >= 0.5", [4, 3]),
        ("metric.rmse > 0.5", [3]),
        ("metric.rmse != 0.5", [3, 1]),
        ("not metric.rmse = 0.5", [5, 3, 2, 1]),
        ("metric.train.loss = 2", [4]),
        ("param.max_depth=8", [5, 3]),
        ("param.max_depth == 8.0", [5, 3]),
        ("param.max_depth > 8", [4, 1]),
        ("param.kind = forest", [4]),
        ("param.kind = 'forest'", [4]),
        ('param.kind = "8"', [1]),
        ("param.kind = 8", [1]),
        ("param.fast = true", [3]),
        ("status = failed", [2]),
        ("status = running or status = failed", [5, 2]),
        ("pipeline = predict", [5, 4, 3, 1]),
        ("pipeline = wine:predict", [5, 4, 3, 1]),
        ("pipeline != predict", [2]),
        ("pipeline ~ TRAIN", [2]),
        ("tag = best_one", [4]),
        ("tag != best_one", []),
        ("note ~ labels", [3]),
        ("age < 1d", [5, 4]),
        ("age > 1w", [1]),
        ("age < 90m", [5]),
        ("run >= 3 and run < 5", [4, 3]),
        ("seconds < 3", [2, 1]),
        ("commit = c0ffee and run=1", [1]),
        ("run = 1 or run = 2 and status = failed", [2, 1]),
        ("(run = 1 or run = 2) and status = failed", [2]),
        ("not (run = 1 or run = 2)", [5, 4, 3]),
        ("not not run = 1", [1]),
        ("metric.rmse<0.7 and param.max_depth=12", [4]),
    ],
)
def test_a_condition_means_these_runs(where: str, expected: list[int]) -> None:
    assert numbers(where) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("run", [1, 2, 3, 4, 5]),
        ("metric.rmse", [4, 3, 5, 2, 1]),
        ("-metric.rmse", [3, 4, 5, 2, 1]),
        ("param.max_depth", [5, 3, 1, 4, 2]),
        ("age", [5, 4, 3, 2, 1]),
        ("status", [2, 5, 4, 3, 1]),
    ],
)
def test_runs_without_what_they_are_sorted_by_come_last(sort: str, expected: list[int]) -> None:
    assert numbers("", sort) == expected


@pytest.mark.parametrize(
    ("where", "said", "at"),
    [
        ("metric.rsme < 1", "no run has a metric 'rsme': did you mean rmse? There are rmse, train.loss", 0),
        ("run=1 and param.depth=3", "no run has a parameter 'depth'", 10),
        ("rmse < 1", "'rmse' is nothing that runs have: there are metric.NAME, param.NAME, run", 0),
        ("metric.rmse", "metric.rmse is compared by one of = ==", 11),
        ("metric.rmse <", "what metric.rmse is compared with is missing", 13),
        ("run = = 1", "what run is compared with is missing", 6),
        ("run = 1 run = 2", "'run' is one too many: write `and` or `or` before it", 8),
        ("(run = 1", "this bracket is not closed", 0),
        ("run = 1)", "')' is one too many", 7),
        ("and run = 1", "and is compared by one of", 4),
        ("run = 1 and", "what is compared is missing", 11),
        ("age < 7", "an age is written as 7d, 12h or 30m", 6),
        ("note = 'open", "this cannot be read", 7),
        ("'run' = 1", "what is compared is missing", 0),
    ],
)
def test_a_mistake_is_told_with_its_place(where: str, said: str, at: int) -> None:
    with pytest.raises(ParameterError) as raised:
        numbers(where)
    message, text, mark = str(raised.value).split("\n")
    assert said in message
    assert (text, mark) == (f"  {where}", "  " + " " * at + "^")


def test_what_no_run_has_cannot_be_sorted_by() -> None:
    with pytest.raises(ParameterError, match="no run has a metric 'x'"):
        numbers("", "-metric.x")


@settings(max_examples=200, deadline=None)
@given(st.text("runstatage metricparam.()<>=!~'\"and or not 12\n\\é", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    refusal, found = "", list[RunRecord]()
    try:
        found = select(RUNS, text, "", NOW)
    except ParameterError as error:
        refusal = str(error)
    assert found == [run for run in RUNS if run in found]  # some of them, in their order
    assert not refusal or f"\n  {text}\n" in refusal  # or what cannot be read, as it was given
