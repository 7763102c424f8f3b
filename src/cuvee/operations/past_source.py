"""Past source: the project as it was at a run, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuvee.errors import ReferenceNotFound
from cuvee.model.directory import Directory
from cuvee.model.record import RunRecord
from cuvee.model.snapshot import Snapshot
from cuvee.operations.session import Session
from cuvee.perform.unpack import unpack

# What a folder with a project of its own has in it.
_MARK = "pyproject.toml"


def snapshot_of(session: Session, run: RunRecord) -> Snapshot:
    """The source of a run. Raises ReferenceNotFound where none was kept, with what there is instead."""
    found = session.queries.snapshot(run.number)
    if found is not None:
        return found
    git = run.end.git if run.end else None
    instead = (
        f"git has its commit: `git worktree add ../then {git.commit[:10]}`"
        + (", without the changes that were not committed" if git.dirty else "")
        if git
        else f"`cuvee show {run.number} CALL --explain` shows the code of each call"
    )
    raise ReferenceNotFound(f"the source of run {run.number} was not kept with it: {instead}")


@contextmanager
def past_source(session: Session, run: RunRecord) -> Iterator[Path]:
    """The folder of the project as it was, for as long as this is open.

    Raises ReferenceNotFound, and DamagedBlob for source that is not as it was stored any more.
    """
    snapshot = snapshot_of(session, run)
    from cuvee.operations.working_folder import working_folder  # 2 ms, and most commands need none

    with working_folder(f"run-{run.number}") as folder:
        source = unpack(snapshot.files, session.blobs, folder.resolve())
        assert isinstance(source, Directory)
        root = Path(source.path)
        # However the folder of temporary files lies, this is a project of its own and no part of another.
        (root / _MARK).touch()
        yield root
