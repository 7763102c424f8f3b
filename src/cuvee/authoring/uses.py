"""Uses: what all calls of one task in one trace share, found once and checked once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from cuvee.authoring.arguments import has_handle
from cuvee.authoring.definition import is_generator
from cuvee.authoring.narrowing import columns_problems
from cuvee.authoring.places import shown_file
from cuvee.authoring.runnable import Runnable
from cuvee.contracts.elements import elements_of
from cuvee.contracts.streams import yielded
from cuvee.model.caching import caching_of
from cuvee.model.graph import TaskInfo
from cuvee.model.policy import PLAIN
from cuvee.model.problem import Place, Problem

if TYPE_CHECKING:
    from cuvee.authoring.task import Task

OverrideOf = Callable[["Task[..., Any]"], Mapping[str, Any]]
"""The values, by parameter, that win over the body's."""


class Use:
    """A task as it is used in one trace, with one seed."""

    __slots__ = ("bind", "info", "label", "overrides", "parameters")

    def __init__(self, task: Task[..., Any], info: TaskInfo, overrides: Mapping[str, Any]) -> None:
        self.info = info
        self.label = task.short_name
        self.bind = task.signature.bind
        self.parameters = task.signature.parameters
        self.overrides = overrides


class Uses:
    """The uses of one trace; what is wrong with a task goes to `problems`."""

    def __init__(self, problems: list[Problem], override_of: OverrideOf) -> None:
        self._problems = problems
        self._override_of = override_of
        self._infos: dict[tuple[Any, ...], TaskInfo] = {}
        self._uses: dict[tuple[Task[..., Any], int | None], Use] = {}

    def of(self, task: Task[..., Any], seed: int | None) -> Use:
        """The use of a task where this is the seed, unless the task has its own."""
        use = self._uses.get((task, seed))
        if use is None:
            use = self._uses[task, seed] = Use(task, self._info(task, seed), self._override_of(task))
        return use

    def override(
        self, task: Task[..., Any], values: dict[str, Any], place: Place, lists: Collection[str] = ()
    ) -> None:
        """Let what is set from outside win; of a map, the parameters in `lists` walk its lists."""
        for name, value in self._override_of(task).items():
            wrong = "map() walks a list for it" if name in lists else ""
            if not wrong and has_handle(values.get(name)):
                wrong = "here it is the result of another task; set a parameter of that task instead"
            if wrong:
                self._problems.append(Problem(f"{task.short_name}.{name} cannot be set: {wrong}", place))
            else:
                values[name] = value

    def note(self, problems: list[str], label: str, place: Place) -> None:
        """What is wrong with how the task of this label is called."""
        self._problems += [Problem(f"`{label}` {problem}", place) for problem in problems]

    def note_columns(self, runnable: Runnable[..., Any], *, pipeline: bool) -> None:
        """What is wrong with the columns that it takes of frames."""
        problems = columns_problems(runnable.short_name, runnable.signature, pipeline=pipeline)
        self._problems += [Problem(problem, definition_of(runnable)) for problem in problems]

    def _info(self, task: Task[..., Any], seed: int | None) -> TaskInfo:
        seed = seed if task.seed is None else task.seed
        policy = task.policy or PLAIN
        key = (task.function, task.short_name, task.cache, seed, policy, task.stands_for)
        info = self._infos.get(key)
        if info is None:
            signature = task.signature
            info = self._infos[key] = TaskInfo(
                task.name,
                task.short_name,
                task.function,
                tuple((parameter.name, parameter.kind) for parameter in signature.parameters),
                signature.returns,
                elements_of(signature.returns),
                caching_of(task.cache),
                seed,
                policy=policy,
                past=task.past,
            )
            self._note_stream(task)
            self.note_columns(task, pipeline=False)
        return info

    def _note_stream(self, task: Task[..., Any]) -> None:
        if is_generator(task.function) and yielded(task.signature.returns) is None:
            text = (
                f"`{task.short_name}` yields its result: annotate what each item is, `-> Iterator[…]`, "
                "and each is stored before the next is made; or return a list"
            )
            self._problems.append(Problem(text, definition_of(task)))


def definition_of(runnable: Runnable[..., Any]) -> Place:
    """The line that its function is defined at."""
    code = runnable.function.__code__
    return Place(shown_file(code.co_filename), code.co_firstlineno)
