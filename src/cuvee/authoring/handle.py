"""Handles: what a task call in a pipeline's body gives. They stand for values that aren't there yet.

A handle can be passed to tasks, unpacked or read by field where the annotation names elements,
and nothing else: whatever needs the value raises at the user's line and says what to write.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from opcode import opmap
from typing import Any, NoReturn

from cuvee.authoring.places import place_of, user_frame
from cuvee.contracts.annotation import describe
from cuvee.contracts.elements import element_annotation, elements_of
from cuvee.errors import HandleError
from cuvee.model.graph import Ref
from cuvee.model.problem import Problem
from cuvee.ports import current


class Handle:
    """The result of a call that has not run yet, or an element of it."""

    __slots__ = ("_cuvee_annotation", "_cuvee_label", "_cuvee_ref")

    # One prefix for our own names: any other may be a field of the user's.
    _cuvee_annotation: Any
    _cuvee_label: str
    _cuvee_ref: Ref

    def __init__(self, ref: Ref, annotation: Any, label: str) -> None:
        _set_ref(self, ref)
        _set_annotation(self, annotation)
        _set_label(self, label)

    # What can be done with it.

    def __iter__(self) -> Iterator[Handle]:
        names = elements_of(self._cuvee_annotation)
        if names is None or not _is_tuple(self._cuvee_annotation):
            self._refuse(
                "cannot be walked or unpacked, for it has not run yet",
                f"its type is {describe(self._cuvee_annotation)}, whose length is not known: annotate it as "
                f"tuple[A, B], or write task.map({self._me()}) or result({self._me()})",
            )
        asked = _unpacked_into()
        if asked is not None and asked != len(names):
            self._refuse(
                f"gives {len(names)} elements, and is unpacked into {asked}",
                f"write {len(names)} names on the left, or annotate what the task returns",
            )
        return iter([self._element(name) for name in names])

    def __getattr__(self, name: str) -> Handle:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name in (elements_of(self._cuvee_annotation) or ()) and not _is_dict(self._cuvee_annotation):
            return self._element(name)
        self._refuse(
            f"has no attribute .{name}, for it has not run yet",
            f"take it in a task, or write result({self._me()}).{name}; only the fields of a "
            "NamedTuple or dataclass that the task is annotated to return can be read here",
        )

    def __getitem__(self, key: Any) -> Handle:
        names = elements_of(self._cuvee_annotation) or ()
        if _is_dict(self._cuvee_annotation) and key in names:
            return self._element(key)
        if _is_tuple(self._cuvee_annotation) and type(key) is int and -len(names) <= key < len(names):
            return self._element(names[key])
        self._refuse(
            f"cannot be indexed with {key!r}, for it has not run yet",
            f"take the item in a task, or write result({self._me()})[{key!r}]; only the keys of a "
            "TypedDict and the items of a tuple[A, B] can be read here",
        )

    def __repr__(self) -> str:
        # A debugger may show it; a body that makes text of it would pass this on as data.
        if current.trace.get() is not None and sys.gettrace() is None:
            self._refuse("cannot be made text, for it has not run yet", f"write repr(result({self._me()}))")
        return f"<handle of {self._cuvee_label}: {describe(self._cuvee_annotation)}>"

    # What cannot.

    def __bool__(self) -> bool:
        self._refuse("cannot be a condition, for it has not run yet", f"write `if result({self._me()}):`")

    def __str__(self) -> str:
        self._refuse(
            "cannot be made text, for it has not run yet",
            f"write str(result({self._me()})), or do it in a task",
        )

    def __format__(self, spec: str) -> str:
        self._refuse(
            "cannot be formatted, for it has not run yet",
            f"write {{result({self._me()})}}, or do it in a task",
        )

    def __len__(self) -> int:
        names = elements_of(self._cuvee_annotation)
        if names is not None and _is_tuple(self._cuvee_annotation):
            return len(names)
        self._refuse(
            "has no length, for it has not run yet", f"write len(result({self._me()})), or do it in a task"
        )

    def __contains__(self, item: object) -> bool:
        self._refuse(
            "cannot be searched with `in`, for it has not run yet",
            f"write `in result({self._me()})`, or do it in a task",
        )

    def __await__(self) -> NoReturn:
        self._refuse(
            "needs no `await`: its task is not async, or has been awaited already",
            f"write {self._me()} without it",
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse(
            "cannot be called, for it has not run yet", f"write result({self._me()})(…), or do it in a task"
        )

    def __setattr__(self, name: str, value: object) -> None:
        self._refuse(
            f"cannot have its .{name} set, for it has not run yet", "change it in a task, and return it"
        )

    def __delattr__(self, name: str) -> None:
        self._refuse(
            f"cannot have its .{name} deleted, for it has not run yet", "change it in a task, and return it"
        )

    def __setitem__(self, key: Any, value: object) -> None:
        self._refuse("cannot have an item set, for it has not run yet", "change it in a task, and return it")

    def __delitem__(self, key: Any) -> None:
        self._refuse(
            "cannot have an item deleted, for it has not run yet", "change it in a task, and return it"
        )

    def __hash__(self) -> int:
        self._refuse(
            "cannot be a dict's key or in a set, for it has not run yet", f"write result({self._me()})"
        )

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        self._refuse(
            "cannot be copied or pickled, for it has not run yet",
            f"pass it to a task, or write result({self._me()})",
        )

    def _me(self) -> str:
        """What the user calls it: a variable that holds it, or else the call that made it."""
        frame = user_frame()
        names = [name for name, value in frame.f_locals.items() if value is self] if frame else []
        return names[0] if names else f"{self._cuvee_label}(…)"

    def _element(self, name: str) -> Handle:
        ref = self._cuvee_ref
        dotted = f"[{name}]" if name.isdigit() else f".{name}"
        return Handle(
            Ref(ref.node, (*ref.select, name)),
            element_annotation(self._cuvee_annotation, name),
            self._cuvee_label + dotted,
        )

    def _refuse(self, what: str, instead: str) -> NoReturn:
        message = f"the result of `{self._cuvee_label}` {what}: {instead}"
        frame = user_frame()
        raise HandleError([Problem(message, place_of(frame) if frame else None)])


# A handle refuses to be set: the slots themselves do not.
_set_ref = vars(Handle)["_cuvee_ref"].__set__
_set_annotation = vars(Handle)["_cuvee_annotation"].__set__
_set_label = vars(Handle)["_cuvee_label"].__set__


def _unpacked_into() -> int | None:
    """How many names stand on the left, if the user's code is unpacking what it asked to walk."""
    frame = user_frame()
    if frame is None or frame.f_lasti < 0:
        return None
    operation = frame.f_code.co_code[frame.f_lasti]
    return frame.f_code.co_code[frame.f_lasti + 1] if operation == opmap["UNPACK_SEQUENCE"] else None


def ref_of(handle: Handle) -> Ref:
    """What the handle refers to in the graph."""
    return handle._cuvee_ref


def _is_tuple(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", annotation)
    return isinstance(origin, type) and issubclass(origin, tuple)


def _is_dict(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, dict)


def _refusing(symbol: str) -> Any:
    def method(self: Handle, *_: Any, **__: Any) -> NoReturn:
        self._refuse(
            f"cannot be used with `{symbol}`, for it has not run yet",
            f"do it in a task, or write result({self._me()})",
        )

    return method


_OPERATORS = {
    "==": ("eq",), "!=": ("ne",), "<": ("lt",), "<=": ("le",), ">": ("gt",), ">=": ("ge",),
    "+": ("add", "radd", "iadd", "pos"), "-": ("sub", "rsub", "isub", "neg"), "*": ("mul", "rmul", "imul"),
    "/": ("truediv", "rtruediv", "itruediv"), "//": ("floordiv", "rfloordiv", "ifloordiv"),
    "%": ("mod", "rmod", "imod"), "**": ("pow", "rpow", "ipow"), "@": ("matmul", "rmatmul", "imatmul"),
    "<<": ("lshift", "rlshift", "ilshift"), ">>": ("rshift", "rrshift", "irshift"),
    "&": ("and", "rand", "iand"), "|": ("or", "ror", "ior"), "^": ("xor", "rxor", "ixor"), "~": ("invert",),
    "int()": ("int", "index"), "float()": ("float",), "complex()": ("complex",), "bytes()": ("bytes",),
    "abs()": ("abs",), "round()": ("round",), "divmod()": ("divmod", "rdivmod"), "reversed()": ("reversed",),
    "with": ("enter", "exit"), "next()": ("next",), "open()": ("fspath",),
    "numpy": ("array",),
}  # fmt: skip
for _symbol, _names in _OPERATORS.items():
    for _name in _names:
        setattr(Handle, f"__{_name}__", _refusing(_symbol))
