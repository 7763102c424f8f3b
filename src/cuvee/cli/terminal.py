"""The terminal itself, for as long as a person types into something of Python's: a debugger, a prompt."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_streams() -> Iterator[None]:
    """Python's own standard streams: line editing works with nothing else."""
    before = sys.stdout, sys.stderr
    for stream in before:
        stream.flush()
    sys.stdout, sys.stderr = sys.__stdout__ or before[0], sys.__stderr__ or before[1]
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout, sys.stderr = before
