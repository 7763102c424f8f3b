"""Records made by hand, for the tests of what the command line prints."""

from __future__ import annotations

import io
from typing import Any

from cuvee.cli.output import Output
from cuvee.codecs.plain import encode_plain
from cuvee.model.artifact import Artifact, Part, make_artifact
from cuvee.model.digest import digest_bytes
from cuvee.model.order import Failure
from cuvee.model.record import (
    Argued,
    CallRecord,
    GitState,
    ResultItem,
    RunEnd,
    RunRecord,
    RunStart,
    RunStatus,
    Versions,
)

NOW = 1_700_000_000.0
DIRTY = GitState("1a2b3c4d5e6f7a8b", "main", True)


def plain_value(value: Any) -> Artifact:
    return make_artifact("plain", type(value).__qualname__, encode_plain(value))


def a_frame(size: int = 264_426) -> Artifact:
    part = Part("data", digest_bytes(str(size).encode()), size)
    return make_artifact("pandas", "pandas.DataFrame", parts=(part,))


def a_run(
    number: int = 12,
    status: RunStatus = "succeeded",
    *,
    seconds: float = 1.2,
    saved: float = 0.9,
    started: float = NOW - 200,
    metrics: tuple[tuple[str, float], ...] = (("rmse", 0.6312345), ("mae", 0.48)),
    git: GitState | None = DIRTY,
    error: str = "",
    result: ResultItem | None = None,
    host: str = "laptop",
    pid: int = 4242,
    boot: str = "boot-1",
    max_depth: int = 12,
    pipeline: str = "wine:predict_wine_quality",
    given: dict[str, str] | None = None,
) -> RunRecord:
    parameters = (
        Argued("csv", "wine_quality.csv"),
        Argued("max_depth", str(max_depth), plain_value(max_depth)),
    )
    if given is not None:
        parameters = tuple(Argued(name, text) for name, text in given.items())
    start = RunStart(
        pipeline,
        "wine.py",
        started,
        parameters,
        Versions("3.12.1", "linux-x86_64", "0.1.0"),
        host,
        pid,
        boot,
    )
    end = None
    if status != "running":
        end = RunEnd(status, seconds, saved, result or ResultItem(kind="absent"), git, error)
    return RunRecord(number, start, end, metrics)


def executed(
    position: int, path: str, seconds: float = 0.41, reason: str = "its code changed", **more: Any
) -> CallRecord:
    return CallRecord(
        position, path, f"wine:{path}", "succeeded", "executed", "code_changed", reason, NOW, seconds, **more
    )


def reused(position: int, path: str, saved: float = 0.03, **more: Any) -> CallRecord:
    reason = "nothing it depends on changed since run 11"
    return CallRecord(
        position, path, f"wine:{path}", "succeeded", "reused", "unchanged", reason, NOW, 0.0, saved, **more
    )


def failed(position: int, path: str, message: str = "max_depth must be positive") -> CallRecord:
    trace = (
        "Traceback (most recent call last):\n"
        f'  File "wine.py", line 31, in {path}\n'
        "    raise ValueError(message)\n"
        f"ValueError: {message}\n"
    )
    failure = Failure("ValueError", message, trace, "wine.py", 31)
    return CallRecord(
        position, path, f"wine:{path}", "failed", "executed", "first_run", "it has not run before", NOW, 0.2,
        failure=failure,
    )  # fmt: skip


def skipped(position: int, path: str, because: str) -> CallRecord:
    reason = f"{because} did not succeed"
    return CallRecord(position, path, f"wine:{path}", "skipped", None, "upstream", reason, NOW, 0.0)


def an_output(**more: Any) -> Output:
    """An output whose text a test can read: `.answer.getvalue()`."""
    return Output(io.StringIO(), io.StringIO(), **more)
