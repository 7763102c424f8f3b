"""Two source texts, line by line."""

from __future__ import annotations

import textwrap
from typing import Literal

from cuvee.model.value import Value

_CONTEXT = 2


class DiffLine(Value, frozen=True):
    """A line of a difference. `…` stands for lines that are the same in both and not shown."""

    sign: Literal[" ", "-", "+", "…"]
    text: str = ""


def source_diff(old: str, new: str, context: int = _CONTEXT) -> tuple[DiffLine, ...]:
    """What differs, with lines of context around it. Nothing, where only the indentation of all differs."""
    from difflib import SequenceMatcher  # only where there is something to tell

    before, after = (textwrap.dedent(text).splitlines() for text in (old, new))
    lines: list[DiffLine] = []
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(context)
    for group in groups:
        if lines or group[0][1] > 0:
            lines.append(DiffLine("…"))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [DiffLine(" ", text) for text in before[i1:i2]]
                continue
            lines += [DiffLine("-", text) for text in before[i1:i2]]
            lines += [DiffLine("+", text) for text in after[j1:j2]]
        end = group[-1][2]
    if lines and end < len(before):
        lines.append(DiffLine("…"))
    return tuple(lines)
