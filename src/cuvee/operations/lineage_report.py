"""Lineage as JSON objects: what `lineage --json` prints. Pure; keys are only ever added."""

from __future__ import annotations

from typing import Any

from cuvee.model.lineage import Lineage, LineageNode

Json = dict[str, Any]


def lineage_report(found: Lineage) -> Json:
    """Both trees; null for one that was not asked for."""
    return {
        "name": found.name,
        "up": None if found.up is None else [_node(node) for node in found.up],
        "down": None if found.down is None else [_node(node) for node in found.down],
        "runs_seen": found.runs_seen or None,
        "runs_known": found.runs_known or None,
    }


def _node(node: LineageNode) -> Json:
    return {
        "kind": node.kind,
        "name": node.name,
        "task": node.task or None,
        "runs": list(node.runs),
        "detail": node.detail or None,
        "label": node.label or None,
        "columns": [
            {"from": each.source or None, "element": each.element or None, "names": list(each.names)}
            for each in node.columns
        ],
        "told_above": node.told,
        "beyond_depth": node.left,
        "branches": [_node(branch) for branch in node.branches],
    }
