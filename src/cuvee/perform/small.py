"""Numbers and words become artifacts, and are had again: their bytes are all there is to them."""

from __future__ import annotations

from typing import Any

from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.model.artifact import Artifact, make_artifact

# Arguments come back: the same words and numbers, call after call. Words by themselves, which equal words
# alone are; numbers by their bytes, as 1 and 1.0 are equal.
_words: dict[str, Artifact] = {}
_met: dict[bytes, tuple[Artifact, Any]] = {}
_MOST_MET = 4096
_SMALL_BYTES = 64


def pack_small(value: Any) -> Artifact | None:
    """A number or a word, one of `SCALARS`, as most arguments are: its bytes are all there is to it.

    What the long way would make of it, or None where it is too long for that.
    """
    is_word = type(value) is str
    if is_word and value in _words:
        return _words[value]
    data = encode_plain(value)
    if len(data) > _SMALL_BYTES:
        return None
    known = _met.get(data)
    if known is None:
        if len(_met) >= _MOST_MET:
            _met.clear()
            _words.clear()
        known = _met[data] = make_artifact("plain", type(value).__qualname__, data), value
        if is_word:
            _words[value] = known[0]
    return known[0]


def unpack_small(data: bytes) -> Any:
    """The plain value of these bytes, which `encode_plain` wrote. Raises CannotDecode.

    A number or a word that was packed a moment ago, as a call's result for the next one, is at hand.
    """
    known = _met.get(data)
    return decode_plain(data) if known is None else known[1]
