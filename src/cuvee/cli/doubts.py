"""Doubts as pages print them: what could not be resolved, and what was done about it."""

from __future__ import annotations

from cuvee.cli.summary import Page
from cuvee.cli.table import wrapped
from cuvee.model.key import Doubt

_WIDENED = {
    "module": "counted with its whole module",
    "package": "counted with its whole package",
    "project": "counted with the whole project",
    "refused": "so the call is not reused",
}


def doubt_lines(doubt: Doubt, page: Page) -> list[str]:
    """One doubt, wrapped to the page."""
    where = f" ({doubt.file}:{doubt.line})" if doubt.file else ""
    text = f"{doubt.reference} could not be resolved{where}: {_WIDENED[doubt.widened]}"
    return ["  " + page.paint(line, "warn") for line in wrapped(text, page.width - 2)]
