"""What tasks and pipelines have in common: a function with a name, a signature and a `.run`."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, NoReturn, ParamSpec, TypeVar, cast, overload

from cuvee.authoring.definition import is_async
from cuvee.authoring.naming import qualified_name
from cuvee.ports import current
from cuvee.ports.loading import loading_ours

if TYPE_CHECKING:
    from cuvee.api.run import Run
    from cuvee.authoring.signature import Signature
    from cuvee.model.plan import Plan

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


def _tracked() -> Any:
    """The Python face. It is above this row of the house, and is found when it is first needed."""
    with loading_ours():
        return importlib.import_module("cuvee.api.tracked")


class Runnable(Generic[P, R_co]):
    """A decorated function. In plain code, calling it is calling the function."""

    def __init__(
        self, function: Callable[P, R_co], *, call_name: str | None = None, seed: int | None = None
    ) -> None:
        functools.update_wrapper(cast("Callable[..., Any]", self), function)
        self.function = function
        self.is_async = is_async(function)
        self.call_name = call_name
        self.seed = seed

    @overload
    def run(self: Runnable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs) -> Run[T]: ...
    @overload
    def run(self, *args: P.args, **kwargs: P.kwargs) -> Run[R_co]: ...
    def run(self, *args: P.args, **kwargs: P.kwargs) -> Run[Any]:
        """Run it: tracked, and reusing every result whose code, inputs and environment are the same.

        It comes back when the run has ended, of an async function too.

        Raises CheckError before anything runs, TaskFailed if a task raises.
        """
        if current.trace.get() is not None:
            self._refuse_nested()
        return cast("Run[Any]", _tracked().run_tracked(self, args, kwargs))

    def plan(self, *args: P.args, **kwargs: P.kwargs) -> Plan:
        """What `.run` with the same arguments would do, and why; nothing is run: `plan["train"].reason`.

        Raises CheckError as `.run` does, TaskFailed if the body of a pipeline raises.
        """
        if current.trace.get() is not None:
            self._refuse_nested("plan")
        return cast("Plan", _tracked().plan_tracked(self, args, kwargs))

    def _refuse_nested(self, verb: str = "run") -> NoReturn:
        from cuvee.authoring.places import user_place
        from cuvee.errors import CheckError
        from cuvee.model.problem import Problem

        name = self.short_name
        message = f"{name}.{verb}() in a pipeline's body would be a {verb} of its own: write {name}(…)"
        raise CheckError([Problem(message, user_place())])

    def __reduce_ex__(self, protocol: Any) -> Any:
        # By name, as a plain function is pickled: a process pool finds it where it was defined. What
        # has no name there (made by `options`, or typed in a notebook) travels by value, if at all.
        module = sys.modules.get(self.function.__module__)
        if getattr(module, "__file__", None) and vars(module).get(self.function.__qualname__) is self:
            return self.function.__qualname__
        return super().__reduce_ex__(protocol)

    @functools.cached_property
    def name(self) -> str:
        """`module:qualname`, the same whether the module was imported or run as a script."""
        return qualified_name(self.function)

    @property
    def short_name(self) -> str:
        """What paths are made of: the function's own name, unless `options(name=…)` says another."""
        return self.call_name or self.function.__name__

    @functools.cached_property
    def signature(self) -> Signature:
        """Parameters, result and documentation, read when first asked for."""
        from cuvee.authoring.signature import Signature

        return Signature(self.function)
