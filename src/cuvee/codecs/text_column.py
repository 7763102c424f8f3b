"""Columns of text objects: all characters in one run, with the length of each item.

Missing values are kept as what they were: None, NaN, `pandas.NA`, `pandas.NaT`.
"""

from __future__ import annotations

import struct
import sys
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np

# As many items are joined at once: what a rare wide character widens, and what equal items are
# looked for among, stays bounded.
_CHUNK = 1 << 16

_NAN = struct.pack("<d", float("nan"))


class TextForm(NamedTuple):
    """`about` is (items, bytes of each length, whether some are missing, bytes of each chunk)."""

    about: tuple[Any, ...]
    data: bytes


def encode(items: list[Any]) -> TextForm | None:
    """The items as bytes; None where some are neither text nor missing."""
    missing = _missing_codes(items)
    if missing is None:
        return None
    texts = items if not missing else [item for item in items if type(item) is str]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    width = 4 if not lengths.size or lengths.max() < 1 << 31 else 8
    chunks = [
        "".join(texts[start : start + _CHUNK]).encode("utf-8", "surrogatepass")
        for start in range(0, len(texts), _CHUNK)
    ]
    about = (len(items), width, bool(missing), tuple(map(len, chunks)))
    return TextForm(about, b"".join([missing, lengths.astype(f"<i{width}").tobytes(), *chunks]))


def decode(about: tuple[Any, ...], data: memoryview) -> list[Any]:
    """The items again; equal texts near each other are one object, as readers make them."""
    count, width, has_missing, chunks = about
    codes = np.frombuffer(data[:count], np.uint8) if has_missing else None
    present = count if codes is None else int(np.count_nonzero(codes == 0))
    start = count if has_missing else 0
    lengths = np.frombuffer(data[start : start + present * width], f"<i{width}").tolist()
    texts: list[Any] = []
    at = start + present * width
    for number, size in enumerate(chunks):
        text = str(data[at : at + size], "utf-8", "surrogatepass")
        ends = accumulate(lengths[number * _CHUNK : (number + 1) * _CHUNK], initial=0)
        known: dict[str, str] = {}
        texts += [known.setdefault(item, item) for item in (text[a:b] for a, b in pairwise(ends))]
        at += size
    if codes is None:
        return texts
    made, values = iter(texts), _missing_values()
    return [next(made) if code == 0 else values[code] for code in codes.tolist()]


def _missing_codes(items: list[Any]) -> bytes | None:
    """A byte for each item: 0 for text, else which missing value it is; b"" where there are none."""
    kinds = set(map(type, items))
    if kinds <= {str}:
        return b""
    if str not in kinds or not kinds <= _known_kinds().keys():
        return None
    codes = _known_kinds()
    floats = (item for item in items if type(item) is float)
    if float in kinds and any(struct.pack("<d", item) != _NAN for item in floats):
        return None
    return bytes([codes[type(item)] for item in items])


def _missing_values() -> list[Any]:
    pandas: Any = sys.modules.get("pandas")
    return [None, None, np.nan, *((pandas.NA, pandas.NaT) if pandas else ())]


def _known_kinds() -> dict[type, int]:
    kinds = {type(value): code for code, value in enumerate(_missing_values()) if code}
    return {**kinds, str: 0}
