from __future__ import annotations

import pytest
from msgspec.structs import replace

from cuvee.model.record import ResultItem, RunEnd, RunRecord, RunStart, Versions
from cuvee.operations.liveness import Machine, lifetime, live_status

START = RunStart("wine:p", "wine.py", 0.0, (), Versions("3.12", "linux", "0.1"), "laptop", 4242, "boot-1@77")
GOING_ON = RunRecord(1, START, None)
UNTOLD = RunRecord(2, replace(START, boot="boot-1"), None)


@pytest.mark.parametrize(
    ("run", "host", "boot", "processes", "status"),
    [
        (GOING_ON, "laptop", "boot-1", {4242: "77"}, "running"),
        (GOING_ON, "laptop", "boot-1", {1: "77"}, "died"),
        (GOING_ON, "laptop", "boot-1", {4242: "78"}, "died"),  # another process has its number now
        (GOING_ON, "laptop", "boot-2", {4242: "77"}, "died"),  # and since the machine was started
        (GOING_ON, "laptop", "boot-1", {4242: ""}, "running"),  # the system does not tell
        (UNTOLD, "laptop", "boot-1", {4242: "78"}, "running"),  # nor did it then
        (GOING_ON, "cluster", "boot-2", {1: "77"}, "running"),  # of another machine nothing is known
    ],
)
def test_a_run_without_end_died_where_its_process_is_gone(
    run: RunRecord, host: str, boot: str, processes: dict[int, str], status: str
) -> None:
    assert live_status(run, Machine(host, boot, processes.get)) == status


def test_what_is_noted_of_a_process_is_told_from_what_its_number_had_before() -> None:
    assert lifetime("boot-1", "77") == "boot-1@77"
    assert lifetime("boot-1", "") == "boot-1"


def test_a_run_that_ended_has_the_status_that_it_ended_with() -> None:
    ended = RunRecord(1, START, RunEnd("cancelled", 1.0, 0.0, ResultItem(kind="absent")))
    assert live_status(ended, Machine("laptop", "boot-2", lambda pid: None)) == "cancelled"
