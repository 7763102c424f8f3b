"""The graph that tracing a pipeline's body yields: calls, and where their arguments come from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Literal

from cuvee.model.artifact import Artifact
from cuvee.model.caching import Caching
from cuvee.model.digest import Digest
from cuvee.model.entry import Figure, Metric
from cuvee.model.past import PastTask
from cuvee.model.policy import PLAIN, Policy
from cuvee.model.problem import Place
from cuvee.model.value import Value


class TaskInfo(Value, frozen=True):
    """What the engine needs to know of a task.

    `name` is `module:qualname`, the same from the command, a script and a test; `short` is
    what paths are made of. `parameters` are (name, kind) in order, kinds as in `inspect`.
    `elements` names the parts of the result that are artifacts of their own, if it has any. `seed`
    is what was asked for by `--seed` or `options`, for the run, for a pipeline in it, or for the call.
    One that is `past` has the code of an earlier run, and is performed where that is loaded.
    """

    name: str
    short: str
    function: Callable[..., Any]
    parameters: tuple[tuple[str, str], ...]
    returns: Any = Any
    elements: tuple[str, ...] | None = None
    caching: Caching = Caching()
    seed: int | None = None
    policy: Policy = PLAIN
    past: PastTask | None = None


class Given(Value, frozen=True):
    """A value that was there when the body was traced, already encoded; `text` is for people.

    A `File` counts as a `file` in the key, everything else as a `parameter`. `identity` is what it
    counts by where a class in it says what identifies its instances; else it counts by what is stored.
    `origin` is the call, by its path, whose list it is an item of.
    """

    artifact: Artifact
    text: str
    kind: Literal["parameter", "file"] = "parameter"
    identity: Digest | None = None
    origin: str = ""


class Ref(Value, frozen=True):
    """The result of an earlier call or fan, or an element of it (`select`, outermost first)."""

    node: int
    select: tuple[str, ...] = ()


class Gather(Value, frozen=True):
    """A list, tuple or dict in a body that holds handles; `keys` is the list of a dict's keys."""

    kind: Literal["list", "tuple", "dict"]
    items: tuple[Argument, ...]
    keys: Argument | None = None


class Hidden(Value, frozen=True):
    """A secret: its value goes to the call and nowhere else; its version, if any, is in the key."""

    secret: Any
    version: str | None


class Opaque(Value, frozen=True):
    """A value that cannot be stored (a client, a socket): handed over as it is.

    The call is not reused, unless the value's class says what identifies it: then there is `identity`.
    """

    value: Any
    text: str
    why: str
    identity: Digest | None = None


class Narrowed(Value, frozen=True):
    """Some columns of a frame: all that the call sees of it, and depends on."""

    frame: Argument
    columns: tuple[Hashable, ...]
    parameter: str


class Supplied(Value, frozen=True):
    """A result that stands in for a call: nothing is computed. `text` says what it is.

    `made_by` is the run and the path of the call that gave it, in `seconds`, where one did; `metrics` and
    `figures` are what that logged. `taken`: it is what this very call gave in an earlier run, which `text`
    names.
    """

    artifact: Artifact
    text: str
    made_by: tuple[int, str] | None = None
    seconds: float = 0.0
    taken: bool = False
    metrics: tuple[Metric, ...] = ()
    figures: tuple[Figure, ...] = ()


Argument = Given | Ref | Gather | Hidden | Opaque | Narrowed

# Ids order nodes as they were traced: node n has the id n * STRIDE, and the elements of a fan
# have the ids that follow the fan's own.
STRIDE = (1 << 32) - 1
"""Odd: Python's dicts look at the last bits of a number first, and multiples of 2³² have the same."""


class Call(Value, frozen=True):
    """One use of a task. `path` names it in its run: `features/clean`, `train#2`, `train[0]`.

    One that is `supplied` is not performed, and takes nothing.
    """

    id: int
    path: str
    task: TaskInfo
    arguments: tuple[tuple[str, Argument], ...]
    place: Place | None = None
    supplied: Supplied | None = None


class Fan(Value, frozen=True):
    """A map over lists whose length is not known yet (an entry of `over` may be known all the same).

    Once the values of `over` are there it becomes one call for each element, `path[0]`,
    `path[1]`, …; `arguments` are the same for all of them, and so is what is `supplied`. Where the results
    of all its calls are known, there is one in `each` for each of them, and it takes nothing.
    """

    id: int
    path: str
    task: TaskInfo
    over: tuple[tuple[str, Argument], ...]
    arguments: tuple[tuple[str, Argument], ...]
    place: Place | None = None
    supplied: Supplied | None = None
    each: tuple[Supplied, ...] = ()


Node = Call | Fan


class GraphPrint(Value, frozen=True):
    """What tells a whole graph of calls from others: how many there are, and a digest of all that their keys
    are made of, with the call in the place of what it gives. `keys` has the keys of some calls, by their ids.
    """

    digest: Digest
    calls: int
    keys: dict[int, Digest]


def leaves_of(argument: Argument) -> Iterator[Given | Ref | Hidden | Opaque]:
    """What an argument is made of, in order; the keys of dicts too."""
    if isinstance(argument, Gather):
        for item in argument.items if argument.keys is None else (*argument.items, argument.keys):
            yield from leaves_of(item)
    elif isinstance(argument, Narrowed):
        yield from leaves_of(argument.frame)
    else:
        yield argument


def refs_of(argument: Argument) -> Iterator[Ref]:
    """Every reference in an argument, in order."""
    return (leaf for leaf in leaves_of(argument) if isinstance(leaf, Ref))


def opaque_in(argument: Argument) -> Opaque | None:
    """The first value in an argument that has nothing to be compared by, if there is one."""
    return next(
        (leaf for leaf in leaves_of(argument) if isinstance(leaf, Opaque) and leaf.identity is None), None
    )


def needs_of(node: Node) -> tuple[int, ...]:
    """The nodes whose results this one takes, each once, in order."""
    found: list[int] = []
    for _, argument in (*node.over, *node.arguments) if type(node) is Fan else node.arguments:
        if type(argument) is Given:  # nearly all arguments are one of these two
            continue
        if type(argument) is Ref:
            found.append(argument.node)
        else:
            found += [ref.node for ref in refs_of(argument)]
    return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))
