"""Arrays of pandas' that lie over Arrow's, in the pieces that they are in: a sum goes by its pieces.

pandas pickles such an array in one. So does cuvee where it holds text, of which nothing is computed that
could tell: a name that was added to others would else make another frame.
"""

from __future__ import annotations

from typing import Any

_ARRAY = "_pa_array"


def in_pieces(value: Any, state: Any) -> Any:
    """The state of which pandas would make an instance again, its array in as many pieces as it is in."""
    if type(state) is not dict or _ARRAY not in state or not _counts(getattr(value, _ARRAY)):
        return state
    return {**state, _ARRAY: getattr(value, _ARRAY)}


def reduced(value: Any) -> Any:
    """How such an array is taken apart, as `__reduce_ex__` says it; NotImplemented for anything else, and
    where pandas does it right."""
    array = getattr(value, _ARRAY, None)
    if array is None or not _counts(array):
        return NotImplemented
    make, arguments, state, *rest = value.__reduce_ex__(5)
    return make, arguments, in_pieces(value, state), *rest


def _counts(array: Any) -> bool:
    """Whether it is in several pieces, and a computation may tell."""
    import pyarrow as pa

    if not isinstance(array, pa.ChunkedArray) or array.num_chunks < 2:
        return False
    return not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type))
