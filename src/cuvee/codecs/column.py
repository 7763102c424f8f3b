"""One column of a frame that was narrowed: the array that its node says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.narrowed import COLUMN, read_column

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = COLUMN


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    """None: columns are made of stored frames, never of values."""
    return None


def decode(parts: Parts) -> Any:
    return read_column(parts)
