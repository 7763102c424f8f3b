from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.artifact import Artifact, Part, make_artifact
from cuvee.model.digest import digest_bytes, digest_text
from cuvee.model.entry import Figure, Metric
from cuvee.model.key import Component, Doubt, Item, make_ledger
from cuvee.model.order import Failure, LogChunk
from cuvee.model.plan import Plan, PlannedCall
from cuvee.model.record import (
    Argued,
    CallRecord,
    GitState,
    ResultItem,
    RunEnd,
    RunRecord,
    RunStart,
    Versions,
)
from cuvee.operations.report import (
    call_report,
    detail_report,
    iso_time,
    line_report,
    plan_report,
    result_report,
    run_report,
)


def plain(value: Any) -> Artifact:
    return make_artifact("plain", type(value).__qualname__, encode_plain(value))


def frame(size: int = 100) -> Artifact:
    return make_artifact("pandas", "pandas.DataFrame", parts=(Part("data", digest_bytes(b"x" * size), size),))


def load(artifact: Artifact) -> Any:
    assert artifact.codec == "plain", "only plain values may be loaded for a report"
    return decode_plain(artifact.meta)


def result_of(value: Any) -> Any:
    return result_report(ResultItem(plain(value)), load)


VERSIONS = Versions("3.12.1", "linux-x86_64", "0.1.0")
START = RunStart(
    "wine:predict",
    "wine.py",
    0.5,
    (Argued("max_depth", "8", plain(8)), Argued("token", "***"), Argued("csv", "w.csv", frame(1))),
    VERSIONS,
    "host",
    77,
    "boot",
)

TRAIN = CallRecord(
    0, "train", "wine:train", "succeeded", "executed", "code_changed", "its code changed", 0.6, 0.4,
    artifact=frame(), metrics=(Metric("rmse", 0.9, 0), Metric("rmse", 0.63, 1)),
)  # fmt: skip
SKIPPED = CallRecord(
    1, "evaluate", "wine:evaluate", "skipped", None, "upstream", "train did not succeed", 0.6, 0.0
)  # fmt: skip


def test_a_run_has_the_keys_of_the_contract() -> None:
    end = RunEnd("succeeded", 1.2, 0.9, ResultItem(plain({"rmse": 0.63})), GitState("c0ffee", "main", True))
    report = run_report(RunRecord(12, START, end, (("rmse", 0.63),)), [TRAIN, SKIPPED], load)
    json.dumps(report, allow_nan=False)
    contract = ("run", "status", "seconds", "saved_seconds", "calls", "metrics", "result")
    assert [report[key] for key in contract] == [
        12,
        "succeeded",
        1.2,
        0.9,
        [call_report(TRAIN), call_report(SKIPPED)],
        {"rmse": 0.63},
        {"rmse": 0.63},
    ]
    assert report["parameters"] == {"max_depth": 8, "token": "***", "csv": "w.csv"}
    assert report["git"] == {"commit": "c0ffee", "branch": "main", "dirty": True}
    assert report["started"] == "1970-01-01T00:00:00.500+00:00"


def test_a_call_has_the_keys_of_the_contract() -> None:
    report = call_report(TRAIN)
    assert {
        key: report[key] for key in ("path", "task", "status", "decision", "reason", "seconds", "outputs")
    } == {
        "path": "train",
        "task": "wine:train",
        "status": "succeeded",
        "decision": "executed",
        "reason": {"code": "code_changed", "text": "its code changed"},
        "seconds": 0.4,
        "outputs": [
            {
                "name": "result",
                "digest": digest_text(frame().digest),
                "type": "pandas.DataFrame",
                "bytes": 100,
            }
        ],
    }
    assert report["metrics"] == {"rmse": 0.63}


def test_a_call_without_decision_or_result_has_null_and_nothing() -> None:
    report = call_report(CallRecord(1, "e", "wine:e", "cancelled", None, None, "", 0.0, 0.0))
    assert (report["decision"], report["reason"], report["outputs"], report["error"]) == (
        None,
        None,
        [],
        None,
    )


def test_elements_that_the_task_names_are_outputs_of_their_own() -> None:
    pair = make_artifact("tuple", "tuple", children=(("0", frame(10)), ("1", frame(20)), ("2", frame(30))))
    call = CallRecord(
        0, "split", "w:split", "succeeded", "executed", "first_run", "new", 0.0, 0.1, artifact=pair
    )
    named = CallRecord(
        0,
        "split",
        "w:split",
        "succeeded",
        "executed",
        "first_run",
        "new",
        0.0,
        0.1,
        artifact=pair,
        outputs=("1", "0"),
    )
    assert [(output["name"], output["bytes"]) for output in call_report(call)["outputs"]] == [("result", 60)]
    assert [(output["name"], output["bytes"]) for output in call_report(named)["outputs"]] == [
        ("1", 20),
        ("0", 10),
    ]


def test_a_failure_is_told_whole() -> None:
    failure = Failure("ValueError", "bad", "Traceback…\nValueError: bad\n", "wine.py", 3)
    call = CallRecord(
        0, "train", "w:train", "failed", "executed", "first_run", "new", 0.0, 0.1, failure=failure
    )
    assert call_report(call)["error"] == {
        "type": "ValueError",
        "message": "bad",
        "traceback": "Traceback…\nValueError: bad\n",
        "file": "wine.py",
        "line": 3,
    }


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ([Metric("a", 1.0), Metric("a", 2.0)], {"a": 2.0}),
        ([Metric("a", 1.0, 5), Metric("a", 2.0, 3)], {"a": 1.0}),
        ([Metric("a", 1.0, 3), Metric("a", 2.0, 3)], {"a": 2.0}),
        ([Metric("a", math.nan), Metric("b", math.inf)], {"a": None, "b": None}),
    ],
)
def test_the_metric_that_counts_is_the_last_by_step(
    metrics: list[Metric], expected: dict[str, float]
) -> None:
    call = CallRecord(
        0, "t", "w:t", "succeeded", "executed", "first_run", "new", 0.0, 0.1, metrics=tuple(metrics)
    )
    assert call_report(call)["metrics"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**70, 2**70),
        (1.5, 1.5),
        (math.nan, None),
        (-math.inf, None),
        ("a\n\ud800", "a\n\ud800"),
        ([1, (2.0, None), {"k": math.nan}], [1, [2.0, None], {"k": None}]),
        ({}, {}),
    ],
)
def test_a_plain_result_is_the_value(value: Any, expected: Any) -> None:
    assert result_of(value) == expected
    json.dumps(result_of(value), allow_nan=False)


@pytest.mark.parametrize("value", [{1: 2}, {"a": {1}}, b"bytes", 1j, [..., 1]])
def test_a_result_that_json_cannot_hold_is_its_digest_and_type(value: Any) -> None:
    artifact = plain(value)
    assert result_of(value) == {"digest": digest_text(artifact.digest), "type": artifact.type}


@pytest.mark.parametrize("error", [CannotDecode("its class is gone"), DamagedBlob("it is gone", b"")])
def test_a_value_that_cannot_be_read_any_more_is_its_digest_and_type(error: Exception) -> None:
    def fail(artifact: Artifact) -> Any:
        raise error

    report = result_report(ResultItem(plain(1)), fail)
    assert report == {"digest": digest_text(plain(1).digest), "type": "int"}


def test_a_container_of_results_is_told_element_by_element() -> None:
    item = ResultItem(
        kind="dict",
        names=("model", "scores", "nothing"),
        items=(
            ResultItem(frame()),
            ResultItem(kind="tuple", items=(ResultItem(plain(0.5)), ResultItem(plain(math.nan)))),
            ResultItem(kind="none"),
        ),
    )
    named = {"digest": digest_text(frame().digest), "type": "pandas.DataFrame"}
    assert result_report(item, load) == {"model": named, "scores": [0.5, None], "nothing": None}
    assert result_report(ResultItem(kind="absent"), load) is None


def composite(type: str, keys: tuple[Any, ...], **children: Artifact) -> Artifact:
    named = tuple((name.removeprefix("_"), child) for name, child in children.items())
    return make_artifact("composite", type, encode_plain((type, None, None, keys)), children=named)


FRAME_NAMED = {"digest": digest_text(frame().digest), "type": "pandas.DataFrame"}


@pytest.mark.parametrize(
    ("artifact", "expected"),
    [
        (composite("tuple", (), _0=plain(1), _1=frame()), [1, FRAME_NAMED]),
        (composite("list", (), _0=plain(math.nan)), [None]),
        (composite("dict", ("a", "b"), a=plain(1), b=frame()), {"a": 1, "b": FRAME_NAMED}),
        (composite("dict", ("0",), _0=frame()), {"0": FRAME_NAMED}),
        (composite("wine.Fit", ("model",), model=frame()), {"model": FRAME_NAMED}),
        (composite("wine.Pair", (), _0=plain(1), _1=frame()), [1, FRAME_NAMED]),
    ],
)
def test_a_composite_artifact_is_told_element_by_element(artifact: Artifact, expected: Any) -> None:
    assert result_report(ResultItem(artifact), load) == expected


def test_a_dict_whose_keys_are_not_text_is_its_digest_and_type() -> None:
    artifact = composite("dict", (0,), _0=frame())
    named = {"digest": digest_text(artifact.digest), "type": "dict"}
    assert result_report(ResultItem(artifact), load) == named


@pytest.mark.parametrize(
    ("value", "expected"),
    [(np.float64(0.5), 0.5), (np.float32("nan"), None), (np.int8(-3), -3), (np.bool_(True), True)],
)
def test_a_number_of_numpy_is_a_number(value: Any, expected: Any) -> None:
    artifact = make_artifact("numpy", f"numpy.{type(value).__name__}")
    told = result_report(ResultItem(artifact), lambda _: value)
    assert told == expected
    assert type(told) is type(expected)


def test_an_array_is_its_digest_and_type() -> None:
    artifact = make_artifact("numpy", "numpy.ndarray")
    assert result_report(ResultItem(artifact), load) == {
        "digest": digest_text(artifact.digest),
        "type": "numpy.ndarray",
    }


def test_a_run_in_a_list_has_the_status_that_it_is_given() -> None:
    report = line_report(RunRecord(3, START, None, (("rmse", math.nan),)), "died", load)
    assert (report["run"], report["status"], report["seconds"], report["metrics"]) == (
        3,
        "died",
        None,
        {"rmse": None},
    )


def test_one_call_in_detail_has_its_key_logs_and_ledgers() -> None:
    item = Item("features.scale", "function", digest_bytes(b"s"), "features.py", 41)
    ledger = make_ledger("code", (item,), (Doubt("getattr(x, name)", "module"),))
    call = CallRecord(
        0, "train", "w:train", "succeeded", "reused", "unchanged", "same", 10.0, 0.0, saved=0.4,
        key=digest_bytes(b"key"), components=(Component("code", "train", ledger.digest, "1 function"),),
        figures=(Figure("residuals", frame(7)),), logs=(LogChunk("stdout", "hello\n", 0.1),),
        made_by=(3, "train"), doubts=("it asks for the date",),
    )  # fmt: skip
    report = detail_report(RunRecord(12, START, None), call, [("code", ledger)])
    json.dumps(report, allow_nan=False)
    assert report["components"] == [
        {"kind": "code", "name": "train", "digest": digest_text(ledger.digest), "text": "1 function"}
    ]
    assert report["ledgers"]["code"]["items"] == [
        {"kind": "function", "name": "features.scale", "file": "features.py", "line": 41}
    ]
    assert report["ledgers"]["code"]["doubts"] == [{"reference": "getattr(x, name)", "widened": "module"}]
    assert report["logs"] == [{"stream": "stdout", "text": "hello\n", "at": 0.1}]
    assert report["figures"][0]["name"] == "residuals"
    assert report["made_by"] == {"run": 3, "path": "train"}


def test_one_call_in_detail_has_the_values_that_json_holds() -> None:
    score = make_artifact("plain", "float", encode_plain(0.5))
    whole = make_artifact("composite", "Both", b"", (), (("score", score), ("frame", frame(7))))
    call = CallRecord(
        0, "both", "w:both", "succeeded", "executed", None, "", 10.0, 0.1, artifact=whole,
        outputs=("score", "frame"),
    )  # fmt: skip
    values = detail_report(RunRecord(12, START, None), call, [], load=lambda _: 0.5)["values"]
    assert values["score"] == 0.5
    assert values["frame"]["digest"] == digest_text(frame(7).digest)


def test_a_plan_adds_up_what_may_run() -> None:
    plan = Plan(
        "wine:predict",
        (
            PlannedCall(0, "load", "w:load", "reuse", "unchanged", "same", 9.0, frame(5)),
            PlannedCall(1, "split", "w:split", "execute", "first_run", "new", None, outputs=("0", "1")),
            PlannedCall(2, "train", "w:train", "execute", "code_changed", "changed", 0.5),
            PlannedCall(3, "score", "w:score", "depends", "upstream", "follows from load", 0.25),
        ),
    )
    report = plan_report(plan)
    assert [(call["path"], call["decision"]) for call in report["calls"]] == [
        ("load", "reuse"),
        ("split", "execute"),
        ("train", "execute"),
        ("score", "depends"),
    ]
    assert report["calls"][0]["outputs"][0]["bytes"] == 5
    assert [output["name"] for output in report["calls"][1]["outputs"]] == ["0", "1"]
    assert report["calls"][2]["reason"] == {"code": "code_changed", "text": "changed"}
    assert (report["seconds"], report["unknown_seconds"], report["open_end"]) == (0.75, 1, None)


def test_times_are_in_utc() -> None:
    assert iso_time(1_700_000_000.25) == "2023-11-14T22:13:20.250+00:00"
