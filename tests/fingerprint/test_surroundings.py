"""What a process hands to the code that it imports, as a digest."""

from __future__ import annotations

import os

import pytest

from cuvee.fingerprint.surroundings import process_digest

OTHERS = {"sched_getaffinity": {9}, "cpu_count": 9, "getuid": 9, "getgid": 9, "getcwd": "/elsewhere"}


@pytest.mark.parametrize("name", OTHERS)
def test_another_process_is_told_from_this_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = process_digest(["run"])
    assert process_digest(["run"]) == before
    monkeypatch.setattr(os, name, lambda *_: OTHERS[name], raising=False)
    assert process_digest(["run"]) != before
