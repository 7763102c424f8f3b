"""Debug: a past call in this process under the debugger, on the inputs it had. Nothing goes on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from cuvee.authoring.task import Task
from cuvee.model.order import Failure
from cuvee.model.value import Value
from cuvee.operations.past_call import PastCall
from cuvee.perform.chance import seed_generators
from cuvee.perform.debugger import Left, call_stopped, call_whole, post_mortem
from cuvee.perform.failures import describe_failure


class Debugged(Value, frozen=True):
    """How it ended: with a `value`, with an exception (`raised`), or as the debugger was left."""

    end: Literal["value", "raised", "left"]
    value: Any = None


def debug(past: PastCall, task: Task[..., Any], *, stop: bool, tell: Callable[[Failure], None]) -> Debugged:
    """Call the task. With `stop` the debugger stands at its first line; it opens where the task raises.

    `tell` hears of an exception before that. Raises DamagedBlob, CannotDecode for an input that cannot be
    read.
    """
    args, kwargs = task.signature.spread(past.values())
    call = call_stopped if stop else call_whole
    seed_generators(past.order.seed)
    try:
        return Debugged("value", call(task.function, args, kwargs))
    except Left:
        return Debugged("left")
    except BaseException as error:  # noqa: BLE001 - whatever the task raises is what is looked for
        tell(describe_failure(error))
        post_mortem(error, past.prepared.scope.is_project)
        return Debugged("raised")
