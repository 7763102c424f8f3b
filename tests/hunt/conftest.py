"""Hunts for tests: a folder each, and clean processes that are gone when the test is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from asking import Asking
from hunting import Hunt


@pytest.fixture
def hunt(tmp_path: Path) -> Iterator[Callable[..., Hunt]]:
    """Makes a hunt; `prepare` is run in its processes beforehand."""
    asked: list[Asking] = []

    def make(seed: int, prepare: str = "", gadgets: Sequence[str] = ()) -> Hunt:
        asked.append(Asking(tmp_path / "project", prepare))
        return Hunt(asked[-1], seed, gadgets)

    yield make
    for asking in asked:
        asking.close()
