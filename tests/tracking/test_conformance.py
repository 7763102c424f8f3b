"""Every implementation of the records keeps the same promises."""

from __future__ import annotations

import pytest

from cuvee.testing.memory_records import MemoryRecords
from cuvee.testing.records import BOOT, CacheEntriesSuite, QueriesSuite, RepeatsSuite, RunLedgerSuite


class OnSQLite:
    @pytest.fixture
    def records(self, sqlite):
        return sqlite


class InMemory:
    @pytest.fixture
    def records(self):
        return MemoryRecords(boot=BOOT)


class TestEntriesOnSQLite(OnSQLite, CacheEntriesSuite): ...


class TestLedgerOnSQLite(OnSQLite, RunLedgerSuite): ...


class TestQueriesOnSQLite(OnSQLite, QueriesSuite): ...


class TestRepeatsOnSQLite(OnSQLite, RepeatsSuite): ...


class TestEntriesInMemory(InMemory, CacheEntriesSuite): ...


class TestLedgerInMemory(InMemory, RunLedgerSuite): ...


class TestQueriesInMemory(InMemory, QueriesSuite): ...


class TestRepeatsInMemory(InMemory, RepeatsSuite): ...
