"""Records: what is kept of a run, as it is written and as it is read back."""

from __future__ import annotations

from typing import Literal

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.entry import Entry, Figure, Metric
from cuvee.model.key import Component, Ledger
from cuvee.model.order import Failure, LogChunk
from cuvee.model.profile import Profile
from cuvee.model.swap import Swapped
from cuvee.model.value import Value

RunStatus = Literal["running", "succeeded", "failed", "cancelled"]
CallStatus = Literal["succeeded", "failed", "skipped", "cancelled"]


class GitState(Value, frozen=True):
    """The commit that the project was at, and whether tracked files differed from it."""

    commit: str
    branch: str
    dirty: bool


class Versions(Value, frozen=True):
    """What ran it: `python` 3.12.1, `platform` linux-x86_64, `cuvee`, and every installed distribution."""

    python: str
    platform: str
    cuvee: str
    distributions: tuple[tuple[str, str], ...] = ()


class Argued(Value, frozen=True):
    """A pipeline's parameter as it was given: its text to show, and its artifact to have it again."""

    name: str
    text: str
    artifact: Artifact | None = None


class Mixed(Value, frozen=True):
    """What a mixture is made of: run `a`, where the changes named in `taken` are those of run `b`."""

    a: int
    b: int
    taken: tuple[str, ...] = ()


class RunStart(Value, frozen=True):
    """What is known of a run when it begins. Times are seconds since 1970, UTC. `seed` is the one that
    it was given, None for none; `swaps` what stood in for its tasks; `overrides` the values set for them
    from outside, as they were typed (`split.test_size=0.2`), `***` for a secret. `mixed` tells of a mixture
    of two other runs. `boot` names the machine's time since it was started and, after an `@`, its process's
    since that began.
    """

    pipeline: str
    target: str
    started: float
    parameters: tuple[Argued, ...]
    versions: Versions
    host: str
    pid: int
    boot: str
    seed: int | None = None
    swaps: tuple[Swapped, ...] = ()
    overrides: tuple[str, ...] = ()
    mixed: Mixed | None = None


class ResultItem(Value, frozen=True):
    """The pipeline's return value, or one piece of it: an artifact, or names with items below."""

    artifact: Artifact | None = None
    kind: Literal["artifact", "list", "tuple", "dict", "none", "absent"] = "artifact"
    items: tuple[ResultItem, ...] = ()
    names: tuple[str, ...] = ()


class RunEnd(Value, frozen=True):
    """What is known of a run when it is over. `error` is why its body stopped, if it did."""

    status: RunStatus
    seconds: float
    saved_seconds: float
    result: ResultItem
    git: GitState | None = None
    error: str = ""


class Tag(Value, frozen=True):
    """A name that somebody gave a run, or what a call of it gave (`path`), at some time.

    Without a run: the name was taken away.
    """

    name: str
    run: int | None
    path: str
    at: float

    @property
    def reference(self) -> str:
        """What it stands for: `12` or `12:train`; "" for nothing."""
        if self.run is None:
            return ""
        return f"{self.run}:{self.path}" if self.path else str(self.run)


class RunRecord(Value, frozen=True):
    """A run as it is read back. `end` is None while it runs, or when it died.

    `tags` are those of the run itself and of its calls; `note` is what somebody wants to remember.
    """

    number: int
    start: RunStart
    end: RunEnd | None
    metrics: tuple[tuple[str, float], ...] = ()
    tags: tuple[Tag, ...] = ()
    note: str = ""

    @property
    def status(self) -> RunStatus:
        return self.end.status if self.end else "running"


class Attempt(Value, frozen=True):
    """An attempt at a call that failed, before another one was made."""

    started: float
    seconds: float
    failure: Failure


class CallRecord(Value, frozen=True):
    """One call of a run. `position` is its place in the order of tracing.

    One that was `given` is the result that somebody had swapped in for the call: it has no key.
    `components` is its key, component by component; the code and the environment are ledgers
    of their own, kept once and named by their digests. `saved` is the time that reuse spared.
    `mutated` names the arguments that it changed in place, `shared` two elements of its result that held
    one object, and its class. `attempts` are those that failed before the
    last one, which the rest tells of. `memory` is the bytes that the process which made the result held at
    the peak of that call, None where that is not known.
    """

    position: int
    path: str
    task: str
    status: CallStatus
    decision: Literal["executed", "reused", "given"] | None
    reason_code: str | None
    reason: str
    started: float
    seconds: float
    saved: float = 0.0
    key: bytes = b""
    components: tuple[Component, ...] = ()
    artifact: Artifact | None = None
    outputs: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    figures: tuple[Figure, ...] = ()
    logs: tuple[LogChunk, ...] = ()
    failure: Failure | None = None
    doubts: tuple[str, ...] = ()
    mutated: tuple[str, ...] = ()
    made_by: tuple[int, str] | None = None
    attempts: tuple[Attempt, ...] = ()
    shared: tuple[str, ...] = ()
    memory: int | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of it and that stopped nothing."""
        task = self.task.rpartition(":")[2]
        found = [
            f"`{task}` changed its input `{name}` in place: nobody else sees that; return it instead"
            for name in self.mutated
        ]
        if self.shared:
            first, second, held = self.shared
            found.append(
                f"`{task}` returns a {held} that is in both its elements {first} and {second}: whoever takes "
                f"both gets two of it, for each element is kept by itself; let `{task}` return `-> tuple`, "
                "and what it returns stays in one piece"
            )
        return tuple(found)


class Batch(Value, frozen=True):
    """What is committed in one transaction: all of it, or nothing.

    `dropped` are entries, by key and artifact, whose stored result turned out to be damaged: they
    go before `entries` come. `sources` are the texts that the items of `ledgers` name by digest.
    """

    dropped: tuple[tuple[Digest, Digest], ...] = ()
    entries: tuple[Entry, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    ledgers: tuple[tuple[str, Ledger], ...] = ()
    sources: tuple[tuple[Digest, str], ...] = ()
    profiles: tuple[tuple[Digest, Profile], ...] = ()
