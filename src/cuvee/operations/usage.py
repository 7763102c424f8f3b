"""Usage: who takes how much room in the store. What several share counts once in each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cuvee.model.digest import Digest
from cuvee.model.inventory import Inventory
from cuvee.operations.leftovers import find_leftovers, set_aside
from cuvee.operations.session import Session

NO_RUN = "(no run on record)"
GIVEN = "(given to pipelines)"


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several needs: blobs of so many bytes, `own` of which no other needs."""

    name: str
    bytes: int
    own: int
    blobs: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The room that a store takes, in bytes, and the shares in its blobs, the largest first.

    `unneeded`: of blobs that nothing on record needs, and of leftovers: what `gc` takes without
    being told more. `set_aside`: of damaged blobs, which it takes some days later.
    """

    blobs: int
    blob_bytes: int
    records: int
    unneeded: int
    set_aside: int
    pipelines: tuple[Share, ...]
    tasks: tuple[Share, ...]
    types: tuple[Share, ...]

    @property
    def total(self) -> int:
        return self.blob_bytes + self.records + self.unneeded + self.set_aside


def usage(session: Session) -> Usage:
    """How much room the store takes, and for what. Raises RecordsFault, StoreFault."""
    inventory = session.holdings.inventory()
    needed = inventory.blobs(use.artifact for use in inventory.uses)
    stored = {blob.digest: blob.size for blob in session.blobs.stored()}
    # What a file has that was altered is what it takes; one that is missing takes nothing.
    sizes = {digest: stored.get(digest, 0) for digest in needed}
    now = session.clock.now()
    leftovers = find_leftovers(
        session.home, [run.number for run in inventory.runs if not run.ended], now, now
    )
    records = sum(path.stat().st_size for path in session.home.glob("records.db*"))
    return Usage(
        sum(digest in stored for digest in needed),
        sum(sizes.values()),
        records,
        sum(stored[digest] for digest in stored.keys() - needed.keys()) + sum(one.bytes for one in leftovers),
        set_aside(session.home, now),
        shares(by_pipeline(inventory), sizes),
        shares(by_task(inventory), sizes),
        shares(by_type(inventory), sizes),
    )


def shares(needs: Mapping[str, Iterable[Digest]], sizes: Mapping[Digest, int]) -> tuple[Share, ...]:
    """Each one's share in blobs, the largest first."""
    needers: dict[Digest, int] = {}
    for blobs in needs.values():
        for blob in blobs:
            needers[blob] = needers.get(blob, 0) + 1
    found = [
        Share(
            name,
            sum(sizes.get(blob, 0) for blob in blobs),
            sum(sizes.get(blob, 0) for blob in blobs if needers[blob] == 1),
            sum(1 for _ in blobs),
        )
        for name, blobs in needs.items()
    ]
    return tuple(sorted(found, key=lambda share: (-share.bytes, share.name)))


def by_pipeline(inventory: Inventory) -> dict[str, set[Digest]]:
    """The blobs that the runs of each pipeline need, and the cache entries that they made or reused."""
    pipeline_of = {run.number: run.pipeline for run in inventory.runs}
    users = {
        entry.id: {pipeline_of[run] for run in entry.runs if run in pipeline_of}
        for entry in inventory.entries
    }
    artifacts: dict[str, set[Digest]] = {}
    for use in inventory.uses:
        names = {pipeline_of.get(use.run, NO_RUN)} if use.run else users.get(use.entry) or {NO_RUN}
        for name in names:
            artifacts.setdefault(name, set()).add(use.artifact)
    return _blobs(inventory, artifacts)


def by_task(inventory: Inventory) -> dict[str, set[Digest]]:
    """The blobs of what each task gave, and of what pipelines were given."""
    artifacts: dict[str, set[Digest]] = {}
    made = {use.artifact for use in inventory.uses if use.task}
    for use in inventory.uses:
        if use.task or use.artifact not in made:  # a run's result is some task's
            artifacts.setdefault(use.task or GIVEN, set()).add(use.artifact)
    return _blobs(inventory, artifacts)


def by_type(inventory: Inventory) -> dict[str, set[Digest]]:
    """The blobs of values of each class. Items that are kept with their list count as the list's."""
    found: dict[str, set[Digest]] = {}
    for artifact in inventory.artifacts.values():
        if artifact.blobs:
            found.setdefault(artifact.type, set()).update(digest for digest, _ in artifact.blobs)
    return found


def _blobs(inventory: Inventory, artifacts: Mapping[str, Iterable[Digest]]) -> dict[str, set[Digest]]:
    found = {name: set(inventory.blobs(named)) for name, named in artifacts.items()}
    return {name: blobs for name, blobs in found.items() if blobs}
