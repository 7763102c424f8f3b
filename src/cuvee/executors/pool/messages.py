"""Messages: all that a run and its worker processes say to each other, and how orders become bytes.

Values travel by reference: an artifact names what is in the store. What has no content (a secret,
a client) travels pickled, over this channel and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from cuvee.codecs.codec import Models
from cuvee.model.artifact import Artifact
from cuvee.model.order import Bundle, Live, Outcome, Payload, WorkOrder
from cuvee.model.past import PastTask
from cuvee.model.secret import Secret
from cuvee.model.value import Value
from cuvee.perform.imports import Heard
from cuvee.perform.mutation import LARGEST_BYTES


class Setup(Value, frozen=True, tag=True):
    """Where the worker is: the project's root and the store.

    `sync`: blobs have to survive a power loss before an outcome may name them. `watched`: bytes of an
    argument up to which it is looked at again after the call. `today` is the project as it is now, where
    `root` is its source as it was at an earlier run: nothing of it may be imported. `models` says how
    models are kept. `heard` are the modules whose imports the process of the run has watched.
    """

    root: str
    home: str
    sync: bool
    watched: int = LARGEST_BYTES
    today: str = ""
    models: Models = "pickle"
    heard: Heard = ()


class Learn(Value, frozen=True, tag=True):
    """A task that orders will name by its number, and where its function is found.

    By name: `qualname` in the module `module` (called `loaded_as` in the process that sent this;
    `folder` has to be on `sys.path`), whose code must have the digest `code`. By value: `pickled`
    has function and annotation; `items` are what must be the same of the code that it names.
    `imports` are modules to import first, each with its folder: they say what instances of some classes
    count by, or have set something of a library. `settings` is a function that sets what a notebook has
    set, pickled.
    """

    number: int
    task: str
    parameters: tuple[tuple[str, str], ...]
    elements: tuple[str, ...] | None
    module: str = ""
    loaded_as: str = ""
    folder: str = ""
    qualname: str = ""
    code: bytes = b""
    pickled: bytes = b""
    items: tuple[tuple[str, str, bytes], ...] = ()
    imports: tuple[tuple[str, str], ...] = ()
    settings: bytes = b""


class Stored(Value, frozen=True, tag=True):
    artifact: Artifact


class Bundled(Value, frozen=True, tag=True):
    kind: Literal["list", "tuple", "dict"]
    items: tuple[Piece, ...]
    keys: Piece | None


class Pickled(Value, frozen=True, tag=True):
    data: bytes


class Whispered(Value, frozen=True, tag=True):
    """A secret: its text, or the environment variable that has none."""

    text: str | None
    variable: str | None
    version: str | None


Piece = Stored | Bundled | Pickled | Whispered


class Packed(Value, frozen=True):
    """A work order as it travels: its task by number, its arguments as pieces."""

    call: int
    path: str
    task: int
    arguments: tuple[tuple[str, Piece], ...]
    seed: bytes
    scratch: str


class Perform(Value, frozen=True, tag=True):
    """Carry these out, one after another."""

    orders: tuple[Packed, ...]


class Describe(Value, frozen=True, tag=True):
    """Say what a task is: `qualname` in a file of the source, or in the module where none is known."""

    file: str
    module: str
    qualname: str


class Fit(Value, frozen=True, tag=True):
    """Say what an artifact is with the classes that are loaded there."""

    artifact: Artifact


class Described(Value, frozen=True, tag=True):
    """A task as it is loaded there."""

    task: PastTask


class Fitted(Value, frozen=True, tag=True):
    """An artifact as it is with the classes that are loaded there."""

    artifact: Artifact


class Declined(Value, frozen=True, tag=True):
    """What was asked cannot be had there; the message is for people."""

    why: str


class Ready(Value, frozen=True, tag=True):
    """The worker waits for orders."""


class Began(Value, frozen=True, tag=True):
    """A call runs now."""

    call: int


class Wrote(Value, frozen=True, tag=True):
    """A call has written; `at` is seconds since it began."""

    call: int
    stream: Literal["stdout", "stderr"]
    text: str
    at: float


class Done(Value, frozen=True, tag=True):
    """A call is over. Its logs came before."""

    outcome: Outcome


class Refused(Value, frozen=True, tag=True):
    """A call that has not run, as its function cannot be had here as it is where the run is."""

    call: int
    why: str


ToWorker = Setup | Learn | Perform | Describe | Fit
FromWorker = Ready | Began | Wrote | Done | Refused
FromDesk = Ready | Described | Fitted | Declined


def pack_order(order: WorkOrder, task: int, pickle: Callable[[Any], bytes]) -> Packed:
    """The order as it travels. Raises what `pickle` raises for a value that cannot."""
    arguments = tuple((name, _piece(payload, pickle)) for name, payload in order.arguments)
    return Packed(order.call, order.path, task, arguments, order.seed, order.scratch)


def unpack_order(
    packed: Packed,
    task: Learn,
    function: Callable[..., Any],
    returns: Any,
    unpickle: Callable[[bytes], Any],
) -> WorkOrder:
    """The order that arrived, with the function that its task's number stands for."""
    arguments = tuple((name, _payload(piece, unpickle)) for name, piece in packed.arguments)
    return WorkOrder(
        packed.call,
        packed.path,
        task.task,
        function,
        task.parameters,
        returns,
        task.elements,
        arguments,
        packed.seed,
        packed.scratch,
    )


def _piece(payload: Payload, pickle: Callable[[Any], bytes]) -> Piece:
    if isinstance(payload, Artifact):
        return Stored(payload)
    if isinstance(payload, Bundle):
        keys = None if payload.keys is None else _piece(payload.keys, pickle)
        return Bundled(payload.kind, tuple(_piece(item, pickle) for item in payload.items), keys)
    if isinstance(payload.value, Secret):
        return _whisper(payload.value)
    return Pickled(pickle(payload.value))


def _payload(piece: Piece, unpickle: Callable[[bytes], Any]) -> Payload:
    if isinstance(piece, Stored):
        return piece.artifact
    if isinstance(piece, Bundled):
        keys = None if piece.keys is None else _payload(piece.keys, unpickle)
        return Bundle(piece.kind, tuple(_payload(item, unpickle) for item in piece.items), keys)
    if isinstance(piece, Whispered):
        if piece.text is None:
            return Live(Secret.from_env(piece.variable or "", version=piece.version))
        return Live(Secret(piece.text, version=piece.version))
    return Live(unpickle(piece.data))


def _whisper(secret: Secret) -> Whispered:
    try:
        return Whispered(secret.reveal(), None, secret.version)
    except LookupError:  # it is not set: the call that reveals it says so
        return Whispered(None, secret._name, secret.version)
