"""Fingerprints of code: every edit that must count does, and no other, each seen from fresh processes."""

from __future__ import annotations

from typing import Any

import pytest
from code_cases import EDITS, REFUSALS, WIDENINGS, Edit
from projects import Job, Process

Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def before(in_process: Process) -> Told:
    return in_process([Job(edit.name, edit.before, prelude=edit.prelude) for edit in EDITS], seed=1)


@pytest.fixture(scope="module")
def after(in_process: Process, before: Told) -> Told:
    return in_process([Job(edit.name, edit.after, prelude=edit.prelude_after) for edit in EDITS], seed=2)


@pytest.fixture(scope="module")
def again(in_process: Process, after: Told) -> Told:
    return in_process([Job(edit.name, edit.before, prelude=edit.prelude) for edit in EDITS], seed=3)


def _ids(cases: list[Any]) -> list[str]:
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)
    return names


@pytest.mark.parametrize("edit", EDITS, ids=_ids(EDITS))
def test_an_edit_counts_exactly_if_it_can_change_a_result(edit: Edit, before: Told, after: Told) -> None:
    first, second = before[edit.name], after[edit.name]
    assert "error" not in first, first["error"]
    assert "error" not in second, second["error"]
    assert (first["digest"] != second["digest"]) is edit.changes, _difference(first, second)


@pytest.mark.parametrize("edit", EDITS, ids=_ids(EDITS))
def test_there_and_back_is_the_same_again(edit: Edit, before: Told, again: Told) -> None:
    assert before[edit.name]["digest"] == again[edit.name]["digest"], _difference(
        before[edit.name], again[edit.name]
    )


@pytest.mark.parametrize("refusal", REFUSALS, ids=_ids(REFUSALS))
def test_what_cannot_be_trusted_is_refused(refusal: Any, in_process: Process) -> None:
    told = in_process([Job(refusal.name, refusal.files, prelude=refusal.prelude)])[refusal.name]
    refused = [reference for reference, widened, *_ in told["doubts"] if widened == "refused"]
    assert any(refusal.word in reference for reference in refused), told["doubts"]


@pytest.mark.parametrize("widening", WIDENINGS, ids=_ids(WIDENINGS))
def test_what_cannot_be_resolved_widens_the_net_and_is_named(widening: Any, in_process: Process) -> None:
    told = in_process([Job(widening.name, widening.files)])[widening.name]
    assert [widening.reference, widening.widened, "main.py", widening.line] in told["doubts"], told["doubts"]


def _difference(first: dict[str, Any], second: dict[str, Any]) -> str:
    one, two = first["items"], second["items"]
    return "\n".join(
        f"{name}: {one.get(name)} → {two.get(name)}"
        for name in sorted({*one, *two})
        if one.get(name) != two.get(name)
    )
