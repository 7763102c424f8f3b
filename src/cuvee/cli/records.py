"""The records of the project that the current folder belongs to, opened to be read; and how to find them."""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuvee.errors import ConfigurationError, ReferenceNotFound
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


def store_flag(home: Path) -> str:
    """What `cuvee show` has to be given to find this store from the current folder; "" for nothing."""
    try:
        if configuration_of(Path.cwd()).home == home:
            return ""
    except ConfigurationError:
        pass  # the current folder's own settings are broken: a flag is what goes around them
    near = os.path.relpath(home)
    return f" --store {shlex.quote(near if len(near) < len(str(home)) else str(home))}"


def _has_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it is another user's
    return True
