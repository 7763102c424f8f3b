"""Work orders and outcomes: all that goes to where a call is performed, and all that comes back.

An order needs no graph, no database and no key: a compute node that has the artifact store and
the project's code can carry it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.entry import Figure, Metric, Observation
from cuvee.model.past import PastTask
from cuvee.model.policy import PLAIN, Policy
from cuvee.model.profile import Profile
from cuvee.model.value import Value


class Bundle(Value, frozen=True):
    """A list, tuple or dict of payloads, put together again where the call is performed."""

    kind: Literal["list", "tuple", "dict"]
    items: tuple[Payload, ...]
    keys: Payload | None = None


class Live(Value, frozen=True):
    """A value that is handed over as it is and never stored: a secret."""

    value: Any


Payload = Artifact | Bundle | Live


def artifacts_in(payload: Payload) -> Iterator[Artifact]:
    """Every artifact of a payload."""
    if isinstance(payload, Artifact):
        yield payload
    elif isinstance(payload, Bundle):
        for item in payload.items:
            yield from artifacts_in(item)


class WorkOrder(Value, frozen=True):
    """One call to perform. `seed` is what global random state is set from; `scratch` its own folder.

    `expected` is how many seconds it should take, None if nobody knows; `past` is the task of an earlier
    run's source, where the call is one of such a task: then nothing here is its function.
    """

    call: int
    path: str
    task: str
    function: Callable[..., Any]
    parameters: tuple[tuple[str, str], ...]
    returns: Any
    elements: tuple[str, ...] | None
    arguments: tuple[tuple[str, Payload], ...]
    seed: bytes
    scratch: str
    policy: Policy = PLAIN
    expected: float | None = None
    past: PastTask | None = None


class Failure(Value, frozen=True):
    """An exception of the user's code, without frames of ours; `traceback` ends with a newline."""

    type: str
    message: str
    traceback: str
    file: str = ""
    line: int = 0


class LogChunk(Value, frozen=True):
    """What a call wrote to one stream, in order; `at` is seconds since the call began."""

    stream: Literal["stdout", "stderr"]
    text: str
    at: float


class Outcome(Value, frozen=True):
    """What became of one order.

    `damaged` names the blobs of inputs that could not be read back as they were stored, `damage` says
    what is wrong with them; the call has then not run. `refused`: its function cannot be had there,
    and it has not run either. `doubts` are reasons, found while it ran, not to reuse it; `outside` are
    such that a task can answer for: network and sub-processes. `profiles` are what the artifact, or
    elements of it, look like, by digest. `kinds` names the classes of what it raised, as
    `module:qualname`: whether to try again is asked of them. `mutated` names the arguments that it
    changed in place, `imported` the top-level modules that it, or a call before it in its process,
    imported while it ran. `shared` names two elements of its result that held one object and are apart
    from now on, and its class. `memory` is the bytes that the process held at the peak of the call, None
    where that is not known.
    """

    call: int
    status: Literal["succeeded", "failed", "cancelled", "damaged", "refused"]
    started: float
    seconds: float
    artifact: Artifact | None = None
    metrics: tuple[Metric, ...] = ()
    figures: tuple[Figure, ...] = ()
    logs: tuple[LogChunk, ...] = ()
    observed: tuple[Observation, ...] = ()
    failure: Failure | None = None
    damaged: tuple[bytes, ...] = ()
    doubts: tuple[str, ...] = ()
    profiles: tuple[tuple[Digest, Profile], ...] = ()
    outside: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    mutated: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    memory: int | None = None
