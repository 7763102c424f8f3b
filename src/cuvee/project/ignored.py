"""What git ignores: the rules of a .gitignore, of which the last that fits decides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cuvee.model.value import Value

NAME = ".gitignore"


class Rule(Value, frozen=True):
    """One line: what it fits, relative to the folder of its file; `keeps` for one that opens with `!`."""

    fits: re.Pattern[str]
    keeps: bool
    folders_only: bool


class Rules(Value, frozen=True):
    """The rules of one file. `prefix` is its folder from the project's root, with a slash at its end."""

    prefix: str
    rules: tuple[Rule, ...]


def read_rules(text: str, prefix: str = "") -> Rules:
    """The rules that a .gitignore in the folder `prefix` says."""
    lines = (line.rstrip("\r") for line in text.splitlines())
    read = (_rule(line) for line in lines if line.strip() and not line.startswith("#"))
    return Rules(prefix, tuple(rule for rule in read if rule is not None))


def is_ignored(path: str, is_folder: bool, stack: Sequence[Rules]) -> bool:
    """Whether a path from the root is ignored by these files, outermost first.

    What lies in an ignored folder is not looked at: the caller does not go there.
    """
    for ignored in reversed(stack):
        inside = path[len(ignored.prefix) :]
        for rule in reversed(ignored.rules):
            if (is_folder or not rule.folders_only) and rule.fits.fullmatch(inside):
                return not rule.keeps
    return False


def _rule(line: str) -> Rule | None:
    """One line of a .gitignore; None for one that fits nothing."""
    pattern = re.sub(r"(?<!\\) +$", "", line)
    keeps = pattern.startswith("!")
    pattern = pattern[1:] if keeps else pattern
    folders_only = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    anchored = "/" in pattern
    pattern = pattern.removeprefix("/")
    if not pattern:
        return None
    try:
        fits = re.compile(("" if anchored else "(?:.*/)?") + _translated(pattern), re.DOTALL)
    except re.error:
        return None  # as git: a pattern that is none fits nothing
    return Rule(fits, keeps, folders_only)


_PIECES = re.compile(r"^\*\*/|/\*\*/|/\*\*$|\*+|\?|\[[!^]?\]?[^\]]*\]|\\.|.", re.DOTALL)


def _translated(pattern: str) -> str:
    return "".join(_piece(match.group()) for match in _PIECES.finditer(pattern))


def _piece(text: str) -> str:
    fixed = {"**/": "(?:.*/)?", "/**/": "/(?:.*/)?", "/**": "/.*", "?": "[^/]"}
    if text in fixed:
        return fixed[text]
    if text.startswith("*"):
        return "[^/]*"
    if text.startswith("[") and len(text) > 1:
        inside = text[1:-1].replace("\\", "\\\\")
        return f"[^{inside[1:]}]" if inside[:1] in ("!", "^") else f"[{inside}]"
    return re.escape(text[1:] if text.startswith("\\") and len(text) > 1 else text)
