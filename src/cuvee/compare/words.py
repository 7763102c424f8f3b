"""Changes in words, as a plan, a run and a reason say them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Literal

from cuvee.model.change import Change
from cuvee.model.key import BETWEEN_STATEMENTS

_NAMED = 3


def changes_text(changes: Sequence[Change]) -> str:
    """All of them in one sentence: `features.scale() changed (features.py:41); max_depth: 8 → 12`."""
    groups = [list(group) for _, group in groupby(changes, lambda change: change.kind)]
    texts: list[str] = []
    for group in groups:
        if group[0].kind in ("code", "environment"):
            texts.append(_several(group))
        else:
            texts += map(change_text, group)
    return "; ".join(texts)


def change_text(change: Change) -> str:
    """One of them."""
    return _WORDS.get(change.kind, _argument)(change)


def mark_of(change: Change) -> Literal["same", "changed", "new", "gone"]:
    """What became of one component or item."""
    if change.old is None:
        return "new"
    if change.new is None:
        return "gone"
    return "changed" if change.differs else "same"


def route_text(change: Change) -> str:
    """The whole way: `wine.train() → features.prepare() → features.scale()`."""
    return " → ".join(change.route)


def _several(changes: Sequence[Change]) -> str:
    words = [change_text(change) for change in changes[:_NAMED]]
    if len(changes) > _NAMED:
        words.append(f"{len(changes) - _NAMED} more")
    return "; ".join(words)


def _code(change: Change) -> str:
    if not change.name:
        return "its code changed"
    if change.part == "distribution":
        return f"{change.name} is {'reached' if change.new else 'not reached'} now"
    where = f" ({change.file}:{change.line})" if change.file and change.line else ""
    # The first is the task and the last the item: only what lies between says more.
    between = change.route[1:-1]
    via = f", reached through {between[-1]}" if between and change.old and change.new else ""
    return f"{_said(_shown(change), change)}{where}{via}"


def _shown(change: Change) -> str:
    return change.route[-1] if change.route else change.name


def _said(name: str, change: Change) -> str:
    """`VAT: 1.2 → 1.25` where both are short, else that it changed, is new or is gone."""
    old, new = change.old, change.new
    if new is None:
        return f"{name} is gone"
    if old is None:
        return f"{name} is new"
    if change.part == "module":
        return _statements_said(name, old.text, new.text)
    if old.text and new.text and old.text != new.text:
        return f"{name}: {old.text} → {new.text}"
    return f"{name} changed"


def _statements_said(name: str, old: str, new: str) -> str:
    """Of a module that does something to others while it is imported, which statement is another."""
    before, now = (text.split(BETWEEN_STATEMENTS) if text else [] for text in (old, new))
    gone = [each for each in before if each not in now]
    come = [each for each in now if each not in before]
    if not (before and now and (gone or come)):
        return f"{name} changed"
    if len(gone) == len(come):
        told = [f"{one} → {other}" for one, other in zip(gone, come, strict=True)]
    else:
        told = [*(f"{each} is new" for each in come), *(f"{each} is gone" for each in gone)]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return f"{name}: {', '.join(told[:_NAMED])}{more}"


def _environment(change: Change) -> str:
    if not change.name:
        return "the environment changed"
    old, new = change.old, change.new
    if old and new:
        if old.text != new.text:
            return f"{change.name} {old.text} → {new.text}"
        return f"{change.name} {new.text} changed where it is installed"
    side = new or old
    assert side is not None
    return f"{change.name} {side.text} is {'new' if new else 'gone'}"


def _argument(change: Change) -> str:
    old, new = change.old, change.new
    if old is None:
        return f"{change.name} is new: {new.text if new else ''}"
    if new is None:
        return f"{change.name} is gone (it was {old.text})"
    if old.text == new.text:
        return f"{change.name} changed ({new.text})"
    return f"{change.name}: {old.text} → {new.text}"


def _input(change: Change) -> str:
    if not (change.old and change.new):
        return _argument(change)
    source = f" from {', '.join(change.route)}" if change.route else ""
    return f"input {change.name}{source} changed"


def _file(change: Change) -> str:
    old, new = change.old, change.new
    if not (old and new):
        return _argument(change)
    if change.entries:
        moved = f" ({old.text} → {new.text})" if old.text != new.text else ""
        more = len(change.entries) - _NAMED
        named = ", ".join(change.entries[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"in {new.text}{os.sep}{moved}, {named}"
    if old.text == new.text:
        return f"file {change.name} changed: the content of {new.text}"
    # Outside of the project it is often a temporary folder, which is another each time.
    outside = os.path.isabs(old.text) and os.path.isabs(new.text)  # noqa: PTH117
    hint = ' (by="content" leaves the path out)' if outside else ""
    return f"file {change.name} changed: {old.text} → {new.text}{hint}"


def _secret(change: Change) -> str:
    if not (change.old and change.new):
        return _argument(change)
    return f"the version of secret {change.name} changed"


def _chance(change: Change) -> str:
    old = change.old.text if change.old else "none"
    return f"seed: {old} → {change.new.text if change.new else 'none'}"


def _task(change: Change) -> str:
    return f"the task is {change.new.text if change.new else 'gone'} now"


_WORDS: dict[str, Callable[[Change], str]] = {
    "task": _task,
    "code": _code,
    "environment": _environment,
    "parameter": _argument,
    "input": _input,
    "file": _file,
    "version": _argument,
    "secret": _secret,
    "chance": _chance,
}
