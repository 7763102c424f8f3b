"""What tasks and pipelines have in common: a function with a name, a signature and a `.run`."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from cuvee.authoring.naming import qualified_name

if TYPE_CHECKING:
    from cuvee.api import Run
    from cuvee.authoring.signature import Signature

P = ParamSpec("P")
R = TypeVar("R")


class Runnable(Generic[P, R]):
    """A decorated function. In plain code, calling it is calling the function."""

    def __init__(self, function: Callable[P, R], *, call_name: str | None = None) -> None:
        functools.update_wrapper(cast("Callable[..., Any]", self), function)
        self.function = function
        self.call_name = call_name

    def run(self, *args: P.args, **kwargs: P.kwargs) -> Run[R]:
        """Run it: tracked, and reusing every result whose code, inputs and environment are the same.

        Raises CheckError before anything runs, TaskFailed if a task raises.
        """
        # The Python face is above this row of the house; it is found when it is first needed.
        api = importlib.import_module("cuvee.api")
        return cast("Run[R]", api.run_tracked(self, args, kwargs))

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
