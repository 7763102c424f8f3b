"""Standing: whether a result on record may serve again, as things are now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cuvee.engine.rebuilder import expiry_reason
from cuvee.fingerprint.late import KIND
from cuvee.fingerprint.observed import observation_change, own_names
from cuvee.model.artifact import Artifact, blobs_of
from cuvee.model.decision import Reason, ReasonCode
from cuvee.model.entry import Entry, Observation

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore


class Standing:
    """Looks at entries, each thing that they observed once.

    `boot` names the time since the machine was started: entries of an earlier one are verified, and
    those that were are in `verified`. `now` gives seconds since 1970; `distribution_change` says what
    became of a distribution that a call imported.
    """

    def __init__(
        self,
        blobs: BlobStore,
        boot: str,
        root: Path,
        now: Callable[[], float],
        distribution_change: Callable[[Observation], str | None],
    ) -> None:
        self.verified: list[Entry] = []
        self._blobs = blobs
        self._boot = boot
        self._root = root
        self._now = now
        self._distribution_change = distribution_change
        self._seen: dict[tuple[Observation, frozenset[str]], str | None] = {}

    def forget_files(self) -> None:
        """A call has run, and may have changed any file."""
        self._seen.clear()

    def fault(self, entry: Entry, seconds: float | None, *, vouched: bool) -> Reason | None:
        """What is wrong with an entry of a task whose results are good for `seconds`, None for any
        time; `vouched`: the task answers for what lies outside."""
        if seconds is not None and self._now() - entry.created > seconds:
            return expiry_reason(entry, self._now() - entry.created, seconds)
        if not (entry.observed or entry.figures or entry.artifact.parts or entry.artifact.children):
            return None  # a short value: all of it is in the entry
        artifacts = (entry.artifact, *(figure.artifact for figure in entry.figures))
        # Across a boot a file may be there and hold zeros: then only its bytes can tell.
        deep = entry.boot not in ("", self._boot)
        whole = all(_intact(artifact, self._blobs, deep) for artifact in artifacts)
        if whole and deep:
            self.verified.append(entry)
        if not whole:
            return Reason(
                ReasonCode.ARTIFACT_DAMAGED, f"its stored result of run {entry.run} is missing or damaged"
            )
        for observation in entry.observed:
            if observation.kind == "outside":
                if not vouched:
                    return Reason(ReasonCode.NOT_REUSABLE, observation.path)
                continue
            change = self.change(observation, entry)
            if change is not None:
                return Reason(ReasonCode.OBSERVED_CHANGED, change)
        return None

    def change(self, observation: Observation, entry: Entry) -> str | None:
        """What happened to something observed, looked at once for all calls until one of them runs."""
        listed = observation.kind == "listed"
        own = own_names(entry.observed, observation.path) if listed else frozenset[str]()
        if (observation, own) not in self._seen:
            if observation.kind == KIND:
                self._seen[observation, own] = self._distribution_change(observation)
            else:
                self._seen[observation, own] = observation_change(observation, self._root, own)
        return self._seen[observation, own]


def _intact(artifact: Artifact, blobs: BlobStore, deep: bool) -> bool:
    if not deep and all(blobs.present(blob.digest, blob.size) for blob in blobs_of(artifact)):
        return True
    # All of them are looked at: the call runs again, and to put one anew that is there, and altered, would
    # leave it so. One that is damaged is out of the way then.
    whole = [blobs.verify(blob.digest) for blob in blobs_of(artifact)]
    return all(whole)
