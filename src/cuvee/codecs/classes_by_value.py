"""Classes that no import reaches, made in a function or in a notebook, as bytes: the same in every process.

cloudpickle draws a number for each, by which it knows the class again when it meets it in another pickle.
Here the number comes of what the class is.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar

import cloudpickle

from cuvee.codecs.steady import SteadyPickler, has_sets
from cuvee.model.digest import digest_bytes

_numbers: Any = cloudpickle.cloudpickle._DYNAMIC_CLASS_TRACKER_BY_CLASS
_known: Any = cloudpickle.cloudpickle._DYNAMIC_CLASS_TRACKER_BY_ID


class ClassPickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Pickles as cloudpickle does, but for the numbers. `within`: the classes that are being numbered."""

    def __init__(self, stream: io.BytesIO, apart: Any = None, within: tuple[Any, ...] = ()) -> None:
        super().__init__(stream, protocol=5, buffer_callback=apart)
        self._within = within

    def reducer_override(self, obj: Any) -> Any:
        # Variables of types have a way of their own in cloudpickle.
        found = self.dispatch_table[TypeVar](obj) if type(obj) is TypeVar else super().reducer_override(obj)
        drawn = _numbers.get(obj) if isinstance(obj, type | TypeVar) and type(found) is tuple else None
        if drawn is None:
            return found
        make, arguments, *rest = found
        number = self._number(obj)
        arguments = tuple(number if type(each) is str and each == drawn else each for each in arguments)
        return make, arguments, *rest

    def _number(self, thing: Any) -> str:
        """32 digits, as those that are drawn have. One that is being numbered goes by its place."""
        for place, each in enumerate(self._within):
            if each is thing:
                return f"{place:032x}"
        number = digest_bytes(class_bytes(thing, (*self._within, thing)))[1:17].hex()
        if not self._within:
            _known[number] = thing  # in this process it is known again, as by a number that was drawn
        return number


def class_bytes(thing: Any, within: tuple[Any, ...] = ()) -> bytes:
    """A class or function by value, as `pickle.loads` reads it."""
    stream = io.BytesIO()
    pickler = ClassPickler(stream, within=within)
    pickler.dump(thing)
    if has_sets(stream.getbuffer()):
        reduce: Callable[[Any], Any] = pickler.reducer_override
        stream = io.BytesIO()
        SteadyPickler(stream, reduce, pickler.dispatch_table, None).dump(thing)
    return stream.getvalue()
