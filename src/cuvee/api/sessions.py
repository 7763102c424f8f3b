"""The sessions that this process has open."""

from __future__ import annotations

import atexit
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from cuvee.wiring import open_session

if TYPE_CHECKING:
    from cuvee.operations.session import Session

# One session for each project, process and thread: opening it again for every run would cost
# milliseconds, and a connection must not cross a fork.
_sessions: dict[tuple[int, int, Path, str], Session] = {}


def session_of(start: Path) -> Session:
    """The session of the project that a folder belongs to, opened once. Raises as `open_session` does."""
    home = os.environ.get("CUVEE_HOME", "")
    key = (os.getpid(), threading.get_ident(), start, home)
    session = _sessions.get(key)
    if session is None or not session.is_there():
        session = _sessions[key] = open_session(start)
        atexit.register(session.close)
    return session


def close_sessions(home: Path) -> None:
    """Close what this process has open of the store in that folder: the next run opens it again."""
    for key, session in list(_sessions.items()):
        if session.home == home.resolve():
            del _sessions[key]
            atexit.unregister(session.close)
            session.close()
