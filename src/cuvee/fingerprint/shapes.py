"""Shapes: how values of Python's own classes are taken apart, each class in its own way."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GenericAlias,
    MappingProxyType,
    MethodType,
    ModuleType,
)
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.generators import name_of_method
from cuvee.fingerprint.origins import loaded_name
from cuvee.model.digest import digest_bytes

if TYPE_CHECKING:
    from cuvee.fingerprint.encoder import Encoder


def _cell(encoder: Encoder, value: CellType) -> bytes:
    try:
        content = value.cell_contents
    except ValueError:
        return b"O"
    return encoder.join("cell", [encoder.encode(content)])


def _partial(encoder: Encoder, value: functools.partial[Any]) -> bytes:
    return encoder.join("partial", encoder.each((value.func, value.args, value.keywords, vars(value))))


def _property(encoder: Encoder, value: property) -> bytes:
    return encoder.join("property", encoder.each((value.fget, value.fset, value.fdel)))


def _method(encoder: Encoder, value: MethodType) -> bytes:
    named = _offered(encoder, value)
    return encoder.join("method", encoder.each((value.__func__, value.__self__))) if named is None else named


def _builtin(encoder: Encoder, value: BuiltinFunctionType) -> bytes:
    owner = value.__self__
    if owner is None or isinstance(owner, ModuleType):
        return encoder.explorer.foreign(value, encoder.node)
    named = _offered(encoder, value)
    if named is not None:
        return named
    return encoder.join("bound", [encoder.encode(owner), value.__name__.encode()])


def _offered(encoder: Encoder, value: Any) -> bytes | None:
    """A method that a library offers as a function of its own, by its name."""
    named = name_of_method(value)
    if named is None or encoder.explorer.origins.of_module(named[0]) == "project":
        return None
    return encoder.explorer.foreign_name(*named, encoder.node)


def _descriptor(encoder: Encoder, value: Any) -> bytes:
    owner: type = value.__objclass__
    return encoder.join(
        "descriptor", [owner.__module__.encode(), owner.__qualname__.encode(), value.__name__.encode()]
    )


def _memory(encoder: Encoder, value: memoryview) -> bytes:
    """A view by what it shows, and how: where it looks counts no more than for an array."""
    how = (value.format, value.shape, value.readonly, value.c_contiguous, value.f_contiguous)
    return encoder.join("memoryview", [encoder.encode(how), digest_bytes(value.tobytes())])


def _slice(encoder: Encoder, value: slice) -> bytes:
    return encoder.join("slice", encoder.each((value.start, value.stop, value.step)))


def _module(encoder: Encoder, value: ModuleType) -> bytes:
    return encoder.explorer.used_module(encoder.node, value, loaded_name(vars(value)))


# What lives goes on: a container is looked at as it is at one moment.


def _items(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.join(tag, encoder.each(tuple(value)))


def _pairs(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.join(
        tag, encoder.each(item for pair in tuple(value.items()) for item in pair)
    )


def _set(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.unordered(tag, value)


def _wrapped(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.join(tag, [encoder.encode(value.__func__)])


SHAPES: dict[type, Callable[[Encoder, Any], bytes]] = {
    list: _items("list"),
    tuple: _items("tuple"),
    dict: _pairs("dict"),
    MappingProxyType: _pairs("mappingproxy"),
    set: _set("set"),
    frozenset: _set("frozenset"),
    bytearray: lambda encoder, value: encoder.join("bytearray", [digest_bytes(value)]),
    memoryview: _memory,
    slice: _slice,
    CellType: _cell,
    CodeType: lambda encoder, value: encoder.join("code", [encoder.explorer.behaviour(value).digest]),
    MethodType: _method,
    staticmethod: _wrapped("staticmethod"),
    classmethod: _wrapped("classmethod"),
    property: _property,
    functools.partial: _partial,
    BuiltinFunctionType: _builtin,
    ModuleType: _module,
    GenericAlias: lambda encoder, value: encoder.join(
        "alias", [encoder.encode(value.__origin__), *encoder.each(value.__args__)]
    ),
    **dict.fromkeys(
        (type(str.join), type(str.__add__), type(MethodType.__func__), type(FunctionType.__globals__)),
        _descriptor,
    ),
}
