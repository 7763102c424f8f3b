"""Warnings: what a person should know of a task's code though it stops nothing."""

from __future__ import annotations

from collections.abc import Iterable

from cuvee.model.key import Doubt

_NAMED = 3


def unseeded_text(task: str, doubts: Iterable[Doubt]) -> str:
    """Of generators that a task's code makes for itself and that no seed reaches."""
    places = [f"{doubt.reference} ({doubt.file}:{doubt.line})" for doubt in doubts]
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    named = ", ".join(places[:_NAMED]) + more
    what = f"{task} draws from what no seed reaches: {named}"
    return f"{what}. Unless it is seeded, each run of it may differ"
