"""Liveness: whether a run without an end still goes on. Pure: how to look at a process is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cuvee.model.record import RunRecord, RunStatus

LiveStatus = RunStatus | Literal["died"]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where we are: the host's name, the id of its boot, and whether it has a process of a number."""

    host: str
    boot: str
    has_process: Callable[[int], bool]


def live_status(run: RunRecord, machine: Machine) -> LiveStatus:
    """The run's status, where one that has no end and whose process is gone has `died`.

    Of another machine's processes nothing is known here: its run counts as running.
    """
    if run.end is not None or run.start.host != machine.host:
        return run.status
    alive = run.start.boot == machine.boot and machine.has_process(run.start.pid)
    return "running" if alive else "died"
