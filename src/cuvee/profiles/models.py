"""Models: parameters, what was learned by its shape, and what they make of their features.

By duck type, so that it holds for every library that follows scikit-learn's conventions.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from cuvee.codecs.text import class_name, text_of
from cuvee.model.profile import Profile, Weight
from cuvee.profiles.columns import NOTHING, Beforehand
from cuvee.profiles.texts import Texts

MOST_PARAMETERS, MOST_FITTED, MOST_WEIGHTS = 100, 40, 40

_PLAIN = (type(None), bool, int, float, str)
_WEIGHTS = ("feature_importances_", "coef_")


def describe_model(model: Any, texts: Texts, _: Beforehand = NOTHING) -> Profile:
    """The profile of an estimator, fitted or not."""
    given = dict(list(model.get_params(deep=False).items())[:MOST_PARAMETERS])
    learned = {name: value for name, value in _attributes(model).items() if _is_learned(name)}
    width = learned.get("n_features_in_")
    facts = [("features", str(width))] if isinstance(width, int | np.integer) else []
    facts.append(("fitted", "yes" if learned else "no"))
    return Profile(
        "model",
        class_name(type(model)),
        facts=tuple(facts),
        parameters=tuple((texts.name(name), texts.name(_text(value))) for name, value in given.items()),
        defaults=tuple(texts.name(name) for name in _defaults(model, given)),
        fitted=tuple((name, _shape(value, texts)) for name, value in list(learned.items())[:MOST_FITTED]),
        weights=_weights(model, learned, texts),
    )


def is_model(value: Any) -> bool:
    """Whether its class has what an estimator has."""
    kind = type(value)
    return callable(getattr(kind, "get_params", None)) and callable(getattr(kind, "fit", None))


def _attributes(model: Any) -> dict[str, Any]:
    found = getattr(model, "__dict__", {})
    return dict(found) if isinstance(found, dict) else {}


def _is_learned(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_")


def _defaults(model: Any, given: dict[str, Any]) -> list[str]:
    """The parameters that are as the class would have them; plain values only, others are told."""
    known = inspect.signature(type(model).__init__).parameters
    return [
        name
        for name, value in given.items()
        if type(value) in _PLAIN
        and name in known
        and type(known[name].default) is type(value)
        and known[name].default == value
    ]


def _text(value: Any) -> str:
    """A parameter's value; a model in a model, and the steps of a pipeline, by their classes."""
    if isinstance(value, list) and value and all(isinstance(step, tuple) for step in value):
        return ", ".join(f"{step[0]}: {type(step[1]).__name__}" for step in value)
    return type(value).__name__ + "()" if is_model(value) else text_of(value)


def _shape(value: Any, texts: Texts) -> str:
    """`float64 12 × 3`, `list of 100`, or the value itself where it is a plain one."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if isinstance(shape, tuple) and shape and dtype is not None:
        return texts.name(f"{dtype} {' × '.join(map(str, shape))}")
    if isinstance(value, list | dict | set) or (isinstance(value, tuple) and len(value) > 3):
        return f"{type(value).__name__} of {len(value)}"
    return type(value).__name__ if callable(value) else texts.cell(value)


def _weights(model: Any, learned: dict[str, Any], texts: Texts) -> tuple[Weight, ...]:
    """Importances or coefficients, the greatest first; none of a model that has one set for each class."""
    found = next(filter(_is_one_set, (_asked(model, name) for name in _WEIGHTS if learned)), None)
    if found is None:
        return ()
    values = np.asarray(found, dtype=np.float64).reshape(-1)
    names = _feature_names(learned, values.size, texts)
    greatest = np.argsort(-np.abs(values), kind="stable")[:MOST_WEIGHTS].tolist()
    return tuple(Weight(names[at], float(values[at])) for at in greatest if np.isfinite(values[at]))


def _asked(model: Any, name: str) -> Any:
    """An attribute that the model may have to compute, and may refuse."""
    try:
        return getattr(model, name, None)
    except Exception:  # noqa: BLE001 - each library has its own way of saying that there is none
        return None


def _is_one_set(found: Any) -> bool:
    shape = getattr(found, "shape", None)
    kind = getattr(getattr(found, "dtype", None), "kind", "")
    if not isinstance(shape, tuple) or kind not in ("i", "u", "f"):
        return False
    return len(shape) == 1 or (len(shape) == 2 and shape[0] == 1)


def _feature_names(learned: dict[str, Any], count: int, texts: Texts) -> Sequence[str]:
    names = learned.get("feature_names_in_")
    if names is None or len(names) != count:
        return [f"feature {at}" for at in range(count)]
    return [texts.name(name) for name in list(names)]
