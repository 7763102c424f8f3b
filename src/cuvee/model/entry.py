"""Cache entries: the record that a key gave this artifact. They are what makes reuse possible."""

from __future__ import annotations

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.value import Value


class Metric(Value, frozen=True):
    """A number that a task logged. `step` orders the values of one name."""

    name: str
    value: float
    step: int | None = None


class Figure(Value, frozen=True):
    """A picture that a task logged."""

    name: str
    artifact: Artifact


class Observation(Value, frozen=True):
    """Something that a call asked of the world and that no argument named, and how it was.

    By `kind`: a file was `read` or `wrote`, a folder `listed` or `made`; at a path something was
    looked for (`found`), or asked for its `size`, or for all that a `stat` tells, or for where a
    `link` leads; an `environment` variable was read (`*`: all of them). None as digest: it was not
    there. `outside`: what else was asked, which the task answers for; its path says it in words.

    Files are named by their path relative to the project where they lie in it, else absolute.
    `detail` has the names that a folder held.
    """

    kind: str
    path: str
    digest: Digest | None
    detail: tuple[str, ...] = ()


class Entry(Value, frozen=True):
    """What one execution under `key` gave. A key may have several, one for each state observed.

    `boot` is the boot during which it was made, empty once its blobs are known to survive a power
    loss. `memory` is the bytes that the process which made it held at the peak of the call, None where
    that is not known. `run` and `path` tell which call made it, for people: run history can be deleted
    and the entry still stands.
    """

    key: Digest
    task: str
    artifact: Artifact
    seconds: float
    created: float
    run: int
    path: str
    metrics: tuple[Metric, ...] = ()
    figures: tuple[Figure, ...] = ()
    observed: tuple[Observation, ...] = ()
    boot: str = ""
    memory: int | None = None
