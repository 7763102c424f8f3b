"""The first rows of a value, as bounded text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cuvee.model.profile import Preview
from cuvee.profiles.texts import Texts

MOST_ROWS = 8
MOST_CELLS = 240
"""Of all columns together: at most 10 kB."""

Cells = Sequence[Sequence[tuple[Any, bool]]]
"""Each column's first values, with whether each is missing."""


def preview_of(labels: Sequence[str], columns: Cells, texts: Texts) -> Preview:
    """The cells as texts, row by row."""
    written = [[None if missing else texts.cell(value) for value, missing in column] for column in columns]
    return Preview(tuple(labels), tuple(zip(*written, strict=True)))
