"""Travelling: values and functions as bytes for another process of the same run, kept nowhere.

Unlike what is kept, they need no content that can be compared: only to be the same over there.
"""

from __future__ import annotations

import pickle
from typing import Any

from cuvee.errors import CannotDecode, CannotEncode


def to_travel(value: Any) -> bytes:
    """The value as bytes; functions and classes that no import finds by value. Raises CannotEncode."""
    import cloudpickle  # 20 ms, and most calls have nothing that travels like this

    try:
        return bytes(cloudpickle.dumps(value))
    except Exception as error:  # pickling runs the value's own code, which may raise anything
        raise CannotEncode(f"{type(value).__name__} cannot be pickled: {error}") from error


def travelled(data: bytes) -> Any:
    """The value that `to_travel` was given. Raises CannotDecode."""
    try:
        return pickle.loads(data)
    except Exception as error:  # so does unpickling, and it imports
        told = f"{type(error).__name__}: {error}"
        raise CannotDecode(f"what it was sent cannot be unpickled: {told}") from error
