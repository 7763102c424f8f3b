"""scikit-learn estimators, by pickle: fitted ones have no other exact form. They wear its badge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.pickling import pickle_value, unpickle_value
from cuvee.codecs.plain import encode_plain
from cuvee.codecs.text import class_name

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "sklearn"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    import sklearn
    from sklearn.base import BaseEstimator

    if not isinstance(value, BaseEstimator):
        return None
    inside, parts, pickler = pickle_value(value, encoding)
    meta = encode_plain((sklearn.__version__, inside))
    return Encoded(name, class_name(type(value)), meta, parts, pickler=pickler)


def decode(parts: Parts) -> Any:
    return unpickle_value(parts)
