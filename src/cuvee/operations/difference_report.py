"""Differences as JSON objects: what `diff --json` prints. Pure; keys are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from cuvee.model.difference import (
    CallDifference,
    ColumnDifference,
    DataDifference,
    Difference,
    MetricDifference,
    RootChange,
    RowsDifference,
)
from cuvee.model.digest import Digest
from cuvee.model.profile import Histogram
from cuvee.model.record import GitState, RunRecord
from cuvee.operations.change_report import change_report
from cuvee.operations.json_values import number

Json = dict[str, Any]


def difference_report(found: Difference) -> Json:
    """The whole difference."""
    sources = dict(found.sources)
    return {
        "a": found.a.number,
        "b": found.b.number,
        "summary": found.summary,
        "root_changes": [_root(root, sources) for root in found.root_changes],
        "knock_on": [_knock_on(call) for call in found.knock_on],
        "metrics": {metric.name: _metric(metric) for metric in found.metrics},
        "data": [data_report(each) for each in found.data],
        "calls": [_call(call) for call in found.calls],
        "environment": list(found.unreached),
        "cost": {"a": _cost(found.a), "b": _cost(found.b)},
        "runs": {"a": _run(found.a), "b": _run(found.b)},
    }


def data_report(data: DataDifference) -> Json:
    """Two results of one call."""
    return {
        "path": data.path,
        "kind": data.kind,
        "type": _sides(data.type),
        "shape": {"a": list(data.shape[0]), "b": list(data.shape[1])},
        "columns": [_column(column) for column in data.columns],
        "same_columns": data.same,
        "unknown_columns": data.unknown,
        "parameters": [{"name": name, "a": a or None, "b": b or None} for name, a, b in data.parameters],
        "rows": None if data.rows is None else _rows(data.rows),
        "problem": data.problem or None,
    }


def _root(root: RootChange, sources: Mapping[Digest, str]) -> Json:
    return {
        "kind": root.kind,
        "path": root.path,
        "text": root.text,
        "calls": list(root.calls),
        "change": None if root.change is None else change_report(root.change, sources),
        "within": [change_report(change, sources) for change in root.within],
    }


def _knock_on(call: CallDifference) -> Json:
    return {
        "path": call.path,
        "task": call.task,
        "follows_from": list(call.follows),
        "same_result": call.same_result,
    }


def _call(call: CallDifference) -> Json:
    return {
        "path": call.path,
        "a": call.a or None,
        "b": call.b or None,
        "task": call.task,
        "state": call.state,
        "follows_from": list(call.follows),
        "same_result": call.same_result,
        "seconds": {"a": _number(call.a_seconds), "b": _number(call.b_seconds)},
        "memory_bytes": {"a": call.a_memory, "b": call.b_memory},
        "note": call.note or None,
    }


def _metric(metric: MetricDifference) -> Json:
    return {
        "a": _number(metric.a),
        "b": _number(metric.b),
        "delta": _number(metric.delta),
        "better": metric.better,
    }


def _column(column: ColumnDifference) -> Json:
    return {
        "name": column.name,
        "change": column.mark,
        "dtype": _sides(column.dtype),
        "nulls": _sides(column.nulls),
        "mean": _sides(column.mean),
        "quantiles": {"a": list(column.quantiles[0]), "b": list(column.quantiles[1])},
        "psi": _number(column.psi),
        "ks": _number(column.ks),
        "histogram": {"a": _histogram(column.histograms[0]), "b": _histogram(column.histograms[1])},
        "estimated": column.estimated,
    }


def _rows(rows: RowsDifference) -> Json:
    return {
        "key": list(rows.key),
        "added": rows.added,
        "removed": rows.removed,
        "changed": rows.changed,
        "same": rows.same,
        "cells": dict(rows.cells),
        "examples": list(rows.examples),
    }


def _cost(run: RunRecord) -> Json:
    end = run.end
    return {
        "seconds": number(end.seconds) if end else None,
        "saved_seconds": number(end.saved_seconds) if end else None,
    }


def _run(run: RunRecord) -> Json:
    git = run.end.git if run.end else None
    return {
        "run": run.number,
        "pipeline": run.start.pipeline,
        "status": run.status,
        "git": None if git is None else _git(git),
        "python": run.start.versions.python,
    }


def _git(git: GitState) -> Json:
    return {"commit": git.commit, "branch": git.branch or None, "dirty": git.dirty}


def _histogram(histogram: Histogram | None) -> Json | None:
    return None if histogram is None else msgspec.to_builtins(histogram)


def _sides(pair: tuple[Any, Any]) -> Json:
    return {"a": pair[0] if pair[0] != "" else None, "b": pair[1] if pair[1] != "" else None}


def _number(value: float | None) -> Any:
    return None if value is None else number(value)
