"""Async tasks and pipelines: each call runs to its end, and a body is traced whatever an event loop does."""

from __future__ import annotations

import asyncio

import pytest

from cuvee.errors import CheckError, TaskFailed

FLOW = """
    import asyncio
    import contextvars
    from pathlib import Path

    where = contextvars.ContextVar("where", default="outside")

    async def doubled(x: int) -> int:
        await asyncio.sleep(0)
        return x * 2

    @task
    async def fetch(x: int) -> int:
        print("fetching", x)
        log_metric("x", x)
        a, b = await asyncio.gather(doubled(x), doubled(x + 1))
        return a + b

    @task
    def add(a: int, b: int) -> int:
        return a + b

    @task
    async def total(xs: list[int]) -> int:
        return sum(xs)

    @pipeline
    async def pair(n: int) -> int:
        a, b = await asyncio.gather(fetch(n), fetch(n + 1))
        return add(a, b)

    @pipeline
    async def main(n: int = 3) -> int:
        first, second = await asyncio.gather(pair(n), pair.options(name="other")(n + 10))
        more = await fetch.map([1, 2])
        if result(first) > 0:
            return await total([first, second, *more])
        return second
"""


def decisions(run):
    return {call.path: call.decision for call in run.calls}


@pytest.fixture
def flow(project):
    project.write(FLOW)
    return project


def test_calls_that_are_gathered_are_traced_in_the_order_of_the_body(flow):
    run = flow.run()
    assert [call.path for call in run.calls] == [
        "pair/fetch", "pair/fetch#2", "other/fetch", "other/fetch#2", "pair/add", "other/add",
        "fetch[0]", "fetch[1]", "total",
    ]  # fmt: skip
    assert run.result == asyncio.run(flow.module.main()) == 160
    assert run["pair/fetch"].logs == "fetching 3\n"
    assert run["pair/fetch"].metrics == {"x": 3.0}


def test_an_async_call_is_reused_and_a_helper_coroutine_counts(flow):
    flow.run()
    assert set(decisions(flow.run()).values()) == {"reused"}
    flow.write(FLOW.replace("return x * 2", "return x * 3"))
    run = flow.run()
    assert run["pair/fetch"].decision == "executed"
    assert "doubled" in run["pair/fetch"].reason
    assert run.result == asyncio.run(flow.module.main())


def test_a_plan_awaits_as_a_run_does(flow):
    planned = flow.plan()
    assert [call.path for call in planned.calls][:4] == [
        "pair/fetch", "pair/fetch#2", "other/fetch", "other/fetch#2",
    ]  # fmt: skip


def test_a_single_async_task_runs(flow):
    assert flow.run("fetch", x=5).result == 22


def test_a_run_works_where_a_loop_runs_already_and_leaves_it_as_it_was(flow):
    async def cell() -> tuple[int, bool, str]:
        mine = asyncio.current_task()
        run = flow.run()
        await asyncio.sleep(0)
        return run.result, asyncio.current_task() is mine, run.status

    assert asyncio.run(cell()) == (160, True, "succeeded")


def test_what_is_not_awaited_is_told_at_its_line_and_python_does_not_complain(project):
    project.write(
        """
        @task
        async def fetch(x):
            return x

        @task
        def use(x):
            return x

        @pipeline
        async def inner(x):
            return await fetch(x)

        @pipeline
        def main():
            return use(fetch(1))

        @pipeline
        async def mapped():
            return fetch.map([1, 2])

        @pipeline
        async def nested():
            inner(1)
            return await inner(2)
        """
    )
    for name, label, line in (("main", "fetch", 17), ("mapped", "fetch.map", 21), ("nested", "inner", 25)):
        # A warning of Python's would be an error here, as in all tests.
        with pytest.raises(CheckError) as caught:
            project.run(name)
        first = caught.value.problems[0]
        assert f"`{label}` is async" in first.message
        assert first.place.line == line


def test_a_plain_task_is_not_awaited(project):
    project.write(
        """
        @task
        def use(x):
            return x

        @pipeline
        async def main():
            return await use(1)
        """
    )
    with pytest.raises(CheckError, match="the result of `use` needs no `await`: its task is not async"):
        project.run()


def test_a_comparison_that_would_look_at_the_handle_is_found_in_an_async_body(project):
    project.write(
        """
        @task
        async def use(x):
            return x

        @pipeline
        async def main():
            value = await use(1)
            return 0 if value is None else value
        """
    )
    with pytest.raises(CheckError, match="`is` would compare the handle of `value`"):
        project.run()


def test_what_a_coroutine_and_an_async_body_ask_of_the_world_counts(project):
    (project.root / "given.txt").write_text("1")
    project.write(
        """
        import asyncio
        from pathlib import Path

        async def read() -> int:
            await asyncio.sleep(0)
            return int(Path(__file__).with_name("given.txt").read_text())

        @task
        async def use(x: int) -> int:
            return x + await read()

        @task
        def plain(x: int) -> int:
            return x

        @pipeline
        async def main(x: int = 1) -> int:
            return await use(x)

        @pipeline
        async def body() -> int:
            read_here, _ = await asyncio.gather(read(), read())
            return plain(read_here)
        """
    )
    run = project.run()
    record = project.session.queries.call(run.number, "use")
    assert not record.doubts
    assert decisions(project.run()) == {"use": "reused"}
    (project.root / "given.txt").write_text("2")
    assert project.run().result == 3
    assert project.run("body").result == 2


def test_a_task_sees_context_variables_and_what_it_sets_stays_its_own(project):
    module = project.write(
        """
        import contextvars

        where = contextvars.ContextVar("where", default="outside")

        @task(cache=False)
        async def use() -> str:
            before = where.get()
            where.set("inside")
            return before
        """
    )
    module.where.set("here")
    assert project.run("use").result == "here"
    assert module.where.get() == "here"


def test_what_a_task_leaves_running_ends_with_it(project):
    project.write(
        """
        import asyncio

        async def forever():
            try:
                await asyncio.sleep(3600)
            finally:
                print("tidied up")

        @task
        async def use() -> int:
            asyncio.create_task(forever())
            await asyncio.sleep(0)
            return 1
        """
    )
    run = project.run("use")
    assert run.result == 1
    assert run["use"].logs == "tidied up\n"


def test_a_failure_has_the_lines_of_the_user_and_none_of_the_loop(project):
    project.write(
        """
        import asyncio

        async def broken():
            raise ValueError("no such thing")

        @task
        async def use() -> int:
            async with asyncio.TaskGroup() as group:
                group.create_task(broken())
            return 1

        @task
        async def alone() -> int:
            await broken()
            return 1

        @pipeline
        async def body() -> int:
            await broken()
            return await alone()
        """
    )
    run = project.run("alone")
    failure = run["alone"]._record.failure
    assert (failure.type, failure.message) == ("ValueError", "no such thing")
    assert "asyncio/" not in failure.traceback
    assert "ExceptionGroup" in project.run("use")["use"]._record.failure.traceback
    stopped = project.run("body")
    assert stopped.status == "failed"
    assert "asyncio/" not in stopped._record.end.error


def test_an_interrupt_ends_an_async_call_which_tidies_up(project):
    project.write(
        """
        import asyncio
        import signal

        @task
        async def use() -> int:
            try:
                signal.raise_signal(signal.SIGINT)
                await asyncio.sleep(3600)
            finally:
                await asyncio.sleep(0)
                print("tidied up")
            return 1

        @task
        async def waiting() -> int:
            asyncio.get_running_loop().call_later(0.001, signal.raise_signal, signal.SIGINT)
            try:
                await asyncio.sleep(3600)
            finally:
                await asyncio.sleep(0)
                print("tidied up")
            return 1
        """
    )
    for name in ("use", "waiting"):
        run = project.run(name)
        assert run.status == "cancelled"
        assert run[name].status == "cancelled"


def test_an_async_call_is_tried_again(project):
    project.write(
        """
        from pathlib import Path

        @task(retries=2, retry_delay=0.001)
        async def use() -> int:
            note = Path(__file__).with_name("tries")
            tries = int(note.read_text()) + 1 if note.exists() else 1
            note.write_text(str(tries))
            if tries < 3:
                raise OSError(tries)
            return tries
        """
    )
    assert project.run("use").result == 3


def test_a_failed_call_that_a_body_waits_for_stops_an_async_body(project):
    project.write(
        """
        @task
        async def fail() -> int:
            raise ValueError("no")

        @task
        async def use(x: int) -> int:
            return x

        @pipeline
        async def main() -> int:
            if result(await fail()) > 1:
                return await use(1)
            return await use(2)
        """
    )
    run = project.run()
    assert run.status == "failed"
    assert [(call.path, call.status) for call in run.calls] == [("fail", "failed")]


def test_a_body_that_gathers_exceptions_cannot_keep_what_stops_it(project):
    project.write(
        """
        import asyncio

        @task
        async def fail() -> int:
            raise ValueError("no")

        async def asked() -> int:
            return result(await fail())

        @pipeline
        async def main() -> int:
            await asyncio.gather(asked(), return_exceptions=True)
            return 0
        """
    )
    assert project.run().status == "failed"


def test_numbers_drawn_in_a_coroutine_are_the_same_again(project):
    project.write(
        """
        import random

        @task(cache=False)
        async def draw() -> float:
            return random.random()
        """
    )
    assert project.run("draw").result == project.run("draw").result


@pytest.mark.parametrize("executor", ["in-process", "pool"])
def test_it_is_the_same_in_a_worker(project, monkeypatch, executor):
    from cuvee.wiring import open_session

    monkeypatch.setenv("CUVEE_EXECUTOR", executor)
    project.session.close()
    project.session = open_session(project.root)
    project.write(FLOW)
    assert project.run().result == 160


def test_python_face(flow, monkeypatch):
    monkeypatch.chdir(flow.root)
    run = flow.module.main.run(4)
    assert run.result == asyncio.run(flow.module.main(4))
    with pytest.raises(TaskFailed):
        flow.write(FLOW.replace("return sum(xs)", "raise ValueError(xs)")).main.run(4)
