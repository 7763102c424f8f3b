"""The records of the project that the current folder belongs to, opened to be read."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuvee.errors import ReferenceNotFound
from cuvee.operations.liveness import Machine
from cuvee.operations.session import Session
from cuvee.wiring import configuration_of, open_session


@contextmanager
def open_records(store: str | None) -> Iterator[Session]:
    """The session of the store. Looking for one does not make it: raises ReferenceNotFound."""
    home = configuration_of(Path.cwd(), {"store": store}).home
    if not home.is_dir():
        raise ReferenceNotFound(
            f"no run is on record in {home}: `cuvee run FILE` makes the first; "
            "runs of another project are seen from its folder, or with --store"
        )
    session = open_session(Path.cwd(), {"store": store})
    try:
        yield session
    finally:
        session.close()


def this_machine(boot: str) -> Machine:
    """The machine that this process runs on."""
    return Machine(socket.gethostname(), boot, _has_process)


def _has_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it is another user's
    return True
