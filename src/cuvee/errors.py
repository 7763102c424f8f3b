"""Every error that cuvee raises, in one tree.

    CuveeError
    ├── UsageError                 your input is wrong (exit 2)
    │   ├── DefinitionError        a function that cannot be a task or a pipeline
    │   ├── CheckError             what was found before anything ran, all at once
    │   │   └── HandleError        a handle used where only its value would do
    │   ├── TargetError            the file, module or name to run cannot be had
    │   ├── ParameterError         an argument that is missing, unknown or of another type
    │   ├── ReferenceNotFound      a run, call or artifact that is not on record
    │   └── ConfigurationError     a setting that is unknown or has no such value
    ├── TaskFailed                 your task raised (exit 1)
    ├── CannotEncode               a value that no codec can keep exactly
    │   └── HandleInside           … because it holds a handle, whose value is not there yet
    ├── CannotDecode               a stored value that today's code cannot read back
    ├── CannotFingerprint          a value that has no content of its own
    ├── EnvironmentFault           the world failed: disk, database, file system (exit 1)
    │   ├── StoreFault             the artifact store
    │   │   └── DamagedBlob        missing, short, long or altered bytes
    │   └── RecordsFault           the database
    └── InternalError              our bug

A message says what happened, with the value, then what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cuvee.model.problem import Problem


class CuveeError(Exception):
    """The root of the tree; `exit_code` is what the command ends with."""

    exit_code = 1


class UsageError(CuveeError):
    """Something that you gave is wrong; nothing was run because of it."""

    exit_code = 2


class DefinitionError(UsageError):
    """A function that cannot be a task or a pipeline as it is written."""


class CheckError(UsageError):
    """What was found wrong before anything ran: every problem, each at its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        # One file's lines in their order, whichever check found them first.
        files = list(dict.fromkeys(problem.place.file for problem in problems if problem.place))
        self.problems = tuple(sorted(problems, key=lambda problem: _order(problem, files)))
        super().__init__("\n".join(problem.text() for problem in self.problems))


def _order(problem: Problem, files: list[str]) -> tuple[int, int]:
    return (files.index(problem.place.file), problem.place.line) if problem.place else (-1, 0)


class HandleError(CheckError):
    """A handle was used in a pipeline's body where only its value would do."""


class TargetError(UsageError):
    """The file, module or name to run cannot be found or imported."""


class ParameterError(UsageError):
    """An argument is missing, unknown, or not of the type that its parameter takes."""


class ReferenceNotFound(UsageError):
    """A reference names no run, call or artifact on record."""


class ConfigurationError(UsageError):
    """A setting is unknown, or its value is not one that it can have."""


class TaskFailed(CuveeError):
    """A task raised; the run went on with all that did not depend on it. `run` is that run, if known."""

    def __init__(self, message: str, run: object = None) -> None:
        self.run = run
        super().__init__(message)


class CannotEncode(CuveeError):
    """No codec can keep this value exactly."""


class HandleInside(CannotEncode):
    """A handle is inside a value that has to be there now."""


class CannotDecode(CuveeError):
    """A stored value is whole, and the code or packages as they are now cannot read it back."""


class CannotFingerprint(CuveeError):
    """The value has no content that a key could be made of."""


class EnvironmentFault(CuveeError):
    """The disk, the database or the file system failed us."""


class StoreFault(EnvironmentFault):
    """The artifact store cannot be read or written."""


class DamagedBlob(StoreFault):
    """A blob is missing, or its bytes are not those that its digest names; `digest` says which."""

    def __init__(self, message: str, digest: bytes) -> None:
        self.digest = digest
        super().__init__(message)

    def __reduce__(self) -> tuple[type, tuple[str, bytes]]:
        return type(self), (str(self), self.digest)


class RecordsFault(EnvironmentFault):
    """The database of records cannot be read or written."""


class InternalError(CuveeError):
    """cuvee broke a promise to itself: a bug of ours, please report it."""
