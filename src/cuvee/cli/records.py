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
from cuvee.project.process import process_since
from cuvee.project.root import PROJECT_FILE, find_project
from cuvee.wiring import configuration_of, open_session

_STORE, _RECORDS = ".cuvee", "records.db"


def project_folder(cwd: Path) -> Path:
    """Where to look for the project of commands without a target.

    In a folder without a pyproject.toml above it: the nearest folder upwards that has a store, else
    the current one.
    """
    if (find_project(cwd) / PROJECT_FILE).is_file():
        return cwd
    with_store = (each for each in (cwd, *cwd.parents) if (each / _STORE / _RECORDS).is_file())
    return next(with_store, cwd)


@contextmanager
def open_records(store: str | None) -> Iterator[Session]:
    """The session of the store. Looking for one does not make it: raises ReferenceNotFound."""
    folder = project_folder(Path.cwd())
    home = configuration_of(folder, {"store": store}).home
    if not home.is_dir():
        raise ReferenceNotFound(
            f"no run is on record in {home}: `cuvee run FILE` makes the first; "
            "runs of another project are seen from its folder, or with --store"
        )
    session = open_session(folder, {"store": store})
    try:
        yield session
    finally:
        session.close()


def this_machine(boot: str) -> Machine:
    """The machine that this process runs on."""
    return Machine(socket.gethostname(), boot, process_since)


def store_flag(home: Path) -> str:
    """What `cuvee show` has to be given to find this store from the current folder; "" for nothing."""
    try:
        if configuration_of(project_folder(Path.cwd())).home == home:
            return ""
    except ConfigurationError:
        pass  # the current folder's own settings are broken: a flag is what goes around them
    near = os.path.relpath(home)
    return f" --store {shlex.quote(near if len(near) < len(str(home)) else str(home))}"
