"""Naming: tags and notes that people give, and taking runs off the record."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cuvee.errors import ParameterError, ReferenceNotFound
from cuvee.model.record import RunRecord, Tag
from cuvee.operations.liveness import Machine, live_status
from cuvee.operations.references import TAG, find_part, find_run, names_call, run_and_path, tag_expanded
from cuvee.operations.session import Session
from cuvee.ports.queries import Queries

_TAKEN = ("last", "best", "none")


def tag(session: Session, reference: str, name: str) -> tuple[Tag, Tag | None]:
    """Have a name stand for a run (`12`), for what a call gave (`12:train`) or an element of it.

    The tag, and what it stood for before. Raises ParameterError for a name that no tag can have,
    ReferenceNotFound.
    """
    _check(name)
    queries = session.queries
    text = tag_expanded(queries, reference)
    if names_call(text):
        run, path = run_and_path(queries, text)
        find_part(queries, run, path)
    else:
        run, path = find_run(queries, text), ""
    before = current_tag(queries, name)
    placed = Tag(name, run.number, path, session.clock.now())
    session.ledger.tag(placed)
    return placed, before


def untag(session: Session, name: str) -> Tag:
    """Take a tag away; what it stood for. Its moves stay on record. Raises ReferenceNotFound."""
    before = current_tag(session.queries, name)
    if before is None:
        raise ReferenceNotFound(no_such_tag(session.queries, name))
    session.ledger.tag(Tag(name, None, "", session.clock.now()))
    return before


def note(session: Session, reference: str, text: str) -> RunRecord:
    """Keep a note on a run; "" takes it away. The run as it was. Raises ReferenceNotFound."""
    run = find_run(session.queries, reference)
    session.ledger.note(run.number, text)
    return run


def remove_runs(
    session: Session, references: Sequence[str], machine: Machine, *, results: bool = False
) -> tuple[list[int], int]:
    """Take runs off the record: their numbers, and how many results went with them.

    What others need stays, and so do results that can be reused, unless `results` says that those
    go too which no other run has made or used. Raises ParameterError for a run that has a tag or
    goes on: then none is removed; ReferenceNotFound, StoreFault.
    """
    runs = {run.number: run for run in (find_run(session.queries, text) for text in references)}
    for run in runs.values():
        _check_removable(run, machine)
    with session.blobs.shut():
        entries = []
        if results:
            known = session.holdings.inventory().entries
            entries = [entry.id for entry in known if entry.runs and runs.keys() >= set(entry.runs)]
        session.holdings.remove(list(runs), entries)
    return sorted(runs), len(entries)


def current_tag(queries: Queries, name: str) -> Tag | None:
    """What a tag stands for now."""
    return next((tag for tag in queries.tags() if tag.name == name), None)


def no_such_tag(queries: Queries, name: str) -> str:
    """What to say where there is no such tag."""
    names = [tag.name for tag in queries.tags()]
    if not names:
        return f"there is no tag {name!r}, nor any other: `cuvee tag RUN NAME` gives one"
    import difflib  # for mistakes only

    close = difflib.get_close_matches(name, names, n=1)
    hint = f": did you mean {close[0]}? There are" if close else "; there are"
    return f"there is no tag {name!r}{hint} {', '.join(names)}"


def _check(name: str) -> None:
    if not re.fullmatch(TAG, name):
        raise ParameterError(
            f"{name!r} cannot be a tag: a tag begins with a letter, and has letters, digits, _ and - in it"
        )
    if name.lower() in _TAKEN:
        raise ParameterError(f"{name!r} cannot be a tag: it means something else where runs are named")


def _check_removable(run: RunRecord, machine: Machine) -> None:
    if run.tags:
        first = run.tags[0]
        what = f"its {first.path} is" if first.path else "it is"
        raise ParameterError(
            f"run {run.number} stays: {what} tagged {first.name}; `cuvee tag --delete {first.name}` "
            "takes that away. No run was removed"
        )
    if live_status(run, machine) == "running":
        raise ParameterError(
            f"run {run.number} stays: it goes on (process {run.start.pid} on {run.start.host}). "
            "No run was removed"
        )
