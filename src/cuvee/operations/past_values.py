"""Past values: what a call was given, as far as it is still to be had, each value by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cuvee.authoring.task import Task
from cuvee.errors import CannotDecode, CheckError, DamagedBlob, ParameterError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.past_call import past_call
from cuvee.operations.recorded_inputs import RecordedInputs
from cuvee.operations.session import Session


@dataclass(slots=True)
class PastValues:
    """Values by parameter, and why others are `missing`."""

    found: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def past_values(
    session: Session, original: tuple[RunRecord, CallRecord], task: Task[..., Any], scratch: Path
) -> PastValues:
    """What the call got; where not all of it is to be had, what it was given as far as it is."""
    loaded = LoadedValues(session)
    try:
        return PastValues(past_call(session, original, task, {}, loaded, scratch).values())
    except (ParameterError, CheckError, DamagedBlob, CannotDecode):
        return _each(RecordedInputs(session, *original, loaded), task)


def _each(inputs: RecordedInputs, task: Task[..., Any]) -> PastValues:
    values = PastValues()
    for name in inputs.names():
        try:
            values.found[name] = inputs.argument(name, task)
        except (ParameterError, DamagedBlob, CannotDecode) as error:
            values.missing[name] = str(error)
    return values
