"""What a generator yielded: each item an artifact of its own, read when a consumer comes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "items"


class Items(Iterator[Any]):
    """The items, one after another and once; each is read when it is asked for, and not held."""

    def __init__(self, loads: Iterable[Callable[[], Any]]) -> None:
        self._loads = iter(loads)

    def __next__(self) -> Any:
        return next(self._loads)()


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    """None: items are kept one by one as they come."""
    if type(value) is Items:
        raise CannotEncode(
            "an iterator over the items of another task can be walked only once: pass that task's result on, "
            "or yield the items"
        )
    return None


def decode(parts: Parts) -> Items:
    return Items(load for _, load in parts.children())
