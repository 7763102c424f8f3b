"""numpy arrays against `NDArray[float64]`: the class of the elements, and the dimensions if they are said."""

from __future__ import annotations

import typing
from typing import Any, get_args

from cuvee.contracts.annotation import bare, members_of, origin_of


def array_complaint(array: Any, arguments: tuple[Any, ...]) -> str | None:
    """What is wrong with an `ndarray[shape, dtype[X]]`: "is an array of int64, not of float64"."""
    if len(arguments) != 2:
        return None
    sizes = get_args(bare(arguments[0]))
    if sizes and ... not in sizes and array.ndim != len(sizes):
        return f"is an array of {_dimensions(array.ndim)}, not of {_dimensions(len(sizes))}"
    wanted = [origin_of(member) for member in members_of(next(iter(get_args(arguments[1])), typing.Any))]
    classes = [kind for kind in wanted if isinstance(kind, type) and kind is not typing.Any]
    if len(classes) < len(wanted) or issubclass(array.dtype.type, tuple(classes)):
        return None
    names = " or ".join(kind.__name__ for kind in classes)
    return f"is an array of {array.dtype}, not of {names}"


def _dimensions(count: int) -> str:
    return "1 dimension" if count == 1 else f"{count} dimensions"
