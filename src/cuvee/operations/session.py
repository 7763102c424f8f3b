"""A session: the project and the ports that operations work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cuvee.model.record import GitState, Versions
from cuvee.ports.blobs import BlobStore
from cuvee.ports.clock import Clock
from cuvee.ports.executor import Executor
from cuvee.ports.ledger import CacheEntries, RunLedger
from cuvee.ports.queries import Queries


@dataclass(frozen=True, slots=True)
class Session:
    """All that an operation needs. Made by `wiring.open_session`, closed by whoever opened it."""

    root: Path
    home: Path
    blobs: BlobStore
    entries: CacheEntries
    ledger: RunLedger
    queries: Queries
    clock: Clock
    make_executor: Callable[[], Executor]
    git: Callable[[], Callable[[], GitState | None]]
    versions: Callable[[], Versions]
    boot: str
    durability: str
    keep_inputs: int
    close: Callable[[], None]
