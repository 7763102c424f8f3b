"""What the file system's errors mean, in words for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuvee.errors import StoreFault
from cuvee.model.shortage import advice


@contextmanager
def explained(done: str, path: Path) -> Iterator[None]:
    """An error of the operating system as a StoreFault that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreFault(f"{path} could not be {done}: {advice(error)}") from error
