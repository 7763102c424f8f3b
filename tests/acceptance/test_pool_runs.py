"""Runs whose calls are performed by worker processes, as a person would start them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

MODULE = """
    import os, signal, sys, time
    from pathlib import Path
    from cuvee import Secret, log_metric, pipeline, task

    LIMIT = 3

    def helper(n):
        return n * LIMIT

    @task
    def work(n: int) -> int:
        print("working", n)
        log_metric("n", n)
        return helper(n)

    @task
    def total(xs: list[int]) -> int:
        return sum(xs)

    @task
    def who(n: int) -> tuple[int, list[str]]:
        return os.getpid(), sys.argv

    @task
    def linger(n: int) -> int:
        Path(f"worker-{n}").write_text(str(os.getpid()))
        time.sleep(600)
        return n

    @task
    def change(n: int) -> int:
        global LIMIT
        LIMIT += 1
        return n

    @pipeline
    def main(count: int = 4):
        return total([work(n) for n in range(count)])

    @pipeline
    def where():
        return [who(n) for n in range(4)]

    @pipeline
    def forever():
        return [linger(n) for n in range(2)]

    @pipeline
    def changing():
        return work(change(1)), work(change(2))

    if __name__ == "__main__":
        run = main.run()
        print("result", run.result, [call.decision for call in run.calls])
"""

THREAD = "import threading; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "flow.py").write_text(textwrap.dedent(MODULE))
    return tmp_path


def edit(project, old, new):
    file = project / "flow.py"
    file.write_text(file.read_text().replace(old, new))


def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUVEE_")}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "CUVEE_EXECUTOR": "pool", "CUVEE_WORKERS": "2"}


def python(project, *arguments, **more):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=environment() | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def cuvee(project, *arguments, **more):
    return python(project, "-m", "cuvee", *arguments, **more)


@pytest.mark.parametrize("threads", ["", THREAD])
def test_a_run_in_the_pool_gives_what_one_in_process_gives(project, threads):
    # Without threads the workers are copies of the run's process; with one they start afresh.
    edit(project, "LIMIT = 3", f"{threads}\nLIMIT = 3")
    first = cuvee(project, "run", "flow.py:main")
    assert first.returncode == 0, first.stderr
    assert "working 3" in first.stdout
    assert "5 executed" in first.stdout
    again = cuvee(project, "run", "flow.py:main", CUVEE_EXECUTOR="in-process")
    assert "5 reused" in again.stdout
    shown = cuvee(project, "show", "1", "work#4")
    assert "working 3" in shown.stdout
    assert "n  3" in shown.stdout.replace("    ", "  ")


@pytest.mark.parametrize(("threads", "argument"), [("", "run"), (THREAD, "-c")])
def test_workers_are_copies_of_a_process_that_can_be_copied_and_else_start_afresh(project, threads, argument):
    edit(project, "LIMIT = 3", f"{threads}\nLIMIT = 3")
    done = cuvee(project, "run", "flow.py:where", "--json")
    found = json.loads(done.stdout)["result"]
    assert {pid for pid, _ in found} != {os.getpid()}
    assert len({pid for pid, _ in found}) in (1, 2)
    assert all(argument in arguments for _, arguments in found)


def test_a_script_that_runs_itself_can_use_the_pool(project):
    done = python(project, "flow.py")
    assert "result 18 ['executed', 'executed', 'executed', 'executed', 'executed']" in done.stdout, (
        done.stderr
    )


def test_a_global_that_changes_in_a_worker_is_named_and_nothing_that_reaches_it_is_kept(project):
    cuvee(project, "run", "flow.py:changing", "--workers", "1")
    shown = cuvee(project, "show", "1", "change")
    assert "global flow.LIMIT changed" in shown.stdout
    again = cuvee(project, "run", "flow.py:changing", CUVEE_EXECUTOR="in-process")
    assert "reused" not in again.stdout.split("Run")[1].replace("0 reused", "")


def started(project):
    """A run that is in the middle of two calls, and its workers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cuvee", "run", "flow.py:forever"],
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    notes = [project / "worker-0", project / "worker-1"]
    wait_for(lambda: all(note.exists() and note.read_text() for note in notes))
    return process, [int(note.read_text()) for note in notes]


def test_workers_do_not_outlive_a_run_that_is_killed(project):
    process, workers = started(project)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    wait_for(lambda: not any(map(is_running, workers)))
    assert "died" in cuvee(project, "runs").stdout


def test_ctrl_c_ends_the_calls_and_the_run(project):
    process, workers = started(project)
    os.kill(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130, out
    assert not any(map(is_running, workers))
    assert "cancelled" in cuvee(project, "runs").stdout


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that within 30 s"
        time.sleep(0.01)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


REGISTERED = {
    "client.py": """
        class Client:
            def __init__(self, url):
                self.url, self.connection = url, object()
    """,
    "settings.py": """
        import cuvee
        from client import Client
        cuvee.register_fingerprint(Client, lambda client: client.url)
    """,
    "asking.py": """
        from client import Client
        from cuvee import task
        CLIENT = Client("example.org")

        @task
        def ask(n: int) -> str:
            return f"{CLIENT.url} {n}"
    """,
    "flow.py": """
        import settings, threading, time
        from cuvee import pipeline
        from asking import ask
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

        @pipeline
        def main():
            return [ask(n) for n in range(2)]
    """,
}


MAIN_REGISTERS = """
import threading, time
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
import cuvee
from helper import Client, use

cuvee.register_fingerprint(Client, lambda client: client.url)

@cuvee.pipeline
def main():
    return [use(n) for n in range(3)]

GUARD print(main.run().result)
"""
HELPER = """
import threading
import cuvee

class Client:
    def __init__(self, url):
        self.url, self.lock = url, threading.Lock()

CLIENT = Client("http://here")

@cuvee.task
def use(n: int) -> str:
    return f"{CLIENT.url}/{n}"
"""


@pytest.mark.parametrize("guarded", [True, False])
def test_what_the_main_script_has_registered_holds_in_fresh_workers_if_these_can_import_it(tmp_path, guarded):
    (tmp_path / "helper.py").write_text(HELPER)
    guard = 'if __name__ == "__main__":' if guarded else ""
    (tmp_path / "program.py").write_text(MAIN_REGISTERS.replace("GUARD ", guard))
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={**os.environ, "CUVEE_EXECUTOR": "pool", "CUVEE_WORKERS": "2"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if guarded:
        assert done.stdout == "['http://here/0', 'http://here/1', 'http://here/2']\n", done.stderr
    else:
        assert (
            "program runs main as soon as it is imported, so no other process can have what is in it: "
            'put that below `if __name__ == "__main__":`' in done.stderr
        )


def test_what_another_module_has_registered_holds_in_fresh_workers_too(tmp_path):
    for name, text in REGISTERED.items():
        (tmp_path / name).write_text(textwrap.dedent(text))
    done = cuvee(tmp_path, "run", "flow.py")
    assert "2 executed" in done.stdout, done.stdout
    assert "2 reused" in cuvee(tmp_path, "run", "flow.py", CUVEE_EXECUTOR="in-process").stdout
