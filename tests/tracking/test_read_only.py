"""Records in a folder that cannot be written to from here: they can be looked at, and never wrongly."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest

from cuvee.errors import RecordsFault
from cuvee.testing.records import BOOT
from cuvee.tracking.sqlite import open_records, still
from cuvee.tracking.sqlite.connection import Database
from rights import read_only

WRITER = """
import sys, apsw
connection = apsw.Connection(sys.argv[1])
for line in sys.stdin:
    connection.execute(line)
    print("done", flush=True)
"""


class Writer:
    """Another process with the database open, which may write to it."""

    def __init__(self, path):
        self._process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.does("SELECT count(*) FROM tag")

    def does(self, sql):
        self._process.stdin.write(sql + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def tags(self, name):
        self.does(f"INSERT INTO tag (name, run, path, at) VALUES ('{name}', 1, '', 0.0)")

    def ends(self):
        self._process.communicate()

    def is_killed(self):
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def path(home, monkeypatch):
    monkeypatch.setattr(still, "SETTLED", 0.0)
    records = open_records(home, boot=BOOT)
    records.database.script(
        "PRAGMA foreign_keys = OFF; INSERT INTO tag (name, run, path, at) VALUES ('first', 1, '', 0.0)"
    )
    records.close()
    return records.database.path


@pytest.fixture
def locked(path):
    with read_only(path.parent):
        yield path


@pytest.fixture
def database(locked):
    made = Database(locked)
    yield made
    made.close()


def names(database):
    with database.reading("read the tags"):
        return sorted(name for (name,) in database.execute("SELECT name FROM tag"))


def test_they_can_be_read_and_nothing_is_left_there(locked, database):
    before = sorted(locked.parent.iterdir())
    assert names(database) == ["first"]
    assert database.ask("read", "SELECT name FROM tag WHERE run = ?", [(1,)]) == [("first",)]
    assert sorted(locked.parent.iterdir()) == before


def test_what_would_write_is_refused(locked):
    records = open_records(locked.parent, boot=BOOT)
    with pytest.raises(RecordsFault, match="cannot be written to: cuvee could not write"):  # noqa: SIM117
        with records.database.writing("write"):
            records.database.execute("DELETE FROM tag")
    records.files.keep([(b"/a", b"", b"", 0.0)])  # only remembers, and nothing depends on it
    records.close()


def test_beside_a_process_that_writes_all_is_seen_that_is_committed(path):
    writer = Writer(path)
    writer.tags("second")
    with read_only(path.parent):
        database = Database(path)
        assert names(database) == ["first", "second"]
        writer.tags("third")
        assert names(database) == ["first", "second", "third"]
        writer.does("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.tags("fourth")
        assert len(names(database)) == 4
        database.close()
    writer.ends()


def test_what_a_killed_process_had_committed_is_seen(path):
    writer = Writer(path)
    writer.tags("second")
    writer.is_killed()
    with read_only(path.parent):
        database = Database(path)
        assert names(database) == ["first", "second"]
        database.close()


def test_a_writer_that_comes_later_is_read_along_with(locked, database):
    assert names(database) == ["first"]
    with _unlocked(locked):
        writer = Writer(locked)
        writer.tags("second")
    assert names(database) == ["first", "second"]
    writer.ends()


def test_what_was_written_to_while_it_was_read_is_refused_and_read_anew(locked, database):
    with pytest.raises(RecordsFault, match="was written to while it was read"):  # noqa: SIM117, PT012
        with database.reading("read the tags"):
            database.execute("SELECT name FROM tag").fetchall()
            with _unlocked(locked):
                writer = Writer(locked)
                writer.tags("second")
                writer.ends()
    assert names(database) == ["first", "second"]


def test_damage_that_is_seen_while_it_is_written_to_is_none(locked, database):
    with pytest.raises(RecordsFault, match="was written to while it was read"):  # noqa: SIM117, PT012
        with database.reading("read the tags"), _unlocked(locked):
            locked.write_bytes(b"x" * locked.stat().st_size)
            database.execute("SELECT name FROM tag").fetchall()


def test_nothing_is_left_where_the_folder_can_be_written_to_and_the_file_can_not(path):
    with read_only(path.parent):
        path.parent.chmod(0o755)
        database = Database(path)
        assert names(database) == ["first"]
        database.close()
        assert not [each for each in path.parent.iterdir() if each.name.startswith("records.db-")]


def test_a_file_that_can_be_written_to_in_a_folder_that_can_not_is_read(path):
    with read_only(path.parent):
        path.chmod(0o644)
        database = Database(path)
        assert names(database) == ["first"]
        database.close()


def test_without_the_log_that_belongs_to_it_it_is_refused(path, tmp_path):
    writer = Writer(path)
    writer.tags("second")
    copy = tmp_path / "copy"
    copy.mkdir()
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", copy / f"{path.name}{end}")
    writer.ends()
    with read_only(copy), pytest.raises(RecordsFault, match=r"the last changes to it are in records\.db-wal"):
        Database(copy / path.name)
    database = Database(copy / path.name)  # and where it can be written to, they are taken in
    assert names(database) == ["first", "second"]
    database.close()


def test_one_that_was_written_to_just_now_is_waited_for(locked, monkeypatch):
    slept = []
    monkeypatch.setattr(still, "SETTLED", 2.5)
    monkeypatch.setattr(time, "sleep", slept.append)
    Database(locked).close()
    [seconds] = slept
    assert 0 < seconds <= 2.5


def test_a_database_that_cannot_be_opened_for_another_reason_is_not_taken_for_one_that_is_still(tmp_path):
    (tmp_path / "records.db").mkdir()
    with pytest.raises(RecordsFault, match="cannot be opened"):
        Database(tmp_path / "records.db")


def _unlocked(path):
    from contextlib import contextmanager

    @contextmanager
    def opened():
        modes = {each: each.stat().st_mode for each in (path.parent, path)}
        path.parent.chmod(0o755)
        path.chmod(0o644)
        yield
        for each, mode in modes.items():
            each.chmod(mode)

    return opened()
