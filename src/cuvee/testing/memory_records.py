"""Records in memory: a fake of cache entries, ledger and queries that forgets all when it goes.

It keeps the values as they are given, in dictionaries, and knows no database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal

import msgspec

from cuvee.errors import RecordsFault
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.entry import Entry, Observation
from cuvee.model.footing import Footing
from cuvee.model.graph import GraphPrint
from cuvee.model.key import Ledger
from cuvee.model.profile import Profile
from cuvee.model.record import Batch, CallRecord, RunEnd, RunRecord, RunStart, Tag
from cuvee.model.snapshot import Snapshot
from cuvee.ports.ledger import never
from cuvee.tracking.metrics import run_metrics, standing

_State = frozenset[Observation]


class _Contents:
    """What is on record."""

    def __init__(self) -> None:
        self.entries: dict[Digest, dict[_State, Entry]] = {}
        self.ledgers: dict[Digest, Ledger] = {}
        self.sources: dict[Digest, str] = {}
        self.starts: dict[int, RunStart] = {}
        self.ends: dict[int, RunEnd] = {}
        self.calls: dict[int, dict[int, CallRecord]] = {}
        self.profiles: dict[Digest, Profile] = {}
        self.footings: dict[Digest, Footing] = {}
        self.snapshots: dict[int, Snapshot] = {}
        self.given: dict[int, dict[Digest, Artifact]] = {}
        self.moves: list[Tag] = []
        self.notes: dict[int, str] = {}

    def tags(self) -> tuple[Tag, ...]:
        """Where each tag is now."""
        latest = {tag.name: tag for tag in self.moves}
        return tuple(tag for _, tag in sorted(latest.items()) if tag.run is not None)


class MemoryEntries:
    """`CacheEntries` in memory."""

    def __init__(self, contents: _Contents, boot: str) -> None:
        self._contents = contents
        self._boot = boot

    def may_have(self, keys: Sequence[Digest], *, anew: bool) -> Sequence[Digest]:
        return [key for key in keys if key in self._contents.entries]

    def find(self, keys: Sequence[Digest]) -> dict[Digest, tuple[Entry, ...]]:
        known = self._contents.entries
        return {key: tuple(reversed(known[key].values())) for key in keys if known.get(key)}

    def altered(self) -> frozenset[Digest]:
        return frozenset()

    def vouch(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            kept = self._contents.entries.get(entry.key, {})
            state = frozenset(entry.observed)
            if state in kept and kept[state].boot != self._boot:
                kept[state] = msgspec.structs.replace(kept[state], boot="")


class MemoryLedger:
    """`RunLedger` in memory."""

    def __init__(self, contents: _Contents, *, synced: bool) -> None:
        self._contents = contents
        self._synced = synced

    def begin(self, start: RunStart) -> int:
        run = len(self._contents.starts) + 1
        self._contents.starts[run] = start
        self._contents.calls[run] = {}
        return run

    def commit(self, run: int, batch: Batch) -> None:
        self._check(run)
        for key, artifact in batch.dropped:
            kept = self._contents.entries.get(key, {})
            for state in [state for state, entry in kept.items() if entry.artifact.digest == artifact]:
                del kept[state]
        for entry in batch.entries:
            first = msgspec.structs.replace(entry, boot="") if self._synced else entry
            self._contents.entries.setdefault(entry.key, {}).setdefault(frozenset(entry.observed), first)
        for call in batch.calls:
            self._contents.calls[run][call.position] = call
        for _, ledger in batch.ledgers:
            self._contents.ledgers.setdefault(ledger.digest, ledger)
        for digest, text in batch.sources:
            self._contents.sources.setdefault(digest, text)
        for digest, profile in batch.profiles:
            self._contents.profiles.setdefault(digest, profile)

    def keep_snapshot(self, run: int, snapshot: Snapshot) -> None:
        self._check(run)
        self._contents.snapshots[run] = snapshot

    def keep_given(self, run: int, artifacts: Sequence[Artifact]) -> None:
        self._check(run)
        known = self._contents.given.setdefault(run, {})
        known.update((artifact.digest, artifact) for artifact in artifacts)

    def keep_graph(self, run: int, graph: GraphPrint) -> None:
        self._check(run)  # nothing is gained in memory by knowing calls all at once

    def repeat(
        self, run: int, graph: GraphPrint, now: float, stopped: Callable[[], bool] = never
    ) -> float | None:
        return None

    def end(self, run: int, end: RunEnd) -> None:
        self._check(run)
        self._contents.ends[run] = end

    def stand(self, command: Digest, footing: Footing) -> None:
        self._check(footing.run)
        self._contents.footings[command] = footing

    def tag(self, tag: Tag) -> None:
        if tag.run is not None:
            self._check(tag.run)
        self._contents.moves.append(tag)

    def note(self, run: int, text: str) -> None:
        self._check(run)
        self._contents.notes[run] = text

    def _check(self, run: int) -> None:
        if run not in self._contents.starts:
            raise RecordsFault(f"Run {run} is not on record: begin it first.")


class MemoryQueries:
    """`Queries` in memory."""

    def __init__(self, contents: _Contents) -> None:
        self._contents = contents

    def runs(
        self, *, limit: int | None = None, pipeline: str | None = None, mixtures: bool = False
    ) -> tuple[RunRecord, ...]:
        starts = self._contents.starts
        known = starts if mixtures else [run for run in starts if starts[run].mixed is None]
        numbers = [run for run in reversed(known) if pipeline is None or starts[run].pipeline == pipeline]
        return tuple(self._run(run) for run in numbers[:limit])

    def run(self, number: int) -> RunRecord | None:
        return self._run(number) if number in self._contents.starts else None

    def snapshot(self, run: int) -> Snapshot | None:
        return self._contents.snapshots.get(run)

    def given(self, run: int) -> tuple[Artifact, ...]:
        return tuple(self._contents.given.get(run, {}).values())

    def calls(
        self, run: int, *, after: int | None = None, limit: int | None = None
    ) -> tuple[CallRecord, ...]:
        known = self._contents.calls.get(run, {})
        wanted = [position for position in sorted(known) if after is None or position > after]
        return tuple(_without_logs(known[position]) for position in wanted[:limit])

    def results(self, run: int, positions: Collection[int]) -> dict[int, Artifact]:
        found = {call.position: call.artifact for call in self.calls(run) if call.position in positions}
        return {position: artifact for position, artifact in found.items() if artifact is not None}

    def call(self, run: int, path: str) -> CallRecord | None:
        known = self._contents.calls.get(run, {})
        return next((call for call in known.values() if call.path == path), None)

    def latest_calls(self, uses: Sequence[tuple[str, str]]) -> dict[tuple[str, str], CallRecord]:
        latest = {}
        for run, known in self._contents.calls.items():
            for call in known.values() if self._contents.starts[run].mixed is None else ():
                if (call.task, call.path) in uses and _was_looked_up(call):
                    latest[call.task, call.path] = _without_logs(call)
        return latest

    def has_ended(self, task: str) -> bool:
        calls = (call for known in self._contents.calls.values() for call in known.values())
        return any(call.task == task and call.status in ("succeeded", "failed") for call in calls)

    def call_before(self, run: int, task: str, path: str) -> tuple[int, CallRecord] | None:
        for number in range(run - 1, 0, -1):
            start = self._contents.starts.get(number)
            for call in self.calls(number) if start and start.mixed is None else ():
                if (call.task, call.path) == (task, path) and _was_looked_up(call):
                    return number, call
        return None

    def profile(self, artifact: Digest) -> Profile | None:
        return self._contents.profiles.get(artifact)

    def tags(self) -> tuple[Tag, ...]:
        return self._contents.tags()

    def tag_moves(self, name: str) -> tuple[Tag, ...]:
        return tuple(tag for tag in reversed(self._contents.moves) if tag.name == name)

    def ledger(self, digest: Digest) -> Ledger | None:
        return self._contents.ledgers.get(digest)

    def known_ledgers(self, digests: Sequence[Digest]) -> frozenset[Digest]:
        return frozenset(digests).intersection(self._contents.ledgers)

    def sources(self, digests: Sequence[Digest]) -> dict[Digest, str]:
        known = self._contents.sources
        return {digest: known[digest] for digest in digests if digest in known}

    def footing(self, command: Digest) -> Footing | None:
        return self._contents.footings.get(command)

    def _run(self, number: int) -> RunRecord:
        values = (
            (call.path, name, call.metrics[index].value)
            for call in self.calls(number)
            for name, index in sorted(standing(call.metrics).items(), key=lambda found: found[1])
        )
        start, end = self._contents.starts[number], self._contents.ends.get(number)
        tags = tuple(tag for tag in self._contents.tags() if tag.run == number)
        note = self._contents.notes.get(number, "")
        return RunRecord(number, start, end, run_metrics(values), tags, note)


class MemoryRecords:
    """The three ports over one memory. `boot` and `durability` as for records on disk."""

    def __init__(self, *, boot: str = "", durability: Literal["process", "power"] = "process") -> None:
        contents = _Contents()
        self.entries = MemoryEntries(contents, boot)
        self.ledger = MemoryLedger(contents, synced=durability == "power")
        self.queries = MemoryQueries(contents)

    def close(self) -> None:
        """Nothing is held."""


def _was_looked_up(call: CallRecord) -> bool:
    """Whether it ran or was reused: one that a result was swapped in for tells nothing of the next."""
    return call.status in ("succeeded", "failed") and call.decision != "given"


def _without_logs(call: CallRecord) -> CallRecord:
    return msgspec.structs.replace(call, logs=())
