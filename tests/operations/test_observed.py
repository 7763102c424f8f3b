"""What a call asked of the world decides whether its result is reused: each kind, there and back again."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap

import pytest

HEAD = """
import glob, os, pathlib, shutil, subprocess
ROOT = pathlib.Path({root!r})
"""


def write(project, body, options=""):
    text = textwrap.dedent(HEAD).format(root=str(project.root))
    body = textwrap.indent(textwrap.dedent(body), "    ")
    project.write(
        f"{text}\n@task{options}\ndef ask() -> object:\n{body}\n\n@pipeline\ndef main():\n    return ask()\n"
    )


def ran(project):
    run = project.run()
    assert run.status == "succeeded", run["ask"]._record.failure
    return run["ask"].decision == "executed", run["ask"].reason


def decisions(run):
    return {call.path: call.decision for call in run.calls}


def file(name, text):
    def act(root):
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    return act


def gone(name):
    def act(root):
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    return act


def variable(value):
    def act(root):
        os.environ["MODE"] = value

    return act


def unset(root):
    os.environ.pop("MODE", None)


# What is asked; state A, state B, and why it runs in B and then for the first time in A.
CASES = {
    "read": ("return (ROOT / 'a.txt').read_text()", file("a.txt", "A"), file("a.txt", "B"),
             "a.txt, which it read, has changed"),
    "missing": ("return (ROOT / 'a.txt').read_text() if os.path.lexists(ROOT / 'a.txt') else None",
                gone("a.txt"), file("a.txt", "B"),
                "a.txt, which it looked for and did not find, is there now"),
    "exists": ("return os.path.exists(ROOT / 'a.txt')", file("a.txt", "A"), gone("a.txt"),
               "a.txt, which it looked for, is gone"),
    "size": ("return os.path.getsize(ROOT / 'a.txt')", file("a.txt", "A"), file("a.txt", "BB"),
             "a.txt, whose size it asked for, has changed"),
    "listed": ("return sorted(os.listdir(ROOT / 'data'))", file("data/a.csv", "A"), file("data/new.csv", "B"),
               "data/, which it listed, has another file now: new.csv"),
    "unlisted": ("return len(list((ROOT / 'data').glob('*.csv')))", file("data/new.csv", "A"),
                 gone("data/new.csv"), "data/, which it listed, has no new.csv any more"),
    "variable": ("return os.environ.get('MODE')", variable("A"), variable("B"),
                 "MODE, an environment variable that it read, has changed"),
    "unset": ("return os.getenv('MODE', 'none')", unset, variable("B"),
              "MODE, an environment variable that it read and that was not set, is set now"),
    "every variable": ("return 'MODE' in dict(os.environ)", unset, variable("B"),
                       "the environment variables, all of which it read, have changed"),
    "parquet": ("import pyarrow.parquet as pq; return pq.read_table(ROOT / 'a.parquet').to_pylist()",
                lambda root: parquet(root, [1]), lambda root: parquet(root, [2]),
                "a.parquet, which it read, has changed"),
}  # fmt: skip


def parquet(root, values):
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"a": values}), root / "a.parquet")


@pytest.mark.parametrize("name", CASES)
def test_another_state_runs_it_and_a_state_seen_before_reuses_it(project, monkeypatch, name):
    monkeypatch.delenv("MODE", raising=False)
    monkeypatch.setenv("MODE", "")
    body, first, second, why = CASES[name]
    file("data/kept.csv", "x")(project.root)
    write(project, body)
    first(project.root)
    assert ran(project) == (True, "it has not run before")
    assert not ran(project)[0]
    before = project.run().result
    second(project.root)
    assert ran(project) == (True, why)
    assert not ran(project)[0]
    assert project.run().result != before
    if name == "listed":
        gone("data/new.csv")(project.root)
    first(project.root)
    assert not ran(project)[0]
    assert project.run().result == before


@pytest.mark.parametrize(
    ("name", "why"), [("out/b", "which it wrote"), ("out/deep", "a folder that it made")]
)
def test_what_it_made_and_is_gone_is_made_again(project, name, why):
    write(
        project,
        "os.makedirs(ROOT / 'out/deep', exist_ok=True); shutil.copy(ROOT / 'a', ROOT / 'out/b'); return 1",
    )
    file("a", "A")(project.root)
    assert ran(project)[0]
    assert not ran(project)[0]
    gone(name)(project.root)
    assert ran(project) == (True, f"{name}, {why}, is gone")
    assert not ran(project)[0]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return subprocess.run(['true']).returncode", "it started a sub-process: true ({file}:8)"),
        ("import socket\ntry: socket.create_connection(('127.0.0.1', 1))\nexcept OSError: return 1",
         "it used the network: 127.0.0.1:1 ({file}:9)"),
        ("import sys\nreturn len(sys.stdin.readline())", "it read from the standard input ({file}:9)"),
        ("import sys\nreturn len(list(sys.stdin))", "it read from the standard input ({file}:9)"),
        ("import sys\nreturn len(sys.stdin.buffer.read())", "it read from the standard input ({file}:9)"),
        ("return len(input('? '))", "it asked for something to be typed ({file}:8)"),
        ("import io, pdb\nsaid = io.StringIO('c')\n"
         "pdb.Pdb(None, said, io.StringIO(), nosigint=True).set_trace()\nreturn 1",
         "it stopped in a debugger ({file}:10)"),
    ],
)  # fmt: skip
def test_what_lies_outside_is_reused_only_where_the_task_answers_for_it(project, body, why, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"typed\n" * 9)))
    write(project, body)
    why = why.format(file=f"{project.name}.py")
    assert ran(project)[0]
    run = project.run()
    assert run["ask"].decision == "executed"
    assert run["ask"].reason == f"its last result is not reusable: {why}"
    assert run["ask"]._record.doubts[0] == why
    write(project, body, "(cache=True)")
    assert ran(project)[0]
    assert not ran(project)[0]
    write(project, body)
    assert ran(project) == (True, why)


@pytest.mark.parametrize(
    "clock", ["time.time()", "datetime.datetime.now()", "datetime.date.today()", "time.ctime()"]
)
def test_asking_for_the_date_is_reused_only_where_the_task_answers_for_it(project, clock):
    write(project, f"import time, datetime\nreturn str({clock})")
    assert ran(project)[0]
    executed, why = ran(project)
    assert executed
    assert why == (
        f"it asks for the date: {clock.removesuffix('()')} ({project.name}.py:9). Pass the date as a "
        "parameter, measure durations by time.perf_counter, or say cache=True"
    )
    for option in ("True", "'2024-06'", "__import__('datetime').timedelta(hours=1)"):
        write(project, f"import time, datetime\nreturn str({clock})", f"(cache={option})")
        ran(project)
        assert not ran(project)[0]


def test_durations_are_not_the_date(project):
    write(
        project,
        "import time\nbegan = time.perf_counter()\nreturn time.monotonic() > 0 and time.process_time() > 0",
    )
    assert ran(project)[0]
    assert not ran(project)[0]


def test_a_result_is_good_for_as_long_as_the_task_says(project, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(type(project.session.clock), "now", lambda self: now[0])
    write(project, "return 1", "(cache=__import__('datetime').timedelta(hours=1))")
    assert ran(project)[0]
    now[0] += 3600
    assert not ran(project)[0]
    now[0] += 3600
    assert ran(project) == (True, "its result of run 1 is 2 h old, and the task says that it is good for 1 h")
    assert not ran(project)[0]
    now[0] += 1800
    assert not ran(project)[0]


def test_a_version_is_part_of_the_key(project):
    write(project, "return 1", "(cache='1')")
    assert ran(project)[0]
    write(project, "return 1", "(cache='2')")
    assert ran(project) == (True, "cache: 1 → 2")
    write(project, "return 1", "(cache='1')")
    assert not ran(project)[0]


def test_a_version_stands_for_what_a_client_leads_to(project):
    project.write("""
        import threading
        @task
        def ask(client: object) -> int:
            return 1
        @pipeline
        def main():
            client = threading.Lock()
            return ask(client), ask.options(cache="1", name="versioned")(client)
    """)
    project.run()
    assert decisions(project.run()) == {"ask": "executed", "versioned": "reused"}


# Files that calls of one run share without handing them on.

SHARED = """
import pathlib
FILE = pathlib.Path({root!r}) / "shared.txt"
@task
def write(text: str) -> int:
    FILE.write_text(text)
    return 1
@task
def read() -> str:
    return FILE.read_text()
@pipeline
def main(text: str = "A"):
    write(text)
    return read()
"""


def test_a_file_that_an_earlier_call_writes_is_read_after_it(project):
    project.write(SHARED.format(root=str(project.root)))
    assert project.run().result == "A"
    assert project.run(text="B").result == "B"
    again = project.run(text="A")
    assert again.result == "A"
    assert decisions(again) == {"write": "executed", "read": "reused"}
    assert decisions(project.run(text="A")) == {"write": "reused", "read": "reused"}


def test_a_plan_does_not_promise_what_an_earlier_call_may_overthrow(project):
    project.write(SHARED.format(root=str(project.root)))
    project.run()
    assert [call.decision for call in project.plan().calls] == ["reuse", "reuse"]
    writes, reads = project.plan(text="B").calls
    assert (writes.decision, reads.decision) == ("execute", "depends")
    assert reads.reason == "a call before it, which runs, may write files that it reads"


def test_a_reader_waits_for_a_writer_that_waits_itself(project):
    text = SHARED.format(root=str(project.root)).replace("    write(text)\n", "    write(slow(text))\n")
    text = text.replace("@task\ndef read", "@task(priority=1)\ndef read")
    project.write(text + "\n@task\ndef slow(text: str) -> str:\n    return text\n")
    file("shared.txt", "old")(project.root)
    assert project.run().result == "old"
    said = [getattr(event, "text", "") for event in project.events]
    assert (
        "read asked for shared.txt before write wrote it in this run: "
        "give read what write returns, so that it waits" in said
    )
    for value in ("B", "A", "C", "B"):
        assert project.run(text=value).result == value


def test_two_calls_that_write_one_file_are_named(project):
    project.write(
        SHARED.format(root=str(project.root)).replace("    write(text)\n", "    write.map([text, 'x'])\n")
    )
    project.run()
    (said,) = {getattr(event, "text", "") for event in project.events if "both wrote" in str(event)}
    assert said.startswith(
        "write[0] and write[1] both wrote shared.txt in this run, and which of them is left"
    )


def test_a_call_that_is_new_may_write_what_a_known_one_reads(project):
    text = SHARED.format(root=str(project.root))
    file("shared.txt", "old")(project.root)
    project.write(text.replace("    write(text)\n", ""))
    assert project.run().result == "old"
    project.write(text)
    assert project.run().result == "A"


# Chance that no seed reaches.


def test_generators_that_no_seed_reaches_are_named(project):
    write(
        project,
        "import random, uuid\nreturn random.Random().random(), random.Random(3).random(), uuid.uuid4().hex",
    )
    said = (
        f"ask draws from what no seed reaches: random.Random ({project.name}.py:9), "
        f"uuid.uuid4 ({project.name}.py:9). Unless it is seeded, each run of it may differ"
    )
    assert project.plan().warnings == (said,)
    project.run()
    assert said in [getattr(event, "text", "") for event in project.events]
    assert not ran(project)[0]
    assert said not in [getattr(event, "text", "") for event in project.events]
    assert project.plan().warnings == ()
