"""What is on record, seen as what takes room; its removal; what is found to be altered."""

from __future__ import annotations

import pytest

from cuvee.model.entry import Figure
from cuvee.model.key import Component
from cuvee.testing.record_values import (
    batch,
    branch,
    call,
    end,
    entry,
    frame,
    ledger,
    name,
    plain,
    profile,
    start,
)


def column(title):
    return name(f"column {title}")


@pytest.fixture
def filled(sqlite):
    """Two runs of one pipeline: both use an entry, the second one of its own; runs without parameters."""
    shared, own = frame("shared"), branch(frame("shared", "own"), plain(1))
    for number in (1, 2):
        run = sqlite.ledger.begin(start(parameters=(), started=1000.0 * number))
        entries = [entry("a", shared, created=1000.0)] if run == 1 else [entry("b", own, created=2000.0)]
        calls = [call(0, "a", key=name("a"), artifact=shared)]
        if run == 2:
            calls.append(call(1, "b", key=name("b"), artifact=own, figures=(Figure("f", frame("png")),)))
        sqlite.ledger.commit(run, batch(entries=entries, calls=calls))
        sqlite.ledger.end(run, end(result=end().result.items[0]))
    return sqlite


def count(records, table):
    return records.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_the_inventory_tells_who_needs_which_blobs(filled):
    inventory = filled.holdings.inventory()
    assert [(run.number, run.ended, run.named) for run in inventory.runs] == [
        (1, True, False),
        (2, True, False),
    ]
    assert [(one.runs, one.used) for one in inventory.entries] == [((1, 2), 1000.0), ((2,), 2000.0)]
    of_first = inventory.blobs(use.artifact for use in inventory.uses if use.run == 1)
    of_second = inventory.blobs(use.artifact for use in inventory.uses if use.run == 2)
    source = name("source")
    assert of_first.keys() == {column("shared"), source}
    assert of_second.keys() == {column("shared"), column("own"), column("png"), source}
    assert filled.holdings.blobs() == of_first | of_second


def test_a_deleted_run_leaves_what_others_need(filled):
    filled.holdings.remove([2], [])
    assert [run.number for run in filled.queries.runs()] == [1]
    assert filled.entries.find([name("a"), name("b")]).keys() == {name("a"), name("b")}
    assert column("png") not in filled.holdings.blobs()
    assert {column("shared"), column("own")} <= filled.holdings.blobs().keys()


def test_an_entry_remembers_when_runs_that_are_gone_used_it(filled):
    filled.holdings.remove([1, 2], [])
    assert [(one.runs, one.used) for one in filled.holdings.inventory().entries] == [
        ((), 2000.0),
        ((), 2000.0),
    ]


def test_nothing_is_left_of_what_nobody_needs(filled):
    ids = [one.id for one in filled.holdings.inventory().entries]
    filled.holdings.remove([1, 2], ids)
    for table in (
        "run",
        "call",
        "call_figure",
        "entry",
        "artifact",
        "artifact_child",
        "artifact_blob",
        "versions",
    ):
        assert count(filled, table) == 0, table
    assert filled.holdings.blobs() == {}
    assert filled.ledger.begin(start()) == 3


def test_profiles_and_sources_go_when_nothing_names_what_they_are_of(filled):
    """Elements that are kept within others count, and so does what only a key names."""
    input_ = name("an input that is gone")
    inner = branch(plain(7), branch(frame("deep")))
    of = [
        inner.digest,
        inner.children[0][1].digest,
        inner.child("1").child("0").digest,
        input_,
        name("nobody"),
    ]
    run = filled.ledger.begin(start(parameters=()))
    filled.ledger.commit(
        run,
        batch(
            calls=[call(0, artifact=inner, components=(Component("input", "x", input_, ""),))],
            ledgers=(("code", ledger()),),
            sources=((name("text"), "def f(): ..."), (name("other text"), "x")),
            profiles=tuple((digest, profile()) for digest in of),
        ),
    )
    filled.holdings.remove([1], [])
    assert [filled.queries.profile(digest) is not None for digest in of] == [True, True, True, True, False]
    assert filled.queries.sources([name("text"), name("other text")]).keys() == {name("text")}
    filled.holdings.remove([run], [])
    assert [filled.queries.profile(digest) for digest in of] == [None] * 5
    assert filled.queries.sources([name("text")]) == {}


def test_it_is_told_which_of_some_blobs_are_named(filled):
    assert filled.holdings.named([column("own"), column("never")]) == {column("own")}


def test_runs_without_an_end_are_open(filled):
    assert filled.holdings.open_runs() == ()
    run = filled.ledger.begin(start())
    assert [one.number for one in filled.holdings.open_runs()] == [run]


def test_who_needs_a_blob_is_found_through_the_values_around_it(filled):
    second = filled.holdings.inventory().entries[1].id
    assert filled.holdings.naming([column("own")]) == ([second], [(2, "b")])
    assert filled.holdings.naming([column("png")]) == ([], [(2, "b")])
    assert filled.holdings.naming([column("never")]) == ([], [])


def test_space_is_given_back_where_it_is_worth_it(sqlite):
    run = sqlite.ledger.begin(start(parameters=()))
    many = [call(n, f"p{n}", artifact=plain(n, padding=4000)) for n in range(600)]
    sqlite.ledger.commit(run, batch(calls=many))
    assert sqlite.holdings.compact() == 0
    sqlite.holdings.remove([run], [])
    assert sqlite.holdings.compact() > 2_000_000
    assert sqlite.holdings.compact() == 0


def problems(records):
    return [one for one in records.holdings.problems() if not isinstance(one, int)]


def test_whole_records_have_no_problems(filled):
    assert problems(filled) == []
    assert sum(one for one in filled.holdings.problems() if isinstance(one, int)) > 5


@pytest.mark.parametrize(
    ("damage", "kinds"),
    [
        ("UPDATE entry SET artifact = (SELECT artifact FROM entry WHERE id = 1) WHERE id = 2", ["entry"]),
        ("UPDATE entry SET run = 7 WHERE id = 1", ["entry"]),
        ("UPDATE call SET artifact = x'00' WHERE run = 1", ["call"]),
        ("UPDATE call SET seconds = 9 WHERE run = 1", ["call"]),
        ("DELETE FROM call_figure", ["call"]),
        ("UPDATE run SET seconds = 9 WHERE number = 1", ["run"]),
        ("UPDATE run SET pipeline = 'other' WHERE number = 1", ["run"]),
        ("DELETE FROM versions", ["run", "run"]),
        ("UPDATE artifact SET codec = 'pickle' WHERE digest = (SELECT artifact FROM entry WHERE id = 2)",
         ["value", "entry", "call"]),
    ],
)  # fmt: skip
def test_what_is_altered_is_found_and_taken_away(filled, damage, kinds):
    filled.database.execute(damage)
    found = problems(filled)
    assert [one.kind for one in found] == kinds
    filled.holdings.repair(found)
    assert problems(filled) == []
    assert filled.queries.runs() is not None


def test_rows_that_were_exchanged_serve_no_result(filled):
    """Each is whole by itself: only the seals tell that they do not belong together."""
    rows = filled.database.execute("SELECT artifact, value, id FROM entry ORDER BY id").fetchall()
    for (artifact, value, _), (_, _, id_) in zip(rows, reversed(rows), strict=True):
        filled.database.execute(
            "UPDATE entry SET (artifact, value) = (?, ?) WHERE id = ?", (artifact, value, id_)
        )
    assert filled.entries.find([name("a"), name("b")]) == {}
    assert filled.entries.altered() == {name("a"), name("b")}
    assert filled.entries.find([name("a"), name("b")]) == {}
    assert filled.entries.altered() == frozenset()


def test_a_value_that_is_said_to_hold_itself_is_none(filled):
    """Its row and that of an element are exchanged: each then leads to the other."""
    outer = branch(branch(*(plain(n, padding=500) for n in range(8))), plain(9, padding=500))
    run = filled.ledger.begin(start(parameters=()))
    filled.ledger.commit(run, batch(entries=[entry("c", outer)], calls=[call(0, artifact=outer)]))
    pair = (outer.digest, outer.child("0").digest)
    bodies = [
        filled.database.execute("SELECT body FROM artifact WHERE digest = ?", (one,)).fetchone()[0]
        for one in pair
    ]
    for digest, body in zip(pair, reversed(bodies), strict=True):
        filled.database.execute("UPDATE artifact SET body = ? WHERE digest = ?", (body, digest))
    assert filled.entries.find([name("c")]) == {}
    assert {one.kind for one in problems(filled)} == {"value", "call"}
