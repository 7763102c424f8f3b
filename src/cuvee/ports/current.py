"""What is going on in this thread: a trace, a call, or neither.

A task that is called asks here whether a pipeline is being traced; `log_metric` asks which call
it belongs to. Both are None in plain code, which is why plain calls cost nothing.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Protocol


class Trace(Protocol):
    """A pipeline's body is being run to see what it calls."""

    def call(self, task: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...
    def fan(self, task: Any, iterables: tuple[Any, ...], constants: dict[str, Any]) -> Any: ...
    def inline(self, pipeline: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...
    def value(self, handle: Any) -> Any: ...


class Recorder(Protocol):
    """A call is being performed; what it logs goes here."""

    def metric(self, name: str, value: float, step: int | None) -> None: ...
    def figure(self, name: str, figure: Any) -> None: ...


imported_for: ContextVar[str] = ContextVar("cuvee_imported_for", default="")
"""In a worker, the module that is being imported to have what is in it; else empty."""

trace: ContextVar[Trace | None] = ContextVar("cuvee_trace", default=None)
recorder: ContextVar[Recorder | None] = ContextVar("cuvee_recorder", default=None)
