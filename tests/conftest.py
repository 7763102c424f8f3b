"""What all tests share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches them."""
    for name in ("CUVEE_HOME", "CUVEE_DURABILITY", "CUVEE_KEEP_INPUTS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
