"""Tracing: a pipeline's body is run once, and each task call in it becomes a node of the graph.

The tracer checks as it goes and collects every problem with its line, so that one error can
tell them all. It runs nothing and stores nothing itself: values that it meets are encoded by
`pack`, and a `result()` waits through `wait`, both given by whoever traces.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from cuvee.authoring.arguments import Arguments, has_handle, taken
from cuvee.authoring.body import body_problems
from cuvee.authoring.coroutines import Unawaited, immediate, stepped
from cuvee.authoring.definition import is_generator
from cuvee.authoring.handle import Handle
from cuvee.authoring.narrowing import columns_problems
from cuvee.authoring.places import place_at, place_of, shown_file, user_place
from cuvee.authoring.runnable import Runnable
from cuvee.authoring.swapping import Standing, Supply, Swaps, arguments_of
from cuvee.codecs.text import text_of
from cuvee.contracts.elements import elements_of, item_annotation
from cuvee.contracts.streams import yielded
from cuvee.errors import CheckError, HandleError
from cuvee.model.artifact import Artifact
from cuvee.model.caching import caching_of
from cuvee.model.digest import Digest
from cuvee.model.graph import (
    STRIDE,
    Argument,
    Call,
    Fan,
    Given,
    Hidden,
    Node,
    Opaque,
    Ref,
    TaskInfo,
    leaves_of,
)
from cuvee.model.policy import PLAIN
from cuvee.model.problem import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cuvee.authoring.pipeline import Pipeline
    from cuvee.authoring.task import Task

_MISSING = object()

# Pipelines within pipelines; far fewer than Python's own limit, which would end in a heap of lines.
_DEEPEST = 50

_NESTED_SWAPS = "has swaps, and is called in a pipeline: swap in the one that is run, by the paths of calls"


class Tracer:
    """The trace that `ports.current` points to while a body runs.

    `override(task)` gives the values, by parameter, that win over the body's; `seed` is that of all calls
    for which nothing nearer gives one; `swaps` say what stands in for tasks; what the others are for,
    `Arguments` says.
    """

    def __init__(
        self,
        pack: Callable[[Any], Artifact],
        small: Callable[[Any], Given | None],
        wait: Callable[[Argument], Any],
        override: Callable[[Task[..., Any]], Mapping[str, Any]],
        identify: Callable[[Any], Digest | None],
        text: Callable[[Any], str] = text_of,
        seed: int | None = None,
        swaps: Swaps | None = None,
    ) -> None:
        self.nodes: list[Node] = []
        self.problems: list[Problem] = []
        self._arguments = Arguments(self.problems, pack, small, identify, text)
        self._wait = wait
        self._override_of = override
        self._prefix = ""
        self._seed = seed
        self._swaps = swaps or None
        self._inside: list[str] = []
        self._used: dict[str, int] = {}
        self._infos: dict[tuple[Any, ...], TaskInfo] = {}
        self._uses: dict[tuple[Task[..., Any], int | None], _Use] = {}
        self._unawaited = Unawaited()
        self._end: BaseException | None = None

    # What `ports.current.Trace` asks for.

    def call(self, task: Task[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """One use of a task, two frames up: a handle of its result; of an async one, what gives it when
        it is awaited."""
        place = place_at(sys._getframe(2))
        handle = self.use(task, args, kwargs, place)
        return self._given(task, immediate(handle), place) if task.is_async else handle

    def fan(self, task: Task[..., Any], iterables: tuple[Any, ...], constants: dict[str, Any]) -> Any:
        """A task over the items of lists: a list of handles, or one handle while no length is known; of an
        async one, what gives that when it is awaited."""
        place = user_place() or Place("", 0)
        found = self._fan(task, iterables, constants, place)
        return self._given(task, immediate(found), place, ".map") if task.is_async else found

    def use(
        self, task: Task[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], place: Place
    ) -> Handle:
        """One use of a task: a handle of its result."""
        if self._swaps is not None:
            return self._add_swapped(task, self._path(task.short_name), (args, kwargs), place)
        use = self._use(task)
        values, problems = use.bind(args, kwargs)
        path = self._path(use.label)
        if problems:
            self._note(problems, use.label, place)
        if use.overrides:
            self._override(task, values, place)
        return self._add_call(use, path, values, place)

    def _fan(
        self,
        task: Task[..., Any],
        iterables: tuple[Any, ...],
        constants: dict[str, Any],
        place: Place,
    ) -> Any:
        wrong = _not_walkable(task.short_name, iterables, constants)
        if wrong:
            self.problems.append(Problem(wrong, place))
            return []
        lists = [_listed(iterable) for iterable in iterables]
        if any(type(items) is Handle for items in lists):
            return self._open_fan(task, lists, constants, place)
        sizes = {len(items) for items in lists}
        if len(sizes) > 1:
            lengths = ", ".join(str(len(items)) for items in lists)
            message = f"{task.short_name}.map() walks its lists side by side, and they have {lengths} items"
            self.problems.append(Problem(f"{message}: give lists of equal length", place))
            return []
        use = self._use(task)
        path = self._path(use.label)
        handles = []
        for index, items in enumerate(zip(*lists, strict=True)):
            if self._swaps is not None:
                given, walked = (items, constants), 0 if index else len(lists)
                handles.append(
                    self._add_swapped(task, f"{path}[{index}]", given, place, walked, note=not index)
                )
                continue
            values, problems = use.bind(items, constants)
            if problems and index == 0:
                self._note(problems, use.label, place)
            if use.overrides:
                self._override(task, values, place, _walked(task, 0 if index else len(lists)))
            handles.append(self._add_call(use, f"{path}[{index}]", values, place))
        return handles

    def inline(self, pipeline: Pipeline[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A pipeline called in a pipeline: its calls join this graph, under its name."""
        place = place_of(sys._getframe(2))
        values, problems = pipeline.signature.bind(args, kwargs)
        self._note(problems, pipeline.short_name, place)
        if problems:
            # Without its arguments the body cannot be run, so nothing after this line can be told.
            raise CheckError(self.problems)
        for parameter in pipeline.signature.parameters:
            self._arguments.check(parameter, values[parameter.name], pipeline.short_name, place)
        if pipeline.swaps:
            self._note([_NESTED_SWAPS], pipeline.short_name, place)
        if len(self._inside) > _DEEPEST:
            cycle = " → ".join(self._inside[-3:])
            message = (
                f"pipelines call each other {_DEEPEST} deep (… → {cycle}): end the recursion, or use a loop"
            )
            raise CheckError([*self.problems, Problem(message, place)])
        returned = self.body(
            pipeline, values, prefix=self._path(pipeline.short_name) + "/", seed=pipeline.seed
        )
        return self._given(pipeline, returned, place) if pipeline.is_async else returned

    def value(self, handle: Any) -> Any:
        """The value of a handle, or of a list, tuple or dict of them: waits for it."""
        if isinstance(handle, Runnable):
            name = handle.short_name
            message = (
                f"result() takes what a call of `{name}` gives, not `{name}` itself: write result({name}(…))"
            )
            raise HandleError([Problem(message, user_place())])
        if not has_handle(handle):
            return handle
        self.raise_problems()
        try:
            return self._wait(self._arguments.reference(handle))
        except BaseException as end:
            if not isinstance(end, Exception):
                self._end = end  # the run is over, whatever the body makes of it
            raise

    # What whoever traces asks for.

    def body(
        self,
        pipeline: Runnable[..., Any],
        values: Mapping[str, Any],
        prefix: str = "",
        seed: int | None = None,
    ) -> Any:
        """Run the body on these arguments, its calls under `prefix`; what it returns, of an async one a
        coroutine that does."""
        self._note_columns(pipeline, pipeline=True)
        handles = [name for name, value in values.items() if isinstance(value, Handle)]
        self.problems += body_problems(pipeline.function, handles)
        args, kwargs = pipeline.signature.spread(values)
        if pipeline.is_async:
            inside = partial(self._within, pipeline.short_name, prefix, seed)
            return stepped(partial(pipeline.function, *args, **kwargs), inside)
        with self._within(pipeline.short_name, prefix, seed):
            return pipeline.function(*args, **kwargs)

    def returned(self, value: Any, pipeline: Runnable[..., Any]) -> Argument:
        """What a body returned, as an argument of the graph; a problem if it cannot be kept."""
        if self._end is not None:
            raise self._end  # a body that catches everything, or gathers exceptions, has kept it to itself
        place = self._arguments.returning = _definition_of(pipeline)
        before = len(self.problems)
        self.problems += self._unawaited.problems()
        reference = self._arguments.reference(value)
        lost = next((leaf for leaf in leaves_of(reference) if isinstance(leaf, Opaque | Hidden)), None)
        if lost is not None and len(self.problems) == before:
            why = lost.why if isinstance(lost, Opaque) else "a Secret cannot be kept"
            message = f"`{pipeline.short_name}` returns what cannot be kept: {why}"
            self.problems.append(Problem(message, place))
        return reference

    def argument(self, value: Any) -> Argument:
        """A value as an argument of the graph."""
        return self._arguments.reference(value)

    def raise_problems(self) -> None:
        """Raise CheckError with every problem found so far, if there is one."""
        if self.problems:
            raise CheckError(self.problems)

    # How.

    def _use(self, task: Task[..., Any]) -> _Use:
        key = (task, self._seed)
        use = self._uses.get(key)
        if use is None:
            use = self._uses[key] = _Use(task, self._info(task), self._override_of(task))
        return use

    def _add_call(self, use: _Use, path: str, values: Mapping[str, Any], place: Place) -> Handle:
        arguments = self._arguments.of_call(use.parameters, values, use.label, place)
        number = len(self.nodes) * STRIDE
        self.nodes.append(Call(number, path, use.info, arguments, place))
        return Handle(Ref(number), use.info.returns, path)

    # In a run with swaps.

    def _add_swapped(
        self,
        task: Task[..., Any],
        path: str,
        given: tuple[tuple[Any, ...], dict[str, Any]],
        place: Place,
        walked: int = 0,
        *,
        note: bool = True,
    ) -> Handle:
        """A call of what stands in for the task, of the task where nothing does, or a result in its place."""
        swap = self._instead(task, path)
        if swap is not None and isinstance(swap.by, Supply):
            info = self._use(task).info
            number = len(self.nodes) * STRIDE
            self.nodes.append(Call(number, path, info, (), place, swap.by.supplied(info.elements)))
            return Handle(Ref(number), info.returns, path)
        use, values = self._values(task, swap, given, place, walked, note=note)
        return self._add_call(use, path, values, place)

    def _instead(self, task: Task[..., Any], path: str) -> Standing | None:
        """What stands in for this call, if anything does."""
        if self._swaps is None:
            return None
        found = self._swaps.of_call(task, path)
        self.problems += self._swaps.take_problems()
        return found

    def _values(
        self,
        task: Task[..., Any],
        swap: Standing | None,
        given: tuple[tuple[Any, ...], dict[str, Any]],
        place: Place,
        walked: int,
        *,
        note: bool = True,
    ) -> tuple[_Use, dict[str, Any]]:
        """What is called, and what it is given by parameter; of a map the first `walked` are items."""
        by = task
        if swap is None or isinstance(swap.by, Supply):
            values, problems = task.signature.bind(*given)
        else:
            by = swap.by
            said, problems = task.signature.bind_given(*given)
            values, wrong = arguments_of(swap, by, task, said)
            problems = [*problems, *wrong]
        self._note(problems if note else [], task.short_name, place)
        self._override(by, values, place, _walked(task, walked))
        return self._use(by), values

    def _open_fan(
        self, task: Task[..., Any], lists: list[Any], constants: dict[str, Any], place: Place
    ) -> Handle:
        """A map whose length only running can tell: known lists ride along as literals."""
        items = [_Item(_item_annotation(entry)) for entry in lists]
        path = self._path(task.short_name)
        swap = self._instead(task, path)
        use, values = self._values(task, swap, (tuple(items), constants), place, len(lists))
        supplied = swap.by.supplied(use.info.elements) if swap and isinstance(swap.by, Supply) else None
        walked = {id(item): entry for item, entry in zip(items, lists, strict=True)}
        over, constant = [], {}
        for parameter in use.parameters:
            value = values.get(parameter.name, _MISSING)
            if type(value) is _Item:
                self._arguments.edge(parameter, value.annotation, use.label, "an item of the list", place)
                over.append((parameter.name, taken(parameter, self._arguments.reference(walked[id(value)]))))
            elif value is not _MISSING:
                constant[parameter.name] = value
        node = Fan(
            len(self.nodes) * STRIDE,
            path,
            use.info,
            tuple(over),
            self._arguments.of_call(use.parameters, constant, use.label, place),
            place,
            supplied,
        )
        self.nodes.append(node)
        returns = node.task.returns
        return Handle(Ref(node.id), list if returns is Any else list[returns], node.path)  # type: ignore[valid-type]

    def _info(self, task: Task[..., Any]) -> TaskInfo:
        seed = self._seed if task.seed is None else task.seed
        policy = task.policy or PLAIN
        key = (task.function, task.short_name, task.cache, seed, policy, task.stands_for)
        info = self._infos.get(key)
        if info is None:
            signature = task.signature
            kinds = tuple((parameter.name, parameter.kind) for parameter in signature.parameters)
            info = TaskInfo(
                task.name,
                task.short_name,
                task.function,
                kinds,
                signature.returns,
                elements_of(signature.returns),
                caching_of(task.cache),
                seed,
                policy=policy,
                past=task.past,
            )
            self._infos[key] = info
            self._note_stream(task)
            self._note_columns(task, pipeline=False)
        return info

    def _override(
        self, task: Task[..., Any], values: dict[str, Any], place: Place, lists: Collection[str] = ()
    ) -> None:
        """Let what is set from outside win; of a map, the parameters in `lists` walk its lists."""
        overrides = self._override_of(task)
        if not overrides:
            return
        for name, value in overrides.items():
            wrong = "map() walks a list for it" if name in lists else ""
            if not wrong and has_handle(values.get(name)):
                wrong = "here it is the result of another task; set a parameter of that task instead"
            if wrong:
                self.problems.append(Problem(f"{task.short_name}.{name} cannot be set: {wrong}", place))
            else:
                values[name] = value

    def _note(self, problems: list[str], label: str, place: Place) -> None:
        self.problems += [Problem(f"`{label}` {problem}", place) for problem in problems]

    def _note_stream(self, task: Task[..., Any]) -> None:
        if is_generator(task.function) and yielded(task.signature.returns) is None:
            self.problems.append(
                Problem(
                    f"`{task.short_name}` yields its result: annotate what each item is, `-> Iterator[…]`, "
                    "and each is stored before the next is made; or return a list",
                    _definition_of(task),
                )
            )

    def _note_columns(self, runnable: Runnable[..., Any], *, pipeline: bool) -> None:
        problems = columns_problems(runnable.short_name, runnable.signature, pipeline=pipeline)
        self.problems += [Problem(problem, _definition_of(runnable)) for problem in problems]

    def _path(self, name: str) -> str:
        path = self._prefix + name
        count = self._used[path] = self._used.get(path, 0) + 1
        return path if count == 1 else f"{path}#{count}"

    @contextmanager
    def _within(self, name: str, prefix: str, seed: int | None) -> Iterator[None]:
        """While this is open, calls are those of a pipeline's body."""
        outer = self._prefix, self._seed
        self._inside.append(name)
        self._prefix = prefix or self._prefix
        self._seed = self._seed if seed is None else seed
        try:
            yield
        finally:
            self._inside.pop()
            self._prefix, self._seed = outer

    def _given(
        self, runnable: Runnable[..., Any], work: Coroutine[Any, Any, Any], place: Place, how: str = ""
    ) -> Any:
        return self._unawaited.given(f"{runnable.short_name}{how}", work, place)


def _definition_of(runnable: Runnable[..., Any]) -> Place:
    code = runnable.function.__code__
    return Place(shown_file(code.co_filename), code.co_firstlineno)


def _walked(task: Task[..., Any], count: int) -> set[str]:
    """The parameters that the first so many lists of a map are for."""
    return {parameter.name for parameter in task.signature.parameters[:count]}


class _Use:
    """What all calls of one task in one trace share."""

    __slots__ = ("bind", "info", "label", "overrides", "parameters")

    def __init__(self, task: Task[..., Any], info: TaskInfo, overrides: Mapping[str, Any]) -> None:
        self.info = info
        self.label = task.short_name
        self.bind = task.signature.bind
        self.parameters = task.signature.parameters
        self.overrides = overrides


class _Item:
    """Stands for an element of a list that is not known yet, while arguments are bound."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation


def _item_annotation(entry: Any) -> Any:
    if type(entry) is Handle:
        return item_annotation(entry._cuvee_annotation) or Any
    return Any


def _listed(iterable: Any) -> Any:
    """An iterable as a list; a handle as itself, or as its elements where they are known."""
    if type(iterable) is Handle:
        return list(iterable) if elements_of(iterable._cuvee_annotation) else iterable
    return list(iterable)


def _not_walkable(name: str, iterables: tuple[Any, ...], constants: dict[str, Any]) -> str:
    """What is wrong with what a map is to walk; "" if nothing is."""
    if not iterables:
        hint = "".join(f": write {name}.map({key}=…) without `{key}=`" for key in list(constants)[:1])
        return (
            f"{name}.map() takes at least one list to walk, and arguments by name are the same for all{hint}"
        )
    for item in iterables:
        if type(item) is not Handle and not isinstance(item, Iterable):
            return f"{name}.map() walks lists, and {text_of(item)} is none: write {name}.map([…])"
    return ""
