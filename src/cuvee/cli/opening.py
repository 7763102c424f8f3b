"""From a request to a session with all that an operation takes: references looked up, overrides read."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cuvee.authoring.pipeline import Pipeline
from cuvee.authoring.task import Task
from cuvee.cli.swapping import swaps_from
from cuvee.cli.target_command import Request
from cuvee.cli.values import resolved, value_parser
from cuvee.errors import ParameterError, ReferenceNotFound
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Override, Overrides, parse_override
from cuvee.operations.references import is_reference, settled_reference
from cuvee.operations.session import Session
from cuvee.project.target import Target
from cuvee.wiring import open_session


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, and the arguments, overrides and swaps as values."""

    session: Session
    arguments: dict[str, Any]
    overrides: Overrides
    loaded: LoadedValues
    swaps: Mapping[str, Any]


@contextmanager
def opened(request: Request) -> Iterator[Opened]:
    """Open the store of the target's project for as long as this is open.

    Raises ReferenceNotFound for a reference that names nothing, ParameterError for `--set` of
    another form, and what `open_session` raises.
    """
    parsed = [_parsed(text, request.target) for text in request.overrides]
    session = open_session(request.target.root, request.settings)
    try:
        loaded = LoadedValues(session)
        overrides = Overrides([_settled(each, session) for each in parsed], value_parser(loaded.load))
        arguments = {name: resolved(value, loaded.load) for name, value in request.arguments.items()}
        swaps = swaps_from(request.swaps, session, Path.cwd())
        yield Opened(session, arguments, overrides, loaded, swaps)
    finally:
        session.close()


def _settled(override: Override, session: Session) -> Override:
    """The override with a reference that never comes to mean another run, since it is kept on record."""
    if not is_reference(override.text):
        return override
    try:
        return replace(override, text=settled_reference(session.queries, override.text))
    except ReferenceNotFound:
        return override  # whether it was meant as one is known when its task is


def _parsed(text: str, target: Target) -> Override:
    """The override that a text says. Raises ParameterError, with what would do for this very pipeline."""
    slot, equals, value = text.partition("=")
    task, _, name = slot.strip().rpartition(".")
    own = target.object
    is_own = isinstance(own, Pipeline) and task in ("", own.short_name, own.name)
    if is_own and equals and name in {parameter.name for parameter in own.signature.parameters}:
        flag = f"--{name.replace('_', '-')} {shlex.quote(value)}"
        raise ParameterError(f"--set {text}: {name} is the pipeline's own: {flag}")
    try:
        return parse_override(text)
    except ParameterError:
        form = "write it as TASK.PARAMETER=VALUE"
        raise ParameterError(f"--set {text}: {form}{_example(target)}") from None


def _example(target: Target) -> str:
    """`, for instance --set split.test_size=0.25`, of a task that the target's module has."""
    for task in vars(sys.modules[target.module]).values():
        for parameter in task.signature.parameters if isinstance(task, Task) else ():
            if isinstance(parameter.default, int | float | str):
                return f", for instance --set {task.short_name}.{parameter.name}={parameter.default}"
    return ""
