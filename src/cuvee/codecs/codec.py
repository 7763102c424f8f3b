"""What a codec is: a value taken apart into named bytes, and put together again, exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol

from cuvee.model.digest import Digest
from cuvee.model.value import Value

if TYPE_CHECKING:
    from pathlib import Path


Buffer = bytes | bytearray | memoryview

ClassDigest = Callable[[Any], Digest | None]
"""The fingerprint of a class, function or module of the project; None for one from elsewhere."""


Models = Literal["pickle", "skops"]
"""How models of scikit-learn are kept: by pickle, or by skops what comes back exactly from it."""


class Outside(Value, frozen=True):
    """A file of the user's, as a part: its content counts, and whoever stores it may leave it there.

    `among` is how many bytes there are in all of which it is one file.
    """

    path: Path
    among: int = 0


class Encoded(Value, frozen=True):
    """A value as bytes: what an `Artifact` is made of, before anything is stored.

    A part is a buffer, or a file whose content it is. Buffers may share memory with the value.
    `live`: a computation cannot tell the value from what is read back, so that it may be handed
    on as it is. Not so where memory had gaps that are closed now, or one list was in two places,
    or where nobody knows, as with pickle. `pickler` is what wrote it, where something did: it knows every
    object that it met, and keeps it alive.
    """

    codec: str
    type: str
    meta: bytes = b""
    parts: tuple[tuple[str, Buffer | Path | Outside], ...] = ()
    children: tuple[tuple[str, Encoded], ...] = ()
    live: bool = False
    pickler: Any = None


class Held(Value, frozen=True):
    """A part or a child that an artifact has under this name."""

    name: str


class Selected(Value, frozen=True):
    """Something of an artifact as an artifact of its own, made of what that has and of little else."""

    codec: str
    type: str
    meta: bytes = b""
    parts: tuple[tuple[str, Buffer | Held], ...] = ()
    children: tuple[tuple[str, Selected | Held], ...] = ()


class Encoding(Protocol):
    """What a codec may ask while it encodes."""

    @property
    def root(self) -> Path | None:
        """The project's folder where the value is an argument; None where it is a task's result."""
        ...

    @property
    def models(self) -> Models:
        """How models are to be kept."""
        ...

    def encode(self, value: Any) -> Encoded:
        """An element of the value, by whichever codec takes it. Raises CannotEncode."""
        ...

    def class_digest(self, thing: Any) -> Digest | None:
        """The fingerprint of a class, function or module of the project; None for one from elsewhere."""
        ...


class Parts(Protocol):
    """A stored artifact, as a codec sees it when it decodes."""

    @property
    def type(self) -> str: ...

    @property
    def meta(self) -> bytes: ...

    def read(self, name: str) -> memoryview:
        """A part's bytes, checked: private to this reader and writable."""
        ...

    def own(self, name: str) -> Path | None:
        """The user's own file that a part is of, if it still has that content."""
        ...

    def folder(self) -> Path:
        """A new folder for private copies."""
        ...

    def copy(self, name: str, target: Path) -> None:
        """A part as a private copy: a file that is not there yet."""
        ...

    def names(self) -> tuple[str, ...]:
        """The names of the parts, in order."""
        ...

    def children(self) -> tuple[tuple[str, Callable[[], Any]], ...]:
        """The elements by name, each decoded when asked for."""
        ...


class Codec(Protocol):
    """Reads and writes one family of types. A codec is a module with these three names.

    Round trip is exact in every respect that a computation could see, or `encode` returns None
    and the value goes to the next codec. Equal values give equal bytes as far as that can be
    had; values that differ never do.
    """

    name: str
    """Written with each artifact and looked up to read it, so never given to another format."""

    def encode(self, value: Any, encoding: Encoding) -> Encoded | None: ...

    def decode(self, parts: Parts) -> Any: ...
