"""Overrides: `task.parameter=value` from outside, which wins over what a pipeline's body says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from cuvee.authoring.task import Task
from cuvee.errors import ParameterError, UsageError
from cuvee.model.problem import Problem
from cuvee.model.value import Value

if TYPE_CHECKING:
    from cuvee.operations.prospect import Prospect

Parse = Callable[[str, Any, Any], Any]
"""From a text, the parameter's annotation and its default, the value. Raises UsageError."""


Recorded = Callable[["Override", Task[..., Any]], list[Any]]
"""The value that an override of an earlier run had there, where it is known; else []. Raises UsageError."""


class Override(Value, frozen=True):
    """One `--set task.parameter=text`; `task` is a short name, or `module:name`."""

    task: str
    parameter: str
    text: str


def parse_override(text: str) -> Override:
    """The override that a text says. Raises ParameterError for one of another form."""
    slot, equals, value = text.partition("=")
    task, dot, parameter = slot.strip().rpartition(".")
    if not (equals and dot and task and parameter):
        raise ParameterError(
            f"--set {text}: write it as task.parameter=value, for instance --set split.test_size=0.2"
        )
    return Override(task, parameter, value)


class Overrides:
    """The overrides of one run, matched with the tasks that its trace meets.

    A value is parsed when a task that it fits turns up, since only the task knows its type. `past` are those
    that an earlier run had, and nobody has asked for now.
    """

    def __init__(
        self,
        overrides: Sequence[Override] = (),
        parse: Parse | None = None,
        recorded: Recorded | None = None,
        past: Collection[Override] = (),
    ) -> None:
        self._problems: list[Problem] = []
        self._overrides = tuple(overrides)
        self._parse = parse
        self._recorded = recorded
        self._past = past
        self._met: dict[str, Task[..., Any]] = {}
        self._used: dict[Override, set[str]] = {}
        self._values: dict[tuple[str, tuple[str, ...]], Mapping[str, Any]] = {}

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them, as they are typed: `split.test_size=0.2`."""
        return tuple(f"{each.task}.{each.parameter}={each.text}" for each in self._overrides)

    def of_task(self, task: Task[..., Any]) -> Mapping[str, Any]:
        """The values, by parameter, that are set for this task."""
        if not self._overrides:
            return {}
        known = (task.name, task.stands_for)
        if known not in self._values:
            self._met[task.name] = task
            self._values[known] = {
                override.parameter: value
                for override in self._overrides
                if override.task in (task.name, task.function.__name__, *task.stands_for)
                for value in self._value(override, task)
            }
        return self._values[known]

    def flags(self) -> list[tuple[str, Set[str]]]:
        """Each that was asked for now, as a flag, with the tasks that it has set so far."""
        return [
            (_flag(each), self._used.get(each, frozenset()))
            for each in self._overrides
            if each not in self._past
        ]

    def take_problems(self) -> list[Problem]:
        """What does not fit of what was met since this was last asked."""
        problems, self._problems = self._problems, []
        return problems

    def finish(self) -> list[Problem]:
        """What was wrong with them: bad values, names that no task has or that several have."""
        problems = self.take_problems()
        for override in self._overrides:
            tasks = self._used.get(override, set())
            if not tasks:
                problems.append(self._of_nobody(override))
            elif len(tasks) > 1:
                several = " and ".join(sorted(tasks))
                text = f"{_flag(override)} could mean {several}: write the one you mean in full"
                problems.append(Problem(text))
        return problems

    @property
    def unmet(self) -> tuple[Override, ...]:
        """Those whose task has not been called so far."""
        return tuple(override for override in self._overrides if override not in self._used)

    def foresee(self, prospect: Prospect) -> list[Problem]:
        """What is wrong with those that wait for a task which cannot be called any more."""
        return [
            self._of_nobody(override, prospect.names())
            for override in self.unmet
            if not prospect.may_come(override.task, called=False)
        ]

    def _of_nobody(self, override: Override, others: Sequence[str] = ()) -> Problem:
        names = sorted({*(task.function.__name__ for task in self._met.values()), *others})
        hint = _closest(override.task, names) or f"its tasks are {', '.join(names)}"
        return Problem(f"{_flag(override)}: the pipeline calls no task {override.task!r}; {hint}")

    def _value(self, override: Override, task: Task[..., Any]) -> list[Any]:
        self._used.setdefault(override, set()).add(task.name)
        flag = _flag(override)
        by_name = {parameter.name: parameter for parameter in task.signature.parameters}
        parameter = by_name.get(override.parameter)
        if parameter is None:
            hint = _closest(override.parameter, list(by_name)) or f"it has {', '.join(by_name) or 'none'}"
            problem = f"{flag}: the task has no parameter {override.parameter!r}; {hint}"
            self._problems.append(Problem(problem))
            return []
        assert self._parse is not None
        try:
            found = self._recorded(override, task) if self._recorded is not None else []
            return found or [self._parse(override.text, parameter.annotation, parameter.default)]
        except UsageError as error:
            self._problems.append(Problem(f"{flag}: {error}"))
            return []


def _flag(override: Override) -> str:
    return f"--set {override.task}.{override.parameter}"


def _closest(name: str, known: list[str]) -> str:
    import difflib  # for mistakes only

    same = [each for each in known if each.casefold() == name.casefold()]
    close = same[:1] or difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else ""
