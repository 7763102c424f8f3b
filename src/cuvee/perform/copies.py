"""Copies of this process that the user's code makes by `os.fork`: each ends where that code gives back to us.

A copy that went on from there would be a second run, or a second worker, with the link, the locks and the
records of the first.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def end_if_copy(process: int, what: str, error: BaseException | None = None) -> None:
    """End this process if it is a copy of `process`, made in `what`, as what was raised there would have."""
    if os.getpid() != process:
        _end(what, error)


@contextmanager
def copies_end(what: str) -> Iterator[None]:
    """A copy of this process that is made while this is open ends where this does."""
    process = os.getpid()
    try:
        yield
    except BaseException as error:
        end_if_copy(process, what, error)
        raise
    end_if_copy(process, what)


def _end(what: str, error: BaseException | None) -> NoReturn:
    code = 1
    if error is None:
        made = "a copy of its process, made by os.fork()"
        print(f"`{what}` returned in {made}, too: process {os.getpid()} ends here", file=sys.stderr)
        code = 0
    elif not isinstance(error, SystemExit):
        _print_traceback(error)
    elif error.code is None or isinstance(error.code, int):
        code = error.code or 0
    else:
        print(error.code, file=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # there is none, or nobody reads it
            stream.flush()
    os._exit(code & 0xFF)  # nothing that is to be done at the end of the run is this one's to do


def _print_traceback(error: BaseException) -> None:
    from cuvee.perform.failures import describe_failure

    print(describe_failure(error).traceback, end="", file=sys.stderr)
