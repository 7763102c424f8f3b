"""What records must do, as tests: one suite for each port, for every implementation.

Derive a test class from each suite and give it a fixture `records` that yields new, empty
records for the boot `BOOT`: an object with `entries`, `ledger` and `queries`.
"""

from __future__ import annotations

from cuvee.testing.entries import CacheEntriesSuite
from cuvee.testing.history import QueriesSuite, RunLedgerSuite
from cuvee.testing.record_values import BOOT, Records
from cuvee.testing.repeats import RepeatsSuite

__all__ = ["BOOT", "CacheEntriesSuite", "QueriesSuite", "Records", "RepeatsSuite", "RunLedgerSuite"]
