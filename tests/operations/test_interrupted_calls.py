"""A call that is interrupted has no result, whatever its function makes of that."""

from __future__ import annotations

import pytest

INTERRUPTED = """
    import asyncio
    import signal
    from collections.abc import Iterator

    def press():
        signal.raise_signal(signal.SIGINT)

    @task
    def stops_early() -> int:
        try:
            press()
        except KeyboardInterrupt:
            return 1
        return 2

    @task
    def has_another_error() -> int:
        try:
            press()
        except KeyboardInterrupt:
            raise ValueError("interrupted") from None
        return 2

    @task
    def yields_less() -> Iterator[int]:
        yield 1
        try:
            press()
        except KeyboardInterrupt:
            return
        yield 2

    @task
    async def awaits_no_longer() -> int:
        try:
            press()
            await asyncio.sleep(0)
        except (KeyboardInterrupt, asyncio.CancelledError):
            return 1
        return 2

    @task
    def use(x: int) -> int:
        return x

    @pipeline
    def main():
        return use(stops_early())
"""


@pytest.fixture
def interrupted(project):
    project.write(INTERRUPTED)
    return project


@pytest.mark.parametrize("name", ["stops_early", "has_another_error", "yields_less", "awaits_no_longer"])
def test_what_it_gives_after_that_is_not_kept(interrupted, name):
    run = interrupted.run(name)
    assert run.status == "cancelled"
    assert run[name].status == "cancelled"
    (planned,) = interrupted.plan(name).calls
    assert planned.decision == "execute"


def test_what_follows_does_not_run_on_it(interrupted):
    assert [call.status for call in interrupted.run().calls] == ["cancelled", "cancelled"]
