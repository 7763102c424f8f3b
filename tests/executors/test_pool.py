from __future__ import annotations

import os
import sys
import textwrap
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from made_executors import make_pool
from performed import (
    be_told_to_end,
    break_the_worker,
    close_all_and_stay,
    close_streams,
    die,
    end_with_another_error,
    go_on_all_the_same,
    hog,
    hold_in_a_child,
    ignore_term_and_fork,
    make_scaled,
    print_in_c,
    print_in_copies,
    print_raw,
    raise_awkward,
    raise_deep,
    read_input,
    stay,
    stop_here,
    tidy_up,
    tidy_up_async,
)

from cuvee.executors.pool import starting
from cuvee.executors.pool.worker import Worker
from cuvee.model.policy import Policy
from cuvee.testing.executors import add, fail, order, perform, perform_all, talk, value_of


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("exit", "its worker ended with exit code 3: something in it called os._exit()"),
        ("kill", "its worker was killed by signal 9 (SIGKILL): out of memory?"),
        ("segfault", "its worker was killed by signal 11 (SIGSEGV)"),
    ],
)
def test_a_worker_that_dies_takes_its_call_alone(pool, home, how, message):
    dead = order(home, die, how=how)
    outcomes = perform_all(pool, [dead, *(order(home, add, x=n) for n in range(3))])
    by_call = {outcome.call: outcome for outcome in outcomes}
    failed = by_call.pop(dead.call)
    assert failed.failure.message == message
    assert failed.failure.line == die.__code__.co_firstlineno
    assert "before\n" in [chunk.text for chunk in failed.logs]
    assert [outcome.status for outcome in by_call.values()] == ["succeeded"] * 3


def test_where_no_process_may_be_copied_and_the_kernel_tells_of_no_end_it_is_the_same(home, monkeypatch):
    # So it is on macOS.
    monkeypatch.setattr("cuvee.executors.pool.crew.has_threads", lambda: True)
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    pool = make_pool(home, lambda *line: None)
    dead, talks = order(home, die, how="kill"), order(home, talk, text="hello")
    outcomes = {each.call: each for each in perform_all(pool, [dead, talks, order(home, add, x=3)])}
    pool.close()
    assert outcomes.pop(dead.call).failure.message.startswith("its worker was killed by signal 9 (SIGKILL)")
    assert {outcome.status for outcome in outcomes.values()} == {"succeeded"}
    written = [chunk.text for chunk in outcomes[talks.call].logs]
    assert written == ["hello\n", "aside\n", "again\n"]


def test_of_short_calls_that_travel_together_one_that_kills_its_worker_fails_alone(home):
    pool = make_pool(home, lambda *line: None, size=1)
    orders = [order(home, add, x=n, expected=0.0001) for n in range(5)]
    orders.insert(2, order(home, die, how="exit", expected=0.0001))
    outcomes = perform_all(pool, orders)
    pool.close()
    failed = [outcome.call for outcome in outcomes if outcome.status == "failed"]
    assert failed == [orders[2].call]
    assert len(outcomes) == 6


def test_more_output_than_a_pipe_holds_blocks_nothing(pool, home):
    outcome = perform(pool, order(home, print_raw, size=3_000_000))
    assert outcome.status == "succeeded"
    (chunk,) = outcome.logs
    assert 1 << 20 < len(chunk.text) < 1 << 21
    assert chunk.text.endswith("… the rest was not kept\n")


def test_what_c_code_prints_is_kept(pool, home):
    outcome = perform(pool, order(home, print_in_c))
    assert [(chunk.stream, chunk.text) for chunk in outcome.logs] == [("stdout", "from C\n")]


def test_a_call_that_closes_its_streams_does_not_disturb_the_others(pool, home):
    outcomes = perform_all(pool, [order(home, close_streams), *(order(home, add, x=n) for n in range(5))])
    assert [outcome.status for outcome in outcomes] == ["succeeded"] * 6


def test_what_copies_of_a_worker_print_cuts_into_nothing(pool, home):
    outcome = perform(pool, order(home, print_in_copies, count=3, lines=50))
    lines = Counter("".join(chunk.text for chunk in outcome.logs).splitlines())
    assert lines.pop("begun done") == 1
    assert lines == {f"copy {number} {'x' * 3000}": 50 for number in range(3)}


def test_a_worker_that_cannot_go_on_says_why(pool, home):
    outcome = perform(pool, order(home, break_the_worker))
    assert "or it could not go on, and printed why" in outcome.failure.message
    assert outcome.logs[-1].text.endswith("ZeroDivisionError: division by zero\n")


def test_an_exception_that_cannot_be_pickled_is_told(pool, home):
    outcome = perform(pool, order(home, raise_awkward))
    assert (outcome.failure.type, outcome.failure.message) == ("Awkward", "awkward")


def test_a_huge_traceback_comes_through(pool, home):
    outcome = perform(pool, order(home, raise_deep, depth=200))
    assert outcome.failure.type == "ValueError"
    assert len(outcome.failure.message) == 1_000_000


def test_a_timeout_ends_what_ignores_it_and_what_that_has_started(pool, home, tmp_path):
    note = tmp_path / "child"
    outcome = perform(
        pool, order(home, ignore_term_and_fork, note=str(note), policy=Policy(timeout=0.3, isolated=True))
    )
    assert outcome.status == "failed"
    assert outcome.failure.type == "TimeoutError"
    assert outcome.failure.message == "it took longer than its timeout of 0.3 s"
    wait_for_end_of(int(note.read_text()))


def test_a_timeout_may_be_longer_than_the_system_waits_at_a_time(pool, home):
    outcome = perform(pool, order(home, add, x=1, policy=Policy(timeout=1e8, isolated=True)))
    assert outcome.status == "succeeded"


def test_a_worker_that_is_done_is_given_what_waits_before_anybody_hears_of_it(home):
    pool = make_pool(home, lambda *line: None, size=1)
    first, second = order(home, add, x=1), order(home, add, x=2)
    pool.submit(first)
    assert (pool.room, pool.spare, pool.waiting) == (0, True, 0)
    pool.submit(second)
    assert (pool.room, pool.spare, pool.waiting) == (0, False, 1)
    assert [outcome.call for outcome in pool.wait()] == [first.call]
    assert (pool.waiting, pool.under_way) == (0, 1)
    assert [outcome.call for outcome in pool.wait()] == [second.call]
    pool.close()


def test_what_waits_does_not_begin_before_somebody_has_heard_of_a_failure(home):
    pool = make_pool(home, lambda *line: None, size=1)
    pool.submit(order(home, fail, message="no such luck"))
    pool.submit(order(home, add, x=2))
    assert [outcome.status for outcome in pool.wait()] == ["failed"]
    assert pool.waiting == 1
    assert [outcome.status for outcome in pool.wait()] == ["succeeded"]
    pool.close()


def test_what_waits_for_a_worker_that_dies_is_performed_by_another(home):
    pool = make_pool(home, lambda *line: None, size=1)
    outcomes = perform_all(pool, [order(home, die, how="kill"), order(home, add, x=2)])
    pool.close()
    assert [outcome.status for outcome in outcomes] == ["failed", "succeeded"]


def test_what_waits_when_a_run_is_cancelled_does_not_begin(home, tmp_path):
    pool = make_pool(home, lambda *line: None, size=1)
    begun, never = tmp_path / "begun", tmp_path / "never"
    for note in (begun, never):
        pool.submit(order(home, stay, note=str(note)))
    while not begun.exists():
        pool.wait(0.01)
    pool.cancel()
    assert not never.exists()


def test_when_a_run_is_cancelled_only_workers_that_perform_a_call_are_asked_to_end(pool, home, monkeypatch):
    perform_all(pool, [order(home, add, x=n) for n in range(4)])
    asked = []
    monkeypatch.setattr(Worker, "stop", lambda worker, *why: asked.append(worker))
    assert pool._crew.workers
    pool.cancel()
    assert (asked, pool._crew.workers) == ([], [])


@pytest.mark.parametrize("function", [tidy_up, tidy_up_async])
def test_what_has_to_end_may_tidy_up_and_print_meanwhile(pool, home, function):
    outcome = perform(pool, order(home, function))
    assert outcome.status == "failed"
    assert "".join(chunk.text for chunk in outcome.logs) == "closing\nclosed\n"


@pytest.mark.parametrize("function", [go_on_all_the_same, end_with_another_error])
def test_whatever_a_call_comes_to_after_its_timeout_it_took_too_long(pool, home, function):
    # What it had by then is no result: with more time it would have been another.
    outcome = perform(pool, order(home, function, seconds=60, policy=Policy(timeout=0.1)))
    assert (outcome.status, outcome.failure.type, outcome.artifact) == ("failed", "TimeoutError", None)
    assert "builtins:TimeoutError" in outcome.kinds


def test_a_worker_that_somebody_else_tells_to_end_takes_its_call_alone(pool, home):
    told = order(home, be_told_to_end)
    outcomes = perform_all(pool, [told, *(order(home, add, x=n) for n in range(4))])
    by_call = {outcome.call: outcome for outcome in outcomes}
    failed = by_call.pop(told.call)
    assert (failed.status, failed.failure.type) == ("failed", "KeyboardInterrupt")
    assert "and not by this run" in failed.failure.message
    assert [outcome.status for outcome in by_call.values()] == ["succeeded"] * 4


def test_a_memory_limit_ends_what_takes_more(pool, home):
    outcome = perform(pool, order(home, hog, size=300_000_000, policy=Policy(memory_limit=200_000_000)))
    assert outcome.failure.type == "MemoryError"
    assert "more than its limit of 200 MB" in outcome.failure.message
    assert outcome.memory > 200_000_000


def test_memory_of_what_a_watched_call_starts_is_told_with_its_own(pool, home):
    alone, watched = (
        perform(pool, order(home, hold_in_a_child, size=150_000_000, policy=policy)).memory
        for policy in (Policy(isolated=True), Policy(memory_limit=10**12))
    )
    assert watched > alone + 100_000_000


def test_a_call_that_asks_for_it_has_a_process_of_its_own(pool, home):
    outcomes = perform_all(pool, [order(home, os.getpid, policy=Policy(isolated=True)) for _ in range(2)])
    one, two = (value_of(home, outcome.artifact) for outcome in outcomes)
    assert one != two
    assert not is_running(one)
    assert not is_running(two)


def test_a_debugger_is_refused_with_what_to_do(pool, home):
    outcome = perform(pool, order(home, stop_here))
    assert "run it with --executor in-process to debug it" in outcome.failure.message


def test_there_is_nothing_to_read_from_the_terminal(pool, home):
    assert perform(pool, order(home, read_input)).failure.type == "EOFError"


def test_a_closure_travels_by_value(pool, home):
    outcome = perform(pool, order(home, make_scaled(3), x=2))
    assert value_of(home, outcome.artifact) == 6


MODULE = """
    LIMIT = 1

    def helper():
        return LIMIT

    def task():
        return helper()

    def make():
        def inner():
            return helper()
        return inner
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of a project, loaded here, whose file a test may edit after that."""
    name = f"edited_{os.getpid()}_{tmp_path.name}"
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / f"{name}.py").write_text(textwrap.dedent(MODULE))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield __import__(name)
    sys.modules.pop(name, None)


def edit(module, old, new):
    file = Path(module.__file__)
    file.write_text(file.read_text().replace(old, new))


def test_code_of_the_project_is_performed_as_it_is_here(pool, home, module):
    assert value_of(home, perform(pool, order(home, module.task)).artifact) == 1


def test_code_that_was_edited_since_it_was_imported_is_refused(pool, home, module):
    edit(module, "LIMIT = 1", "LIMIT = 2")
    outcome = perform(pool, order(home, module.task))
    assert outcome.status == "refused"
    assert "is not what it is where the run is" in outcome.failure.message


def test_a_global_that_was_set_after_the_import_is_refused(pool, home, module):
    module.LIMIT = 5
    assert perform(pool, order(home, module.task)).status == "refused"


def test_a_module_that_cannot_be_imported_there_says_so(pool, home, module):
    edit(module, "LIMIT = 1", "raise RuntimeError('not here')")
    outcome = perform(pool, order(home, module.task))
    assert outcome.status == "refused"
    assert "cannot be imported: RuntimeError: not here" in outcome.failure.message


def test_what_cannot_be_sent_is_refused(pool, home, module):
    import threading

    from cuvee.model.order import Live

    outcome = perform(pool, order(home, add, x=Live(threading.Lock())))
    assert outcome.status == "refused"
    assert "cannot be pickled" in outcome.failure.message


def test_workers_that_cannot_start_fail_the_call_with_what_they_said(home, monkeypatch):
    monkeypatch.setattr("cuvee.executors.pool.starting._BOOT", "raise SystemExit('no way {path!r:.0}{link}')")
    pool = make_pool(home, lambda *line: None, size=1)
    outcome = perform(pool, order(home, add, x=1))
    pool.close()
    message = "3 workers in a row could not start; the last ended with exit code 1:\nno way"
    assert outcome.failure.message.startswith(message)


@pytest.mark.parametrize("copied", [True, False])
def test_what_keeps_a_worker_from_starting_is_told(home, monkeypatch, copied):
    monkeypatch.setattr("cuvee.worker.serving.open_store", None)
    boot = "import cuvee.worker.serving as serving; serving.open_store = None; from cuvee.worker"
    monkeypatch.setattr(starting, "_BOOT", starting._BOOT.replace("from cuvee.worker", boot))
    monkeypatch.setattr("cuvee.executors.pool.crew.has_threads", lambda: not copied)
    pool = make_pool(home, lambda *line: None, size=1)
    message = perform(pool, order(home, add, x=1)).failure.message
    pool.close()
    assert "could not start; the last ended with exit code 1:\nTraceback (most recent call last)" in message
    assert message.endswith("TypeError: 'NoneType' object is not callable")


def test_a_worker_that_closes_its_link_and_goes_on_is_ended(home, monkeypatch):
    monkeypatch.setattr("cuvee.executors.pool.executor.GRACE", 0.1)
    pool = make_pool(home, lambda *line: None, size=1)
    outcome = perform(pool, order(home, close_all_and_stay))
    pool.close()
    assert outcome.failure.message == "its worker closed its link to the run, and was ended"


def test_closing_leaves_no_process(home):
    pool = make_pool(home, lambda *line: None)
    perform_all(pool, [order(home, add, x=n) for n in range(4)])
    pids = [worker.process.pid for worker in pool._crew.workers]
    pool.close()
    assert len(pids) == 2
    assert not any(map(is_running, pids))


def wait_for_end_of(pid):
    # It has been sent SIGKILL, and is nobody's child that we could wait for.
    deadline = time.monotonic() + 30
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} goes on"
        time.sleep(0.005)


def is_running(pid):
    with suppress(FileNotFoundError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX"
    return False
