from __future__ import annotations

import pytest

from cuvee.testing.record_values import BOOT, batch, entry, name, start
from cuvee.tracking.sqlite import absent, open_records
from cuvee.tracking.sqlite.entries import _KEEP_ENTRY, _PUT_ENTRY

A, B, C = map(name, "abc")


@pytest.fixture
def clock(monkeypatch):
    """The seconds that marks go by."""
    seconds = [1000.0]
    monkeypatch.setattr(absent.time, "monotonic", lambda: seconds[0])
    return seconds


@pytest.fixture
def other(home, sqlite):
    """The same store, open in another process as it were."""
    records = open_records(home, boot=BOOT)
    yield records
    records.close()


def put(records, *texts):
    records.ledger.commit(records.ledger.begin(start()), batch(entries=[entry(text) for text in texts]))


def asked(sqlite, monkeypatch):
    """The statements that the entries' database is asked."""
    statements = []
    execute = type(sqlite.database).execute

    def note(database, sql, values=()):
        statements.append(sql)
        return execute(database, sql, values)

    monkeypatch.setattr(type(sqlite.database), "execute", note)
    return statements


def test_in_an_empty_store_no_question_is_asked_of_new_keys(sqlite, clock, monkeypatch):
    assert list(sqlite.entries.may_have([A], anew=False)) == []
    put(sqlite, "a")
    statements = asked(sqlite, monkeypatch)
    assert sqlite.entries.may_have([A, B, C], anew=False) == [A]
    assert statements == []


def test_what_another_process_put_on_record_is_known_a_moment_later(sqlite, other, clock):
    sqlite.entries.may_have([A], anew=False)
    put(other, "a")
    assert list(sqlite.entries.may_have([A], anew=False)) == []
    clock[0] += absent.MOMENT * 1.1
    assert sqlite.entries.may_have([A], anew=False) == [A]


def test_it_is_known_at_once_when_it_is_looked_for_anew(sqlite, other, clock):
    sqlite.entries.may_have([A], anew=False)
    put(other, "a")
    assert sqlite.entries.may_have([A, B], anew=True) == [A]


def test_what_another_process_put_on_record_between_two_commits_of_this_one_is_known(sqlite, other, clock):
    sqlite.entries.may_have([A], anew=False)
    put(other, "a")
    put(sqlite, "b")
    put(other, "c")
    assert sqlite.entries.may_have([A, B, C], anew=True) == [A, B, C]


def test_what_another_process_deleted_and_put_there_instead_is_known(sqlite, other, clock):
    sqlite.entries.may_have([A], anew=False)
    put(sqlite, "a", "b")
    other.database.execute("DELETE FROM entry")
    assert list(sqlite.entries.may_have([C], anew=True)) == []
    put(other, "c")
    assert sqlite.entries.may_have([C], anew=True) == [C]


def test_a_store_with_entries_is_asked_until_that_took_as_long_as_reading_them_all(home, sqlite, clock):
    texts = [str(number) for number in range(100)]
    put(sqlite, *texts)
    new = [name(f"new {number}") for number in range(100)]
    records = open_records(home, boot=BOOT)
    assert records.entries.may_have(new, anew=False) == new
    records.entries.find(new)
    assert records.entries.may_have(new, anew=False) == []
    assert set(records.entries.may_have(list(map(name, texts)), anew=False)) == set(map(name, texts))
    records.close()


def test_where_all_is_reused_no_marks_are_made(home, sqlite, clock):
    put(sqlite, "a", "b", "c")
    records = open_records(home, boot=BOOT)
    for _ in range(10):
        records.entries.find([A, B, C])
    assert records.entries.may_have([name("new")], anew=False) == [name("new")]
    records.close()


def test_many_entries_get_more_places(sqlite, other, clock, monkeypatch):
    monkeypatch.setattr(absent, "_FEW_PLACES", 8)
    sqlite.entries.may_have([A], anew=False)
    texts = [str(number) for number in range(50)]
    put(sqlite, *texts)
    put(other, "a")
    new = [name(f"new {number}") for number in range(100)]
    assert len(sqlite.entries.may_have(new, anew=False)) > 50
    assert sqlite.entries.may_have(new, anew=True) == []
    assert set(sqlite.entries.may_have([A, *map(name, texts)], anew=False)) == {A, *map(name, texts)}


def test_where_another_process_was_first_its_entry_stays_alone(sqlite, other, clock):
    sqlite.entries.may_have([A], anew=False)
    theirs, ours = entry("a", seconds=1.0), entry("a", seconds=2.0)
    other.ledger.commit(other.ledger.begin(start()), batch(entries=[theirs]))
    sqlite.ledger.commit(sqlite.ledger.begin(start()), batch(entries=[ours]))
    assert sqlite.entries.find([A])[A] == (theirs,)


def written(sqlite, monkeypatch):
    """The statements that write each of many rows, with how many."""
    statements = []
    each = type(sqlite.database).each

    def note(database, sql, rows):
        rows = list(rows)
        if sql in (_PUT_ENTRY, _KEEP_ENTRY):
            statements.append((sql is _KEEP_ENTRY, len(rows)))
        return each(database, sql, rows)

    monkeypatch.setattr(type(sqlite.database), "each", note)
    return statements


def test_an_earlier_entry_is_not_looked_for_where_nobody_else_has_written(sqlite, clock, monkeypatch):
    sqlite.entries.may_have([A], anew=False)
    statements = written(sqlite, monkeypatch)
    put(sqlite, "a", "b")
    assert statements == [(False, 2), (True, 0)]


def test_once_the_database_was_closed_for_a_moment_an_earlier_entry_is_looked_for(sqlite, other, clock):
    sqlite.entries.may_have([A], anew=False)
    theirs, ours = entry("a", seconds=1.0), entry("a", seconds=2.0)
    with sqlite.database.aside():
        other.ledger.commit(other.ledger.begin(start()), batch(entries=[theirs]))
    sqlite.ledger.commit(sqlite.ledger.begin(start()), batch(entries=[ours]))
    assert sqlite.entries.find([A])[A] == (theirs,)


def test_and_not_any_more_once_the_marks_were_made_anew(sqlite, other, clock, monkeypatch):
    sqlite.entries.may_have([A], anew=False)
    with sqlite.database.aside():
        put(other, "a")
    put(sqlite, "b")
    clock[0] += absent.MOMENT * 1.1
    assert sqlite.entries.may_have([A, B, C], anew=False) == [A, B]
    statements = written(sqlite, monkeypatch)
    put(sqlite, "a", "c")
    assert statements == [(False, 1), (True, 1)]
    assert len(sqlite.entries.find([A])[A]) == 1


def test_marks_are_not_made_anew_for_a_few_entries_beside_many(sqlite, other, clock, monkeypatch):
    put(sqlite, *map(str, range(100)))
    sqlite.entries.find([name(f"new {number}") for number in range(100)])
    sqlite.entries.may_have([A], anew=False)
    with sqlite.database.aside():
        put(other, "a")
    put(sqlite, "b")
    clock[0] += absent.MOMENT * 1.1
    statements = asked(sqlite, monkeypatch)
    assert sqlite.entries.may_have([A, B, C], anew=False) == [A, B]
    assert absent._ALL not in statements


def test_of_two_calls_of_one_key_in_a_commit_the_first_has_the_entry(sqlite, clock):
    sqlite.entries.may_have([A], anew=False)
    first, second = entry("a", seconds=1.0), entry("a", seconds=2.0)
    sqlite.ledger.commit(sqlite.ledger.begin(start()), batch(entries=[first, second]))
    assert sqlite.entries.find([A])[A] == (first,)
