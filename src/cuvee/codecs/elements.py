"""How a container comes apart into its elements, and how they go together again."""

from __future__ import annotations

import dataclasses
from types import MemberDescriptorType
from typing import Any, Literal, NamedTuple

Kind = Literal["list", "tuple", "dict", "namedtuple", "dataclass"]

# Pickle hooks through which a class would have a word in how its instances are copied; the ones
# that `dataclass` itself writes say nothing that the attributes don't.
_HOOKS = (
    "__reduce_ex__",
    "__reduce__",
    "__getstate__",
    "__setstate__",
    "__getnewargs__",
    "__getnewargs_ex__",
)
_HARMLESS = ("_dataclass_getstate", "_dataclass_setstate")


class Taken(NamedTuple):
    """A container, taken apart. `keys` are a dict's keys or an instance's attributes, else ()."""

    kind: Kind
    keys: tuple[Any, ...]
    items: tuple[Any, ...]


def take_apart(value: Any) -> Taken | None:
    """The elements of an exact list, tuple or dict, a NamedTuple or a dataclass instance; else None.

    An instance counts only where its attributes are all there is to it.
    """
    cls = type(value)
    if cls is list:
        return Taken("list", (), tuple(value))
    if cls is tuple:
        return Taken("tuple", (), value)
    if cls is dict:
        return Taken("dict", tuple(value), tuple(value.values()))
    if isinstance(value, tuple):
        return _named_tuple(value)
    return _dataclass(value) if dataclasses.is_dataclass(cls) else None


def make_instance(cls: type, state: dict[str, Any]) -> Any:
    """An instance with these attributes, without `__init__`."""
    instance: Any = object.__new__(cls)
    for name, value in state.items():
        if isinstance(getattr(cls, name, None), MemberDescriptorType):
            object.__setattr__(instance, name, value)
        else:
            instance.__dict__[name] = value
    return instance


def _named_tuple(value: tuple[Any, ...]) -> Taken | None:
    fields = getattr(type(value), "_fields", None)
    if (
        fields is None
        or len(fields) != len(value)
        or getattr(value, "__dict__", None)
        or _has_hooks(type(value))
    ):
        return None
    return Taken("namedtuple", (), tuple(value))


def _dataclass(value: Any) -> Taken | None:
    cls = type(value)
    if _has_hooks(cls):
        return None
    try:
        object.__new__(cls)
        state = object.__getstate__(value)
    except TypeError:  # it is also a dict, an exception, ...: there is more to it than attributes
        return None
    state = state if isinstance(state, tuple) else (state, {})
    named = {**(state[0] or {}), **state[1]}
    return Taken("dataclass", tuple(named), tuple(named.values()))


def _has_hooks(cls: type) -> bool:
    base = tuple if issubclass(cls, tuple) else object
    for hook in _HOOKS:
        own = getattr(cls, hook, None)
        if own is not getattr(base, hook, None) and getattr(own, "__name__", "") not in _HARMLESS:
            return not (base is tuple and hook == "__getnewargs__")  # what NamedTuple itself writes
    return False
