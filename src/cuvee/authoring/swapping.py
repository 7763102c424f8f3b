"""Swapping: what stands in for a task, or for one call of it, while a pipeline is traced.

A call is bound by the names of the task that the body wrote, and what stands in is given the same
names: so positions cannot be mixed up, and each has its own defaults. It knows no graph and no store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cuvee.authoring.task import Task
from cuvee.contracts.annotation import describe
from cuvee.contracts.values import value_problem
from cuvee.model.problem import Problem

if TYPE_CHECKING:
    from cuvee.authoring.signature import Parameter
    from cuvee.model.graph import Supplied
    from cuvee.model.swap import Swapped

_PATH = re.compile(r"[/#\[]")
_FIRST = "#1"
_SHOWN = 12


class Supply(Struct, frozen=True):
    """A result that stands in. `supplied(elements)` is what calls are recorded with; the elements are those
    that its task names."""

    value: Any
    supplied: Callable[[tuple[str, ...] | None], Supplied]


class Swap(Struct, frozen=True):
    """`told` names what it is for, and says what stands in; that is `by`: a task, or a result."""

    told: Swapped
    by: Task[..., Any] | Supply


class Standing(Struct, frozen=True):
    """What stands in for a task: `by`, as it is called here, and a word for it in messages."""

    by: Task[..., Any] | Supply
    text: str


class Swaps:
    """The swaps of one run, matched with the calls that its trace meets."""

    def __init__(self, swaps: Sequence[Swap] = ()) -> None:
        self._problems: list[Problem] = []
        self._swaps = tuple(swaps)
        self._tasks: dict[str, str] = {}
        self._paths: dict[str, None] = {}
        self._used: dict[str, set[str]] = {}
        self._standing: dict[tuple[Any, ...], Standing] = {}
        self._checked: set[tuple[str, str]] = set()
        self._unfit: set[tuple[str, str]] = set()

    def __bool__(self) -> bool:
        return bool(self._swaps)

    @property
    def told(self) -> tuple[Swapped, ...]:
        """What each stands for, as a record keeps it."""
        return tuple(swap.told for swap in self._swaps)

    def of_call(self, task: Task[..., Any], path: str) -> Standing | None:
        """What stands in for this call, by its path or else by its task; None if nothing does."""
        self._tasks[task.name] = task.function.__name__
        self._paths[path] = None
        named = names_of_path(path)
        names = (task.name, task.function.__name__, task.short_name)
        found = None
        for swap in self._swaps:
            name = swap.told.name
            by_path = bool(_PATH.search(name))
            if name in (named if by_path else names):
                self._used.setdefault(name, set()).add(path if by_path else task.name)
                found = swap if by_path or found is None else found
        return None if found is None else self._stands(found, task)

    def take_problems(self) -> list[Problem]:
        """What does not fit of what was met since this was last asked."""
        problems, self._problems = self._problems, []
        return problems

    @property
    def unmet(self) -> tuple[str, ...]:
        """The names of tasks, and of no call, that none has had so far."""
        names = (swap.told.name for swap in self._swaps)
        return tuple(name for name in names if name not in self._used and not _PATH.search(name))

    @property
    def tasks(self) -> tuple[Task[..., Any], ...]:
        """The tasks that stand in for others."""
        return tuple(swap.by for swap in self._swaps if isinstance(swap.by, Task))

    def of_nobody(self, names: Sequence[str], others: Sequence[str]) -> list[Problem]:
        """What to say of these, which no task will have; `others` are names that tasks may have yet."""
        return [
            Problem(f"swap {swap.told.name}={swap.told.text}: {self._nothing(swap.told.name, others)}")
            for swap in self._swaps
            if swap.told.name in names
        ]

    def finish(self) -> list[Problem]:
        """What was wrong with their names: some nothing has, some several tasks have."""
        problems = self.take_problems()
        for swap in self._swaps:
            name = swap.told.name
            met = self._used.get(name, set())
            if not met:
                problems.append(Problem(f"swap {name}={swap.told.text}: {self._nothing(name)}"))
            elif len(met) > 1 and not _PATH.search(name):
                several = " and ".join(sorted(met))
                message = f"swap {name}={swap.told.text} could mean {several}: write the one you mean in full"
                problems.append(Problem(message))
        return problems

    def _stands(self, swap: Swap, task: Task[..., Any]) -> Standing | None:
        """What stands in for a task; None for a result that does not fit."""
        key = (swap.told.name, task.name, task.call_name, task.cache, task.seed, task.policy)
        known = self._standing.get(key)
        if known is None:
            by = swap.by if isinstance(swap.by, Supply) else stand_in(swap.by, task)
            known = self._standing[key] = Standing(by, swap.told.text)
        pair = (swap.told.name, task.name)
        if pair not in self._checked:
            self._checked.add(pair)
            where = f"swap {swap.told.name}={swap.told.text}"
            found = _interface_problems(swap, task)
            self._problems += [Problem(f"{where}: {text}") for text in found]
            self._unfit |= {pair} if found else set()
        return None if pair in self._unfit and isinstance(known.by, Supply) else known

    def _nothing(self, name: str, others: Sequence[str] = ()) -> str:
        """What to say of a name that nothing has."""
        inside = [path for path in self._paths if path.startswith(f"{name}/")]
        if inside:
            return f"{name} is a pipeline in it: swap its calls, such as {inside[0]}"
        if self._is_in_map(name):
            return (
                "how many calls the map has is known only when it runs: swap all of them, by the task's name"
            )
        if _PATH.search(name):
            paths = list(self._paths)
            return f"the pipeline has no call {name!r}{_closest(name, paths)}ts calls are {_listed(paths)}"
        names = sorted({*self._tasks.values(), *others})
        return f"the pipeline calls no task {name!r}{_closest(name, names)}ts tasks are {_listed(names)}"

    def _is_in_map(self, name: str) -> bool:
        whole, bracket, _ = name.rpartition("[")
        return bool(bracket) and whole in self._paths


def names_of_path(path: str) -> tuple[str, ...]:
    """What a call at this path can be named by: `train#1` is the first of several, `score` all of a map."""
    if not path.endswith("]"):
        return path, path + _FIRST
    whole = path[: path.rindex("[")]
    return path, whole, whole + _FIRST


def stand_in(other: Task[..., Any], task: Task[..., Any]) -> Task[..., Any]:
    """`other` as it is called in the place of `task`: under its name, with its options where it has none.

    Where the annotation of its result is missing, or does not fit, it has that of `task`, so that what is
    wrong is said once.
    """
    plain = other.call_name is None and other.cache is None and other.seed is None and other.policy is None
    options = task if plain else other
    made: Task[..., Any] = Task(
        other.function,
        call_name=task.short_name,
        cache=options.cache,
        seed=options.seed,
        policy=options.policy,
    )
    made.stands_for = (task.name, task.function.__name__)
    if other.past is not None:
        made.past = other.past
        made.__dict__["name"] = other.name
    wanted = task.signature.returns
    foreign = other.signature.returns is Any or _unfit(other, task)
    made.signature = other.signature.giving(wanted) if foreign else other.signature
    return made


def _unfit(other: Task[..., Any], task: Task[..., Any]) -> bool:
    return _misfit(other.signature.returns, task.signature.returns)


def _misfit(produced: Any, wanted: Any) -> bool:
    from cuvee.contracts.edges import edge_problem  # most runs swap nothing

    return edge_problem(produced, wanted) is not None


def arguments_of(
    standing: Standing, by: Task[..., Any], task: Task[..., Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """What a call gives, as the stand-in takes it, and what is wrong with that, as clauses about the call."""
    own = {parameter.name: parameter for parameter in by.signature.parameters}
    rest = next((name for name, parameter in own.items() if parameter.kind == "VAR_KEYWORD"), None)
    values: dict[str, Any] = {}
    others: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in given.items():
        kind = task.signature.parameter(name).kind
        if name in own and _fits(kind, own[name].kind):
            values[name] = value
        elif kind == "VAR_KEYWORD":
            _spread(value, own, values, others)
        elif rest is not None and kind != "VAR_POSITIONAL":
            others[name] = value
        else:
            problems.append(_not_taken(standing.text, name, kind, own))
    if rest is not None and others:
        values[rest] = others
    elif others:
        problems += [_not_taken(standing.text, name, "KEYWORD_ONLY", own) for name in others]
    bound, wrong = by.signature.bind_named(values)
    return bound, [*problems, *(f"is swapped for {standing.text}, which {text}" for text in wrong)]


def _spread(
    value: Mapping[str, Any],
    own: Mapping[str, Parameter],
    values: dict[str, Any],
    others: dict[str, Any],
) -> None:
    for name, item in value.items():
        (values if name in own and own[name].kind not in _GATHERING else others)[name] = item


_GATHERING = ("VAR_POSITIONAL", "VAR_KEYWORD")


def _fits(kind: str, other: str) -> bool:
    """Whether what one kind of parameter is given can be given to the other."""
    return kind == other or (kind not in _GATHERING and other not in _GATHERING)


def _not_taken(text: str, name: str, kind: str, own: Mapping[str, Parameter]) -> str:
    star = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(kind, "")
    there = ", ".join(f"`{other}`" for other in own) or "none"
    return (
        f"is given `{star}{name}`, and {text}, which is swapped in, has no such parameter; it takes {there}"
    )


def _interface_problems(swap: Swap, task: Task[..., Any]) -> list[str]:
    """What of its types keeps the stand-in from taking the place of the task, all of it."""
    signature = task.signature
    by, text = swap.by, swap.told.text
    if isinstance(by, Supply):
        problem = value_problem(by.value, signature.returns)
        promised = describe(signature.returns)
        return (
            [f"`{task.short_name}` returns {promised}, and this does not fit: {problem}"] if problem else []
        )
    own = {parameter.name: parameter for parameter in by.signature.parameters}
    problems = []
    for parameter in signature.parameters:
        other = own.get(parameter.name)
        if other is not None and _misfit(parameter.annotation, other.annotation):
            problems.append(
                f"`{task.short_name}` takes `{parameter.text()}`, and {text} takes `{other.text()}`"
            )
    if _unfit(by, task):
        promised, given = describe(signature.returns), describe(by.signature.returns)
        problems.append(
            f"`{task.short_name}` returns {promised}, and {text} returns {given}: annotate "
            f"`{task.short_name}`, and who takes its result, with what any of them may give"
        )
    return problems


def _closest(name: str, known: Sequence[str]) -> str:
    import difflib  # for who made a mistake only

    close = difflib.get_close_matches(name, known, n=1)
    return f": did you mean {close[0]}? I" if close else "; i"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
