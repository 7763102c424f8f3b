"""Inspect: look through the whole store for what is not as it was written, and put right what can be.

What is lost is made again when a run needs it: a cache entry that names it is dropped, so that its
call runs. A past run that gave it stays on record, and says that it is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from cuvee.errors import DamagedBlob
from cuvee.model.digest import Digest, digest_text
from cuvee.model.inventory import RecordProblem
from cuvee.operations.leftovers import find_leftovers
from cuvee.operations.session import Session


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written. `kind`: `blob`, `entry`, `value`, `call`, `run` or
    `database`. `mended`: what was done about it, "" for nothing."""

    kind: str
    text: str
    mended: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found. `lost`: results of past runs, as references, whose bytes are gone. `unneeded`: blobs
    and leftovers that nothing needs, so no problem."""

    blobs: int
    blob_bytes: int
    records: int
    problems: tuple[Problem, ...]
    lost: tuple[str, ...]
    unneeded: int
    unneeded_bytes: int

    @property
    def clean(self) -> bool:
        """Whether all is well, by now."""
        return all(problem.mended for problem in self.problems)


Progress = Callable[[int, int], None]
"""Bytes that were read, of so many."""


def inspect(session: Session, *, repair: bool = False, progress: Progress | None = None) -> Inspection:
    """Check every byte in the store against its name, and every record.

    A bad blob is set aside, as by everyone who reads it. `repair` takes away what is on record and
    cannot be read, and the cache entries of results that are lost. Raises RecordsFault for a
    database that cannot be read at all, StoreFault for a blob that may not be.
    """
    named = session.holdings.blobs()
    stored = {blob.digest: blob.size for blob in session.blobs.stored()}
    altered = dict(_altered(session, stored, progress))
    missing = [digest for digest in named if digest not in stored and not _there(session, digest)]
    entries, lost = session.holdings.naming([*altered, *missing])
    looked_at, records = _records(session)
    problems = [Problem("blob", text, "set aside") for text in altered.values()]
    if entries:
        text = f"{len(entries)} cache entries need blobs that are missing or altered"
        problems.append(Problem("entry", text, "dropped: their calls run again" if repair else ""))
    problems += [Problem(one.kind, one.text, "taken away" if repair and one.which else "") for one in records]
    if repair:
        session.holdings.repair([*records, *(RecordProblem("entry", "", (id_,)) for id_ in entries)])
    now = session.clock.now()
    unneeded = [size for digest, size in stored.items() if digest not in named and digest not in altered]
    leftovers = find_leftovers(session.home, _open_runs(session), now, now)
    return Inspection(
        len(stored),
        sum(stored.values()),
        looked_at,
        tuple(problems),
        tuple(f"{run}:{path}" for run, path in lost),
        len(unneeded) + len(leftovers),
        sum(unneeded) + sum(one.bytes for one in leftovers),
    )


def _altered(
    session: Session, stored: Mapping[Digest, int], progress: Progress | None
) -> Iterator[tuple[Digest, str]]:
    """The blobs whose bytes are not what their names say, and what was found."""
    session.blobs.forget_checks()
    read, total = 0, sum(stored.values())
    for digest, size in stored.items():
        try:
            session.blobs.get(digest).release()
        except DamagedBlob as damage:
            if not str(damage).startswith(f"blob {digest_text(digest)} is missing"):  # deleted meanwhile
                yield digest, str(damage)
        read += size
        if progress is not None:
            progress(read, total)


def _there(session: Session, digest: Digest) -> bool:
    """Whether a blob is there that was not when all were listed: put meanwhile."""
    return session.blobs.verify(digest)


def _records(session: Session) -> tuple[int, list[RecordProblem]]:
    """How many things on record were looked at, and what is wrong with them."""
    looked_at, problems = 0, []
    for found in session.holdings.problems():
        if isinstance(found, int):
            looked_at += found
        else:
            problems.append(found)
    return looked_at, problems


def _open_runs(session: Session) -> Collection[int]:
    return [run.number for run in session.holdings.inventory().runs if not run.ended]
