"""What a worker is made of: the store, and the performer that reads and writes it. No database."""

from __future__ import annotations

from pathlib import Path

from cuvee.executors.pool.messages import Setup
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.scope import Scope
from cuvee.perform.capture import Hear
from cuvee.perform.imports import imports
from cuvee.perform.interrupts import Interrupts
from cuvee.perform.notes import Findings
from cuvee.perform.performer import Performer
from cuvee.perform.performer_on_store import performer_on_store
from cuvee.ports.blobs import BlobStore
from cuvee.stores.filesystem import FilesystemStore


def open_store(setup: Setup) -> BlobStore:
    """The store of the run."""
    return FilesystemStore(Path(setup.home))


def own_code(setup: Setup) -> ProcessCode:
    """The code that this process has loaded, or will."""
    root = Path(setup.root)
    heard = dict(setup.heard)
    imports.repeat(setup.heard)

    def asked_by(module: str) -> Findings | None:
        """What nobody has heard in the process of the run counts for nothing here, either."""
        return imports.asked_by(module, root) if setup.today or module in heard else None

    return ProcessCode(Scope(root, (Path(setup.home),)), Memo(asked_by=asked_by))


def make_performer(
    setup: Setup, blobs: BlobStore, code: ProcessCode, hear: Hear, interrupts: Interrupts
) -> Performer:
    """A performer whose values are in the store."""
    root, home = Path(setup.root), Path(setup.home)
    return performer_on_store(
        root, home, blobs, code, hear, interrupts, models=setup.models, watched=setup.watched
    )
