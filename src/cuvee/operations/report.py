"""Reports: records as the JSON objects that `--json` prints and other programs read.

Pure: records in, dictionaries out. Keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_text
from cuvee.model.entry import Metric
from cuvee.model.key import Ledger
from cuvee.model.order import Failure
from cuvee.model.plan import Plan, PlannedCall
from cuvee.model.profile import Profile
from cuvee.model.record import Attempt, CallRecord, GitState, ResultItem, RunRecord
from cuvee.model.value import Value
from cuvee.operations.change_report import change_report, explanation_report
from cuvee.operations.json_values import Load, number, parameter_report, result_report

Json = dict[str, Any]


def run_report(run: RunRecord, calls: Sequence[CallRecord], load: Load) -> Json:
    """The whole run: what `run --json` and `show RUN --json` print."""
    end = run.end
    return {
        "run": run.number,
        "status": run.status,
        "seconds": number(end.seconds) if end else None,
        "saved_seconds": number(end.saved_seconds) if end else None,
        "calls": [call_report(call) for call in calls],
        "metrics": {name: number(value) for name, value in run.metrics},
        "result": result_report(end.result, load) if end else None,
        "error": end.error or None if end else None,
        **_circumstances(run, load),
    }


def line_report(run: RunRecord, status: str, load: Load) -> Json:
    """A run in a list of runs; `status` may say more than the record can: that its process died."""
    end = run.end
    return {
        "run": run.number,
        "status": status,
        "seconds": number(end.seconds) if end else None,
        "saved_seconds": number(end.saved_seconds) if end else None,
        "metrics": {name: number(value) for name, value in run.metrics},
        **_circumstances(run, load),
    }


def call_report(call: CallRecord) -> Json:
    """One call, as it stands in the `calls` of a run."""
    return {
        "path": call.path,
        "task": call.task,
        "status": call.status,
        "decision": call.decision,
        "reason": {"code": call.reason_code, "text": call.reason} if call.reason_code else None,
        "seconds": number(call.seconds),
        "saved_seconds": number(call.saved),
        "memory_bytes": call.memory,
        "outputs": [_output(name, artifact) for name, artifact in outputs_of(call)],
        "metrics": {name: number(value) for name, value in standing_metrics(call.metrics)},
        "error": _failure(call.failure) if call.failure else None,
        "made_by": {"run": call.made_by[0], "path": call.made_by[1]} if call.made_by else None,
    }


def detail_report(
    run: RunRecord,
    call: CallRecord,
    ledgers: Sequence[tuple[str, Ledger]],
    profiles: Mapping[str, Profile] | None = None,
    load: Load | None = None,
) -> Json:
    """One call with its key, its logs and the code that it reached: what `show RUN PATH --json` prints.

    `ledgers` are the key's fingerprints of code and environment by kind, item by item; `profiles`
    what its results look like, by name; `load` gives those that JSON can hold.
    """
    items = {} if load is None else {name: ResultItem(artifact) for name, artifact in outputs_of(call)}
    return {
        "run": run.number,
        **call_report(call),
        "started": iso_time(call.started) if call.started else None,
        "key": digest_text(Digest(call.key)) if call.key else None,
        "components": [
            {"kind": part.kind, "name": part.name, "digest": digest_text(part.digest), "text": part.text}
            for part in call.components
        ],
        "ledgers": {kind: _ledger(ledger) for kind, ledger in ledgers},
        "metric_values": [
            {"name": metric.name, "value": number(metric.value), "step": metric.step}
            for metric in call.metrics
        ],
        "figures": [_output(figure.name, figure.artifact) for figure in call.figures],
        "values": {name: result_report(item, load) for name, item in items.items() if load},
        "profiles": {name: profile_report(profile) for name, profile in (profiles or {}).items()},
        "logs": log_report(call),
        "doubts": list(call.doubts),
        "mutated": list(call.mutated),
        "shared": list(call.shared),
        "attempts": [_attempt(attempt) for attempt in call.attempts],
    }


def _attempt(attempt: Attempt) -> Json:
    return {
        "started": iso_time(attempt.started),
        "seconds": attempt.seconds,
        "error": _failure(attempt.failure),
    }


def map_report(run: RunRecord, path: str, calls: Sequence[CallRecord]) -> Json:
    """The calls of one map: what `show RUN PATH --json` prints where PATH names the map."""
    return {"run": run.number, "path": path, "calls": [call_report(call) for call in calls]}


def element_report(
    run: RunRecord,
    call: CallRecord,
    name: str,
    artifact: Artifact,
    load: Load,
    profile: Profile | None = None,
) -> Json:
    """An element of what a call gave: what `show RUN PATH.ELEMENT --json` prints."""
    return {
        "run": run.number,
        "path": call.path,
        "output": _output(name, artifact),
        "elements": [_output(child, element) for child, element in artifact.children],
        "value": result_report(ResultItem(artifact), load),
        "profile": None if profile is None else profile_report(profile),
    }


def profile_report(profile: Profile) -> Json:
    """What a value looks like, every key always there."""
    columns = [_fields(column) for column in profile.columns]
    return _fields(profile) | {"columns": columns}


def _fields(value: Value) -> Json:
    """The fields of a value as JSON holds them."""
    return {name: msgspec.to_builtins(getattr(value, name)) for name in value.__struct_fields__}


def log_report(call: CallRecord) -> list[Json]:
    """What a call printed, in order; `at` is in seconds since it began."""
    return [{"stream": chunk.stream, "text": chunk.text, "at": number(chunk.at)} for chunk in call.logs]


def plan_report(plan: Plan) -> Json:
    """What `plan --json` prints.

    `seconds` adds up what is known of the calls that run, or may run; of `unknown_seconds` calls
    of these nothing is known.
    """
    may_run = [call for call in plan.calls if call.decision not in ("reuse", "given")]
    sources = dict(plan.sources)
    return {
        "pipeline": plan.pipeline,
        "calls": [_planned(call, sources) for call in plan.calls],
        "seconds": number(sum(call.seconds or 0.0 for call in may_run)),
        "unknown_seconds": sum(call.seconds is None for call in may_run),
        "open_end": plan.open_end or None,
        "warnings": list(plan.warnings),
        **({"explanation": explanation_report(plan.explanation)} if plan.explanation else {}),
    }


def outputs_of(call: CallRecord) -> list[tuple[str, Artifact]]:
    """What a call gave, by name: its elements where its task names them, else one `result`."""
    artifact = call.artifact
    if artifact is None:
        return []
    children = dict(artifact.children)
    if call.outputs and all(name in children for name in call.outputs):
        return [(name, children[name]) for name in call.outputs]
    return [("result", artifact)]


def standing_metrics(metrics: Sequence[Metric]) -> list[tuple[str, float]]:
    """The value of each name that counts: the last logged, unless one before it had a higher step."""
    values: dict[str, float] = {}
    steps: dict[str, int] = {}
    for metric in metrics:
        highest = steps.get(metric.name)
        if metric.step is not None:
            if highest is not None and metric.step < highest:
                continue
            steps[metric.name] = metric.step
        values[metric.name] = metric.value
    return list(values.items())


def iso_time(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _circumstances(run: RunRecord, load: Load) -> Json:
    start, end = run.start, run.end
    return {
        "pipeline": start.pipeline,
        "target": start.target,
        "seed": start.seed,
        "swaps": [{"name": swap.name, "kind": swap.kind, "by": swap.text} for swap in start.swaps],
        "overrides": list(start.overrides),
        "mixture": None
        if start.mixed is None
        else {"a": start.mixed.a, "b": start.mixed.b, "taken": list(start.mixed.taken)},
        "parameters": {argued.name: parameter_report(argued, load) for argued in start.parameters},
        "started": iso_time(start.started),
        "git": _git(end.git) if end and end.git else None,
        "python": start.versions.python,
        "platform": start.versions.platform,
        "cuvee": start.versions.cuvee,
        "host": start.host,
        "pid": start.pid,
        "tags": [{"name": tag.name, "path": tag.path or None} for tag in run.tags],
        "note": run.note or None,
    }


def _planned(call: PlannedCall, sources: Mapping[Digest, str]) -> Json:
    return {
        "path": call.path,
        "task": call.task,
        "decision": call.decision,
        "reason": {"code": call.reason_code, "text": call.reason},
        "seconds": None if call.seconds is None else number(call.seconds),
        "outputs": _planned_outputs(call),
        "changes": [change_report(change, sources) for change in call.changes],
        "follows_from": list(call.follows),
    }


def _planned_outputs(call: PlannedCall) -> list[Json]:
    if call.artifact is None:
        return [
            {"name": name, "digest": None, "type": None, "bytes": None}
            for name in call.outputs or ("result",)
        ]
    children = dict(call.artifact.children)
    if call.outputs and all(name in children for name in call.outputs):
        return [_output(name, children[name]) for name in call.outputs]
    return [_output("result", call.artifact)]


def _output(name: str, artifact: Artifact) -> Json:
    return {
        "name": name,
        "digest": digest_text(artifact.digest),
        "type": artifact.type,
        "bytes": artifact.size,
    }


def _failure(failure: Failure) -> Json:
    return {
        "type": failure.type,
        "message": failure.message,
        "traceback": failure.traceback,
        "file": failure.file or None,
        "line": failure.line or None,
    }


def _git(git: GitState) -> Json:
    return {"commit": git.commit, "branch": git.branch or None, "dirty": git.dirty}


def _ledger(ledger: Ledger) -> Json:
    return {
        "digest": digest_text(ledger.digest),
        "items": [
            {"kind": item.kind, "name": item.name, "file": item.file or None, "line": item.line or None}
            for item in ledger.items
        ],
        "doubts": [{"reference": doubt.reference, "widened": doubt.widened} for doubt in ledger.doubts],
    }
