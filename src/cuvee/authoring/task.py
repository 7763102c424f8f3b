"""Tasks: functions with a contract. Called in plain code, a task is its function."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, overload

from cuvee.authoring.definition import check_definition
from cuvee.authoring.runnable import Runnable
from cuvee.ports import current

if TYPE_CHECKING:
    from cuvee.model.caching import Cache

P = ParamSpec("P")
R = TypeVar("R")


class Task(Runnable[P, R]):
    """A function that pipelines are made of. Made by `@task`.

    Called outside a pipeline's run it is the plain function. In a pipeline's body a call gives
    a handle that stands for the result and is typed as the result.
    """

    def __init__(
        self,
        function: Callable[P, R],
        *,
        call_name: str | None = None,
        cache: Cache = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(function, call_name=call_name, seed=seed)
        self.cache = cache

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        trace = current.trace.get()
        if trace is None:
            return self._plain(args, kwargs)
        return cast(R, trace.call(self, args, kwargs))

    def map(self, *iterables: Iterable[Any], **constants: Any) -> list[R]:
        """One call for each element: positional arguments are lists, walked side by side (of equal
        length), keyword arguments are the same for every call.

        A list may be the result of a task: then its length is known only when that has run. In
        plain code this is `[function(*items, **constants) for items in zip(*iterables)]`.
        """
        trace = current.trace.get()
        if trace is None:
            return [self._plain(items, constants) for items in zip(*iterables, strict=True)]
        return cast("list[R]", trace.fan(self, iterables, constants))

    def options(self, *, name: str | None = None, cache: Cache = None, seed: int | None = None) -> Task[P, R]:
        """The same task with other options, for one call: `train.options(name="big")(wines)`.

        `name`: what the call's path is made of. `cache`: as for `task`.
        `seed` (a whole number from 0 on): varies the random numbers that it draws, whatever the seed
        of the run. Raises DefinitionError for another name, cache or seed.
        """
        check_definition(self.function, "task", name=name, cache=cache, seed=seed)
        return Task(
            self.function,
            call_name=self.call_name if name is None else name,
            cache=self.cache if cache is None else cache,
            seed=self.seed if seed is None else seed,
        )

    def _plain(self, args: Any, kwargs: Any) -> R:
        """The function's own result, of frames narrowed as in a run."""
        if self._narrows:
            from cuvee.authoring.narrowing import narrowed_arguments

            args, kwargs = narrowed_arguments(self.short_name, self.signature, args, kwargs)
        return self.function(*args, **kwargs)

    @functools.cached_property
    def _narrows(self) -> bool:
        # Whoever wrote Columns has loaded it: where nobody did, no signature need be read.
        loaded = "cuvee.model.columns" in sys.modules
        return loaded and any(parameter.columns for parameter in self.signature.parameters)

    def __repr__(self) -> str:
        return f"<task {self.name}>"


@overload
def task(function: Callable[P, R], /) -> Task[P, R]: ...
@overload
def task(*, name: str | None = None, cache: Cache = None) -> Decorator: ...
def task(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    cache: Cache = None,
) -> Task[P, R] | Decorator:
    """Make a function a task: `@task`, or `@task(cache=False)`.

    `name`: what its calls are called in a run (default: the function's name). `cache`: None
    (default) reuses a result while all that it depends on is the same, and never when the call asks
    for the date, uses the network or starts a sub-process. `False`: its results are never reused. A
    `timedelta`: they are good for that long, and are reused in spite of those three. `True`: reused
    in spite of those three. A text: a version that stands for what those three give; another
    version is another result. Raises DefinitionError for what cannot be a task (a class, a method, a
    coroutine function) and for another `cache`.
    """
    decorate = Decorator(name, cache)
    return decorate if function is None else decorate(function)


class Decorator:
    """`@task` with its options given. A class, so that type checkers see what it makes of a function."""

    def __init__(self, name: str | None, cache: Cache) -> None:
        self._name = name
        self._cache = cache

    def __call__(self, function: Callable[P, R], /) -> Task[P, R]:
        check_definition(function, "task", name=self._name, cache=self._cache)
        return Task(function, call_name=self._name, cache=self._cache)
