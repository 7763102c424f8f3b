"""Which values have a profile, and how each comes by its own.

A profile never fails a task: one that cannot be made says why. A library is asked only when a
value of it is there, so nothing is imported that is not loaded already.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from cuvee.codecs.text import class_name
from cuvee.model.profile import ColumnProfile, Profile
from cuvee.profiles.texts import Redact, Texts

Describe = Callable[..., Profile]

# Library and class of a value, or of a base of it → the module and the function that describe it.
_DESCRIBED = {
    ("pandas", "DataFrame"): ("pandas_values", "describe_frame"),
    ("pandas", "MultiIndex"): ("pandas_values", "describe_many_levels"),
    ("pandas", "Series"): ("pandas_values", "describe_series"),
    ("pandas", "Index"): ("pandas_values", "describe_series"),
    ("polars", "DataFrame"): ("polars_values", "describe_frame"),
    ("polars", "Series"): ("polars_values", "describe_series"),
    ("pyarrow", "Table"): ("arrow_tables", "describe_table"),
    ("pyarrow", "RecordBatch"): ("arrow_tables", "describe_table"),
    ("pyarrow", "ChunkedArray"): ("arrow_tables", "describe_array"),
    ("pyarrow", "Array"): ("arrow_tables", "describe_array"),
    ("numpy", "ndarray"): ("arrays", "describe_array"),
    ("scipy", "_spbase"): ("arrays", "describe_sparse"),
    ("sklearn", "BaseEstimator"): ("models", "describe_model"),
    ("xgboost", "XGBModel"): ("models", "describe_model"),
    ("lightgbm", "LGBMModel"): ("models", "describe_model"),
    ("catboost", "CatBoost"): ("models", "describe_model"),
}


def has_profile(value: Any) -> bool:
    """Whether there is more to tell of a value than its type and size."""
    return _describer(type(value)) is not None


def describe(value: Any, redact: Redact, known: Mapping[int, ColumnProfile] | None = None) -> Profile:
    """The profile of a value; `redact` hides secrets in a text. Never raises, never changes the value.

    `known` are profiles of columns of a frame, by their places, that need no other look.
    """
    found = _describer(type(value))
    if found is None:
        return Profile("object", class_name(type(value)))
    texts = Texts(redact)
    try:
        make: Describe = getattr(import_module(f"cuvee.profiles.{found[0]}"), found[1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return make(value, texts, known) if known else make(value, texts)
    except Exception as error:  # noqa: BLE001 - libraries raise anything, and a profile never fails a task
        why = texts.name(str(error))
        problem = f"no profile could be made: {class_name(type(error))}{f': {why}' if why else ''}"
        return Profile("object", class_name(type(value)), problem=problem)


def _describer(kind: type) -> tuple[str, str] | None:
    for base in kind.__mro__:
        found = _DESCRIBED.get((base.__module__.partition(".")[0], base.__name__))
        if found is not None:
            return found
    return None
