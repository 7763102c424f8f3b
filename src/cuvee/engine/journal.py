"""The journal: what is to be committed, and when.

A call is acknowledged (told to whoever watches) only when its transaction is committed. Calls
that took next to no time are committed many at once; once 20 ms of work would be lost by a
kill, or 50 ms have passed, what is there is committed before anything else is begun. Of short
calls a long run may lose a fiftieth of what it has done: the more of them there are on record,
the more a commit costs that writes few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from cuvee.fingerprint.code import nothing_collected
from cuvee.model.digest import Digest
from cuvee.model.entry import Entry
from cuvee.model.key import Ledger
from cuvee.model.profile import Profile
from cuvee.model.record import Batch, CallRecord

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore
    from cuvee.ports.clock import Clock
    from cuvee.ports.ledger import RunLedger

WORK_AT_RISK = 0.020
DELAY = 0.050
LARGEST = 20_000

# Of short calls what a kill may cost a long run: this share of the work and the time so far, at most so many
# seconds.
_SHARE = 0.02
_MOST = 0.25

Admit = Callable[[list[tuple[Entry, CallRecord]]], list[Entry]]


class Journal:
    """Collects records of one run and commits them in batches.

    `ended` is told of each call once it is on record. `admit` is asked just before a commit which
    entries may still be kept. `sync` says whether blobs have to survive a power loss before an entry
    may name them; `committed` is told of each commit.
    """

    def __init__(
        self,
        run: int,
        ledger: RunLedger,
        blobs: BlobStore,
        clock: Clock,
        ended: Callable[[CallRecord], None],
        admit: Admit,
        sync: bool,
        committed: Callable[[], None],
    ) -> None:
        self._run = run
        self._ledger = ledger
        self._blobs = blobs
        self._clock = clock
        self._ended = ended
        self._admit = admit
        self._sync = sync
        self._committed = committed
        self._calls: list[CallRecord] = []
        self._entries: list[tuple[Entry, CallRecord]] = []
        self._ledgers: list[tuple[str, Ledger]] = []
        self._sources: dict[Digest, str] = {}
        self._dropped: list[tuple[Digest, Digest]] = []
        self._profiles: list[tuple[Digest, Profile]] = []
        self._at_risk = 0.0
        self._urgent = False
        self._began = self._since = clock.elapsed()
        self._worked = 0.0
        self._bearable, self._delay = WORK_AT_RISK, DELAY
        self._looking = 0
        self._holds = False

    def look_up(self, look: Callable[[], None]) -> None:
        """Do this: results that it looks up are not deleted before it is on record that they are used."""
        if not self._holds:
            self._blobs.hold()
            self._holds = True
        self._looking += 1
        try:
            look()
        finally:
            self._looking -= 1
            self._let_go()

    def note_ledger(self, kind: str, ledger: Ledger, sources: Mapping[Digest, str]) -> None:
        """Keep the items of a fingerprint that the calls of this run share, and the texts they name."""
        self._ledgers.append((kind, ledger))
        self._sources.update(sources)

    def note_dropped(self, entries: Iterable[Entry]) -> None:
        """These entries name results that are gone: nothing may be reused from them."""
        self._dropped += [(entry.key, entry.artifact.digest) for entry in entries]

    def note_profiles(self, profiles: Iterable[tuple[Digest, Profile]]) -> None:
        """Keep what artifacts look like."""
        self._profiles += profiles

    def note_call(self, call: CallRecord, entry: Entry | None = None) -> None:
        """A call has come to its end; `entry` is what makes it reusable."""
        self._calls.append(call)
        if entry is not None:
            self._entries.append((entry, call))
        self._at_risk += call.seconds
        if call.seconds >= WORK_AT_RISK:
            self._urgent = True

    def due(self) -> bool:
        """Whether waiting longer would risk too much, or keep people waiting."""
        if not self._calls:
            return False
        if self._urgent or self._at_risk >= self._bearable or len(self._calls) >= LARGEST:
            return True
        return self._clock.elapsed() - self._since > self._delay

    def commit_if_due(self) -> None:
        """Commit what is there, if it is time to."""
        if self.due():
            self.commit()

    def patience(self) -> float | None:
        """For how many seconds what is there may wait; None if nothing is there."""
        return max(0.0, self._since + self._delay - self._clock.elapsed()) if self._calls else None

    def commit(self) -> None:
        """Commit what is there, then tell of it. Raises RecordsFault or StoreFault."""
        if self._calls or self._ledgers or self._dropped:
            entries = self._admit(self._entries) if self._entries else []
            if self._sync and entries:
                self._blobs.sync()
            batch = Batch(
                tuple(self._dropped),
                tuple(entries),
                tuple(self._calls),
                tuple(self._ledgers),
                tuple(self._sources.items()),
                tuple(self._profiles),
            )
            with nothing_collected():
                self._ledger.commit(self._run, batch)
        calls = self._calls
        self._calls, self._entries, self._ledgers, self._sources = [], [], [], {}
        self._dropped, self._profiles = [], []
        self._since = now = self._clock.elapsed()
        self._worked += self._at_risk
        self._at_risk, self._urgent = 0.0, False
        self._bearable = min(max(WORK_AT_RISK, self._worked * _SHARE), _MOST)
        self._delay = min(max(DELAY, (now - self._began) * _SHARE), _MOST)
        self._let_go()
        self._committed()
        for call in calls:
            self._ended(call)

    def abandon(self) -> None:
        """Nothing will be committed any more: what was not by now never will be."""
        self._calls = []
        self._let_go()

    def _let_go(self) -> None:
        if self._holds and not self._looking and not self._calls:
            self._holds = False
            self._blobs.release()
