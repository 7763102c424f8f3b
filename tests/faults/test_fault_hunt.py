"""A short, deterministic hunt: one fault of each kind, and that the oracle sees what it is there to see."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest
from altered import altered
from cases import Bench, Broken, judge
from disks import descriptor_limit, file_limit, full_disk
from disks import why_not as why_no_disk
from hunted import MARK, SMALL, Going
from oracle import Truth, wrong_with_ending, wrong_with_next, wrong_with_processes, wrong_with_store
from points import broken_at, told_too_early
from points import why_not as why_no_points
from signals import stuck

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="faults are made by means of Linux")

CHANCE = random.Random(1)


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    return Bench(tmp_path_factory.mktemp("faults")).prepare((SMALL,))


@pytest.fixture
def project(bench):
    made = bench.project()
    yield made
    made.remove()


def wait_for_calls(going: Going, count: int) -> None:
    """Until so many calls have been acknowledged."""
    deadline = time.monotonic() + 30
    while going.out.read_bytes().count(b'"call_ended"') < count:
        assert time.monotonic() < deadline, going.err.read_text()
        assert going.process.poll() is None, going.err.read_text()
        time.sleep(0.005)


@pytest.mark.parametrize(("executor", "count"), [("auto", 3), ("pool", 9)])
def test_a_run_that_is_killed_keeps_what_it_had_acknowledged(bench, project, executor, count):
    going = project.start(SMALL, "--executor", executor)
    wait_for_calls(going, count)
    going.kill()
    broken = Broken("killed", [going.wait()], killed=True)
    assert len(broken.told) >= count
    assert judge(bench, project, broken) == []


def test_a_run_goes_on_though_the_guard_of_its_workers_is_killed(bench, project):
    going = project.start(SMALL, "--executor", "pool")
    wait_for_calls(going, 1)
    guards = [pid for pid, words in project.processes().items() if words.startswith("/bin/sh")]
    assert len(guards) == 1
    subprocess.run(["kill", "-KILL", str(guards[0])], check=True)
    ended = going.wait()
    assert ended.code == 0, ended.errors
    assert judge(bench, project, Broken("the guard", [ended])) == []


def test_ctrl_c_leaves_nothing_running_and_loses_nothing(bench, project):
    going = project.start(SMALL)
    wait_for_calls(going, 2)
    going.interrupt()
    ended = going.wait()
    assert ended.code == 130
    assert judge(bench, project, Broken("Ctrl-C", [ended])) == []


@pytest.mark.skipif(bool(why_no_points()), reason=why_no_points())
@pytest.mark.parametrize(
    ("name", "number", "inject"),
    [
        ("link", 1, "signal=KILL"),
        ("pwrite64", 330, "signal=KILL"),
        ("fdatasync", 1, "error=EIO"),
        ("pwrite64", 200, "error=ENOSPC"),
    ],
)
def test_a_run_that_is_broken_while_it_writes_goes_on_from_there(bench, project, name, number, inject):
    broken = broken_at(name, number, inject, bench, project, CHANCE)
    assert broken.hit
    assert judge(bench, project, broken) == []


def test_a_limit_of_files_is_told_and_loses_nothing(bench, project):
    broken = file_limit(300_000, bench, project, CHANCE)
    assert broken.hit
    assert judge(bench, project, broken) == []


def test_too_few_descriptors_for_workers_are_told_as_such(bench, project):
    broken = descriptor_limit(16, bench, project, random.Random(2))
    (ended,) = broken.ended
    assert ended.error is not None
    assert ended.error["kind"] == "EnvironmentFault"
    assert "too many files are open: raise the limit (ulimit -n)" in ended.error["message"]
    assert judge(bench, project, broken) == []


@pytest.mark.skipif(bool(why_no_disk()), reason=why_no_disk())
@pytest.mark.parametrize("pages", [40, 150])
def test_a_disk_that_is_full_is_told_and_loses_nothing(bench, project, pages):
    broken = full_disk(pages, bench, project, CHANCE)
    assert broken.hit
    assert judge(bench, project, broken) == []


def test_a_file_of_records_that_is_cut_short_is_told_and_never_gives_a_wrong_value(bench, project):
    assert project.run().code == 0
    broken = altered("truncated", 0.5, bench, project, CHANCE)
    assert broken.hit
    assert judge(bench, project, broken) == []


def test_a_task_that_ignores_what_it_is_told_and_forks_is_ended_with_all_that_it_began(bench, project):
    assert judge(bench, project, stuck("over", "TimeoutError", bench, project, CHANCE)) == []


WITH_BLOBS = ("body", "link", "link#2", "link#3")


@pytest.mark.skipif(bool(why_no_points()), reason=why_no_points())
def test_with_durability_power_blob_and_record_are_on_disk_before_a_call_is_told_of(project):
    assert told_too_early(project, "power", WITH_BLOBS) == []


@pytest.mark.skipif(bool(why_no_points()), reason=why_no_points())
def test_without_it_they_need_not_be(project):
    assert told_too_early(project, "process", WITH_BLOBS) == list(WITH_BLOBS)


def test_a_hunt_that_cannot_be_had_here_says_what_is_missing(tmp_path):
    for kind, missing in (("points", "apt install strace"), ("limits", "apt install util-linux")):
        done = subprocess.run(
            [sys.executable, Path(__file__).parent / "fault_hunt.py", "--only", kind],
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert missing in done.stderr


# What the oracle is there to see.


def test_the_oracle_sees_a_lost_result_and_a_wrong_one(bench, project):
    first = project.run()
    truth = bench.truths[SMALL]
    with apsw.Connection(str(project.home / "records.db")) as database:
        database.execute("DELETE FROM entry WHERE task = 'flow:body'")
    wrong = wrong_with_next(project, first.acknowledged, truth, project.run())
    assert [text[:10] for text in wrong] == ["LOST: body"]
    other = Truth({**truth.outputs, "body": ["blake3:00"]}, "another")
    wrong = wrong_with_next(project, {}, other, project.run())
    assert [text[:11] for text in wrong] == ["WRONG: the ", "WRONG: body"]


def test_the_oracle_sees_a_run_without_end_and_a_blob_that_is_gone(project):
    assert project.run().code == 0
    assert wrong_with_store(project) == []
    with apsw.Connection(str(project.home / "records.db")) as database:
        database.execute("UPDATE run SET status = NULL, result = NULL, end_seal = NULL, host = 'elsewhere'")
        database.execute("UPDATE run SET start_seal = NULL")
    next((project.home / "blobs").glob("??/*")).unlink()
    wrong = wrong_with_store(project)
    assert [text[:5] for text in wrong] == ["fsck:", "run 1"]


def test_the_oracle_sees_a_run_that_hangs_and_what_it_is_at(project):
    going = Going(subprocess.Popen(["sleep", "60"]), project.place / "out", project.place / "err")
    going.out.touch()
    going.err.touch()
    (wrong,) = wrong_with_ending(going.wait(0.2), killed=False)
    assert re.search(r"hangs: \n    \d+ sleep 60 : S at \w+, ran 0.0 s, waited for a processor", wrong)


def test_the_oracle_sees_a_process_that_is_left(project, monkeypatch):
    monkeypatch.setattr("oracle._CALM", 0.1)
    left = subprocess.Popen(["sleep", "60"], env={MARK: str(project.place)}, start_new_session=True)
    assert wrong_with_processes(project) == ["a process is left: sleep 60 "]
    assert left.wait() == -signal.SIGKILL
