"""Sizes as people write them: `500MB`, `1.5 GiB`."""

from __future__ import annotations

import re

_UNITS = {
    "": 1,
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", re.ASCII)


def parse_size(text: str) -> int:
    """Bytes of `1000`, `1kB` (1,000), `1KiB` (1,024), `1.5GB`; case does not matter.

    Raises ValueError for anything else.
    """
    match = _SIZE.fullmatch(text.strip())
    unit = _UNITS.get(match[2].upper()) if match else None
    if match is None or unit is None:
        raise ValueError(f"{text!r} is not a size")
    whole, _, fraction = match[1].partition(".")
    # In whole numbers: a float would lose bytes of a large size.
    scale: int = 10 ** len(fraction)
    return int(whole + fraction) * unit // scale
