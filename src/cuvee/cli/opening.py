"""From a request to a session with all that an operation takes: references looked up, overrides read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cuvee.cli.target_command import Request
from cuvee.cli.values import parse_text, resolved
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Overrides, parse_override
from cuvee.operations.session import Session
from cuvee.wiring import open_session


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, and the arguments and overrides as values."""

    session: Session
    arguments: dict[str, Any]
    overrides: Overrides
    loaded: LoadedValues


@contextmanager
def opened(request: Request) -> Iterator[Opened]:
    """Open the store of the target's project for as long as this is open.

    Raises ReferenceNotFound for a reference that names nothing, ParameterError for `--set` of
    another form, and what `open_session` raises.
    """
    parsed = [parse_override(text) for text in request.overrides]
    session = open_session(request.target.root, request.settings)
    try:
        loaded = LoadedValues(session)

        def parse(text: str, annotation: Any, default: Any) -> Any:
            return resolved(parse_text(text, annotation, default), loaded.load)

        arguments = {name: resolved(value, loaded.load) for name, value in request.arguments.items()}
        yield Opened(session, arguments, Overrides(parsed, parse), loaded)
    finally:
        session.close()
