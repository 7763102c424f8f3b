"""Pipelines: functions that call tasks. Called in plain code, a pipeline is its function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar, cast, overload

from cuvee.authoring.definition import check_definition, check_stand_in, refuse_plain_call
from cuvee.authoring.runnable import Runnable
from cuvee.ports import current

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Pipeline(Runnable[P, R_co]):
    """A function whose body calls tasks. Made by `@pipeline`.

    Called outside a run it is the plain function. Called in another pipeline's body its calls
    become part of that graph, under its name.
    """

    def __init__(
        self, function: Callable[P, R_co], *, call_name: str | None = None, seed: int | None = None
    ) -> None:
        super().__init__(function, call_name=call_name, seed=seed)
        self.swaps: Mapping[str, Any] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        trace = current.trace.get()
        if trace is None:
            if self.swaps:
                refuse_plain_call(self.short_name)
            return self.function(*args, **kwargs)
        return cast(R_co, trace.inline(self, args, kwargs))

    def swap(self, swaps: Mapping[str, Any] | None = None, /, **named: Any) -> Pipeline[P, R_co]:
        """The same pipeline with something else in the place of tasks: `predict.swap(train=boosting).run()`.

        A name is that of a task, for all its calls, or in `swaps` also the path of one call:
        `predict.swap({"features/clean": stub, "train#2": other})`. What stands in is a task or a function
        that can take its place, a value that its calls then give, a call of an earlier run (`run["train"]`:
        what that gave), or an earlier run (its version of the task).

        Nothing is checked here: `.run` and `.plan` tell all that does not fit before anything runs.
        Raises UsageError for what can stand in for no task.
        """
        given = {**self.swaps, **(swaps or {}), **named}
        for name, by in given.items():
            check_stand_in(name, by)
        made: Pipeline[P, R_co] = Pipeline(self.function, call_name=self.call_name, seed=self.seed)
        made.swaps = given
        return made

    def options(self, *, name: str | None = None, seed: int | None = None) -> Pipeline[P, R_co]:
        """The same pipeline with other options: `predict.options(seed=3).run()`.

        `name`: what the paths of its calls begin with in another pipeline. `seed` (a whole number
        from 0 on): varies the random numbers of its calls; those that draw none are reused whatever
        it is. Raises DefinitionError for a seed that is none.
        """
        check_definition(self.function, "pipeline", name=name, seed=seed)
        made: Pipeline[P, R_co] = Pipeline(
            self.function,
            call_name=self.call_name if name is None else name,
            seed=self.seed if seed is None else seed,
        )
        made.swaps = self.swaps
        return made

    def __repr__(self) -> str:
        return f"<pipeline {self.name}>"


@overload
def pipeline(function: Callable[P, R], /) -> Pipeline[P, R]: ...
@overload
def pipeline(*, name: str | None = None) -> Decorator: ...
def pipeline(
    function: Callable[P, R] | None = None, /, *, name: str | None = None
) -> Pipeline[P, R] | Decorator:
    """Make a function a pipeline: `@pipeline`, or `@pipeline(name="features")`.

    `name`: what the paths of its calls begin with when another pipeline calls it (default: the
    function's name). Raises DefinitionError for what cannot be a pipeline.
    """
    decorate = Decorator(name)
    return decorate if function is None else decorate(function)


class Decorator:
    """`@pipeline` with its options given. A class, so that type checkers see what it makes of a function."""

    def __init__(self, name: str | None) -> None:
        self._name = name

    def __call__(self, function: Callable[P, R], /) -> Pipeline[P, R]:
        check_definition(function, "pipeline", name=self._name)
        return Pipeline(function, call_name=self._name)
