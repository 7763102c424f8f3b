"""Tracing: a pipeline's body is run once, and each task call in it becomes a node of the graph.

The tracer checks as it goes and collects every problem with its line, so that one error can
tell them all. It runs nothing and stores nothing itself: values that it meets are encoded by
`pack`, and a `result()` waits through `wait`, both given by whoever traces.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from cuvee.authoring.arguments import Arguments, has_handle
from cuvee.authoring.body import body_problems
from cuvee.authoring.coroutines import Unawaited, immediate, stepped
from cuvee.authoring.growing import Growing
from cuvee.authoring.handle import Handle
from cuvee.authoring.maps import Maps
from cuvee.authoring.places import place_at, place_of, user_place
from cuvee.authoring.runnable import Runnable
from cuvee.authoring.swapping import Swaps
from cuvee.authoring.uses import Uses, definition_of
from cuvee.codecs.text import text_of
from cuvee.errors import CheckError, HandleError
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.graph import (
    Argument,
    Given,
    Hidden,
    Node,
    Opaque,
    leaves_of,
)
from cuvee.model.problem import Place, Problem

if TYPE_CHECKING:
    from cuvee.authoring.pipeline import Pipeline
    from cuvee.authoring.task import Task

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
        self.problems: list[Problem] = []
        self._arguments = Arguments(self.problems, pack, small, identify, text)
        self._wait = wait
        self._uses = Uses(self.problems, override)
        self._graph = Growing(self.problems, self._arguments, self._uses, seed, swaps)
        self._maps = Maps(self.problems, self._graph)
        self._unawaited = Unawaited()
        self._end: BaseException | None = None

    @property
    def nodes(self) -> list[Node]:
        """What has been traced so far, in order."""
        return self._graph.nodes

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
        found = self._maps.fan(task, iterables, constants, place)
        return self._given(task, immediate(found), place, ".map") if task.is_async else found

    def use(
        self, task: Task[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], place: Place
    ) -> Handle:
        """One use of a task: a handle of its result."""
        graph = self._graph
        if graph.swaps is not None:
            return graph.swapped(task, graph.path(task.short_name), (args, kwargs), place)
        use = graph.use(task)
        values, problems = use.bind(args, kwargs)
        path = graph.path(use.label)
        if problems:
            self._uses.note(problems, use.label, place)
        if use.overrides:
            self._uses.override(task, values, place)
        return graph.call(use, path, values, place)

    def inline(self, pipeline: Pipeline[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A pipeline called in a pipeline: its calls join this graph, under its name."""
        place = place_of(sys._getframe(2))
        values, problems = pipeline.signature.bind(args, kwargs)
        self._uses.note(problems, pipeline.short_name, place)
        if problems:
            # Without its arguments the body cannot be run, so nothing after this line can be told.
            raise CheckError(self.problems)
        for parameter in pipeline.signature.parameters:
            self._arguments.check(parameter, values[parameter.name], pipeline.short_name, place)
        if pipeline.swaps:
            self._uses.note([_NESTED_SWAPS], pipeline.short_name, place)
        if len(self._graph.inside) > _DEEPEST:
            cycle = " → ".join(self._graph.inside[-3:])
            message = (
                f"pipelines call each other {_DEEPEST} deep (… → {cycle}): end the recursion, or use a loop"
            )
            raise CheckError([*self.problems, Problem(message, place)])
        prefix = self._graph.path(pipeline.short_name) + "/"
        returned = self.body(pipeline, values, prefix, pipeline.seed)
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
        self._uses.note_columns(pipeline, pipeline=True)
        handles = [name for name, value in values.items() if isinstance(value, Handle)]
        self.problems += body_problems(pipeline.function, handles)
        args, kwargs = pipeline.signature.spread(values)
        if pipeline.is_async:
            inside = partial(self._graph.within, pipeline.short_name, prefix, seed)
            return stepped(partial(pipeline.function, *args, **kwargs), inside)
        with self._graph.within(pipeline.short_name, prefix, seed):
            return pipeline.function(*args, **kwargs)

    def returned(self, value: Any, pipeline: Runnable[..., Any]) -> Argument:
        """What a body returned, as an argument of the graph; a problem if it cannot be kept."""
        if self._end is not None:
            raise self._end  # a body that catches everything, or gathers exceptions, has kept it to itself
        place = self._arguments.returning = definition_of(pipeline)
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

    def _given(
        self, runnable: Runnable[..., Any], work: Coroutine[Any, Any, Any], place: Place, how: str = ""
    ) -> Any:
        return self._unawaited.given(f"{runnable.short_name}{how}", work, place)
