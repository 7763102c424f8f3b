"""Changes and explanations as JSON objects. Pure; keys are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cuvee.compare.texts import source_diff
from cuvee.compare.words import change_text, mark_of
from cuvee.model.change import Change, Side
from cuvee.model.digest import Digest, digest_text
from cuvee.model.explanation import Explanation

Json = dict[str, Any]


def change_report(change: Change, sources: Mapping[Digest, str]) -> Json:
    """One change; `diff` is null where not both source texts are known, or they are equal."""
    return {
        "kind": change.kind,
        "part": change.part or None,
        "name": change.name or None,
        "text": change_text(change) if change.differs else None,
        "file": change.file or None,
        "line": change.line or None,
        "route": list(change.route),
        "entries": list(change.entries),
        "old": side_report(change.old),
        "new": side_report(change.new),
        "diff": diff_report(change, sources),
    }


def side_report(side: Side | None) -> Json | None:
    """One thing as it was, or as it is."""
    return None if side is None else {"digest": digest_text(side.digest), "text": side.text or None}


def diff_report(change: Change, sources: Mapping[Digest, str]) -> str | None:
    """The difference of both source texts, a line each with its sign before it."""
    sides = (change.old, change.new)
    old, new = (sources.get(side.source) if side and side.source else None for side in sides)
    if old is None or new is None or old == new:
        return None
    return "".join(f"{line.sign} {line.text}".rstrip() + "\n" for line in source_diff(old, new))


def explanation_report(found: Explanation) -> Json:
    """The whole key of a call; each component and item with its `mark`: same, changed, new or gone."""
    sources = dict(found.sources)

    def items(changes: tuple[Change, ...]) -> list[Json]:
        return [{"mark": mark_of(change), **change_report(change, sources)} for change in changes]

    return {
        "path": found.path,
        "task": found.task,
        "decision": found.decision,
        "reason": {"code": found.reason_code or None, "text": found.reason},
        "against": found.against,
        "components": items(found.components),
        "awaited": list(found.awaited),
        "causes": [{"path": path, "text": text} for path, text in found.causes],
        "code": items(found.code),
        "environment": items(found.environment),
        "reformatted": [item.name for item in found.reformatted],
        "observed": [
            {
                "kind": seen.observation.kind,
                "path": seen.observation.path,
                "digest": digest_text(seen.observation.digest) if seen.observation.digest else None,
                "change": seen.change or None,
            }
            for seen in found.observed
        ],
        "doubts": [
            {
                "reference": doubt.reference,
                "widened": doubt.widened,
                "file": doubt.file or None,
                "line": doubt.line or None,
            }
            for doubt in found.doubts
        ],
    }
