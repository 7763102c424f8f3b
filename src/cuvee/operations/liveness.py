"""Liveness: whether a run without an end still goes on. Pure: how to look at a process is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from cuvee.model.record import RunRecord, RunStatus

LiveStatus = RunStatus | Literal["died"]


class Machine(Struct, frozen=True):
    """Where we are: the host's name, the id of its boot, and since when it has a process of a number.

    `since` gives None where there is no such process, and "" where the system does not tell.
    """

    host: str
    boot: str
    since: Callable[[int], str | None]


def lifetime(boot: str, since: str) -> str:
    """What a run notes of its process's life beside its number, which another process may have one day."""
    return f"{boot}@{since}" if since else boot


def live_status(run: RunRecord, machine: Machine) -> LiveStatus:
    """The run's status, where one that has no end and whose process is gone has `died`.

    Of another machine's processes nothing is known here: its run counts as running.
    """
    if run.end is not None:
        return run.status
    start = run.start
    return "running" if may_go_on(start.host, start.boot, start.pid, machine) else "died"


def may_go_on(host: str, boot: str, pid: int, machine: Machine) -> bool:
    """Whether the process of a run without an end is there, as far as can be known from here.

    `boot` is the lifetime that the run has noted.
    """
    if host != machine.host:
        return True
    boot, _, began = boot.partition("@")
    since = machine.since(pid) if boot == machine.boot else None
    return since is not None and (since == began or not since or not began)
