"""Runs and values found in the store: `cuvee.runs()`, `cuvee.load()`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cuvee.api.run import Run
from cuvee.api.sessions import session_of
from cuvee.errors import ReferenceNotFound
from cuvee.operations.references import find_artifact, find_run, names_call, tag_expanded
from cuvee.operations.select import select
from cuvee.operations.values import load_artifact
from cuvee.wiring import configuration_of, has_records


def runs(limit: int | None = None, *, where: str = "", sort: str = "") -> list[Run[Any]]:
    """The runs of the project that the current folder belongs to, newest first; `limit` of them.

    `where` says which: `"metric.rmse < 0.7 and param.max_depth = 8"`. `sort` is what they are sorted
    by, the smallest first (`"metric.rmse"`), or the largest (`"-metric.rmse"`). Both are those of
    `cuvee runs`. Raises TypeError for a limit that is not a whole number, ParameterError for a
    condition that cannot be read or that asks for what no run has.
    """
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int)):
        raise TypeError(f"runs(limit={limit!r}): the limit is a whole number, or None for all runs")
    session = session_of(Path.cwd())
    if not where and not sort:
        return [Run(session, record) for record in session.queries.runs(limit=limit)]
    found = select(session.queries.runs(), where, sort, session.clock.now())
    return [Run(session, record) for record in found[:limit]]


def load(reference: str | int, path: str | None = None) -> Any:
    """A value of a run: `load("@last", "train")`, `load(12, "split.0")` or `load("@12:train")`.

    A run is a number, `@last`, `@last~1`, `@best:rmse:min` or a tag. Without a path it is the run's
    result. What its classes need has to be importable, wherever the program is; the store is that of
    the current folder's project, or the one that CUVEE_HOME names.

    Raises ReferenceNotFound when there is no such store, run or call, TaskFailed when it has no result,
    CannotDecode when a class of it cannot be imported, DamagedBlob when the store has lost it.
    """
    _check_store(Path.cwd())
    session = session_of(Path.cwd())
    text = str(reference)
    if path is not None:
        text = f"{text}:{path}"
    session.blobs.hold()  # what is found is there until it is read
    try:
        text = tag_expanded(session.queries, text)
        if names_call(text):
            return load_artifact(session, find_artifact(session.queries, text))
        return Run(session, find_run(session.queries, text)).result
    finally:
        session.blobs.release()


def _check_store(start: Path) -> None:
    """Raise ReferenceNotFound where nothing has been run yet: to ask for a result makes no store."""
    if not has_records(start):
        raise ReferenceNotFound(
            f"there is no store at {configuration_of(start).home}: load results in the folder of their "
            "project, or set CUVEE_HOME to the folder of its store"
        )
