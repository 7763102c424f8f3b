"""What goes wrong with the file leaves as a RecordsFault that says what to do, and changes nothing."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path

import apsw
import pytest

from cuvee.errors import RecordsFault
from cuvee.model.entry import Figure
from cuvee.model.inventory import RecordProblem
from cuvee.testing.record_values import batch, branch, call, entry, frame, metrics, name, plain, start
from cuvee.tracking.sqlite import open_records
from cuvee.tracking.sqlite.connection import check_sqlite
from cuvee.tracking.sqlite.records import FILE_NAME


@pytest.fixture
def filled(home):
    """A closed database with some pages in it."""
    records = open_records(home, boot="b")
    run = records.ledger.begin(start())
    entries = [entry(f"k{n}", plain(n, padding=500 * (n % 2))) for n in range(200)]
    calls = [call(n, f"p{n}", artifact=one.artifact) for n, one in enumerate(entries)]
    records.ledger.commit(run, batch(entries=entries, calls=calls))
    records.close()
    return home / FILE_NAME


def read_all(home):
    records = open_records(home, boot="b")
    try:
        records.queries.calls(1)
        records.entries.find([name(f"k{n}") for n in range(200)])
    finally:
        records.close()


@pytest.mark.parametrize("keep", [50, 100, 4096, 5000, 4096 * 9, 4096 * 20 + 17])
def test_a_truncated_file_is_named_and_left_alone(filled, home, keep):
    content = filled.read_bytes()[:keep]
    filled.write_bytes(content)
    with pytest.raises(RecordsFault, match=re.escape(str(filled))) as caught:
        read_all(home)
    assert "Nothing was changed or deleted" in str(caught.value)
    assert "move it away" in str(caught.value)
    assert filled.read_bytes() == content


def test_garbage_is_named_and_left_alone(home):
    home.mkdir()
    (home / FILE_NAME).write_bytes(b"this is no database" * 1000)
    with pytest.raises(RecordsFault, match=r"records\.db is no database of records") as caught:
        open_records(home, boot="b")
    assert "move it away" in str(caught.value)
    assert (home / FILE_NAME).read_bytes() == b"this is no database" * 1000


def test_damaged_pages_are_found_when_they_are_read(filled, home):
    content = bytearray(filled.read_bytes())
    content[4096 * 3 :] = b"\xa5" * (len(content) - 4096 * 3)
    filled.write_bytes(content)
    with pytest.raises(RecordsFault, match="damaged"):
        read_all(home)


def execute(path, sql):
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE call SET components = x'c1'",
        "UPDATE call SET artifact = x'01'",
        "UPDATE call SET value = NULL",
        "UPDATE call SET value = CAST(replace(CAST(value AS TEXT), 'plain', 'plane') AS BLOB)",
        "UPDATE call SET details = x'93'",
        "UPDATE artifact SET body = x'93a0'",
        "DELETE FROM artifact",
        "UPDATE call SET reason = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_history_that_we_cannot_have_written(filled, home, damage):
    execute(filled, damage)
    with pytest.raises(RecordsFault, match="damaged"):
        read_all(home)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET details = x'00'",
        "UPDATE entry SET value = x'93a0'",
        "UPDATE entry SET value = NULL",
        "UPDATE entry SET value = CAST(replace(CAST(value AS TEXT), 'plain', 'plane') AS BLOB)",
        "UPDATE entry SET artifact = x'01'",
        "UPDATE entry SET state = x'01'",
        "UPDATE entry SET figures = 1",
        "DELETE FROM artifact",
        "UPDATE artifact SET body = CAST(replace(CAST(body AS TEXT), '1', '2') AS BLOB)",
        "UPDATE artifact SET codec = 'pickle'",
        "UPDATE entry SET task = CAST(x'ff' AS TEXT)",
        "UPDATE entry SET path = CAST(CAST(path AS BLOB) || x'ff' AS TEXT)",
    ],
)
def test_an_altered_entry_is_dropped_so_that_its_call_runs_again(filled, home, damage):
    execute(filled, damage)
    records = open_records(home, boot="b")
    long, short = name("k1"), name("k2")
    left = records.entries.find([long, short])
    assert left != {long: (entry("k1", plain(1, padding=500)),), short: (entry("k2", plain(2)),)}
    again = [entry("k1", plain(1, padding=500)), entry("k2", plain(2))]
    records.ledger.commit(1, batch(entries=again))
    assert records.entries.find([long, short]) == {long: (again[0],), short: (again[1],)}
    records.close()


_NO_TEXT = "CAST(x'61ff' AS TEXT)"


@pytest.mark.parametrize("column", ["path", "task", "status", "decision", "reason_code", "reason"])
def test_a_call_of_which_a_text_is_none_any_more_is_as_if_it_were_not_there(filled, home, column):
    execute(filled, f"UPDATE call SET {column} = {_NO_TEXT} WHERE position <> 3")
    records = open_records(home, boot="b")
    uses = [(call(n).task, f"p{n}") for n in range(200)]
    assert list(records.queries.latest_calls(uses)) == [uses[3]]
    assert [records.queries.call_before(2, *use) is None for use in uses[2:5]] == [True, False, True]
    records.close()


def test_what_hangs_on_a_call_and_is_no_text_any_more_counts_as_altered(home):
    records = open_records(home, boot="b")
    run = records.ledger.begin(start())
    logged, drawn = metrics(rmse=1.0), (Figure("f", plain(2)),)
    result = entry("a", plain(1), figures=drawn)
    calls = [call(0, "p", metrics=logged), call(1, "q", figures=drawn)]
    records.ledger.commit(run, batch(entries=[result], calls=calls))
    uses = [(each.task, each.path) for each in calls]
    assert len(records.queries.latest_calls(uses)) == 2
    for table in ("metric", "call_figure", "entry_figure"):
        records.database.execute(f"UPDATE {table} SET name = {_NO_TEXT}")
    assert records.queries.latest_calls(uses) == {}
    assert records.entries.find([name("a")]) == {}
    assert records.entries.altered() == {name("a")}
    records.close()


@pytest.mark.parametrize("table", ["call", "entry", "run"])
def test_a_row_of_which_a_text_is_none_any_more_is_found_and_taken_away(filled, home, table):
    column = "pipeline" if table == "run" else "path"
    execute(filled, f"UPDATE {table} SET {column} = {_NO_TEXT}")
    records = open_records(home, boot="b")
    holdings = records.holdings
    found = [each for each in holdings.problems() if isinstance(each, RecordProblem)]
    assert {problem.kind for problem in found} == {table}
    holdings.repair(found)
    assert not [each for each in holdings.problems() if isinstance(each, RecordProblem)]
    records.close()


@pytest.mark.parametrize("artifact", [frame("x"), frame(*"abcdefgh"), branch(frame("x"), frame(*"abcdefgh"))])
def test_bytes_altered_in_an_inline_part_are_found(home, artifact):
    records = open_records(home, boot="b")
    run = records.ledger.begin(start())
    records.ledger.commit(run, batch(entries=[entry("a", artifact)], calls=[call(0, artifact=artifact)]))
    as_bytes, altered = b"\xc4\x06layout", b"\xc4\x06tuoyal"
    rows = records.database.execute("SELECT id, body FROM artifact").fetchall()
    assert any(as_bytes in body for _, body in rows)
    for id_, body in rows:
        records.database.execute(
            "UPDATE artifact SET body = ? WHERE id = ?", (body.replace(as_bytes, altered), id_)
        )
    assert records.entries.find([name("a")]) == {}
    with pytest.raises(RecordsFault, match="missing or altered"):
        records.queries.calls(run)
    records.close()


def test_a_damaged_run_is_found(filled, home):
    execute(filled, "DELETE FROM versions")
    records = open_records(home, boot="b")
    with pytest.raises(RecordsFault, match="damaged"):
        records.queries.runs()
    records.close()


@pytest.mark.parametrize(
    "damage",
    ["UPDATE migration SET number = 90 WHERE number = 3", "DELETE FROM migration WHERE number = 3"],
)
def test_migrations_that_we_cannot_have_written(filled, home, damage):
    execute(filled, damage)
    with pytest.raises(RecordsFault, match=r"damaged: its migration 3 is not as it .*move it away"):
        open_records(home, boot="b")


@pytest.mark.parametrize(("table", "column"), [("ledger", "items"), ("call", "components")])
def test_what_reads_as_null_though_it_never_is_does_not_stop_a_collection(filled, home, table, column):
    # As it does from a page of zeros.
    with apsw.Connection(str(filled)) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        nullable = re.sub(rf"({column} +BLOB) NOT NULL", r"\1", sql)
        assert nullable != sql
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (nullable, table))
    if table == "ledger":
        execute(filled, "INSERT INTO ledger (digest, kind) VALUES (x'00', 'code')")
        execute(filled, "INSERT INTO run_ledger SELECT 1, digest FROM ledger")
    execute(filled, f"UPDATE {table} SET {column} = NULL")
    records = open_records(home, boot="b")
    records.holdings.remove([], [])
    records.close()


def test_a_database_of_another_program_is_refused(home):
    home.mkdir()
    execute(home / FILE_NAME, "CREATE TABLE bookmarks (url)")
    with pytest.raises(RecordsFault, match="another program"):
        open_records(home, boot="b")


def test_a_home_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsFault, match=r"cannot be made.*set CUVEE_HOME"):
        open_records(tmp_path / "file" / "home", boot="b")


def test_a_file_that_cannot_be_opened(home):
    (home / FILE_NAME).mkdir(parents=True)
    with pytest.raises(RecordsFault, match=r"cannot be opened"):
        open_records(home, boot="b")


def test_a_full_disk(sqlite):
    run = sqlite.ledger.begin(start())
    sqlite.ledger.commit(run, batch(entries=[entry("kept")]))
    pages = sqlite.database.execute("PRAGMA page_count").fetchone()[0]
    sqlite.database.execute(f"PRAGMA max_page_count = {pages + 2}")
    many = [entry(str(n), plain(n, padding=1000)) for n in range(100)]
    with pytest.raises(RecordsFault, match=r"is full: cuvee could not write calls of run 1") as caught:
        sqlite.ledger.commit(run, batch(entries=many))
    assert isinstance(caught.value.__cause__, apsw.FullError)
    sqlite.database.execute("PRAGMA max_page_count = 1000000")
    assert set(sqlite.entries.find([name("kept"), name("0")])) == {name("kept")}
    sqlite.ledger.commit(run, batch(entries=many))


def test_a_file_that_cannot_be_written(sqlite):
    sqlite.database.execute("PRAGMA query_only = ON")
    with pytest.raises(RecordsFault, match="cannot be written to: cuvee could not begin a run"):
        sqlite.ledger.begin(start())


def test_a_lock_that_another_process_keeps(home, sqlite):
    hasty = open_records(home, boot="b", patience=0.05)
    with sqlite.database.writing("hold the lock"), pytest.raises(RecordsFault, match="Another process"):
        hasty.ledger.begin(start())
    assert hasty.ledger.begin(start()) == 1
    hasty.close()


def test_waiting_for_a_lock_ends_with_ctrl_c(home, sqlite):
    patient = open_records(home, boot="b")
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with sqlite.database.writing("hold the lock"):
            began = time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(KeyboardInterrupt):
                patient.ledger.begin(start())
            assert time.monotonic() - began < 5
    finally:
        signal.signal(signal.SIGALRM, old)
    assert patient.ledger.begin(start()) == 1
    patient.close()


def test_an_interrupted_commit_leaves_nothing(sqlite):
    run = sqlite.ledger.begin(start())

    def interrupted():
        with sqlite.database.writing("be interrupted"):
            sqlite.database.execute("DELETE FROM run")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert sqlite.queries.run(run) is not None
    assert sqlite.ledger.begin(start()) == run + 1


def test_a_number_of_more_than_64_bits(sqlite):
    from cuvee.model.entry import Metric

    run = sqlite.ledger.begin(start())
    for too_large in (2**63, 2**70):
        with pytest.raises(RecordsFault, match="64 bits"):
            sqlite.ledger.commit(run, batch(calls=[call(0, metrics=(Metric("a", 1.0, too_large),))]))
    assert sqlite.queries.calls(run) == ()


def test_a_bug_of_ours_is_no_traceback_of_the_database(sqlite):
    run = sqlite.ledger.begin(start())
    with pytest.raises(RecordsFault, match="Please report"):
        sqlite.ledger.commit(run, batch(calls=[call(0, seconds=float("nan"))]))


@pytest.mark.parametrize("version", ["3.51.2", "3.50.9", "3.45.0", "2.8.17"])
def test_an_sqlite_that_can_corrupt_is_refused(version):
    with pytest.raises(RecordsFault, match=rf"SQLite {re.escape(version)}.*pip install --upgrade apsw"):
        check_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.51.10", "3.52.0", "3.54.1", "4.0.0", "3.51.3.1"])
def test_an_sqlite_without_that_bug_is_taken(version):
    check_sqlite(version)


def test_closing_twice(home):
    records = open_records(home, boot="b")
    records.close()
    records.close()
    with pytest.raises(RecordsFault):
        records.queries.runs()


def test_nothing_is_left_open_when_opening_fails(home):
    home.mkdir()
    (home / FILE_NAME).write_bytes(b"no database" * 1000)
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(RecordsFault):
            open_records(home, boot="b")
    assert len(list(Path("/dev/fd").iterdir())) == before
