"""Values as the short texts that a profile holds: bounded, never a foreign `repr`, never a secret."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from cuvee.codecs.text import text_of
from cuvee.model.profile import Scalar

Redact = Callable[[str], str]

NOTHING_HIDDEN: Redact = str
"""Where there are no secrets: what is described then depends on the value alone."""

_LONGEST_CELL, _LONGEST_NAME = 40, 100
# Of a text longer than this only the start is looked at.
_LOOKED_AT = 4096


class Texts:
    """Makes texts. `redact` hides the secrets in one; it is asked before anything is cut."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact

    def name(self, label: Any) -> str:
        """A column's name, or an attribute's."""
        return self._cut(label if type(label) is str else text_of(label), _LONGEST_NAME)

    def cell(self, value: Any) -> str:
        """A value in a preview, or among the frequent ones."""
        return self._cut(self._written(value), _LONGEST_CELL)

    def scalar(self, value: Any) -> Scalar:
        """A minimum or maximum: itself where JSON has it, else text."""
        if isinstance(value, bool | int | float):
            text = text_of(value)
            plain = isinstance(value, bool) or (
                math.isfinite(value) if isinstance(value, float) else value.bit_length() < 64
            )
            return value if plain and not self.hides(value) else self._redact(text)
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return self.name(value.isoformat())
        return self.name(str(value) if isinstance(value, Decimal) else self._written(value))

    def hides(self, value: Any) -> bool:
        """Whether the value tells a secret."""
        text = text_of(value)
        return self._redact(text) != text

    def _written(self, value: Any) -> str:
        kind = type(value)
        if kind is str:
            return str(value)
        if kind is float:
            return format(value, ".6g")
        if isinstance(value, dt.datetime | dt.date):
            return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
        return text_of(value)

    def _cut(self, text: str, longest: int) -> str:
        """One line of signs that a terminal shows, of at most so many."""
        text = self._redact(text if len(text) <= _LOOKED_AT else text[:_LOOKED_AT])
        start = text[: longest + 1]
        shown = "".join(char if char.isprintable() else _escaped(char) for char in start)
        return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
