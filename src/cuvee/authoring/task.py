"""Tasks: functions with a contract. Called in plain code, a task is its function."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, overload

from cuvee.authoring.definition import check_definition, check_options, place_text
from cuvee.authoring.runnable import Runnable
from cuvee.ports import current

if TYPE_CHECKING:
    from typing import Unpack

    from cuvee.authoring.task_options import TaskOptions
    from cuvee.model.caching import Cache
    from cuvee.model.past import PastTask
    from cuvee.model.policy import Policy

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


class Task(Runnable[P, R_co]):
    """A function that pipelines are made of. Made by `@task`.

    Called outside a pipeline's run it is the plain function. In a pipeline's body a call gives
    a handle that stands for the result and is typed as the result; of an async task awaiting it does.
    """

    def __init__(
        self,
        function: Callable[P, R_co],
        *,
        call_name: str | None = None,
        cache: Cache = None,
        seed: int | None = None,
        policy: Policy | None = None,
    ) -> None:
        super().__init__(function, call_name=call_name, seed=seed)
        self.cache = cache
        self.policy = policy
        self.stands_for: tuple[str, ...] = ()  # the names of the task that it is swapped in for
        self.past: PastTask | None = None  # where an earlier run's source has it

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        trace = current.trace.get()
        if trace is None:
            return self._plain(args, kwargs)
        handle: R_co = trace.call(self, args, kwargs)
        return handle

    @overload
    def map(
        self: Task[P, Coroutine[Any, Any, T]], *iterables: Iterable[Any], **constants: Any
    ) -> Coroutine[Any, Any, list[T]]: ...
    @overload
    def map(self, *iterables: Iterable[Any], **constants: Any) -> list[R_co]: ...
    def map(self, *iterables: Iterable[Any], **constants: Any) -> Any:
        """One call for each element: positional arguments are lists, walked side by side (of equal
        length), keyword arguments are the same for every call.

        A list may be the result of a task: then its length is known only when that has run. In
        plain code this is `[function(*items, **constants) for items in zip(*iterables)]`; of an async
        task it is awaited, and its calls run concurrently there.
        """
        trace = current.trace.get()
        if trace is not None:
            return trace.fan(self, iterables, constants)
        results = [self._plain(items, constants) for items in zip(*iterables, strict=True)]
        if self.is_async:
            from cuvee.authoring.coroutines import gathered  # most tasks are not

            return gathered(cast("list[Coroutine[Any, Any, Any]]", results))
        return results

    def options(self, **options: Unpack[TaskOptions]) -> Task[P, R_co]:
        """The same task with other options, for one call: `train.options(name="big")(wines)`.

        They are those of `@task`. Raises DefinitionError for one that has no such value, TypeError
        for one that there is not.
        """
        return _with_options(self, options)

    def _plain(self, args: Any, kwargs: Any) -> R_co:
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
def task(**options: Unpack[TaskOptions]) -> Decorator: ...
def task(function: Callable[P, R] | None = None, /, **options: Unpack[TaskOptions]) -> Task[P, R] | Decorator:
    """Make a function a task: `@task`, or `@task(cache=False)`.

    `name`: what its calls are called in a run (default: the function's name). `cache`: None
    (default) reuses a result while all that it depends on is the same, and never when the call asks
    for the date, uses the network or starts a sub-process. `False`: its results are never reused. A
    `timedelta`: they are good for that long, and are reused in spite of those three. `True`: reused
    in spite of those three. A text: a version that stands for what those three give; another
    version is another result. `seed` (a whole number from 0 on): varies the random numbers that
    it draws, whatever the seed of the run.

    `retries`: how often a call that fails is tried again (0), after `retry_delay` (1 s), which is
    `backoff` times longer each time (2), a little less at random; `retry_on`: which exceptions are
    worth it (all). `timeout`, `memory_limit`: what ends a call, with all that it has started; one
    that has a limit, or is `isolated`, runs in a process of its own. `priority`: of calls that are
    ready, higher ones go first (0). `cpus`: how many of the workers it stands for (1).

    Raises DefinitionError for what cannot be a task (a class, a method, an async generator)
    and for an option that has no such value, TypeError for one that there is not.
    """
    check_options("@task", options)
    decorate = Decorator(options)
    return decorate if function is None else decorate(function)


class Decorator:
    """`@task` with its options given. A class, so that type checkers see what it makes of a function."""

    def __init__(self, options: TaskOptions) -> None:
        self._options = options

    def __call__(self, function: Callable[P, R], /) -> Task[P, R]:
        check_definition(function, "task")
        return _with_options(Task(function), self._options)


def _with_options(task: Task[P, R], options: TaskOptions) -> Task[P, R]:
    """A task like this one, with the options that are given in the place of its own."""
    given: dict[str, Any] = dict(options)
    name, cache, seed = (given.pop(option, None) for option in ("name", "cache", "seed"))
    check_options(f"{task.function.__qualname__}.options", given)
    check_definition(task.function, "task", name=name, cache=cache, seed=seed)
    policy = task.policy
    if given:
        from cuvee.authoring.options import policy_with  # most tasks ask for nothing

        policy = policy_with(policy, place_text(task.function), given)
    return Task(
        task.function,
        call_name=task.call_name if name is None else name,
        cache=task.cache if cache is None else cache,
        seed=task.seed if seed is None else seed,
        policy=policy,
    )
