"""Seals: by which a row is known to be as it was written. Knows no table.

Values are safe by the digests that name them; a seal ties the digests, and what is not a value, to
the row that they stand in. It is a check against accidents, and no signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blake3 import blake3

from cuvee.tracking.sqlite.wire import encode

_LENGTH = 16


def real(number: float) -> float:
    """A number as a column of reals gives it back: zero has no sign there."""
    return float(number) + 0.0


def seal(*fields: Any) -> bytes:
    """The seal of these fields, in this order: numbers, texts, bytes, None, and tuples of them."""
    return seal_of(fields)


def seal_of(fields: Sequence[Any]) -> bytes:
    """The same of fields that are together already."""
    return blake3(encode(fields)).digest(_LENGTH)


def start_seal(*fields: Any, more: tuple[bytes | None, ...]) -> bytes:
    """The seal of what is known of a run when it begins; `more` counts where there is any, which runs of
    earlier versions have not."""
    return seal(*fields, *(more if any(more) else ()))
