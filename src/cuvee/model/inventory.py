"""The inventory: what is on record, and which values each of it holds. For housekeeping."""

from __future__ import annotations

from collections.abc import Iterable

from cuvee.model.digest import Digest
from cuvee.model.value import Value


class KeptRun(Value, frozen=True):
    """A run, as far as keeping it is concerned. `named`: somebody has given it a tag or a note; `mixed`: it
    is a mixture of others."""

    number: int
    pipeline: str
    started: float
    ended: bool
    host: str
    pid: int
    boot: str
    named: bool
    mixed: bool = False


class KeptEntry(Value, frozen=True):
    """A cache entry. `runs` made or reused it and are on record; `used`: when one that is not last did."""

    id: int
    task: str
    used: float
    runs: tuple[int, ...]


class Use(Value, frozen=True):
    """A value that something on record holds: a run (`task` is "" for its parameters and result), or an
    entry."""

    artifact: Digest
    task: str
    run: int = 0
    entry: int = 0


class StoredArtifact(Value, frozen=True):
    """What an artifact names: other artifacts, and blobs with their sizes in bytes."""

    type: str
    children: tuple[Digest, ...] = ()
    blobs: tuple[tuple[Digest, int], ...] = ()


class Inventory(Value, frozen=True):
    """All of it, at one moment. Values without blobs that are kept where they are used are left out."""

    runs: tuple[KeptRun, ...]
    entries: tuple[KeptEntry, ...]
    uses: tuple[Use, ...]
    artifacts: dict[Digest, StoredArtifact]

    def blobs(self, artifacts: Iterable[Digest]) -> dict[Digest, int]:
        """The blobs that these artifacts need, each once, with their sizes."""
        found: dict[Digest, int] = {}
        seen: set[Digest] = set()
        pending = list(artifacts)
        while pending:
            digest = pending.pop()
            if digest in seen or digest not in self.artifacts:
                continue
            seen.add(digest)
            artifact = self.artifacts[digest]
            found.update(artifact.blobs)
            pending += artifact.children
        return found


class RecordProblem(Value, frozen=True):
    """Something on record that is not as it was written. `kind`: `database`, `value`, `entry`, `call` or
    `run`; `which` finds it again."""

    kind: str
    text: str
    which: tuple[int | bytes, ...] = ()
