from __future__ import annotations

import pytest

from cuvee.model.record import ResultItem, RunEnd, RunRecord, RunStart, Versions
from cuvee.operations.liveness import Machine, live_status

START = RunStart("wine:p", "wine.py", 0.0, (), Versions("3.12", "linux", "0.1"), "laptop", 4242, "boot-1")
GOING_ON = RunRecord(1, START, None)


@pytest.mark.parametrize(
    ("host", "boot", "processes", "status"),
    [
        ("laptop", "boot-1", {4242}, "running"),
        ("laptop", "boot-1", {1}, "died"),
        ("laptop", "boot-2", {4242}, "died"),  # another process has its number since the machine was started
        ("cluster", "boot-2", {1}, "running"),  # of another machine nothing is known
    ],
)
def test_a_run_without_end_died_where_its_process_is_gone(
    host: str, boot: str, processes: set[int], status: str
) -> None:
    assert live_status(GOING_ON, Machine(host, boot, processes.__contains__)) == status


def test_a_run_that_ended_has_the_status_that_it_ended_with() -> None:
    ended = RunRecord(1, START, RunEnd("cancelled", 1.0, 0.0, ResultItem(kind="absent")))
    assert live_status(ended, Machine("laptop", "boot-2", lambda pid: False)) == "cancelled"
