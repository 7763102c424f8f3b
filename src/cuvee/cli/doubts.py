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
    "clock": "asks for the date: the call is reused only where the task says `cache=`",
    "outside": "the call is reused only where the task says `cache=`",
    "generator": "draws from what no seed reaches: each time it runs it may give something else",
}
# These have been resolved: what they lead to is the doubt.
_KNOWN = ("clock", "outside", "generator")


def doubt_lines(doubt: Doubt, page: Page) -> list[str]:
    """One doubt, wrapped to the page."""
    where = f" ({doubt.file}:{doubt.line})" if doubt.file else ""
    what = where if doubt.widened in _KNOWN else f" could not be resolved{where}:"
    text = f"{doubt.reference}{what} {_WIDENED[doubt.widened]}"
    return ["  " + page.paint(line, "warn") for line in wrapped(text, page.width - 2)]
