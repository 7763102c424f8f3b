"""Standing: stand-ins put in their places, once for all the calls of a run, and taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cuvee.perform.watching import presence, typed, variables
from cuvee.perform.watching.libraries import Libraries

_MISSING = object()

_depth = 0


@contextmanager
def in_place() -> Iterator[None]:
    """While this is open stand-ins are where user code looks; those in libraries come as these are loaded."""
    global _depth
    _depth += 1
    if _depth > 1:
        try:
            yield
        finally:
            _depth -= 1
        return
    replaced: list[tuple[Any, str, Any, Any]] = []

    def put(owner: Any, name: str, stand_in: Any) -> None:
        replaced.append((owner, name, vars(owner).get(name, _MISSING), stand_in))
        setattr(owner, name, stand_in)

    libraries = Libraries(put)
    try:
        for owner, name, stand_in in (*presence.stand_ins(), *typed.stand_ins(), *variables.stand_ins()):
            put(owner, name, stand_in)
        libraries.open()
        yield
    finally:
        _depth -= 1
        libraries.close()
        for owner, name, before, stand_in in reversed(replaced):
            # What somebody has put there meanwhile is theirs.
            if vars(owner).get(name) is stand_in:
                if before is _MISSING:
                    delattr(owner, name)
                else:
                    setattr(owner, name, before)
