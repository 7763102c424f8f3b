"""Events as the JSON objects that `cuvee run --events` prints. Pure: events in, dictionaries out.

Keys are only ever added.
"""

from __future__ import annotations

from cuvee.model.event import (
    CallBegan,
    CallEnded,
    CallLogged,
    CallRetried,
    CallsKnown,
    Event,
    RunBegan,
    RunEnded,
    TaskKnown,
    Warned,
)
from cuvee.operations.report import Json, call_report


def event_report(event: Event) -> Json | None:
    """What is told of an event; None for the end of a run, which is told with all of the run."""
    match event:
        case RunBegan():
            return {
                "event": "run_began",
                "run": event.number,
                "pipeline": event.pipeline,
                "parameters": {argued.name: argued.text for argued in event.parameters},
            }
        case CallsKnown():
            return {"event": "calls_known", "total": event.total, "tasks": [*map(_task, event.tasks)]}
        case CallBegan():
            return {
                "event": "call_began",
                "path": event.path,
                "reason": event.reason,
                "expected_seconds": event.expected,
            }
        case CallRetried():
            return {
                "event": "call_retried",
                "path": event.path,
                "attempt": event.attempt,
                "attempts_left": event.left,
                "after_seconds": event.seconds,
                "why": event.why,
            }
        case CallLogged():
            return {"event": "call_logged", "path": event.path, "stream": event.stream, "text": event.text}
        case CallEnded():
            return {"event": "call_ended", **call_report(event.call)}
        case Warned():
            return {"event": "warned", "text": event.text}
        case RunEnded():
            return None


def _task(known: TaskKnown) -> Json:
    return {"task": known.name, "calls": known.calls, "expected_seconds": known.seconds}
