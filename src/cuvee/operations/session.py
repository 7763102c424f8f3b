"""A session: the project and the ports that operations work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.scope import Scope
from cuvee.model.record import GitState, Versions
from cuvee.perform.capture import Hear
from cuvee.perform.interrupts import Interrupts
from cuvee.ports.executor import Executor

if TYPE_CHECKING:
    from cuvee.ports.beginnings import Beginnings
    from cuvee.ports.blobs import BlobStore
    from cuvee.ports.claims import Claims
    from cuvee.ports.clock import Clock
    from cuvee.ports.holdings import Holdings
    from cuvee.ports.ledger import CacheEntries, RunLedger
    from cuvee.ports.mixing import StartMixer
    from cuvee.ports.past import PastCode
    from cuvee.ports.queries import Queries
    from cuvee.ports.snapshots import Taking

Note = Callable[[str], None]
Sources = Mapping[int, Path]
"""Folders with the source of earlier runs, by their numbers."""

MakeExecutor = Callable[[ProcessCode, Hear, Interrupts, Note, Sources], Executor]
MakeFresh = Callable[[ProcessCode, Interrupts, str], Executor]


class Session(msgspec.Struct, frozen=True, eq=False):
    """All that an operation needs. Made by `wiring.open_session`, closed by whoever opened it.

    `make_fresh` makes an executor that performs each call in a new process with a hash seed of its own.
    `make_mixers(place, at_once)` makes what runs other source trees, so many side by side; what they say
    goes to a file in `place`. `start_git()` begins to ask git and gives a function that waits for the
    answer, `start_snapshot()` begins to keep the project's source, `start_past(run, folder)` loads that
    of an earlier run. `boot` names the time since the machine was started, `lifetime` that and the one
    since this process began. `keep_inputs` is in bytes; `workers`: at most so many; `fail_fast`: a call
    that fails ends its run. `durability` is what has to survive before a result counts: `process` (a
    kill) or `power` (a power loss). `is_there()` is false once somebody has deleted the store, or put
    another in its place: what is written then is lost.
    """

    root: Path
    home: Path
    blobs: BlobStore
    entries: CacheEntries
    ledger: RunLedger
    queries: Queries
    open_holdings: Callable[[], Holdings]
    clock: Clock
    make_executor: MakeExecutor
    make_fresh: MakeFresh
    start_past: Callable[[int, Path], PastCode]
    make_mixers: Callable[[Path, int], StartMixer]
    make_claims: Callable[[], Claims]
    beginnings_of: Callable[[int], Beginnings]
    start_git: Callable[[], Callable[[], GitState | None]]
    start_snapshot: Callable[[], Taking]
    versions: Callable[[], Versions]
    boot: str
    lifetime: str
    durability: str
    keep_inputs: int
    fail_fast: bool
    workers: int
    is_there: Callable[[], bool]
    close: Callable[[], None]

    @property
    def holdings(self) -> Holdings:
        """What the store holds, for who looks after it."""
        return self.open_holdings()

    @property
    def scope(self) -> Scope:
        """Which files count as the project's source: all under the root but the store."""
        return Scope(self.root, (self.home,))
