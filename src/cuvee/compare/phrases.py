"""Changes as a person would say them: "max_depth went from 8 to 12"."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.compare.words import change_text
from cuvee.model.change import Change

_LONGEST = 40


def phrase_of(change: Change) -> str:
    """One change, as part of a sentence."""
    old, new = change.old, change.new
    name = _name(change)
    if change.kind == "file" and old and new:
        content = new.text.removeprefix("File('").removesuffix("')")
        return f"{content} changed" if old.text == new.text else f"{name} went to {content}"
    if new is None:
        return f"{name} is gone"
    if old is None:
        return f"{name} is new"
    short = max(len(old.text), len(new.text)) <= _LONGEST
    if old.text and new.text and old.text != new.text and short and change.kind != "input":
        return f"{name} went from {old.text} to {new.text}"
    if change.kind in ("code", "parameter", "file"):
        return f"{name} changed"
    return change_text(change)


def listed(names: Sequence[str], most: int = 3) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c and 4 more`."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _name(change: Change) -> str:
    if change.kind == "chance":
        return "the seed"
    if not change.name:
        return f"the {change.kind}"
    if change.kind == "code" and change.route:
        # The module says nothing where the name is a sentence's subject.
        return change.route[-1]
    return change.name
