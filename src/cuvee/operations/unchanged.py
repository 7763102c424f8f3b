"""Unchanged: a run that is answered from the records, where nothing that it depends on has moved.

The user's modules are not imported then, nor what they import. Whatever is in doubt is left to the
ordinary way, which cannot come to anything else.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from cuvee.engine.rebuilder import unchanged_reason
from cuvee.engine.standing import Standing
from cuvee.errors import CuveeError
from cuvee.fingerprint.footing import footing_change
from cuvee.fingerprint.late import distribution_change
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.surroundings import Before
from cuvee.model.artifact import blobs_of
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.directory import Directory
from cuvee.model.entry import Entry
from cuvee.model.event import CallEnded, CallsKnown, RunBegan, RunEnded
from cuvee.model.file import File
from cuvee.model.footing import Footing, Lying
from cuvee.model.key import Ledger
from cuvee.model.plan import Plan, PlannedCall
from cuvee.model.record import Batch, CallRecord, ResultItem, RunEnd, RunRecord
from cuvee.operations.session import Session
from cuvee.perform.pack import pack
from cuvee.ports.observer import Observer


class Unchanged(NamedTuple):
    """A run on record of which all stands: its calls, and the entry that each is reused from."""

    command: Digest
    footing: Footing
    run: RunRecord
    calls: tuple[CallRecord, ...]
    entries: tuple[Entry, ...]
    ledgers: tuple[tuple[str, Ledger], ...]


def command_digest(session: Session, words: Sequence[str]) -> Digest:
    """What a command goes by: its words (no more than a digest is kept of them: there may be a secret
    among them), the project and its settings."""
    settings = (str(session.root), str(session.home), session.durability, str(session.keep_inputs))
    return digest_parts("command", [os.fsencode(word) for word in (*settings, *words)])


def find_unchanged(session: Session, command: Digest, before: Before) -> Unchanged | None:
    """The last run of a command, if nothing that it depends on has moved; None whenever that is in doubt."""
    footing = session.queries.footing(command)
    if footing is None or footing_change(footing, before.process, session.root) is not None:
        return None
    run = session.queries.run(footing.run)
    if run is None or run.end is None or run.end.status != "succeeded":
        return None
    if not all(_lies_there(session, each) for each in footing.given):
        return None
    calls = session.queries.calls(run.number)
    if len(calls) != footing.calls:
        return None
    entries = _standing_entries(session, footing, calls)
    ledgers = _ledgers(session, calls)
    if entries is None or ledgers is None or not _is_whole(session, run.end.result):
        return None
    return Unchanged(command, footing, run, calls, entries, ledgers)


def answer(session: Session, found: Unchanged, observe: Observer) -> RunRecord:
    """A new run with the same calls, all reused, and the same result; its record."""
    clock, began = session.clock, session.clock.elapsed()
    where = {"host": os.uname().nodename, "pid": os.getpid(), "boot": session.lifetime}
    start = msgspec.structs.replace(found.run.start, started=clock.now(), **where)
    number = session.ledger.begin(start)
    saved = sum(entry.seconds for entry in found.entries)
    try:
        git = session.start_git()
        observe(RunBegan(number, start.pipeline, start.parameters))
        observe(CallsKnown(len(found.calls)))
        now = clock.now()
        calls = [_reused(call, entry, now) for call, entry in zip(found.calls, found.entries, strict=True)]
        session.ledger.commit(number, Batch(calls=tuple(calls), ledgers=found.ledgers))
        given = session.queries.given(found.run.number)
        if given:
            session.ledger.keep_given(number, given)
        # All source that the run stood on is as it was then.
        source = session.queries.snapshot(found.run.number)
        if source is not None:
            session.ledger.keep_snapshot(number, source)
        for call in calls:
            observe(CallEnded(call))
        assert found.run.end is not None
        end = RunEnd("succeeded", clock.elapsed() - began, saved, found.run.end.result, git())
        session.ledger.stand(found.command, msgspec.structs.replace(found.footing, run=number))
        # Once it has ended, anybody may delete it.
        record = session.queries.run(number)
        assert record is not None, "a run is on record while it runs"
        session.ledger.end(number, end)
    except KeyboardInterrupt:
        seconds = clock.elapsed() - began
        session.ledger.end(number, RunEnd("cancelled", seconds, saved, ResultItem(kind="absent")))
        raise
    record = msgspec.structs.replace(record, end=end)
    observe(RunEnded(record))
    return record


def planned(found: Unchanged) -> Plan:
    """The plan of a run of which all stands: every call is reused."""
    pairs = zip(found.calls, found.entries, strict=True)
    return Plan(found.run.start.pipeline, tuple(_planned(call, entry) for call, entry in pairs))


def _planned(call: CallRecord, entry: Entry) -> PlannedCall:
    reason = unchanged_reason(entry)
    return PlannedCall(
        call.position,
        call.path,
        call.task,
        "reuse",
        reason.code.value,
        reason.text,
        entry.seconds,
        entry.artifact,
        call.outputs,
        call.components,
    )


def _reused(call: CallRecord, entry: Entry, now: float) -> CallRecord:
    reason = unchanged_reason(entry)
    return CallRecord(
        call.position,
        call.path,
        call.task,
        "succeeded",
        "reused",
        reason.code.value,
        reason.text,
        now,
        0.0,
        entry.seconds,
        call.key,
        call.components,
        entry.artifact,
        call.outputs,
        entry.metrics,
        entry.figures,
        made_by=(entry.run, entry.path),
        memory=entry.memory,
    )


def _lies_there(session: Session, lying: Lying) -> bool:
    """Whether a file or folder that was given would come to the same artifact."""
    located = (Directory if lying.directory else File)(lying.path, by=lying.by)
    try:
        now = pack(
            located,
            session.blobs,
            class_digest=lambda _: None,
            root=session.root,
            keep_inputs=session.keep_inputs,
        )
    except CuveeError:
        return False
    return now.digest == lying.digest


def _standing_entries(
    session: Session, footing: Footing, calls: Sequence[CallRecord]
) -> tuple[Entry, ...] | None:
    """The entry that each call would be reused from, if that gives what it gave."""
    standing = Standing(
        session.blobs,
        session.boot,
        session.root,
        session.clock.now,
        partial(distribution_change, memo=Memo()),
    )
    known = session.entries.find([Digest(call.key) for call in calls])
    vouched = frozenset(footing.vouched)
    found: list[Entry] = []
    for call in calls:
        answers = call.position in vouched
        entries = known.get(Digest(call.key), ())
        entry = next((e for e in entries if standing.fault(e, None, vouched=answers) is None), None)
        if entry is None or call.artifact is None or entry.artifact.digest != call.artifact.digest:
            return None
        found.append(entry)
    if standing.verified:
        session.entries.vouch(standing.verified)
    return tuple(found)


def _ledgers(session: Session, calls: Sequence[CallRecord]) -> tuple[tuple[str, Ledger], ...] | None:
    """The fingerprints of code and environment that the calls' keys name."""
    named = {
        Digest(part.digest): part.kind
        for call in calls
        for part in call.components
        if part.kind in ("code", "environment")
    }
    found = [(kind, session.queries.ledger(digest)) for digest, kind in named.items()]
    known = tuple((str(kind), ledger) for kind, ledger in found if ledger is not None)
    return known if len(known) == len(found) else None


def _is_whole(session: Session, item: ResultItem) -> bool:
    """Whether the bytes of a result are all there and as they were."""
    if item.artifact is not None and not all(
        session.blobs.verify(blob.digest) for blob in blobs_of(item.artifact)
    ):
        return False
    return all(_is_whole(session, below) for below in item.items)
