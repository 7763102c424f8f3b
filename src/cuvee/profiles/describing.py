"""Which values have a profile, and how each comes by its own.

A profile never fails a task: one that cannot be made says why. A library is asked only when a
value of it is there, so nothing is imported that is not loaded already.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cuvee.codecs.text import class_name
from cuvee.model.profile import ColumnProfile, Profile
from cuvee.profiles.texts import Redact, Texts

if TYPE_CHECKING:
    from cuvee.profiles.passing import Passing

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


# The same → the module and the function that tell which columns of numbers will be looked at, as they lie in
# memory.
_NUMBERS = {
    ("pandas", "DataFrame"): ("pandas_values", "numbers_of_frame"),
    ("pandas", "Series"): ("pandas_values", "numbers_of_series"),
    ("numpy", "ndarray"): ("arrays", "numbers_of_array"),
}


def has_profile(value: Any) -> bool:
    """Whether there is more to tell of a value than its type and size."""
    return _found(_DESCRIBED, type(value)) is not None


def passing_of(values: Iterable[Any]) -> Passing | None:
    """What looks at the long columns of these values while these are digested; None where there are none."""
    named = [(value, _found(_NUMBERS, type(value))) for value in values]
    columns = [each for value, found in named if found for each in _function(found)(value)]
    if not columns:
        return None
    from cuvee.profiles.passing import Passing  # it loads numpy, which they are of

    return Passing(columns)


def describe(
    value: Any,
    redact: Redact,
    known: Mapping[int, ColumnProfile] | None = None,
    passing: Passing | None = None,
) -> Profile:
    """The profile of a value; `redact` hides secrets in a text. Never raises, never changes the value.

    `known` are profiles of columns of a frame, by their places, that need no other look; nor do those
    that were looked at in `passing`.
    """
    found = _found(_DESCRIBED, type(value))
    if found is None:
        return Profile("object", class_name(type(value)))
    texts = Texts(redact)
    try:
        make: Describe = _function(found)
        from cuvee.profiles.columns import Beforehand  # it loads numpy, as the module that describes does

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return make(value, texts, Beforehand(known or {}, passing))
    except Exception as error:  # noqa: BLE001 - libraries raise anything, and a profile never fails a task
        why = texts.name(str(error))
        problem = f"no profile could be made: {class_name(type(error))}{f': {why}' if why else ''}"
        return Profile("object", class_name(type(value)), problem=problem)


def _function(found: tuple[str, str]) -> Any:
    module, name = found
    return getattr(import_module(f"cuvee.profiles.{module}"), name)


def _found(table: Mapping[tuple[str, str], tuple[str, str]], kind: type) -> tuple[str, str] | None:
    for base in kind.__mro__:
        found = table.get((base.__module__.partition(".")[0], base.__name__))
        if found is not None:
            return found
    return None
