"""A damaged store is found out, put right, and gives the right values again."""

from __future__ import annotations

import pytest

from cuvee.errors import DamagedBlob, RecordsFault
from cuvee.model.event import Warned
from cuvee.operations.inspect import inspect
from cuvee.operations.references import find_artifact
from cuvee.operations.values import load_artifact

pytestmark = pytest.mark.usefixtures("results_only")

FLOW = """
    @task
    def big(n: int) -> bytes:
        return bytes([n]) * 300_000

    @task
    def size(data: bytes, extra: int = 0) -> int:
        return len(data) + extra

    @pipeline
    def main(n: int = 1, extra: int = 0):
        return size(big(n), extra)
"""


@pytest.fixture
def filled(project):
    project.write(FLOW)
    project.run()
    return project


def blob(project):
    (digest,) = (stored.digest for stored in project.session.blobs.stored())
    return project.session.blobs._path(digest)


def alter(path):
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[1234] ^= 1
    path.write_bytes(data)


def kinds(found):
    return [problem.kind for problem in found.problems]


def test_a_whole_store_is_clean(filled):
    found = inspect(filled.session)
    assert (found.clean, found.problems, found.lost) == (True, (), ())
    assert (found.blobs, found.blob_bytes) == (1, 300_000)
    assert found.records > 4


def test_progress_is_told_in_bytes(filled):
    told = []
    inspect(filled.session, progress=lambda read, total: told.append((read, total)))
    assert told == [(300_000, 300_000)]


@pytest.mark.parametrize(
    "damage", [alter, lambda path: path.unlink(), lambda path: (path.unlink(), path.mkdir())]
)
def test_a_bad_blob_is_found_and_made_again_after_a_repair(filled, damage):
    damage(blob(filled))
    found = inspect(filled.session)
    assert not found.clean
    assert kinds(found)[-1] == "entry"
    assert found.lost == ("1:big",)
    mended = inspect(filled.session, repair=True)
    assert mended.clean
    again = inspect(filled.session)
    assert (again.clean, again.problems, again.lost) == (True, (), ("1:big",))
    with pytest.raises(DamagedBlob, match="missing"):
        load_artifact(filled.session, find_artifact(filled.session.queries, "1:big"))
    run = filled.run(extra=1)
    assert run.result == 300_001
    assert run["big"].decision == "executed"
    assert inspect(filled.session).lost == ()


def test_an_altered_record_is_found_and_taken_away(filled):
    database = filled.session.queries._database
    database.execute("UPDATE call SET seconds = 77 WHERE path = 'big'")
    database.execute("UPDATE entry SET run = 77 WHERE task LIKE '%size'")
    with pytest.raises(RecordsFault, match="cuvee fsck --repair"):
        filled.session.queries.calls(1)
    assert sorted(kinds(inspect(filled.session))) == ["call", "entry"]
    assert inspect(filled.session, repair=True).clean
    assert [call.path for call in filled.session.queries.calls(1)] == ["size"]
    run = filled.run()
    assert {call.path: call.decision for call in run.calls} == {"big": "reused", "size": "executed"}


def test_an_altered_entry_says_so_where_its_call_runs_again(filled):
    filled.session.queries._database.execute("UPDATE entry SET run = 77 WHERE task LIKE '%size'")
    run = filled.run()
    assert run["size"].decision == "executed"
    assert (run["size"]._record.reason_code, run["size"].reason) == (
        "artifact_damaged", "what was on record of its result was altered",
    )  # fmt: skip


def test_what_nobody_needs_is_no_problem(filled):
    filled.session.blobs.put(b"x" * 7000)
    found = inspect(filled.session)
    assert (found.clean, found.unneeded, found.unneeded_bytes) == (True, 1, 7000)


def test_a_run_that_finds_damage_says_what_and_where_and_goes_on(filled):
    path = blob(filled)
    alter(path)
    run = filled.run(extra=1)
    assert run.result == 300_001
    (text,) = (event.text for event in filled.events if isinstance(event, Warned))
    assert "was altered on disk (300000 bytes); it is now" in text
    assert str(filled.session.home / "quarantine") in text
    assert text.endswith(": big runs again")
