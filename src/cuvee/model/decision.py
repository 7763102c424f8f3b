"""Decisions: reuse or execute, always with the reason."""

from __future__ import annotations

from enum import StrEnum

from cuvee.model.change import Change
from cuvee.model.entry import Entry
from cuvee.model.value import Value


class ReasonCode(StrEnum):
    """Why a call is reused or executed. The list is closed; `docs/reasons.md` explains each."""

    UNCHANGED = "unchanged"
    FIRST_RUN = "first_run"
    CODE_CHANGED = "code_changed"
    PARAMETER_CHANGED = "parameter_changed"
    INPUT_CHANGED = "input_changed"
    FILE_CHANGED = "file_changed"
    ENVIRONMENT_CHANGED = "environment_changed"
    VERSION_CHANGED = "version_changed"
    SECRET_CHANGED = "secret_changed"  # noqa: S105 - a code, not a password
    CHANCE_CHANGED = "chance_changed"
    OBSERVED_CHANGED = "observed_changed"
    EXPIRED = "expired"
    NO_RESULT = "no_result"
    ARTIFACT_DAMAGED = "artifact_damaged"
    NOT_REUSABLE = "not_reusable"
    CACHE_OFF = "cache_off"
    SWAPPED = "swapped"
    TAKEN = "taken"
    UPSTREAM = "upstream"


class Reason(Value, frozen=True):
    """The code of a reason, and the sentence that a person reads."""

    code: ReasonCode
    text: str


class Reuse(Value, frozen=True, tag="reuse"):
    """The result on record stands."""

    entry: Entry
    reason: Reason


class Execute(Value, frozen=True, tag="execute"):
    """The call has to run. `changes` is what the reason says, where it says what changed."""

    reason: Reason
    changes: tuple[Change, ...] = ()


class Depends(Value, frozen=True, tag="depends"):
    """Only a plan says this: what runs before it decides."""

    reason: Reason


Decision = Reuse | Execute
