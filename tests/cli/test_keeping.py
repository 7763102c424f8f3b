"""`cuvee gc`, `du` and `fsck` as they are typed and as they answer."""

from __future__ import annotations

import pytest
from cli_project import Project

from cuvee.project import snapshot


@pytest.fixture(autouse=True)
def no_source(monkeypatch):
    """Of the project nothing is kept: what is counted here are results."""
    monkeypatch.setattr(snapshot, "_walk", lambda *_: iter(()))


FLOW = """
@task
def big(n: int) -> bytes:
    return bytes([n]) * 300_000

@pipeline
def main(n: int = 1):
    return big(n)
"""


@pytest.fixture
def filled(project: Project) -> Project:
    project.write(FLOW)
    for n in ("1", "2", "3"):
        assert project.run("run", "FILE", "--n", n).code == 0
    return project


def test_gc_tells_and_then_does(filled: Project) -> None:
    told = filled.run("gc", "--keep-runs", "1", "--dry-run")
    assert told.out.splitlines() == [
        "2 runs would be deleted: 1, 2 of main",
        "2 results that only they used would be forgotten",
        "2 blobs would be deleted: 600 kB",
        "600 kB would be freed, 300 kB of results left.",
    ]
    done = filled.run("gc", "--keep-runs", "1", "--json").json
    assert (done["dry_run"], done["runs"], done["freed_bytes"], done["left_bytes"]) == (
        False,
        [1, 2],
        600_000,
        300_000,
    )
    assert filled.run("gc", "--keep-runs", "1").out == "Nothing to delete.\n"


def test_gc_says_when_it_cannot_get_so_far(filled: Project) -> None:
    done = filled.run("gc", "--keep-runs", "2", "--max-size", "1kB")
    assert "That is more than 1.0 kB, but no other run may go: `cuvee du` shows who needs it." in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--older-than", "soon"], "--older-than 'soon' is not a duration: write 30d, 12h or 1w"),
        (["--max-size", "much"], "--max-size 'much' is not a size: write 20GB, 500MB or 1GiB"),
        (["--keep-runs", "-1"], "-1 is not in the range x>=0"),
    ],
)
def test_gc_refuses_what_it_cannot_read(filled: Project, words: list[str], said: str) -> None:
    done = filled.run("gc", *words)
    assert (done.code, said in done.err) == (2, True)
    assert len(filled.run("runs", "--json").json["runs"]) == 3


@pytest.mark.parametrize("command", ["gc", "du", "fsck"])
def test_without_a_store_nothing_is_made(project: Project, command: str) -> None:
    done = project.run(command)
    assert done.code == 2
    assert "no run is on record" in done.err
    assert not (project.folder / ".cuvee").exists()


def test_du_shares_the_room_out(filled: Project) -> None:
    found = filled.run("du", "--json").json
    assert (found["blobs"], found["blob_bytes"]) == (3, 900_000)
    assert found["total_bytes"] == 900_000 + found["records_bytes"]
    assert found["types"] == [{"name": "bytes", "bytes": 900_000, "alone_bytes": 900_000, "blobs": 3}]
    lines = filled.run("du").out.splitlines()
    assert any(line.split() == [f"{filled.module}:big", "900", "kB", "900", "kB", "3"] for line in lines)


def test_fsck_ends_with_1_until_it_is_repaired(filled: Project) -> None:
    assert filled.run("fsck").code == 0
    blob = next(path for path in (filled.folder / ".cuvee" / "blobs").rglob("*") if path.is_file())
    blob.unlink()
    found = filled.run("fsck")
    assert found.code == 1
    assert "1 problem: cuvee fsck --repair" in found.out
    assert filled.run("fsck", "--json").json["clean"] is False
    assert filled.run("fsck", "--repair").code == 0
    clean = filled.run("fsck")
    assert (clean.code, "are as they were written." in clean.out) == (0, True)
    assert "Lost, as results of past runs: " in clean.out
