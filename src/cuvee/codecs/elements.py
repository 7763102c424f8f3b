"""How a container comes apart into its elements, and how they go together again."""

from __future__ import annotations

import dataclasses
from types import MemberDescriptorType
from typing import Any, Literal, NamedTuple

Kind = Literal["list", "tuple", "dict", "namedtuple", "dataclass"]

# Pickle's hooks, through which a class has a word in how its instances are copied.
_HOOKS = (
    "__reduce_ex__",
    "__reduce__",
    "__getstate__",
    "__setstate__",
    "__getnewargs__",
    "__getnewargs_ex__",
)


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
    return any(
        own is not getattr(base, hook, None) and not _is_harmless(own)
        for hook in _HOOKS
        if (own := getattr(cls, hook, None)) is not None
    )


def _is_harmless(hook: Any) -> bool:
    """Whether Python wrote it: for a dataclass with slots, or for a NamedTuple."""
    name, module = getattr(hook, "__name__", ""), getattr(hook, "__module__", "")
    return name in ("_dataclass_getstate", "_dataclass_setstate") or (
        name == "__getnewargs__" and module == "collections"
    )
