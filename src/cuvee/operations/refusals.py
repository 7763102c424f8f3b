"""Refusals: what the machine had not got is a fault of the environment, wherever it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cuvee.errors import EnvironmentFault
from cuvee.model.shortage import shortage


@contextmanager
def explained() -> Iterator[None]:
    """A shortage of files, memory or room that nobody has explained leaves as an EnvironmentFault."""
    try:
        yield
    except (OSError, MemoryError) as error:
        text = shortage(error)
        if text is None:
            raise
        raise EnvironmentFault(text) from error
