"""The ledger: what is written of runs, and of results that can be reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.entry import Entry
from cuvee.model.footing import Footing
from cuvee.model.graph import GraphPrint
from cuvee.model.record import Batch, RunEnd, RunStart, Tag
from cuvee.model.snapshot import Snapshot


def never() -> bool:
    """Whether somebody has asked to stop, where nobody can."""
    return False


class CacheEntries(Protocol):
    """Which results are on record under a key."""

    def may_have(self, keys: Sequence[Digest], *, anew: bool) -> Sequence[Digest]:
        """Those of the keys of which entries may be on record, which next to no time tells. What another
        process has put there in the last moment need not be known, unless it is looked for `anew`."""
        ...

    def find(self, keys: Sequence[Digest]) -> dict[Digest, tuple[Entry, ...]]:
        """The entries of each key that has any, newest first. One question for any number of keys."""
        ...

    def altered(self) -> frozenset[Digest]:
        """The keys of which the last `find` left an entry out, for good, as it was not as it was written."""
        ...

    def vouch(self, entries: Sequence[Entry]) -> None:
        """The blobs of these entries have been verified: they no longer carry an earlier boot."""
        ...


class RunLedger(Protocol):
    """The history of runs. What a method was given is committed when it returns, or it raises
    RecordsFault and nothing of it is."""

    def begin(self, start: RunStart) -> int:
        """A new run; its number, one more than the last."""
        ...

    def commit(self, run: int, batch: Batch) -> None:
        """Entries, calls, ledgers, sources and profiles in one transaction; what is dropped goes first.

        A ledger, a source or a profile of an artifact that is there already stays as it is. An entry
        of a key and of observations that are there already leaves the first in place. A call of a
        position that is there already replaces it.
        """
        ...

    def keep_snapshot(self, run: int, snapshot: Snapshot) -> None:
        """The source that the run ran with. Its blobs are in the store."""
        ...

    def keep_given(self, run: int, artifacts: Sequence[Artifact]) -> None:
        """Values that calls of the run are given, which no text tells whole. Their blobs are in the store,
        but for those of files that were too large to be kept."""
        ...

    def keep_graph(self, run: int, graph: GraphPrint) -> None:
        """The run's calls are those of this graph, and have all succeeded."""
        ...

    def repeat(
        self, run: int, graph: GraphPrint, now: float, stopped: Callable[[], bool] = never
    ) -> float | None:
        """Where each call of this graph would be reused, from just that entry by which the run of
        `keep_graph` had its result: this run, which has no calls yet, has them from now on, reused at `now`,
        with that run's fingerprints and given values. The seconds that are saved; None, and nothing is
        written, whenever that is in doubt, or `stopped` says that nobody wants to know any more.
        """
        ...

    def end(self, run: int, end: RunEnd) -> None:
        """The run is over."""
        ...

    def tag(self, tag: Tag) -> None:
        """From now on the name stands for this, and for nothing else. A run that is not on record has no
        tags."""
        ...

    def note(self, run: int, text: str) -> None:
        """What somebody wants to remember of a run; "" for nothing."""
        ...

    def stand(self, command: Digest, footing: Footing) -> None:
        """What the run that this command led to stood on, in place of what was known of the command."""
        ...
