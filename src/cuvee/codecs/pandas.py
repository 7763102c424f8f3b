"""DataFrame, Series and Index: pickle with the large buffers apart, so they are mapped and not copied.

Blocks, their order and layout, index, categories, time zones, `attrs` and flags come back as they
were. The codec is pandas' own pickling, and keeps only its exact classes and scalars.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.pickling import pickle_value, unpickle_value
from cuvee.codecs.text import class_name

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "pandas"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if type(value).__module__.partition(".")[0] != "pandas":
        return None  # a subclass: it may hold more than pandas knows
    code, parts = pickle_value(value, encoding)
    return Encoded(name, class_name(type(value)), code, parts)


def decode(parts: Parts) -> Any:
    return unpickle_value(parts)
