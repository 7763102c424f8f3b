"""Collect: delete what nobody needs, and old runs with what only they need.

What goes is chosen from an inventory, purely; then the records let go of it in one transaction, and
only then the files that nothing on record names are deleted. Whoever is killed between leaves files
that the next collection takes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice

from cuvee.model.digest import Digest
from cuvee.model.inventory import Inventory, KeptEntry, KeptRun
from cuvee.operations.leftovers import Leftover, find_leftovers, remove_leftovers
from cuvee.operations.liveness import Machine, may_go_on
from cuvee.operations.session import Session
from cuvee.ports.blobs import StoredBlob

# A blob that is put again is marked so unless it was put within this time; see the stores. And clocks of
# machines that share a store differ.
_MARKED_WITHIN = 660.0

# So many blobs are deleted while others wait.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Policy:
    """Which runs may go: all that are given have to agree. None of them: no run goes.

    `older_than` in seconds; `keep_runs` newest of each pipeline stay, mixtures not counted; `max_size` in
    bytes: the oldest that may go are deleted until the blobs take no more than that. With `mixtures`
    all mixtures go, whatever else is given.
    """

    older_than: float | None = None
    keep_runs: int | None = None
    max_size: int | None = None
    mixtures: bool = False

    @property
    def takes_runs(self) -> bool:
        return (self.older_than, self.keep_runs, self.max_size) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Choice:
    """The runs and the cache entries (by id) that go, and the bytes of blobs that then are needed."""

    runs: tuple[KeptRun, ...]
    entries: tuple[KeptEntry, ...]
    needed: dict[Digest, int]


@dataclass(frozen=True, slots=True)
class Collected:
    """What went, or would go. `left`: bytes of blobs that stay; `compacted`: what the database gave back;
    `claims`: of calls whose runs have died while they computed them."""

    runs: tuple[KeptRun, ...]
    entries: int
    blobs: int
    blob_bytes: int
    leftovers: tuple[Leftover, ...]
    claims: int
    compacted: int
    left: int
    named: int
    going_on: int

    @property
    def freed(self) -> int:
        return self.blob_bytes + sum(one.bytes for one in self.leftovers) + self.compacted


def collect(session: Session, policy: Policy, machine: Machine, *, dry_run: bool = False) -> Collected:
    """Delete what the policy lets go and what nobody needs; `dry_run` only tells what that would be.

    Runs that go on, and those with a tag or a note, stay. Raises StoreFault when the store is in use
    by others all the time, RecordsFault.
    """
    now = session.clock.now()
    # Nobody is between looking a result up and putting on record that it is used.
    with nullcontext() if dry_run else session.blobs.shut():
        inventory = session.holdings.inventory()
        choice = choose(inventory, policy, _live(inventory.runs, machine), now)
        if not dry_run:
            session.holdings.remove([run.number for run in choice.runs], [one.id for one in choice.entries])
    named = choice.needed if dry_run else session.holdings.blobs()
    live = _live(inventory.runs, machine)
    before = _before(inventory.runs, live)
    stored = list(session.blobs.stored())
    garbage = [blob for blob in stored if blob.digest not in named and blob.put < before]
    leftovers = find_leftovers(session.home, live, min(before, now), now)
    freed = sum(blob.size for blob in garbage)
    compacted = 0
    if not dry_run:
        freed = _delete(session, garbage, machine)
        remove_leftovers(leftovers)
        compacted = session.holdings.compact()
    return Collected(
        choice.runs,
        len(choice.entries),
        len(garbage),
        freed,
        tuple(leftovers),
        session.make_claims().sweep(dry_run=dry_run),
        compacted,
        sum(blob.size for blob in stored) - freed,
        sum(run.named for run in inventory.runs),
        len(live),
    )


def choose(inventory: Inventory, policy: Policy, live: Collection[int], now: float) -> Choice:
    """What goes. A result stays as long as a run that made it or used it stays on record; one whose runs
    are all off the record counts by when the last of them used it.
    """
    if policy.mixtures:
        mixed = [run for run in inventory.runs if run.mixed and not run.named and run.number not in live]
    else:
        mixed = []
    may_go = _may_go(inventory, policy, live, now) if policy.takes_runs else []
    may_go = [*mixed, *(one for one in may_go if one not in mixed)]
    if policy.max_size is None:
        return _without(inventory, may_go)
    # The more goes the less is needed: halve the question until the fewest are found.
    fewest, most = len(mixed), len(may_go)
    while fewest < most:
        middle = (fewest + most) // 2
        if sum(_without(inventory, may_go[:middle]).needed.values()) <= policy.max_size:
            most = middle
        else:
            fewest = middle + 1
    return _without(inventory, may_go[:fewest])


def _may_go(
    inventory: Inventory, policy: Policy, live: Collection[int], now: float
) -> list[KeptRun | KeptEntry]:
    """The runs that may go, and the entries that no run on record has used, the oldest first."""
    kept = set(live)
    if policy.keep_runs is not None:
        of_pipeline: defaultdict[str, int] = defaultdict(int)
        for run in reversed([each for each in inventory.runs if not each.mixed]):
            of_pipeline[run.pipeline] += 1
            if of_pipeline[run.pipeline] <= policy.keep_runs:
                kept.add(run.number)
    since = math.inf if policy.older_than is None else now - policy.older_than
    aged: list[tuple[float, KeptRun | KeptEntry]] = [
        (run.started, run)
        for run in inventory.runs
        if run.number not in kept and not run.named and run.started < since
    ]
    aged += [(entry.used, entry) for entry in inventory.entries if not entry.runs and entry.used < since]
    return [one for _, one in sorted(aged, key=lambda pair: pair[0])]


def _without(inventory: Inventory, gone: Sequence[KeptRun | KeptEntry]) -> Choice:
    """What is needed without these, and which entries go with them."""
    runs = [one for one in gone if isinstance(one, KeptRun)]
    numbers = {run.number for run in runs}
    dropped = {one.id for one in gone if isinstance(one, KeptEntry)}
    entries = [
        entry
        for entry in inventory.entries
        if entry.id in dropped or (entry.runs and numbers.issuperset(entry.runs))
    ]
    dropped.update(entry.id for entry in entries)
    held = (use.artifact for use in inventory.uses if use.run not in numbers and use.entry not in dropped)
    return Choice(tuple(runs), tuple(entries), inventory.blobs(held))


def _live(runs: Iterable[KeptRun], machine: Machine) -> set[int]:
    """The runs that go on."""
    return {run.number for run in runs if not run.ended and may_go_on(run.host, run.boot, run.pid, machine)}


def _before(runs: Iterable[KeptRun], live: Collection[int]) -> float:
    """A blob that nothing names is forgotten if it was last put before then.

    What a run that goes on has put may be named only when a long call of it ends.
    """
    return min((run.started - _MARKED_WITHIN for run in runs if run.number in live), default=math.inf)


def _delete(session: Session, garbage: Sequence[StoredBlob], machine: Machine) -> int:
    """Delete these blobs, as far as nobody has come to need them meanwhile; the bytes freed."""
    freed, pending = 0, iter(blob.digest for blob in garbage)
    while batch := list(islice(pending, _BATCH)):
        with session.blobs.shut():
            named = session.holdings.named(batch)
            runs = session.holdings.open_runs()
            before = _before(runs, _live(runs, machine))
            freed += session.blobs.delete([one for one in batch if one not in named], before)
    return freed
