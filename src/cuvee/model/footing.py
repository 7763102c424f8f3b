"""Footings: all that a run stood on beside its calls' own keys, so that it can be told that nothing moved."""

from __future__ import annotations

from cuvee.model.digest import Digest
from cuvee.model.entry import Observation
from cuvee.model.located import By
from cuvee.model.value import Value


class Lying(Value, frozen=True):
    """A `File` or `Directory` that a run was given: its absolute path, and the artifact that it came to."""

    directory: bool
    path: str
    by: By
    digest: Digest


class Footing(Value, frozen=True):
    """What `run` stood on when its target was imported, its body traced and its calls looked up.

    `process`: Python, its flags and paths, the folder, the machine, the environment variables.
    `observed`: source of the project by content, and what imports and the body asked of the world.
    `folders`: where modules are looked for, each with the digest of the names that can be imported
    there. `modules`: the files of all modules that were loaded, `modules_state` how they were.
    `editable`: the folders of distributions that are installed in place, by their source. `given`:
    files and folders that were arguments. `vouched`: positions of calls whose tasks answer for what
    lies outside. `calls` is how many the run had: one that has been lost would be missed by nobody else.
    """

    run: int
    calls: int
    process: Digest
    observed: tuple[Observation, ...]
    folders: tuple[tuple[str, Digest | None], ...]
    modules: tuple[str, ...]
    modules_state: Digest
    editable: tuple[tuple[str, Digest], ...] = ()
    given: tuple[Lying, ...] = ()
    vouched: tuple[int, ...] = ()
