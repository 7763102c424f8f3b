"""`--swap NAME=WHAT`: what was typed, as what stands in for a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cuvee.errors import ParameterError, UsageError
from cuvee.operations.references import find_part, find_run, names_call, run_and_path, tag_expanded
from cuvee.operations.session import Session
from cuvee.operations.swaps import OfRun, Recorded
from cuvee.perform.imports import watching_imports
from cuvee.project.target import load_stand_in

_FORM = "write NAME=file.py:function, NAME=package.module:function, NAME=@RUN or NAME=@RUN:CALL"


def swaps_from(texts: Sequence[str], session: Session, cwd: Path) -> Mapping[str, Any]:
    """What stands in, by the names that it is for; files are relative to `cwd`.

    Raises ParameterError for a text of another form, and for a name that is given twice;
    ReferenceNotFound, TargetError.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, what = (part.strip() for part in text.partition("="))
        if not (name and equals and what):
            raise ParameterError(f"--swap {text}: {_FORM}")
        if name in found:
            raise ParameterError(f"--swap {text}: {name} is swapped twice")
        try:
            found[name] = stand_in_from(what, session, cwd)
        except UsageError as error:
            raise type(error)(f"--swap {text}: {error}") from error.__cause__
    return found


def stand_in_from(what: str, session: Session, cwd: Path) -> Any:
    """What stands in for a task: `other.py:train`, `@12` or `@12:train`. Raises as `swaps_from`."""
    if not what.startswith("@"):
        if ":" not in what and not what.endswith(".py"):
            raise ParameterError(f"{what!r} is no function: {_FORM}")
        with watching_imports(session.root, session.home):
            return load_stand_in(what, cwd)
    queries = session.queries
    text = tag_expanded(queries, what)
    if not names_call(text):
        return OfRun(session, find_run(queries, text))
    run, path = run_and_path(queries, text)
    call, part, artifact = find_part(queries, run, path)
    return Recorded(session, run.number, call, f"{call.path}.{part}" if part else call.path, artifact)
