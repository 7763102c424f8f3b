"""What every `Executor` has to do, as tests: subclass `ExecutorContract` and say how one is made.

class TestMyExecutor(ExecutorContract):
    def make(self, home, hear): return MyExecutor(home, hear)
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cuvee.model.artifact import Artifact
from cuvee.model.digest import digest_bytes
from cuvee.model.order import Bundle, Live, Outcome, Payload, WorkOrder
from cuvee.model.policy import PLAIN, Policy
from cuvee.model.secret import Secret
from cuvee.perform.capture import Hear
from cuvee.perform.memory import WORTH_WEIGHING
from cuvee.perform.pack import pack_result
from cuvee.perform.unpack import unpack
from cuvee.ports.executor import Executor
from cuvee.stores.filesystem import FilesystemStore

_calls = itertools.count()


# What is performed: found by name, as an executor may have another process import it.


def add(x: int, y: int = 0) -> int:
    return x + y


def fail(message: str) -> int:
    raise ValueError(message)


def leave() -> int:
    sys.exit("for good")


def talk(text: str) -> int:
    print(text)
    print("aside", file=sys.stderr)
    print("again")
    return len(text)


def roll() -> float:
    return random.random()  # noqa: S311 - it is what is tested


def tell(secret: Secret) -> int:
    print(secret.reveal())
    return 0


def hold(size: int) -> int:
    began = time.perf_counter()
    held = bytearray(size)
    held[::4096] = b"x" * len(held[::4096])
    while time.perf_counter() - began < WORTH_WEIGHING:
        pass
    return size


def fork(how: str) -> int:
    """The exit code of a copy of this process, which comes to its end as is said."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from 3.12 on Python warns where there are threads
        copy = os.fork()
    if copy:
        return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    if how == "leaves":
        sys.exit(3)
    if how == "fails":
        raise ValueError("in the copy")
    return -1


def speak_oddly() -> int:
    print("half \udcff")
    raise ValueError("a pair \udcff")


def lie() -> int:
    return "not a number"  # type: ignore[return-value]


class ExecutorContract(ABC):
    """Tests of an executor. `make` gives one whose results are in a `FilesystemStore` at `home`."""

    @abstractmethod
    def make(self, home: Path, hear: Hear) -> Executor: ...

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path / "home"

    @pytest.fixture
    def heard(self) -> list[tuple[str, str, str]]:
        return []

    @pytest.fixture
    def executor(self, home: Path, heard: list[tuple[str, str, str]]) -> Iterator[Executor]:
        executor = self.make(home, lambda *line: heard.append(line))
        yield executor
        executor.close()

    def test_gives_what_the_function_returned(self, executor: Executor, home: Path) -> None:
        outcome = perform(executor, order(home, add, x=1, y=2))
        assert outcome.status == "succeeded"
        assert outcome.artifact is not None
        assert value_of(home, outcome.artifact) == 3

    def test_waiting_for_nothing_is_over_at_once(self, executor: Executor) -> None:
        assert executor.wait() == []

    def test_every_order_has_one_outcome(self, executor: Executor, home: Path) -> None:
        orders = [order(home, add, x=n) for n in range(9)]
        outcomes = perform_all(executor, orders)
        assert sorted(outcome.call for outcome in outcomes) == [each.call for each in orders]
        assert executor.wait() == []

    def test_what_the_function_raises_is_a_failure(self, executor: Executor, home: Path) -> None:
        outcome = perform(executor, order(home, fail, message="no such luck"))
        assert outcome.status == "failed"
        assert outcome.failure is not None
        assert (outcome.failure.type, outcome.failure.message) == ("ValueError", "no such luck")
        assert outcome.failure.traceback.endswith("ValueError: no such luck\n")

    def test_leaving_is_a_failure_of_that_call_alone(self, executor: Executor, home: Path) -> None:
        outcomes = perform_all(executor, [order(home, leave), order(home, add, x=5)])
        assert sorted(outcome.status for outcome in outcomes) == ["failed", "succeeded"]

    @pytest.mark.parametrize(("how", "code"), [("returns", 0), ("leaves", 3), ("fails", 1)])
    def test_a_copy_that_the_function_makes_of_its_process_ends_where_the_function_does(
        self, executor: Executor, home: Path, how: str, code: int
    ) -> None:
        outcomes = perform_all(executor, [order(home, fork, how=how), order(home, add, x=5)])
        values = [value_of(home, outcome.artifact) for outcome in outcomes if outcome.artifact]
        assert sorted(values) == sorted([code, 5])

    def test_text_that_no_encoding_has_is_told_as_it_is(self, executor: Executor, home: Path) -> None:
        outcome = perform(executor, order(home, speak_oddly))
        assert outcome.failure is not None
        assert outcome.failure.message == "a pair \udcff"
        assert "".join(chunk.text for chunk in outcome.logs) == "half \udcff\n"

    def test_a_result_of_another_type_is_a_failure(self, executor: Executor, home: Path) -> None:
        outcome = perform(executor, order(home, lie))
        assert outcome.status == "failed"
        assert outcome.failure is not None
        assert "its annotation says it returns int" in outcome.failure.message

    def test_what_is_printed_is_kept_in_order_and_told(
        self, executor: Executor, home: Path, heard: list[tuple[str, str, str]]
    ) -> None:
        outcome = perform(executor, order(home, talk, text="hello"))
        written = [(chunk.stream, chunk.text) for chunk in outcome.logs]
        assert written == [("stdout", "hello\n"), ("stderr", "aside\n"), ("stdout", "again\n")]
        assert "".join(text for _, _, text in heard) == "hello\naside\nagain\n"

    def test_chance_is_seeded(self, executor: Executor, home: Path) -> None:
        outcomes = perform_all(executor, [order(home, roll), order(home, roll), order(home, roll, seed=b"2")])
        rolled = {outcome.call: value_of(home, outcome.artifact) for outcome in outcomes if outcome.artifact}
        one, two, three = (rolled[call] for call in sorted(rolled))
        assert one == two != three

    def test_the_memory_that_a_long_call_takes_is_told(self, executor: Executor, home: Path) -> None:
        # So much that no call of these tests has had it before in this process.
        outcome = perform(executor, order(home, hold, size=300_000_000))
        assert outcome.memory is not None
        assert 300_000_000 < outcome.memory < 3_000_000_000
        assert perform(executor, order(home, add, x=1)).memory is None

    def test_secrets_are_hidden(self, executor: Executor, home: Path) -> None:
        outcome = perform(executor, order(home, tell, secret=Live(Secret("swordfish"))))
        assert [chunk.text for chunk in outcome.logs] == ["***\n"]

    def test_a_list_of_results_is_put_together(self, executor: Executor, home: Path) -> None:
        pair = Bundle("tuple", (packed(home, "s"), packed(home, "wordfish")))
        outcome = perform(executor, order(home, len, (("x", "POSITIONAL_ONLY"),), x=pair))
        assert outcome.artifact is not None
        assert value_of(home, outcome.artifact) == 2

    def test_a_damaged_input_is_told_by_its_digest(self, executor: Executor, home: Path) -> None:
        large = packed(home, "x" * 100_000)
        blob = large.parts[0].digest
        FilesystemStore(home)._path(blob).write_bytes(b"altered")
        outcome = perform(executor, order(home, len, (("x", "POSITIONAL_ONLY"),), x=large))
        assert (outcome.status, outcome.damaged) == ("damaged", (blob,))

    def test_nothing_goes_on_after_it_is_cancelled(self, executor: Executor, home: Path) -> None:
        executor.submit(order(home, add, x=1))
        executor.cancel()
        assert executor.wait() == []

    def test_closing_again_changes_nothing(self, executor: Executor, home: Path) -> None:
        perform(executor, order(home, add, x=1))
        executor.close()
        executor.close()


def order(
    home: Path,
    function: Callable[..., Any],
    parameters: tuple[tuple[str, str], ...] = (),
    *,
    seed: bytes = b"1",
    policy: Policy = PLAIN,
    expected: float | None = None,
    returns: Any = None,
    **arguments: Any,
) -> WorkOrder:
    """An order for one call; arguments that are no payloads yet are stored first."""
    number = next(_calls)
    payloads: dict[str, Payload] = {
        name: value if isinstance(value, Artifact | Bundle | Live) else packed(home, value)
        for name, value in arguments.items()
    }
    annotations = getattr(function, "__annotations__", {})
    returned = {"int": int, "float": float}.get(annotations.get("return", ""), Any)
    return WorkOrder(
        call=number,
        path=f"{function.__name__}#{number}",
        task=f"{function.__module__}:{function.__qualname__}",
        function=function,
        parameters=parameters or tuple((name, "POSITIONAL_OR_KEYWORD") for name in arguments),
        returns=returned if returns is None else returns,
        elements=None,
        arguments=tuple(payloads.items()),
        seed=digest_bytes(seed),
        scratch=os.fspath(home / "scratch" / str(number)),
        policy=policy,
        expected=expected,
    )


def packed(home: Path, value: Any) -> Artifact:
    """The value in the store."""
    return pack_result(value, FilesystemStore(home), class_digest=lambda _: None)


def value_of(home: Path, artifact: Artifact) -> Any:
    """The value from the store."""
    return unpack(artifact, FilesystemStore(home), home / "scratch" / "read")


def perform(executor: Executor, one: WorkOrder) -> Outcome:
    """What becomes of one order."""
    (outcome,) = perform_all(executor, [one])
    return outcome


def perform_all(executor: Executor, orders: list[WorkOrder]) -> list[Outcome]:
    """What becomes of all of them, in the order in which they end."""
    waiting = list(orders)
    outcomes: list[Outcome] = []
    while len(outcomes) < len(orders):
        while waiting and executor.room:
            executor.submit(waiting.pop(0), more=len(waiting))
        ended = executor.wait()
        assert ended, "an order has no outcome"
        outcomes += ended
    return outcomes
