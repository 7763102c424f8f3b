"""Any other value, by pickle: the last resort, which wears a badge."""

from __future__ import annotations

import pickle
from typing import Any

from cuvee.codecs.codec import Encoded, Encoding, Parts
from cuvee.codecs.pickling import pickle_value, unpickle_value
from cuvee.codecs.refusal import refuse_whole
from cuvee.codecs.text import class_name

name = "pickle"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    refuse_whole(value)
    inside, parts, pickler = pickle_value(value, encoding)
    return Encoded(name, class_name(type(value)), inside, parts, pickler=pickler)


def decode(parts: Parts) -> Any:
    return unpickle_value(parts)


def pickle_bytes(value: Any) -> bytes:
    """The value as `pickle.load` reads it, outside of any store."""
    return pickle.dumps(value, protocol=5)
