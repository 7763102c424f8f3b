"""A run that repeats another comes to what it would have come to call by call, in every record.

One history, drawn from a seed, is made twice: in a store where runs may repeat others, and in one where
none does.
"""

from __future__ import annotations

import importlib
import random
import sys
import time

import apsw
import pytest
from msgspec.structs import replace

from cuvee.engine import journal, performing
from cuvee.errors import RecordsFault
from cuvee.model.event import CallEnded, CallsKnown, Warned
from cuvee.operations import begun_run
from cuvee.operations.run import run
from cuvee.perform.interrupts import Interrupts
from cuvee.tracking.sqlite import originals
from cuvee.tracking.sqlite.ledger import SQLiteLedger
from cuvee.wiring import open_session

TASKS = """
import datetime, os
from pathlib import Path
from cuvee import *

BIAS = {bias}

@task
def add(a: int, b: int) -> int:
    return a + b + BIAS

@task
def total(numbers: list[int], scale: float = 1.0) -> float:
    return sum(numbers) * scale + BIAS

@task
def sums(numbers: list[int]) -> int:
    return sum(numbers) + 2 * BIAS

@task
def word(n: int) -> str:
    return "x" * n

@task
def pair(n: int) -> tuple[int, int]:
    return n, -n

@task
def asks(n: int) -> int:
    return n + int(os.environ.get("ASKED", "0"))

@task
def reads(n: int) -> int:
    return n + int(Path("number.txt").read_text())

@task(cache=datetime.timedelta(hours=1))
def expires(n: int) -> int:
    return n

@task(cache=False)
def never(n: int) -> int:
    return n

@task(cache="second")
def versioned(n: int) -> int:
    return 2 * n

@task
def logs(n: int) -> int:
    log_metric("n", n)
    print("seen", n)
    return n

@task
def fails(n: int) -> int:
    if os.environ.get("ASKED", "0") == "1":
        raise ValueError(n)
    return n

@task
def draws(n: int) -> float:
    import random
    return random.random() + n

@task
def upto(n: int) -> list[int]:
    return list(range(n % 5))

@task(retries=1)
def keeps(n: int, table: dict[str, list[int]]) -> int:
    return n + len(table)

@task
def nothing(n: int) -> None:
    pass

def grown(steps):
    made = []
    for kind, n, taken in steps:
        of = made[taken % len(made)] if made else n
        if kind == "add": made.append(add(of, n))
        elif kind == "same": made.append(add(2, 2))
        elif kind == "total": made.append(add(n, 1)); total(made[-3:], scale=n / 2)
        elif kind == "sums": sums(made[-1:])
        elif kind == "word": word(n * 40)
        elif kind == "pair": made.append(pair(of)[taken % 2])
        elif kind == "map": made += add.map(range(n), b=of)
        elif kind == "fan": add.map(upto(of), b=n)
        elif kind == "wait": made.append(result(add(n, 100)))
        elif kind == "keeps": made.append(keeps(of, {{"a": list(range(40)), "b": [n]}}))
        elif kind == "nothing": nothing(of)
        elif kind == "draws": draws(of)
        else: made.append(globals()[kind](of))
    return made

@pipeline
def main(steps: list[tuple[str, int, int]]):
    made = grown(steps)
    return made[-1:] + made[:1]

@pipeline
def other(steps: list[tuple[str, int, int]]):
    grown(steps)
"""

PLAIN = ("add", "same", "total", "map", "word", "versioned", "keeps", "draws", "nothing")
ODD = (
    "pair", "fan", "wait", "asks", "reads", "expires", "never", "logs", "fails", "word",
)  # fmt: skip


class World:
    """One module, and two stores that see the same of it."""

    def __init__(self, root, monkeypatch):
        self.root, self.monkeypatch = root, monkeypatch
        self.name = "repeated"  # it is in the keys, which the records are in the order of
        self.stores = [open_session(root, {"store": str(root / name)}) for name in ("repeating", "plain")]
        self.events = [[], []]
        self.write(0)

    def write(self, bias):
        (self.root / f"{self.name}.py").write_text(TASKS.format(bias=bias))
        sys.modules.pop(self.name, None)
        importlib.invalidate_caches()
        self.module = importlib.import_module(self.name)

    def run(self, name, steps, seed):
        with self.monkeypatch.context() as patch:
            for number, store in enumerate(self.stores):
                if number:
                    patch.setattr(SQLiteLedger, "repeat", lambda *_: None)
                told = []
                record = run(
                    store, getattr(self.module, name), {"steps": steps}, seed=seed, observe=told.append
                )
                self.events[number] = told, record

    def later(self):
        """Results that are good for an hour are no more."""
        before = time.time
        self.monkeypatch.setattr(time, "time", lambda: before() + 4000)

    def sql(self, text, number=None):
        for store in self.stores if number is None else [self.stores[number]]:
            connection = apsw.Connection(str(store.home / "records.db"))
            connection.execute("PRAGMA foreign_keys = ON")
            found = connection.execute(text).fetchall()
            connection.close()
        return found

    def remove(self, runs, entries):
        for store in self.stores:
            store.holdings.remove(runs, entries)

    def close(self):
        for store in self.stores:
            store.close()
        sys.modules.pop(self.name, None)


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("CUVEE_EXECUTOR", "in-process")
    monkeypatch.setenv("ASKED", "0")
    monkeypatch.chdir(tmp_path)
    # What is committed together, and claimed, must not be a matter of how fast the machine is.
    for place, limit in (
        (journal, "DELAY"),
        (journal, "WORK_AT_RISK"),
        (journal, "_MOST"),
        (performing, "WORK_AT_RISK"),
        (begun_run, "LONG"),
    ):
        monkeypatch.setattr(place, limit, 1e9)
    (tmp_path / "number.txt").write_text("0")
    world = World(tmp_path, monkeypatch)
    yield world
    world.close()


def drawn(draw, *, odd):
    kinds = PLAIN if not odd else (*PLAIN, *draw.sample(ODD, 2))
    return [
        (draw.choice(kinds), draw.randrange(1, 6), draw.randrange(9)) for _ in range(draw.randrange(1, 9))
    ]


def step(world, draw, graphs):
    """One thing that may happen between two runs, or nothing."""
    kind = draw.choice(
        ["nothing"] * 8 + ["environment", "file", "code", "run", "entry", "altered", "added", "later"]
    )
    runs = [number for (number,) in world.sql("SELECT number FROM run")]
    entries = [id_ for (id_,) in world.sql("SELECT id FROM entry")]
    if kind == "environment":
        world.monkeypatch.setenv("ASKED", draw.choice("01"))
    elif kind == "file":
        (world.root / "number.txt").write_text(draw.choice("01"))
    elif kind == "code":
        world.write(draw.randrange(2))
    elif kind == "run" and runs:
        world.remove(draw.sample(runs, min(len(runs), draw.randrange(1, 3))), [])
    elif kind == "entry" and entries:
        world.remove([], draw.sample(entries, 1))
    elif kind == "altered" and entries:
        column = draw.choice(
            ["seconds = 7", "path = 'no'", "seal = x'00'", "artifact = key", "created = 7", "run = 77"]
        )
        world.sql(f"UPDATE entry SET {column} WHERE id = {draw.choice(entries)}")
    elif kind == "later":
        world.later()
    elif kind == "added":
        graphs.append(drawn(draw, odd=True))


def timeless(call):
    """A call but for how long things took here."""
    return replace(call, started=0.0, seconds=0.0, saved=float(call.saved > 0), memory=None, logs=())


def told(events):
    def word(event):
        if isinstance(event, CallEnded):
            return "call", event.call.path, timeless(event.call)
        if isinstance(event, CallsKnown):
            return (
                "known",
                event.total,
                tuple((task.name, task.calls, task.seconds is None) for task in event.tasks),
            )
        return type(event).__name__, event.text if isinstance(event, Warned) else "", None

    # With dependencies the two ways may come to calls in another order.
    return sorted((word(event) for event in events), key=lambda said: said[:2])


def everything(session):
    """All that is on record, as it is read."""
    queries, known = session.queries, {}
    uses = set()
    for record in queries.runs(mixtures=True):
        calls = queries.calls(record.number)
        uses |= {(call.task, call.path) for call in calls}
        known[record.number] = (
            record.status,
            record.metrics,
            record.end.result if record.end else None,
            record.end and record.end.saved_seconds == pytest.approx(sum(call.saved for call in calls)),
            [timeless(call) for call in calls],
            [
                (timeless(one), [chunk.text for chunk in one.logs])
                for one in whole(queries, record.number, calls)
            ],
            {artifact.digest for artifact in queries.given(record.number)},
            {use: before(queries, record.number, use) for use in sorted(uses)},
        )
    known["latest"] = {use: timeless(call) for use, call in queries.latest_calls(sorted(uses)).items()}
    inventory = session.holdings.inventory()
    known["entries"] = sorted(
        (entry.id, entry.task, tuple(sorted(entry.runs))) for entry in inventory.entries
    )
    known["artifacts"] = inventory.artifacts
    return known


def whole(queries, number, calls):
    return [queries.call(number, call.path) for call in calls]


def before(queries, number, use):
    found = queries.call_before(number, *use)
    return None if found is None else (found[0], timeless(found[1]))


@pytest.mark.usefixtures("results_only")
@pytest.mark.parametrize("seed", range(8))
def test_a_history_is_the_same_with_repeats_and_without(world, seed):
    draw = random.Random(seed)
    graphs = [drawn(draw, odd=False), drawn(draw, odd=seed % 2 == 1)]
    for number in range(12):
        name, chance = draw.choice(["main", "main", "other"]), draw.choice([None, None, 3])
        steps = draw.choice(graphs)
        world.run(name, steps, chance)
        (said, record), (plainly, other) = world.events
        assert told(said) == told(plainly), (number, steps)
        assert record.status == other.status
        step(world, draw, graphs)
        if number % 4 == 3:
            assert everything(world.stores[0]) == everything(world.stores[1])
            ledgers = "SELECT run, ledger FROM run_ledger ORDER BY 1, 2"
            assert world.sql(ledgers, 0) == world.sql(ledgers, 1)
    assert repeats(world, 1) == []


def repeats(world, number=0):
    return world.sql("SELECT run, of FROM repeat ORDER BY run", number)


CHAIN = [("add", 1, 0), ("add", 2, 0), ("total", 3, 0), ("nothing", 1, 1), ("word", 2, 0), ("keeps", 2, 0)]


@pytest.fixture
def chain(world):
    """Twice the same in each store."""
    for _ in range(2):
        world.run("main", CHAIN, None)
    assert repeats(world) == [(2, 1)]
    return world


def agree(world):
    one, other = map(everything, world.stores)
    return [key for key in one.keys() | other.keys() if one.get(key) != other.get(key)] == []


def test_a_repeat_keeps_no_calls_of_its_own(chain):
    chain.run("main", CHAIN, None)
    assert chain.sql("SELECT DISTINCT run FROM call", 0) == [(1,)]
    assert chain.sql("SELECT DISTINCT run FROM call", 1) == [(1,), (2,), (3,)]
    assert repeats(chain) == [(2, 1), (3, 1)]
    assert agree(chain)


def test_what_a_repeat_returned_is_there(chain):
    results = [record.end.result for _, record in chain.events]
    assert results[0] == results[1]
    assert [item.kind for item in results[0].items] == ["artifact", "artifact"]


def test_what_is_saved_is_what_the_calls_took(chain):
    session = chain.stores[0]
    ran, again = session.queries.calls(1), session.queries.calls(2)
    assert [call.saved for call in again] == [call.seconds for call in ran]
    assert [(call.made_by, call.memory) for call in again] == [((1, call.path), call.memory) for call in ran]
    assert session.queries.run(2).end.saved_seconds == pytest.approx(sum(call.saved for call in again))


def test_the_original_goes_and_the_first_repeat_has_its_calls(chain):
    chain.run("main", CHAIN, None)
    chain.remove([1], [])
    assert agree(chain)
    assert repeats(chain) == [(3, 2)]
    chain.run("main", CHAIN, None)
    assert repeats(chain) == [(3, 2), (4, 2)]
    assert agree(chain)


def test_an_original_goes_together_with_its_repeats(chain):
    chain.run("main", CHAIN, None)
    chain.remove([1, 2], [])
    assert agree(chain)
    assert repeats(chain) == []
    chain.remove([3], [])
    assert agree(chain)


def test_after_other_code_the_same_is_a_repeat_of_what_came_before_it(chain):
    """And the last call at a path is that of the run that repeats, not of the last one that has its own."""
    for bias in (1, 0, 1, 0):
        chain.write(bias)
        chain.run("main", CHAIN, None)
        assert agree(chain)
    assert repeats(chain) == [(2, 1), (4, 1), (5, 3), (6, 1)]
    chain.run("main", [("add", 7, 0), *CHAIN[1:]], None)
    assert agree(chain)


def test_code_of_a_task_that_takes_results_alone_counts(world):
    steps = [("versioned", 1, 0), ("sums", 1, 0)]
    for bias in (0, 1):
        world.write(bias)
        world.run("main", steps, None)
    assert repeats(world) == []
    assert agree(world)


def test_results_that_are_good_for_a_while_are_looked_up_each_time(world):
    for _ in range(2):
        world.run("main", [("expires", 1, 0)], None)
    world.later()
    world.run("main", [("expires", 1, 0)], None)
    assert [call.reason_code for call in world.stores[0].queries.calls(3)] == ["expired"]
    assert agree(world)


def test_a_run_that_is_to_reuse_nothing_repeats_nothing(chain):
    record = run(chain.stores[0], chain.module.main, {"steps": CHAIN}, reuse=False)
    assert {call.decision for call in chain.stores[0].queries.calls(record.number)} == {"executed"}


def test_another_parameter_is_no_repeat(chain):
    chain.run("main", [*CHAIN[:2], ("total", 4, 0), *CHAIN[3:]], None)
    assert repeats(chain) == [(2, 1)]
    assert agree(chain)


@pytest.mark.parametrize(
    "altered",
    [
        "UPDATE entry SET artifact = (SELECT artifact FROM entry WHERE path = 'word') WHERE id = 1",
        "UPDATE entry SET value = (SELECT value FROM entry WHERE path = 'word') WHERE id = 1",
        "UPDATE entry SET seconds = seconds + 1 WHERE id = 1",
        "UPDATE entry SET seal = x'00' WHERE id = 1",
        "UPDATE entry SET details = x'c1' WHERE id = 1",
        "DELETE FROM entry WHERE id = 1",
        "UPDATE call SET details = x'c1' WHERE run = 1 AND position = 0",
        "UPDATE call SET reason = CAST(x'ff' AS TEXT) WHERE run = 1 AND path = 'add#2'",
        "UPDATE call SET components = x'90' WHERE run = 1 AND position = 0",
        "UPDATE call SET key = (SELECT key FROM call WHERE path = 'add#2') WHERE run = 1 AND position = 0",
        "UPDATE call SET value = x'93a5706c61696e' WHERE run = 1 AND position = 0",
        "UPDATE call SET path = 'other' WHERE run = 1 AND position = 0",
        "UPDATE call SET decision = 'given' WHERE run = 1 AND position = 0",
        "DELETE FROM call WHERE run = 1 AND position = 0",
        "UPDATE graph SET calls = 5",
        "UPDATE graph SET seal = x''",
    ],
)
def test_what_is_not_as_it_was_written_is_not_repeated(world, altered):
    world.run("main", CHAIN, None)
    world.sql(altered, 0)
    world.run("main", CHAIN, None)
    assert repeats(world) == []
    results = [record.end.result for _, record in world.events]
    assert results[0] == results[1]


def test_a_graph_that_is_said_to_be_of_another_run_is_of_none(world):
    other = [("add", 5, 0), *CHAIN[1:]]
    for steps in (CHAIN, other):
        world.run("main", steps, None)
    world.sql("UPDATE graph SET run = 3 - run", 0)
    world.run("other", CHAIN, None)
    assert repeats(world) == []
    assert agree(world)


def test_a_key_with_another_entry_is_looked_up_call_by_call(chain):
    """What a second entry of a key depends on may stand today, and it is the newer one."""
    columns = "task, artifact, value, seconds, created, run, path, boot, details, figures, used, seal"
    chain.sql(
        f"INSERT INTO entry (key, state, {columns}) SELECT key, x'01', {columns} FROM entry WHERE id = 1"
    )
    chain.run("main", CHAIN, None)
    assert repeats(chain) == [(2, 1)]
    assert agree(chain)


def test_of_a_repeat_that_is_not_as_it_was_written_nothing_is_told(chain):
    chain.sql("UPDATE repeat SET at = 7", 0)
    session = chain.stores[0]
    with pytest.raises(RecordsFault, match="run 2"):
        session.queries.calls(2)
    problems = [found for found in session.holdings.problems() if not isinstance(found, int)]
    assert [(found.kind, found.which) for found in problems] == [("run", (2,))]
    session.holdings.repair(problems)
    assert [run.number for run in session.queries.runs()] == [1]
    assert [found for found in session.holdings.problems() if not isinstance(found, int)] == []


def test_a_run_that_stays_has_the_calls_of_an_original_that_is_repaired_away(chain):
    chain.sql("UPDATE run SET target = 'other' WHERE number = 1", 0)
    session = chain.stores[0]
    session.holdings.repair([found for found in session.holdings.problems() if not isinstance(found, int)])
    assert [run.number for run in session.queries.runs()] == [2]
    assert {call.decision for call in session.queries.calls(2)} == {"reused"}


def be_asked_to_stop(monkeypatch):
    """Somebody asks for it as soon as the pipeline's body has been traced."""
    asked = property(lambda _: True, lambda _, value: None)
    monkeypatch.setattr(Interrupts, "requested", asked, raising=False)
    monkeypatch.setattr(Interrupts, "raise_what_waited", lambda _: None)


def test_a_run_that_repeats_and_is_cancelled_has_all_its_calls(chain, monkeypatch):
    be_asked_to_stop(monkeypatch)
    record = run(chain.stores[0], chain.module.main, {"steps": CHAIN})
    assert record.status == "cancelled"
    assert {call.decision for call in chain.stores[0].queries.calls(record.number)} == {"reused"}


def test_whether_a_long_run_repeats_another_is_not_looked_at_to_its_end_once_it_is_cancelled(
    chain, monkeypatch
):
    monkeypatch.setattr(originals, "_PART", 2)
    be_asked_to_stop(monkeypatch)
    record = run(chain.stores[0], chain.module.main, {"steps": CHAIN})
    assert record.status == "cancelled"
    assert repeats(chain) == [(2, 1)]
    assert {call.status for call in chain.stores[0].queries.calls(record.number)} == {"cancelled"}
