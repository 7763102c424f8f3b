"""What an annotation says once its wrappings are off: its class, its arguments, its members, its name.

`Any` stands for all that nothing is known of: a missing annotation, a name that could not be
resolved, a type variable without a bound.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, NewType, TypeVar, Union, get_args, get_origin

_WRAPPERS = {
    typing.Annotated,
    typing.ClassVar,
    typing.Final,
    typing.NotRequired,
    typing.Required,
    getattr(typing, "ReadOnly", typing.Annotated),
}
_UNKNOWN = {typing.Any, typing.Self, typing.ClassVar, typing.Final}


def bare(annotation: Any) -> Any:
    """The annotation without Annotated, Required and the like, aliases and type variables resolved.

    None becomes NoneType, LiteralString str, and everything unknown Any.
    """
    if isinstance(annotation, type):
        return annotation
    if annotation is None:
        return NoneType
    if get_origin(annotation) in _WRAPPERS:
        return bare(get_args(annotation)[0])
    if isinstance(annotation, TypeVar):
        return bare(_bound(annotation))
    if type(origin_of(annotation)).__name__ == "TypeAliasType":
        return bare(_alias_value(annotation))
    if annotation is typing.LiteralString:
        return str
    if isinstance(annotation, str | ForwardRef | typing.ParamSpec | typing.TypeVarTuple):
        return Any
    return Any if _hashable(annotation) and annotation in _UNKNOWN else annotation


def _bound(variable: TypeVar) -> Any:
    if variable.__bound__ is not None:
        return variable.__bound__
    return Union[variable.__constraints__] if variable.__constraints__ else Any  # noqa: UP007 - from a tuple


def _alias_value(annotation: Any) -> Any:
    """What `type Pair[T] = tuple[T, T]` stands for, and `Pair[int]`; Any if it names what is not there."""
    alias = origin_of(annotation)
    try:
        value = alias.__value__
    except Exception:  # noqa: BLE001 - it is evaluated now, and the user's expression can raise anything
        return Any
    return substituted(value, dict(zip(alias.__type_params__, get_args(annotation), strict=False)))


def substituted(annotation: Any, given: dict[Any, Any]) -> Any:
    """The annotation with type variables replaced: `list[int]` of `list[T]` where T is given as int."""
    if isinstance(annotation, TypeVar):
        return given.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if not parameters or not given:
        return annotation
    return annotation[tuple(given.get(parameter, parameter) for parameter in parameters)]


def _hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


def origin_of(annotation: Any) -> Any:
    """`list` of `list[int]`, and of `list`."""
    return get_origin(annotation) or annotation


def is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def is_literal(annotation: Any) -> bool:
    return get_origin(annotation) is Literal


def members_of(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, wrappings off and nested ones opened; the annotation alone if it is none."""
    annotation = bare(annotation)
    if not is_union(annotation):
        return (annotation,)
    return tuple(member for argument in get_args(annotation) for member in members_of(argument))


def is_protocol(annotation: Any) -> bool:
    return isinstance(annotation, type) and bool(getattr(annotation, "_is_protocol", False))


def is_named_tuple(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, tuple) and hasattr(annotation, "_fields")


def is_unpacked(item: Any) -> bool:
    """`*tuple[int, ...]` and `*Ts` among a tuple's items: any number of them."""
    return get_origin(item) is typing.Unpack or bool(getattr(item, "__unpacked__", False))


def is_plain_class(annotation: Any) -> bool:
    """Whether `isinstance` says all there is to say: a class that is no protocol and no TypedDict."""
    return (
        isinstance(annotation, type)
        and not is_protocol(annotation)
        and not typing.is_typeddict(annotation)
        and get_origin(annotation) is None
    )


def describe(annotation: Any) -> str:
    """The annotation as a person would write it: `DataFrame`, `dict[str, float]`, `int | None`."""
    if annotation is None or annotation is NoneType:
        return "None"
    if annotation is ...:
        return "..."
    if isinstance(annotation, list):
        return f"[{', '.join(map(describe, annotation))}]"
    if isinstance(annotation, str):
        return annotation
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _plain_name(annotation)
    if origin in _WRAPPERS:
        return describe(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(map(describe, arguments))
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    return _generic_name(origin, arguments)


def _plain_name(annotation: Any) -> str:
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, type | TypeVar | NewType):
        return str(annotation.__name__)
    return repr(annotation).replace("typing.", "").replace("typing_extensions.", "")


def _generic_name(origin: Any, arguments: tuple[Any, ...]) -> str:
    name = "Callable" if origin is Callable else _plain_name(origin)
    if name == "ndarray" and len(arguments) == 2 and get_args(bare(arguments[0]))[1:] == (...,):
        return f"NDArray[{', '.join(map(describe, get_args(arguments[1]))) or 'Any'}]"
    if not arguments:
        return f"{name}[()]" if origin is tuple else name
    return f"{name}[{', '.join(map(describe, arguments))}]"


def long_name(annotation: Any) -> str:
    """The name with its module, to tell apart two of one name: `polars.DataFrame`."""
    if is_plain_class(annotation):
        return f"{annotation.__module__}.{annotation.__qualname__}"
    return repr(annotation)


def with_article(annotation: Any) -> str:
    """`an int`, `a DataFrame`; a union, None or a literal as it is."""
    text = describe(annotation)
    if is_union(annotation) or is_literal(annotation) or text in ("None", "Any"):
        return text
    spelled_out = text[:2].isupper() and text[0] in "AEFHILMNORSX"
    return f"{'an' if spelled_out or text[0] in 'aeioAEIO' else 'a'} {text}"
