"""Looking a call up: its key, the entries on record, and the rebuilder's decision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cuvee.compare.keys import Comparison
from cuvee.engine.components import PathOf
from cuvee.engine.files import asked_of, written_by
from cuvee.engine.folders import folders_in, listing_of
from cuvee.engine.keys import Keys
from cuvee.engine.rebuilder import decide, doubt_reason, outside_reason, reuse
from cuvee.engine.standing import Standing
from cuvee.model.change import Change
from cuvee.model.decision import Decision, Reason, ReasonCode
from cuvee.model.digest import Digest
from cuvee.model.entry import Entry
from cuvee.model.explanation import Seen
from cuvee.model.graph import Argument, Call, Given, Node, Ref, TaskInfo, opaque_in
from cuvee.model.key import Key, Ledger
from cuvee.model.order import Payload
from cuvee.model.record import CallRecord
from cuvee.model.value import Value

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore
    from cuvee.ports.ledger import CacheEntries
    from cuvee.ports.queries import Queries

_NO_SOURCES: Mapping[Digest, str] = {}


_NOTHING: frozenset[str] = frozenset()

Candidates = Sequence[tuple[Entry, Reason | None]]
"""The entries of a key, newest first, each with what is wrong with it."""

_NONE: Candidates = ()

# Why no call of a task may be reused. Tasks are told apart by identity.
_Refused = tuple[TaskInfo | None, list[Reason]]
_NO_TASK: _Refused = (None, [])


class Decided(Value, frozen=True):
    """A call with its key and decision. `keep`: its result may serve again. `new`: nothing was on record of
    its key. `damaged`: entries of the key whose stored result is gone; `expired`: those that have been there
    too long. `asked`: the files on whose state results of the key have depended."""

    call: Call
    key: Key
    decision: Decision
    keep: bool
    new: bool = True
    damaged: Sequence[Entry] = ()
    expired: Sequence[Entry] = ()
    asked: frozenset[str] = _NOTHING


def _decided(call: Call, key: Key, decision: Decision, keep: bool, candidates: Candidates) -> Decided:
    """The same where this is on record of the key."""
    damaged: Sequence[Entry] = ()
    expired: Sequence[Entry] = ()
    asked = _NOTHING
    for entry, fault in candidates:
        if fault is not None:
            damaged = _at_fault(candidates, ReasonCode.ARTIFACT_DAMAGED)
            expired = _at_fault(candidates, ReasonCode.EXPIRED)
        if entry.observed:
            asked = asked.union(asked_of(entry.observed))
    return Decided(call, key, decision, keep, not candidates, damaged, expired, asked)


def _at_fault(candidates: Candidates, code: ReasonCode) -> list[Entry]:
    return [entry for entry, fault in candidates if fault is not None and fault.code == code]


class Lookup:
    """Decides calls, any number at a time, for a run or for a plan.

    `boot` names the time since the machine was started: entries of an earlier one are verified.
    `now` gives seconds since 1970, to tell how old a result is. Without `reuse` every call runs.
    """

    def __init__(
        self,
        keys: Keys,
        entries: CacheEntries,
        queries: Queries,
        blobs: BlobStore,
        boot: str,
        root: Path,
        now: Callable[[], float],
        *,
        reuse: bool = True,
    ) -> None:
        self._reuse = reuse
        self._anew = False
        self.keys = keys
        self._entries = entries
        self._queries = queries
        self._standing = Standing(blobs, boot, root, now, keys.distribution_change)
        self._previous: dict[tuple[str, str], CallRecord] = {}
        self._on_record: dict[bytes, Ledger | None] = {}
        self._met: set[Callable[..., Any]] = set()
        self._known: set[bytes] = set()
        self._told: set[Digest] = set()
        self._ended: dict[str, bool] = {}
        self._refusals: dict[int, _Refused] = {}
        self._last_refused = _NO_TASK
        self._folders: dict[bytes, Ledger] = {}
        self._new_folders: list[Ledger] = []
        self.comparison = Comparison(self.ledger)

    def decide(
        self, calls: Sequence[Call], lower: Callable[[Argument], Payload], path_of: PathOf
    ) -> list[Decided]:
        """Key and decision of each call; one question to the database for all of them."""
        of_call = self.keys.of_call
        keys = [of_call(call, lower, path_of) for call in calls]
        found = self._entries.find(self._entries.may_have([key.digest for key in keys], anew=self._anew))
        altered, self._anew = self._entries.altered(), False
        if not found and not altered:
            return self._decide_new(calls, keys)
        decided: list[Decided | None] = []
        misses: list[tuple[int, Call, Key, Candidates, Sequence[Reason]]] = []
        for call, key in zip(calls, keys, strict=True):
            refusals = self.refusals(call)
            entries = None if refusals else found.get(key.digest)
            candidates = _NONE if entries is None else self._candidates(entries, call)
            standing = reuse(candidates)
            if standing is None:
                misses.append((len(decided), call, key, candidates, refusals))
                decided.append(None)
            else:
                decided.append(_decided(call, key, standing, True, candidates))
        if misses:
            self._look_back([call for _, call, *_ in misses])
        for place, call, key, candidates, refusals in misses:
            decision = decide(
                key, candidates, self.previous(call), refusals, self.comparison, altered=key.digest in altered
            )
            decided[place] = _decided(call, key, decision, not refusals, candidates)
        if self._standing.verified:
            self._entries.vouch(self._standing.verified)
            self._standing.verified.clear()
        return [each for each in decided if each is not None]

    def _decide_new(self, calls: Sequence[Call], keys: Sequence[Key]) -> list[Decided]:
        """The same where nothing is on record of any of them."""
        self._look_back(calls)
        decided = []
        for call, key in zip(calls, keys, strict=True):
            refusals = self.refusals(call)
            decision = decide(key, _NONE, self.previous(call), refusals, self.comparison)
            decided.append(Decided(call, key, decision, not refusals))
        return decided

    def _candidates(self, entries: Sequence[Entry], call: Call) -> Candidates:
        caching, fault = call.task.caching, self._standing.fault
        return [(entry, fault(entry, caching.seconds, vouched=caching.vouched)) for entry in entries]

    def _look_back(self, calls: Sequence[Call]) -> None:
        """What tells why these have to run: what is reused needs nothing to compare with."""
        if self.keys.have_files:
            for call in calls:
                self._look_into_folders(call)
        self.remember(calls)

    def refusals(self, call: Call) -> Sequence[Reason]:
        """Why this call may be neither reused nor kept for reuse."""
        known = self._last_refused
        if known[0] is not call.task:  # of a thousand calls nearly all are of one task
            known = self._refusals.get(id(call.task), _NO_TASK)
            if known[0] is None:
                known = self._refusals[id(call.task)] = (call.task, self._refusals_of(call.task))
            self._last_refused = known
        for _, argument in call.arguments:
            if type(argument) is not Given and type(argument) is not Ref:
                break
        else:
            return known[1]
        reasons = list(known[1])
        for name, argument in call.arguments:
            opaque = opaque_in(argument)
            # A version stands for whatever the call meets outside, by a client that it is handed too.
            if opaque is not None and not call.task.caching.version:
                text = f"{name}={opaque.text} has no content to compare: {opaque.why}"
                reasons.append(Reason(ReasonCode.NOT_REUSABLE, text))
        return reasons

    def _refusals_of(self, task: TaskInfo) -> list[Reason]:
        """Why no call of a task may be reused."""
        reasons = []
        if not self._reuse:
            reasons.append(Reason(ReasonCode.CACHE_OFF, "this run reuses nothing"))
        caching, prints = task.caching, self.keys.of_task(task)
        if caching.never:
            reasons.append(Reason(ReasonCode.CACHE_OFF, "the task says cache=False"))
        reasons += [doubt_reason(doubt) for doubt in prints.refused]
        if not caching.vouched:
            reasons += [outside_reason(doubt) for doubt in prints.outside]
        return reasons

    def look_anew(self) -> None:
        """Another run may have put a result on record just now."""
        self._anew = True

    def forget_files(self) -> None:
        """A call has run, and may have changed any file."""
        self._standing.forget_files()

    def writes_of(self, nodes: Sequence[Node]) -> dict[int, frozenset[str] | None]:
        """For each node what it wrote when it last ran, None where that is not known."""
        self.remember(nodes)
        last = {node.id: self._previous.get((node.task.name, node.path)) for node in nodes}
        keys = {id_: Digest(call.key) for id_, call in last.items() if call is not None and call.key}
        found = self._entries.find(list(keys.values()))
        known = {id_: found[key] for id_, key in keys.items() if key in found}
        return {node.id: written_by(known[node.id]) if node.id in known else None for node in nodes}

    def previous(self, call: Call) -> CallRecord | None:
        """The last call of this task at this path."""
        return self._previous.get((call.task.name, call.path)) if self._previous else None

    def on_record(self, key: Key) -> bool:
        """Whether there are entries of the key now."""
        return bool(self._entries.find([key.digest]))

    def seconds(self, nodes: Sequence[Node]) -> dict[str, float]:
        """How long a call of each of their tasks took the last time, by the task's name, where known."""
        first: dict[str, str] = {}
        task: TaskInfo | None = None
        for node in nodes:
            if node.task is task:  # of a thousand calls nearly all are of one
                continue
            task = node.task
            if task.name not in first:
                first[node.task.name] = node.path if isinstance(node, Call) else f"{node.path}[0]"
        known = self._queries.latest_calls(list(first.items()))
        return {task: call.seconds or call.saved for (task, _), call in known.items()}

    def saved_by(self, run: int, call: Call) -> float:
        """The seconds that the call is on record in that run to have saved."""
        record = self._queries.call(run, call.path)
        return 0.0 if record is None else record.saved

    def ledger(self, digest: bytes) -> Ledger | None:
        """The items of a fingerprint, or of a folder: of this run, or from the records."""
        return self._folders.get(digest) or self.keys.ledger(digest) or self.recorded_ledger(digest)

    def recorded_ledger(self, digest: bytes) -> Ledger | None:
        """The items of a fingerprint as they are on record, with the source that it came with."""
        if digest not in self._on_record:
            self._on_record[digest] = self._queries.ledger(Digest(digest))
        return self._on_record[digest]

    def seen(self, key: Digest) -> tuple[Seen, ...]:
        """What the execution that an entry of this key is from used without being given it, and what
        is wrong with it now; of the entry that stands, else the newest."""
        found = [
            tuple(Seen(each, self._standing.change(each, entry) or "") for each in entry.observed)
            for entry in self._entries.find([key]).get(key, ())
        ]
        standing = (each for each in found if not any(seen.change for seen in each))
        return next(standing, found[0] if found else ())

    def known_changes(self, call: Call) -> tuple[Change, ...]:
        """What has changed since the last call at this path, as far as that can be told before the
        results that it takes are there."""
        previous = self.previous(call)
        if previous is None:
            return ()
        self._look_into_folders(call)
        before = self.keys.comparable(call, previous.components)
        return self.comparison.changes(before, self.keys.known_components(call))

    def sources(self, digests: Collection[Digest]) -> dict[Digest, str]:
        """The source texts of these digests: of this run, or from the records."""
        own = self.keys.sources(digests)
        return own | self._queries.sources([digest for digest in digests if digest not in own])

    def news(self, calls: Iterable[Call]) -> Sequence[tuple[str, Ledger, Mapping[Digest, str]]]:
        """The fingerprints of these calls that nobody was told of yet: kind, items, and the source texts
        that they name, unless those are on record already."""
        fresh = {}
        for call in calls:
            if call.task.function not in self._met:
                fresh[call.task.function] = call.task
        environments = self.keys.environments.take_fresh()
        folders, self._new_folders = self._new_folders, []
        if not fresh and not environments and not folders:
            return ()
        self._met.update(fresh)
        ledgers = [("code", self.keys.of_task(task).code) for task in fresh.values()]
        ledgers += [("environment", environment) for environment in environments]
        ledgers += [("file", listing) for listing in folders]
        found = {
            ledger.digest: (kind, ledger) for kind, ledger in ledgers if ledger.digest not in self._known
        }
        self._known.update(found)
        old = self._queries.known_ledgers(list(found)) if found else ()
        return [
            (kind, *((ledger, _NO_SOURCES) if digest in old or kind == "file" else self._described(ledger)))
            for digest, (kind, ledger) in found.items()
        ]

    def _look_into_folders(self, node: Node) -> None:
        """Note what is in the folders that a call is given, so that a reason can name files."""
        for folder in folders_in(node.arguments):
            if folder.digest not in self._folders:
                listing = self._folders[folder.digest] = listing_of(folder)
                self._new_folders.append(listing)

    def _described(self, ledger: Ledger) -> tuple[Ledger, Mapping[Digest, str]]:
        """A fingerprint with what a person sees of it, and the source texts that nobody was told of."""
        described, sources = self.keys.described(ledger)
        fresh = {digest: text for digest, text in sources.items() if digest not in self._told}
        self._told.update(fresh)
        return described, fresh

    def remember(self, nodes: Iterable[Node]) -> None:
        """Look up the last calls at these tasks and paths, so that `previous` knows them."""
        uses = []
        task: TaskInfo | None = None
        ended = False
        for node in nodes:
            if node.task is not task:
                task = node.task
                ended = self._has_ended(task.name)
            if ended:
                uses.append((node.task.name, node.path))
        if uses:
            self._previous.update(self._queries.latest_calls(uses))

    def _has_ended(self, task: str) -> bool:
        """Whether a call of the task was on record when the run first came to it: of paths that it has not
        come to yet this run has made none."""
        known = self._ended.get(task)
        if known is None:
            known = self._ended[task] = self._queries.has_ended(task)
        return known
