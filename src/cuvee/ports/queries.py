"""Queries: what is read of runs. Nothing here decides what runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.footing import Footing
from cuvee.model.key import Ledger
from cuvee.model.profile import Profile
from cuvee.model.record import CallRecord, RunRecord, Tag
from cuvee.model.snapshot import Snapshot


class Queries(Protocol):
    """The records, to read. Each method is one consistent look at committed data."""

    def runs(
        self, *, limit: int | None = None, pipeline: str | None = None, mixtures: bool = False
    ) -> tuple[RunRecord, ...]:
        """The runs, newest first; those that are mixtures of others on request only."""
        ...

    def run(self, number: int) -> RunRecord | None:
        """One run."""
        ...

    def snapshot(self, run: int) -> Snapshot | None:
        """The source that a run ran with, if that was kept."""
        ...

    def given(self, run: int) -> tuple[Artifact, ...]:
        """Values that calls of a run were given and that no text tells whole, in no order."""
        ...

    def calls(
        self, run: int, *, after: int | None = None, limit: int | None = None
    ) -> tuple[CallRecord, ...]:
        """The calls of a run in the order of tracing, without their logs: all, or so many of those that come
        after a position."""
        ...

    def results(self, run: int, positions: Collection[int]) -> dict[int, Artifact]:
        """What the calls at these positions of a run gave, as far as they gave anything."""
        ...

    def call(self, run: int, path: str) -> CallRecord | None:
        """One call, with its logs."""
        ...

    def latest_calls(self, uses: Sequence[tuple[str, str]]) -> dict[tuple[str, str], CallRecord]:
        """For each (task, path) that there is one: the last call that ended with success or failure
        in a run that is no mixture, without its logs."""
        ...

    def has_ended(self, task: str) -> bool:
        """Whether any call of the task has ended with success or failure: there is a latest one."""
        ...

    def call_before(self, run: int, task: str, path: str) -> tuple[int, CallRecord] | None:
        """The last call of a task at a path that ended, with success or failure, in a run before this
        one that is no mixture; with its run, without its logs."""
        ...

    def profile(self, artifact: Digest) -> Profile | None:
        """What the artifact of this digest looks like, if that is on record."""
        ...

    def tags(self) -> tuple[Tag, ...]:
        """The tags that stand for something, by name."""
        ...

    def tag_moves(self, name: str) -> tuple[Tag, ...]:
        """All that a tag has stood for, the newest first."""
        ...

    def ledger(self, digest: Digest) -> Ledger | None:
        """The items of a fingerprint of code or environment."""
        ...

    def known_ledgers(self, digests: Sequence[Digest]) -> frozenset[Digest]:
        """Which of these fingerprints are on record."""
        ...

    def sources(self, digests: Sequence[Digest]) -> dict[Digest, str]:
        """The source texts of these digests, as far as they are on record."""
        ...

    def footing(self, command: Digest) -> Footing | None:
        """What the last run of this command stood on, if that is on record, and the run too."""
        ...
