"""Past overrides: what was set for the tasks of an earlier run from outside, to be set again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cuvee.authoring.task import Task
from cuvee.model.record import RunRecord
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Override, Overrides, Parse, parse_override
from cuvee.operations.recorded_inputs import RecordedInputs
from cuvee.operations.session import Session


def past_overrides(
    session: Session,
    run: RunRecord,
    loaded: LoadedValues,
    parse: Parse,
    more: Sequence[Override] = (),
) -> Overrides:
    """Those that are set now, `more`, and those of a run, with the values that its calls were given by them.

    Of a secret, and where no call of the task has been given its arguments, the text on record counts,
    which `parse` reads.
    """
    now = {(each.task, each.parameter) for each in more}
    texts = map(parse_override, run.start.overrides)
    past = [each for each in texts if (each.task, each.parameter) not in now]
    if not past:
        return Overrides(more, parse)
    calls = session.queries.calls(run.number)

    def recorded(override: Override, task: Task[..., Any]) -> list[Any]:
        for call in calls if override in past else ():
            given = {part.name for part in call.components if part.kind != "secret"}
            if call.task == task.name and override.parameter in given:
                inputs = RecordedInputs(session, run, call, loaded)
                return [inputs.argument(override.parameter, task)]
        return []

    return Overrides([*past, *more], parse, recorded, past)
