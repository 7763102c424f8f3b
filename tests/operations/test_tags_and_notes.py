"""Names that people give: what they stand for, what they protect, what cannot be one."""

from __future__ import annotations

import os

import pytest

from cuvee.errors import ParameterError, ReferenceNotFound
from cuvee.operations.collect import Policy, collect
from cuvee.operations.liveness import Machine
from cuvee.operations.naming import note, remove_runs, tag, untag
from cuvee.operations.references import find_artifact, find_run

pytestmark = pytest.mark.usefixtures("results_only")

FLOW = """
    @task
    def big(n: int) -> bytes:
        return bytes([n]) * 300_000

    @pipeline
    def main(n: int = 1):
        return big(n)
"""


@pytest.fixture
def filled(project):
    project.write(FLOW)
    for n in (1, 2, 3):
        project.run(n=n)
    return project


def machine(project):
    return Machine(os.uname().nodename, project.session.boot, lambda pid: "")


def numbers(project):
    return [run.number for run in project.session.queries.runs()]


def test_a_tag_is_usable_as_a_reference_and_can_be_moved(filled):
    session = filled.session
    placed, before = tag(session, "1", "baseline")
    assert (placed.reference, before) == ("1", None)
    assert find_run(session.queries, "baseline").number == 1
    moved, before = tag(session, "@last", "baseline")
    assert (moved.reference, before) == ("3", placed)
    assert find_run(session.queries, "@baseline").number == 3
    tag(session, "baseline:big", "champion")
    assert find_artifact(session.queries, "champion").parts[0].size == 300_000
    assert find_run(session.queries, "champion").number == 3


def test_a_tag_that_was_taken_away_names_nothing(filled):
    tag(filled.session, "1", "baseline")
    assert untag(filled.session, "baseline").reference == "1"
    with pytest.raises(ReferenceNotFound):
        find_run(filled.session.queries, "baseline")
    with pytest.raises(ReferenceNotFound, match="nor any other"):
        untag(filled.session, "baseline")


@pytest.mark.parametrize(
    "name", ["12", "@x", "a:b", "a.b", "", "a b", "last", "Best", "-x", "1a", "none", "a~1"]
)
def test_what_means_something_else_is_no_tag(filled, name):
    with pytest.raises(ParameterError, match="cannot be a tag"):
        tag(filled.session, "1", name)


@pytest.mark.parametrize("reference", ["9", "1:nothing", "1:big.x", "@best:rmse:min", "unknown"])
def test_what_is_not_there_gets_no_tag(filled, reference):
    with pytest.raises(ReferenceNotFound):
        tag(filled.session, reference, "x")
    assert filled.session.queries.tags() == ()


def test_named_runs_are_never_collected(filled):
    tag(filled.session, "1:big", "champion")
    note(filled.session, "2", "the one before")
    collected = collect(filled.session, Policy(keep_runs=0), machine(filled))
    assert [run.number for run in collected.runs] == [3]
    assert collected.left == 600_000
    note(filled.session, "2", "")
    untag(filled.session, "champion")
    collect(filled.session, Policy(keep_runs=0), machine(filled))
    assert numbers(filled) == []


def test_a_removed_run_leaves_its_results_to_be_reused(filled):
    assert remove_runs(filled.session, ["1", "@last"], machine(filled)) == ([1, 3], 0)
    assert numbers(filled) == [2]
    assert filled.run(n=1)["big"].decision == "reused"


def test_results_that_only_removed_runs_used_go_with_them_if_asked(filled):
    filled.run(n=1)
    assert remove_runs(filled.session, ["1", "2"], machine(filled), results=True) == ([1, 2], 1)
    assert filled.run(n=1)["big"].decision == "reused"
    assert filled.run(n=2)["big"].decision == "executed"


def test_runs_with_a_tag_or_that_go_on_are_not_removed_nor_any_beside_them(filled):
    from cuvee.testing.record_values import start

    tag(filled.session, "2:big", "champion")
    with pytest.raises(
        ParameterError, match=r"run 2 stays: its big is tagged champion; .*tag --delete champion"
    ):
        remove_runs(filled.session, ["1", "2"], machine(filled))
    session = filled.session
    going_on = session.ledger.begin(start(host=os.uname().nodename, boot=session.boot, pid=1))
    with pytest.raises(ParameterError, match="goes on"):
        remove_runs(session, ["1", str(going_on)], machine(filled))
    assert numbers(filled) == [4, 3, 2, 1]
