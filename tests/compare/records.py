"""Runs and calls to compare, told apart by what they are made of."""

from __future__ import annotations

from ledgers import name

from cuvee.model.artifact import Artifact
from cuvee.model.key import Component, ComponentKind, make_key
from cuvee.model.order import Failure
from cuvee.model.record import Argued, CallRecord, ResultItem, RunEnd, RunRecord, RunStart, Versions


def part(kind: ComponentKind, called: str, text: str, origin: str = "") -> Component:
    return Component(kind, called, name(text), text, origin)


def call(path: str, *components: Component, gives: str = "1", task: str = "", **more: object) -> CallRecord:
    """A call that gave what `gives` tells apart."""
    known = task or f"wine:{path}"
    parts = (part("task", "", known), *components)
    record = {
        "position": 0,
        "path": path,
        "task": known,
        "status": "succeeded",
        "decision": "executed",
        "reason_code": "code",
        "reason": "",
        "started": 1.0,
        "seconds": 1.0,
        "key": make_key(parts).digest,
        "components": parts,
        "artifact": Artifact(name(path + gives), "plain", "int", b""),
    }
    return CallRecord(**{**record, **more})  # type: ignore[arg-type]


def skipped(path: str) -> CallRecord:
    return call(path, status="skipped", decision=None, components=(), key=b"", artifact=None)


def given(path: str, reason: str, code: str, gives: str) -> CallRecord:
    """A call that something stood in for."""
    more = {"decision": "given", "reason": reason, "reason_code": code, "components": (), "key": b""}
    return call(path, gives=gives, **more)  # type: ignore[arg-type]


def failed(path: str, *components: Component) -> CallRecord:
    why = Failure("builtins.ValueError", "no wine\nat all", "Traceback …", "", 0)
    return call(path, *components, status="failed", artifact=None, failure=why)


def run(number: int, *, status: str = "succeeded", pipeline: str = "wine:study", **more: object) -> RunRecord:
    """`metrics` and `parameters` by name; `versions` of distributions."""
    metrics = tuple(dict(more.get("metrics", {})).items())  # type: ignore[call-overload]
    given = dict(more.get("parameters", {}))  # type: ignore[call-overload]
    installed = tuple(dict(more.get("versions", {})).items())  # type: ignore[call-overload]
    start = RunStart(
        pipeline,
        "wine.py",
        1.0,
        tuple(Argued(each, text) for each, text in given.items()),
        Versions("3.12", "linux", "1", installed),
        "host",
        1,
        "boot",
    )
    end = RunEnd(status, 1.0, 0.0, ResultItem(kind="none"))  # type: ignore[arg-type]
    return RunRecord(number, start, end, metrics)
