from __future__ import annotations

import pytest

from cuvee.tracking.sqlite import open_records

pytest.register_assert_rewrite("cuvee.testing.entries", "cuvee.testing.history", "cuvee.testing.repeats")

from cuvee.testing.records import BOOT  # noqa: E402


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def sqlite(home):
    records = open_records(home, boot=BOOT)
    yield records
    records.close()
