from __future__ import annotations

import pytest

from cuvee.engine.journal import DELAY, LARGEST, WORK_AT_RISK, Journal
from cuvee.model.record import CallRecord
from cuvee.stores.memory import MemoryStore


class Clock:
    seconds = 1000.0

    def elapsed(self):
        return self.seconds


class Ledger:
    """What was committed, a number of calls for each commit."""

    def __init__(self):
        self.commits = []

    def commit(self, run, batch):
        self.commits.append(len(batch.calls))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def journal(clock, ledger):
    ended = []
    journal = Journal(
        1, ledger, MemoryStore(), clock, ended.append, lambda entries: [], sync=False, committed=lambda: None
    )
    journal.told = ended
    return journal


def call(seconds):
    return CallRecord(1, "t", "m:t", "succeeded", "executed", None, "", 0.0, seconds)


def noted(journal, seconds, times=1):
    for _ in range(times):
        journal.note_call(call(seconds))
    journal.commit_if_due()


def test_a_call_is_told_of_once_it_is_committed(journal, ledger):
    noted(journal, 0.0)
    assert journal.told == []
    journal.commit()
    assert (len(journal.told), ledger.commits) == (1, [1])


def test_what_took_long_is_committed_at_once(journal, ledger):
    noted(journal, WORK_AT_RISK)
    assert ledger.commits == [1]


def test_short_calls_are_committed_once_they_make_so_much_work_together(journal, ledger):
    noted(journal, WORK_AT_RISK / 4, times=3)
    assert ledger.commits == []
    noted(journal, WORK_AT_RISK / 4)
    assert ledger.commits == [4]


def test_nothing_waits_longer_than_a_moment(journal, ledger, clock):
    noted(journal, 0.0)
    assert journal.patience() == pytest.approx(DELAY)
    clock.seconds += DELAY * 1.1
    assert journal.patience() == 0.0
    noted(journal, 0.0)
    assert ledger.commits == [2]


def test_no_commit_grows_without_bound(journal, ledger):
    noted(journal, 0.0, times=LARGEST)
    assert ledger.commits == [LARGEST]


def test_of_short_calls_a_long_run_puts_more_on_record_at_once(journal, ledger, clock):
    worked = 0.0
    while worked < 10.0:
        noted(journal, WORK_AT_RISK / 2)
        worked += WORK_AT_RISK / 2
        clock.seconds += WORK_AT_RISK / 2
    waiting = sum(ledger.commits[-3:]) / 3 * WORK_AT_RISK / 2
    assert waiting == pytest.approx(10.0 / 50, rel=0.2)


def test_of_what_took_long_it_keeps_nothing_back(journal, ledger, clock):
    for _ in range(1000):
        noted(journal, WORK_AT_RISK)
        clock.seconds += WORK_AT_RISK
    assert ledger.commits == [1] * 1000


def test_a_run_of_hours_keeps_nothing_back_longer_than_a_quarter_of_a_second(journal, ledger, clock):
    clock.seconds += 10 * 3600
    journal.commit()
    noted(journal, 0.0)
    assert journal.patience() == pytest.approx(0.25)
