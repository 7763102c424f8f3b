"""Past swaps: what stood in for tasks in an earlier run, to do the same again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cuvee.errors import ParameterError, TargetError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.model.swap import Swapped
from cuvee.operations.past_code import is_for
from cuvee.operations.references import find_run
from cuvee.operations.session import Session
from cuvee.operations.swaps import OfRun, Recorded


def past_swaps(session: Session, run: RunRecord, load_function: Callable[[str], Any]) -> Mapping[str, Any]:
    """What stood in for the run's tasks, by the names that it was for.

    `load_function` gives the function of `module:name`, as the source here has it. Raises ParameterError
    for what is not to be had again.
    """
    calls = session.queries.calls(run.number) if run.start.swaps else ()
    return {swap.name: _again(session, run, swap, calls, load_function) for swap in run.start.swaps}


def _again(
    session: Session,
    run: RunRecord,
    swap: Swapped,
    calls: Sequence[CallRecord],
    load_function: Callable[[str], Any],
) -> Any:
    if swap.kind == "function":
        try:
            return load_function(swap.text)
        except TargetError as error:
            raise ParameterError(
                f"run {run.number} had {swap.name} swapped for {swap.text}, which is not there now, "
                f"so the run cannot be had again: {error}"
            ) from error
    if swap.kind == "version":
        return OfRun(session, find_run(session.queries, swap.text))
    given = next((call for call in calls if call.decision == "given" and is_for(swap, call)), None)
    if given is None or given.artifact is None:
        raise ParameterError(
            f"run {run.number} had {swap.name} swapped for {swap.text}, and ended before that was taken, "
            "so the run cannot be had again"
        )
    return Recorded(session, run.number, given, given.path, given.artifact)
