"""cuvee: the functions you already have, as a pipeline that is tracked, reused and reproduced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str

    from cuvee.api.call import Call
    from cuvee.api.finding import load, runs
    from cuvee.api.run import Run
    from cuvee.authoring.logging import log_figure, log_metric
    from cuvee.authoring.pipeline import Pipeline, pipeline
    from cuvee.authoring.task import Task, task
    from cuvee.authoring.waiting import result
    from cuvee.codecs.declared import register_fingerprint
    from cuvee.errors import CheckError, CuveeError, TaskFailed, UsageError
    from cuvee.model.columns import Columns
    from cuvee.model.directory import Directory
    from cuvee.model.file import File
    from cuvee.model.secret import Secret

__all__ = [
    "Call",
    "CheckError",
    "Columns",
    "CuveeError",
    "Directory",
    "File",
    "Pipeline",
    "Run",
    "Secret",
    "Task",
    "TaskFailed",
    "UsageError",
    "load",
    "log_figure",
    "log_metric",
    "pipeline",
    "register_fingerprint",
    "result",
    "runs",
    "task",
]

# Loaded on use: importing cuvee costs a few milliseconds, whatever it can do.
_HOMES = {
    "Call": "cuvee.api.call",
    "CheckError": "cuvee.errors",
    "Columns": "cuvee.model.columns",
    "CuveeError": "cuvee.errors",
    "Directory": "cuvee.model.directory",
    "File": "cuvee.model.file",
    "Pipeline": "cuvee.authoring.pipeline",
    "Run": "cuvee.api.run",
    "Secret": "cuvee.model.secret",
    "Task": "cuvee.authoring.task",
    "TaskFailed": "cuvee.errors",
    "UsageError": "cuvee.errors",
    "load": "cuvee.api.finding",
    "log_figure": "cuvee.authoring.logging",
    "log_metric": "cuvee.authoring.logging",
    "pipeline": "cuvee.authoring.pipeline",
    "register_fingerprint": "cuvee.codecs.declared",
    "result": "cuvee.authoring.waiting",
    "runs": "cuvee.api.finding",
    "task": "cuvee.authoring.task",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'cuvee' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(home), name)
    return value


def _version() -> str:
    """The version of the installed distribution; 30 ms, once for a process."""
    from importlib.metadata import version

    found = globals()["__version__"] = version("cuvee")
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
