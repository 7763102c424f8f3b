"""Pickle as codecs use it: large buffers apart from the stream, and all code that is met on record.

An instance's bytes say nothing of its class's code, so the fingerprints of the project's
classes, functions and modules in a value go with it: changed code is another digest. What has no
content, or must not be kept, is refused with a word on what to do.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from cuvee.codecs import arrays_in_pickles, arrow_pieces
from cuvee.codecs.classes_by_value import ClassPickler, class_bytes
from cuvee.codecs.module_name import MAIN
from cuvee.codecs.naming import module_name, name_of, thing_named
from cuvee.codecs.plain import encode_plain
from cuvee.codecs.refusal import refuse
from cuvee.codecs.steady import SteadyPickler, has_sets
from cuvee.codecs.text import class_name
from cuvee.errors import CannotDecode, CannotEncode, HandleError

if TYPE_CHECKING:
    from cuvee.codecs.codec import Buffer, Encoding, Parts
    from cuvee.model.digest import Digest

# Smaller buffers stay in the stream: a part of its own costs more than the copy.
_APART_BYTES = 1 << 20


Reducers = Mapping[type, Callable[[Any], Any]]
_NO_REDUCERS: Reducers = {}


# Libraries whose own way of pickling is not exact → how a value of theirs is taken apart, as `__reduce_ex__`
# says it; NotImplemented where theirs will do.
_OURS = {"numpy": arrays_in_pickles.reduced, "pandas": arrow_pieces.reduced}


class Pickled(NamedTuple):
    """`inside` is what is in it, as plain bytes: the fingerprints of the project's code, and the names of
    the packages that others of its classes are from. `pickler` has met all objects that are in it."""

    inside: bytes
    parts: tuple[tuple[str, Buffer], ...]
    pickler: pickle.Pickler


def pickle_value(
    value: Any, encoding: Encoding, reducers: Reducers = _NO_REDUCERS, *, flat: bool = False
) -> Pickled:
    """The value by pickle.

    `reducers` say for an exact class how its instances are taken apart, as `__reduce_ex__` does. `flat` is
    to compare values by: what is met twice is written twice, as equal words may be one object or two.
    Raises CannotEncode; a flat value that holds itself is nested too deep.
    """
    written = _Written()
    pickler = _Pickler(written.stream, encoding, reducers, written.stays_in_stream)
    pickler.fast = flat
    try:
        pickler.dump(value)
        if has_sets(written.stream.getbuffer()):
            written = _steadily(value, pickler) or written
    except (CannotEncode, HandleError):
        raise
    except Exception as error:  # pickling runs the value's own code, which may raise anything
        what = f"a {class_name(type(value))}"
        if isinstance(error.__cause__ or error, RecursionError):
            raise CannotEncode(f"{what} is nested too deep to be kept") from error
        raise CannotEncode(
            f"{what} cannot be kept: {type(error).__name__}: {error}. "
            "Return what it is made of instead: numbers, text, arrays, frames"
        ) from error
    parts = [("pickle", written.stream.getbuffer())]
    parts += [(str(number), raw) for number, raw in enumerate(written.buffers)]
    inside = (tuple(sorted(pickler.code.items())), tuple(sorted(pickler.packages)))
    return Pickled(encode_plain(inside), tuple(parts), pickler)


def unpickle_value(parts: Parts) -> Any:
    """The value, on private and writable buffers. Raises CannotDecode."""
    buffers = [parts.read(name) for name in parts.names() if name.isdecimal()]
    stream = parts.read("pickle")
    try:
        return pickle.loads(stream, buffers=buffers)
    except CannotDecode:
        raise
    except Exception as error:  # unpickling runs the value's own code, too
        raise CannotDecode(
            f"a {parts.type} cannot be read back ({type(error).__name__}: {error}): "
            "was it made with other versions of its packages, or has its class moved? Run again"
        ) from error


class _Written:
    """A stream, and the large buffers that were kept apart from it."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()
        self.buffers: list[memoryview] = []

    def stays_in_stream(self, buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes < _APART_BYTES:
            return True
        self.buffers.append(raw)
        return False


def _steadily(value: Any, pickler: _Pickler) -> _Written | None:
    """The same with its sets in a fixed order; None for what is nested too deep for that, where the
    order that they are in may cost another run."""
    written = _Written()
    reduce, table = pickler.reducer_override, pickler.dispatch_table
    try:
        SteadyPickler(written.stream, reduce, table, written.stays_in_stream).dump(value)
    except RecursionError:
        return None
    return written


class _Pickler(ClassPickler):
    """`code` maps the names of the project's code that was met to its fingerprints; `packages` are
    those that other classes and functions are from."""

    def __init__(self, stream: io.BytesIO, encoding: Encoding, reducers: Reducers, apart: Any) -> None:
        super().__init__(stream, apart)
        self._encoding = encoding
        self._reducers = reducers
        self._met: dict[int, bool] = {}
        self.code: dict[str, Digest] = {}
        self.packages: set[str] = set()

    def reducer_override(self, obj: Any) -> Any:
        refuse(obj)
        if isinstance(obj, type | FunctionType):
            if self._is_ours(obj) and (path := name_of(obj)):
                return _by_name(obj, path)
        else:
            self._is_ours(obj if isinstance(obj, ModuleType) else type(obj))
        kind = type(obj)
        library = _OURS.get(kind.__module__.partition(".")[0])
        if library is not None and (ours := library(obj)) is not NotImplemented:
            return ours
        own = self._reducers.get(kind)
        return super().reducer_override(obj) if own is None else own(obj)

    def _is_ours(self, thing: Any) -> bool:
        """Whether it is the project's, or a script's or notebook's; the project's goes on record."""
        known = self._met.get(id(thing))
        if known is None:
            module = thing.__name__ if isinstance(thing, ModuleType) else thing.__module__
            digest = self._encoding.class_digest(thing)
            if digest is not None:
                self.code[f"{module_name(module)}:{getattr(thing, '__qualname__', '')}"] = digest
            known = self._met[id(thing)] = digest is not None or module in MAIN
            if not known:
                self._meet(module)
        return known

    def _meet(self, module: Any) -> None:
        top = str(module).partition(".")[0]
        if top not in sys.stdlib_module_names:
            self.packages.add(top)


def _by_name(code: Any, path: str) -> Any:
    """By the name that others import it by, also where it is being run as a script. What a notebook
    defines has none, so it travels along for processes where it is not defined."""
    if path.startswith("__main__:"):
        return _found_or_made, (path, class_bytes(code))
    return thing_named, (path,)


def _found_or_made(path: str, data: bytes) -> Any:
    try:
        return thing_named(path)
    except CannotDecode:
        return pickle.loads(data)
