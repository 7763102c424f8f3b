"""What a collection takes and what it leaves, chosen purely and carried out for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from typing import Any

import pytest

from cuvee.errors import StoreFault
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.inventory import Inventory, KeptEntry, KeptRun, StoredArtifact, Use
from cuvee.operations.collect import Policy, choose, collect
from cuvee.operations.liveness import Machine
from cuvee.stores.filesystem import FilesystemStore
from cuvee.tracking.sqlite.entries import SQLiteEntries
from cuvee.tracking.sqlite.ledger import SQLiteLedger

pytestmark = pytest.mark.usefixtures("results_only")


NOW = 1_000_000.0
DAY = 86400.0

BIG = """
    @task
    def big(n: int) -> bytes:
        return bytes([n]) * 300_000

    @task
    def size(data: bytes) -> int:
        return len(data)

    @pipeline
    def main(n: int = 1):
        return size(big(n))

    @pipeline
    def other(n: int = 1):
        return big(n)
"""


def run_of(number: int, days_ago: float, pipeline: str = "p", **more: Any) -> KeptRun:
    known: dict[str, Any] = {"ended": True, "host": "h", "pid": 1, "boot": "b", "named": False}
    return KeptRun(number, pipeline, NOW - days_ago * DAY, **{**known, **more})


def name(text: str) -> Digest:
    return digest_bytes(text.encode())


def inventory_of(runs: list[KeptRun], holds: dict[int, str], *unused: tuple[str, float]) -> Inventory:
    """Each run has made the values that its letters name, of 10 bytes each, and an entry for each letter."""
    letters = dict.fromkeys(letter for text in holds.values() for letter in text)
    entries = [
        KeptEntry(at, "t", NOW, tuple(run for run, text in holds.items() if letter in text))
        for at, letter in enumerate(letters, 1)
    ]
    uses = [Use(name(letter), "t", run=run) for run, text in holds.items() for letter in text]
    uses += [Use(name(letter), "t", entry=at) for at, letter in enumerate(letters, 1)]
    for letter, days_ago in unused:
        entries.append(KeptEntry(len(entries) + 1, "t", NOW - days_ago * DAY, ()))
        uses.append(Use(name(letter), "t", entry=len(entries)))
    artifacts = {
        name(letter): StoredArtifact("bytes", (), ((name(letter + " blob"), 10),))
        for letter in [*letters, *(letter for letter, _ in unused)]
    }
    return Inventory(tuple(runs), tuple(entries), tuple(uses), artifacts)


def chosen(inventory: Inventory, live: set[int] | None = None, **policy: Any) -> tuple[list[int], int, int]:
    """The runs that go, how many entries, and the bytes that are needed then."""
    choice = choose(inventory, Policy(**policy), live or set(), NOW)
    return [run.number for run in choice.runs], len(choice.entries), sum(choice.needed.values())


RUNS = [run_of(1, 40), run_of(2, 20), run_of(3, 10), run_of(4, 0)]
HOLDS = {1: "ab", 2: "bc", 3: "cd", 4: "de"}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, ([], 0, 50)),
        ({"older_than": 30 * DAY}, ([1], 1, 40)),
        ({"older_than": 15 * DAY}, ([1, 2], 2, 30)),
        ({"keep_runs": 1}, ([1, 2, 3], 3, 20)),
        ({"keep_runs": 0}, ([1, 2, 3, 4], 5, 0)),
        ({"keep_runs": 10}, ([], 0, 50)),
        ({"keep_runs": 1, "older_than": 15 * DAY}, ([1, 2], 2, 30)),
        ({"max_size": 50}, ([], 0, 50)),
        ({"max_size": 49}, ([1], 1, 40)),
        ({"max_size": 30}, ([1, 2], 2, 30)),
        ({"max_size": 0}, ([1, 2, 3, 4], 5, 0)),
        ({"max_size": 0, "keep_runs": 2}, ([1, 2], 2, 30)),
        ({"max_size": 45, "older_than": 5 * DAY}, ([1], 1, 40)),
    ],
)
def test_a_run_goes_if_all_that_is_asked_lets_it(policy, expected):
    assert chosen(inventory_of(RUNS, HOLDS), **policy) == expected


def test_runs_that_go_on_or_have_a_name_stay_with_what_they_need():
    runs = [run_of(1, 40, named=True), run_of(2, 20), *RUNS[2:]]
    assert chosen(inventory_of(runs, HOLDS), keep_runs=0) == ([2, 3, 4], 3, 20)
    assert chosen(inventory_of(RUNS, HOLDS), {2}, keep_runs=0) == ([1, 3, 4], 3, 20)


def test_the_newest_of_each_pipeline_are_kept():
    runs = [run_of(1, 40, "rare"), run_of(2, 20), run_of(3, 10), run_of(4, 0)]
    assert chosen(inventory_of(runs, HOLDS), keep_runs=1)[0] == [2, 3]


def test_a_result_whose_runs_are_off_the_record_counts_by_its_last_use():
    inventory = inventory_of(RUNS, HOLDS, ("x", 50), ("y", 1))
    assert chosen(inventory, older_than=30 * DAY) == ([1], 2, 50)
    assert chosen(inventory, max_size=60) == ([], 1, 60)
    assert chosen(inventory, max_size=0) == ([1, 2, 3, 4], 7, 0)
    assert chosen(inventory) == ([], 0, 70)


# Carried out.


def machine(project, alive=True):
    return Machine(os.uname().nodename, project.session.boot, lambda pid: "" if alive else None)


def gc(project, *, alive=True, dry_run=False, **policy):
    return collect(project.session, Policy(**policy), machine(project, alive), dry_run=dry_run)


def blobs(project):
    return {blob.digest for blob in project.session.blobs.stored()}


def test_what_goes_is_told_first_and_then_done(project):
    project.write(BIG)
    for n in (1, 2, 3):
        project.run(n=n)
    told = gc(project, keep_runs=1, dry_run=True)
    assert len(blobs(project)) == 3
    assert len(project.session.queries.runs()) == 3
    done = gc(project, keep_runs=1)
    assert [run.number for run in done.runs] == [run.number for run in told.runs] == [1, 2]
    assert (
        (done.blobs, done.blob_bytes, done.left)
        == (told.blobs, told.blob_bytes, told.left)
        == (2, 600_000, 300_000)
    )
    assert blobs(project) == {digest_bytes(bytes([3]) * 300_000)}
    assert gc(project, keep_runs=1).freed == 0


def test_after_a_collection_what_stayed_is_reused_and_what_went_runs_again(project):
    project.write(BIG)
    for n in (1, 2):
        project.run(n=n)
    gc(project, keep_runs=1)
    again = project.run(n=2)
    assert {call.decision for call in again.calls} == {"reused"}
    gone = project.run(n=1)
    assert ({call.decision for call in gone.calls}, gone.result) == ({"executed"}, 300_000)


def test_without_being_told_more_it_takes_only_what_nobody_needs(project):
    project.write(BIG)
    project.run()
    forgotten, _ = project.session.blobs.put(b"x" * 5000)
    home = project.session.home
    for folder in ("scratch/99", "unfinished"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / "scratch" / "99" / "file").write_bytes(b"x" * 10)
    (home / "unfinished" / "1-ab").write_bytes(b"x" * 20)
    os.utime(home / "unfinished" / "1-ab", (1, 1))
    collected = gc(project)
    assert (collected.runs, collected.entries, collected.blobs, collected.blob_bytes) == ((), 0, 1, 5000)
    assert {one.kind: one.bytes for one in collected.leftovers} == {"scratch": 10, "unfinished": 20}
    assert forgotten not in blobs(project)
    assert not list((home / "scratch").iterdir())
    assert not list((home / "unfinished").iterdir())
    assert {call.decision for call in project.run().calls} == {"reused"}


def test_what_a_run_that_goes_on_has_put_is_left_alone_until_it_ends(project):
    """Its record names it only when its call has ended. Once its process is gone it is forgotten."""
    from cuvee.testing.record_values import start

    session = project.session
    clock = session.clock.now()
    session.ledger.begin(
        start(host=os.uname().nodename, boot=session.boot, pid=1, started=clock, parameters=())
    )
    fresh, _ = session.blobs.put(b"f" * 5000)
    old, _ = session.blobs.put(b"o" * 5000)
    os.utime(session.blobs._path(old), (clock - 5000, clock - 5000))
    gc(project, keep_runs=0)
    assert blobs(project) == {fresh}
    session.blobs.put(b"o" * 5000)
    gc(project, keep_runs=0)
    assert blobs(project) == {fresh, old}
    assert len(session.queries.runs()) == 1
    gc(project, keep_runs=0, alive=False)
    assert blobs(project) == set()
    assert session.queries.runs() == ()


def test_putting_a_blob_again_makes_it_young(project):
    store = project.session.blobs
    digest, _ = store.put(b"x" * 5000)
    os.utime(store._path(digest), (1, 1))
    store.put(b"x" * 5000)
    (blob,) = store.stored()
    assert blob.put > 1e9


def test_nothing_is_deleted_while_a_result_is_being_looked_up(project, monkeypatch):
    project.write(BIG)
    project.run(n=1)
    other = FilesystemStore(project.session.home)
    other.hold()
    shut = FilesystemStore.shut
    monkeypatch.setattr(FilesystemStore, "shut", lambda self: shut(self, 0.0))
    with pytest.raises(StoreFault, match="in use"):
        gc(project, keep_runs=0)
    assert len(project.session.queries.runs()) == 1
    other.release()
    assert len(gc(project, keep_runs=0).runs) == 1


def test_a_run_lets_others_delete_while_it_calls_and_after_it_ends(project):
    project.write(BIG + """
    @task
    def look(data: bytes) -> bool:
        from cuvee.stores.filesystem import FilesystemStore
        with FilesystemStore(HOME).shut(0.0):
            return True

    @pipeline
    def looking():
        return look(big(9))
    """)  # fmt: skip
    project.module.HOME = project.session.home
    assert project.run("looking").result is True
    with FilesystemStore(project.session.home).shut(0.0):
        pass


@pytest.mark.parametrize("moment", ["looked up", "put on record", "begun"])
def test_from_the_look_up_until_it_is_on_record_nothing_is_deleted(project, monkeypatch, moment):
    project.write(BIG)
    project.run()
    kind, name = {"looked up": (SQLiteEntries, "find"), "put on record": (SQLiteLedger, "commit"),
                  "begun": (SQLiteLedger, "begin")}[moment]  # fmt: skip
    real, asked = getattr(kind, name), []

    def later(self, *args):
        with pytest.raises(StoreFault, match="in use"), FilesystemStore(project.session.home).shut(0.0):
            pass
        asked.append(moment)
        return real(self, *args)

    monkeypatch.setattr(kind, name, later)
    run = project.run()
    assert {call.decision for call in run.calls} == {"reused"}
    assert asked
    with FilesystemStore(project.session.home).shut(0.0):
        pass


def test_what_is_being_loaded_is_not_deleted(project, monkeypatch):
    from cuvee.api import finding

    project.write(BIG)
    project.run()
    monkeypatch.chdir(project.root)
    load, deleted = finding.load_artifact, []

    def load_later(session, artifact):
        with pytest.raises(StoreFault, match="in use"), FilesystemStore(project.session.home).shut(0.0):
            deleted.append(artifact)
        return load(session, artifact)

    monkeypatch.setattr(finding, "load_artifact", load_later)
    assert finding.load("1:big") == bytes([1]) * 300_000
    assert deleted == []
    with FilesystemStore(project.session.home).shut(0.0):
        pass


# In other processes.

RUNNER = textwrap.dedent(
    """
    import sys, os
    sys.path.insert(0, os.getcwd())
    import flow
    for turn in range(1000):
        run = flow.main.run(n=turn % 7)
        assert run.result == (turn % 7) * 300_000, run.result
        print(turn, flush=True)
    """
)

FLOW = textwrap.dedent(
    """
    from cuvee import pipeline, task

    @task
    def big(n: int) -> bytes:
        return bytes([n]) * 300_000

    @task
    def total(data: bytes, n: int) -> int:
        return sum(data)

    @pipeline
    def main(n: int):
        return total(big(n), n)
    """
)


def test_who_has_loaded_an_array_keeps_it_when_its_blob_is_gone(project):
    project.write(
        """
        import numpy as np
        @task
        def numbers() -> np.ndarray:
            return np.arange(400_000)
        """
    )
    loaded = project.run("numbers").result
    gc(project, keep_runs=0)
    assert blobs(project) == set()
    assert loaded.sum() == 400_000 * 399_999 // 2
    loaded[0] = 7
    assert project.run("numbers")["numbers"].decision == "executed"


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_is_deleted_as_soon_as_it_has_ended_has_still_succeeded(project, monkeypatch, times):
    project.write(BIG)
    end = SQLiteLedger.end

    def end_and_go(ledger, run, ended):
        end(ledger, run, ended)
        gc(project, keep_runs=0, alive=True)

    for _ in range(times - 1):
        project.run(n=1)
    monkeypatch.setattr(SQLiteLedger, "end", end_and_go)
    run = project.run(n=1)
    assert run.status == "succeeded"
    assert project.session.queries.runs() == ()


def test_runs_beside_collections_lose_nothing(project):
    """A process runs and runs while another one deletes all that it may, again and again."""
    (project.root / "flow.py").write_text(FLOW)
    command = [sys.executable, "-c", RUNNER]
    with subprocess.Popen(
        command, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as runner:
        lines = iter(runner.stdout.readline, "")
        next(lines)
        for _ in range(12):
            gc(project, keep_runs=0)
            assert next(lines, None), runner.stderr.read()
        runner.send_signal(signal.SIGKILL)
        assert "Error" not in runner.stderr.read()
    gc(project, keep_runs=0, alive=False)
    assert blobs(project) == set()


KILLED = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from cuvee.operations.collect import Policy, collect
    from cuvee.operations.liveness import Machine
    from cuvee.wiring import open_session
    step, left = sys.argv[1], int(sys.argv[2])
    real = getattr(Path, step) if step == "unlink" else None
    session = open_session(Path.cwd())
    if step == "unlink":
        def dying(self, *args, **kwargs):
            global left
            left -= 1
            if left < 0:
                os._exit(9)
            return real(self, *args, **kwargs)
        Path.unlink = dying
    elif step == "before":
        type(session.holdings).remove = lambda *args: os._exit(9)
    else:
        remove = type(session.holdings).remove
        type(session.holdings).remove = lambda *args: (remove(*args), os._exit(9))
    collect(session, Policy(keep_runs=1), Machine("h", "b", lambda pid: None))
    """
)


@pytest.mark.parametrize(("step", "left"), [("before", 0), ("after", 0), ("unlink", 0), ("unlink", 2)])
def test_a_collection_that_is_killed_leaves_all_that_is_needed(project, step, left):
    project.write(BIG)
    for n in range(5):
        project.run(n=n)
    done = subprocess.run([sys.executable, "-c", KILLED, step, str(left)], cwd=project.root, check=False)
    assert done.returncode == 9
    assert {call.decision for call in project.run(n=4).calls} == {"reused"}
    collected = gc(project, keep_runs=1)
    assert collected.left == 300_000
    assert blobs(project) == {digest_bytes(bytes([4]) * 300_000)}
    assert {call.decision for call in project.run(n=4).calls} == {"reused"}
