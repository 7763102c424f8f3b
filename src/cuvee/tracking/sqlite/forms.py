"""Forms: what is kept as MessagePack, to be read back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

from msgspec.msgpack import Decoder

T = TypeVar("T")


class Form(Generic[T]):
    """One form. What decodes it is made when the first one is read: no process reads all that there are,
    and every run would wait for it."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def decode(self) -> Callable[[bytes], T]:
        """Bytes → value. Raises msgspec.DecodeError."""
        return Decoder(self._kind).decode
