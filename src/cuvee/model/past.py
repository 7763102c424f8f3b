"""Past tasks: a task as the source of an earlier run has it, told by a process that has loaded that."""

from __future__ import annotations

from cuvee.model.digest import Digest
from cuvee.model.key import Ledger
from cuvee.model.value import Value


class PastParameter(Value, frozen=True):
    """One parameter. `annotation` and `default` are pickled; None where there is none that travels."""

    name: str
    kind: str
    annotation: bytes | None
    default: bytes | None
    required: bool


class PastTask(Value, frozen=True):
    """Where the task is found in the source of run `run`, its interface, and all of its code.

    `folder` has to be on the path for `module` to be found. `returns` and `options` (cache, seed and
    policy) are pickled, as far as they travel; `sources` are the texts that the items of `code` name.
    """

    run: int
    name: str
    module: str
    qualname: str
    folder: str
    parameters: tuple[PastParameter, ...]
    returns: bytes | None
    options: bytes | None
    code: Ledger
    sources: tuple[tuple[Digest, str], ...] = ()
