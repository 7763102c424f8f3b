"""What `.run(…)` and `.plan(…)` of a task or pipeline do."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cuvee.api.run import Run
from cuvee.api.sessions import session_of
from cuvee.authoring.places import user_place
from cuvee.errors import CheckError, TaskFailed, UsageError
from cuvee.model.event import Event, Warned
from cuvee.operations.run import ignore
from cuvee.operations.run import run as run_operation
from cuvee.ports import current

if TYPE_CHECKING:
    from cuvee.authoring.runnable import Runnable
    from cuvee.model.plan import Plan
    from cuvee.ports.observer import Observer

R = TypeVar("R")


def run_tracked(runnable: Runnable[..., R], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Run[R]:
    """What `.run(…)` does."""
    _refuse_while_imported(runnable)
    session = session_of(_folder_of(runnable))
    arguments, problems = runnable.signature.bind(args, kwargs)
    warned: list[str] = []

    try:
        with _watching() as watch:

            def observe(event: Event) -> None:
                watch(event)
                if isinstance(event, Warned):
                    warned.append(event.text)

            record = run_operation(
                session,
                runnable,
                arguments,
                problems=problems,
                observe=observe,
                calls=watch is not ignore,
                place=user_place(),
            )
    except CheckError as error:
        # Where it was found in our code helps nobody: the problems have the user's lines.
        raise CheckError(error.problems) from None
    run: Run[R] = Run(session, record)
    for text in warned:
        # Only now: where warnings are errors, one must not end the run in the middle.
        warnings.warn(text, stacklevel=3)
    if record.status == "cancelled":
        raise KeyboardInterrupt(
            f"run {run.number} was cancelled; finished calls are kept: run it again to go on"
        )
    if record.status == "failed":
        raise TaskFailed(_run_failure_text(run), run)
    return run


def _refuse_while_imported(runnable: Runnable[..., Any]) -> None:
    """Raise UsageError where another process only imports what runs this."""
    if module := current.imported_for.get():
        raise UsageError(
            f"{module} runs {runnable.function.__qualname__} as soon as it is imported, so no other "
            'process can have what is in it: put that below `if __name__ == "__main__":`'
        )


def plan_tracked(runnable: Runnable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Plan:
    """What `.plan(…)` does."""
    from cuvee.operations.plan import plan  # most programs run

    session = session_of(_folder_of(runnable))
    arguments, problems = runnable.signature.bind(args, kwargs)
    try:
        return plan(session, runnable, arguments, problems=problems, place=user_place())
    except CheckError as error:
        raise CheckError(error.problems) from None


def _watching() -> AbstractContextManager[Observer]:
    """What shows how far a run is, where somebody waits."""
    if "IPython" not in sys.modules:
        return nullcontext(ignore)
    from cuvee.operations.notebook import watching_in_notebook

    return watching_in_notebook()


def _folder_of(runnable: Runnable[..., Any]) -> Path:
    """The folder of the file that a function was written in; the current one at a prompt."""
    file = runnable.function.__code__.co_filename
    module = sys.modules.get(runnable.function.__module__)
    known = getattr(module, "__file__", None) == file or Path(file).is_file()
    return Path(file).resolve().parent if known and not file.startswith("<") else Path.cwd()


def _run_failure_text(run: Run[Any]) -> str:
    from cuvee.api.call import failure_text  # most runs succeed

    failed = [call._record for call in run.calls if call.status == "failed"]
    texts = [failure_text(run.number, record) for record in failed]
    if run._record.end is not None and run._record.end.error:
        texts.append(f"{run.pipeline} raised:\n{run._record.end.error}")
    return "\n".join(texts)
