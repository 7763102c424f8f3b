from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap

import pytest

from cuvee.errors import RecordsFault
from cuvee.tracking.sqlite import migrations, open_records
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.migrations import FOLDER, migrate, read_migrations

# A released migration is never changed: whoever edits a file, adds a step instead.
CHECKSUMS = {
    "0001_records": "blake3:291928d14f8874663dae1dfe0ad5390561d6b184c8bda3970af3572d567fae28",
    "0002_sources": "blake3:d7ed62320c7bccb248cf7f5824134825f7413bce2a3e0abe26a07999eb67de0e",
    "0003_profiles": "blake3:b34877c867d26317993b214d298ad172fbb9e23920602fa125bb8f240e092837",
    "0004_seed": "blake3:625561e7cb6337e3f4f38687cda31255c7ecbdb06f7b0d52bfc20a0a2afd6bb3",
    "0005_known_files": "blake3:e6b74e78530b0293892d9f87bace33f2ed70a2c85da5fd6221ba924ef8670a19",
    "0006_keeping": "blake3:9a6115942eea303a97439a48ad532193463a1b0145fefef1f1ccb76310b99a76",
    "0007_footings": "blake3:1629764108b0e721447dd15f9d1589298387614a9a3b2701500eca6a205b85d3",
    "0008_snapshots": "blake3:580358c9f1e804c0af0690f0cb192c2150f49b12c600dfc5773973c1e130a6b5",
    "0009_swaps": "blake3:2360ca3928fddf2617d168f7c5b1c3bf50622f36414477bc414a614ac9e5a282",
    "0010_given": "blake3:5f49379e749071430944f581c79e47c52879f20ddf00502b8efa18c12a8b0bc0",
    "0011_mixtures": "blake3:39a39eb16dd07a210bcc6d455fa09079ccfc6f756bdd6d52152599c3db57872f",
    "0012_indexes": "blake3:ad7d2871ec377afb8187c5b1c340fe4862224ee56212655f7bec252caeb98e49",
    "0013_uses_in_order": "blake3:185f68fa30fe9317ff6dce421635c93a40b20024e094d6b62fc3f20cbb16d5ce",
    "0014_repeats": "blake3:d2616bb6a04d0c9e00a3521b826db42afdd6a96d4f7d117a22d3e4c3af8caa8a",
    "0015_short_index": "blake3:5fc25ee53d6e2f5a075241b32aa343a2f3f089b5d2edfd546e089cb40ee51712",
}


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "records.db")
    yield database
    database.close()


@pytest.fixture
def steps(tmp_path):
    """Our migrations and two more."""
    folder = tmp_path / "steps"
    shutil.copytree(FOLDER, folder)
    last = len(read_migrations())
    (folder / f"{last + 1:04}_more.sql").write_text(
        "CREATE TABLE more (a); PRAGMA user_version; INSERT INTO more VALUES (1);"
    )
    (folder / f"{last + 2:04}_most.sql").write_text(
        "ALTER TABLE more ADD COLUMN b; CREATE INDEX i ON more (b);"
    )
    return folder


def schema(database):
    """What the database is made of, but for how its text is laid out."""
    tables = [known for (known,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    found = {}
    for table in sorted(tables):
        columns = list(database.execute("SELECT * FROM pragma_table_xinfo(?)", (table,)))
        keys = sorted(
            row[2:] for row in database.execute("SELECT * FROM pragma_foreign_key_list(?)", (table,))
        )
        indexes = {}
        for _, index, unique, origin, partial in database.execute(
            "SELECT * FROM pragma_index_list(?)", (table,)
        ):
            parts = list(database.execute("SELECT * FROM pragma_index_xinfo(?)", (index,)))
            indexes[index] = (unique, origin, partial, parts)
        kind = list(database.execute("SELECT type, wr, strict FROM pragma_table_list(?)", (table,)))
        found[table] = (columns, keys, indexes, kind)
    conditions = database.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%WHERE%'"
    )
    return found, {index: sql.partition("WHERE")[2].split() for index, sql in conditions}


def test_the_numbers_have_no_gaps():
    assert [migration.number for migration in read_migrations()] == list(range(1, len(read_migrations()) + 1))


def test_no_released_migration_was_changed():
    assert {migration.name: migration.checksum for migration in read_migrations()} == CHECKSUMS


def applied(database):
    return list(database.execute("SELECT number, name, checksum FROM migration"))


def test_a_new_database_is_what_all_migrations_give(database, tmp_path):
    migrate(database)
    stepwise = Database(tmp_path / "stepwise.db")
    migrate(stepwise, read_migrations())
    assert schema(database) == schema(stepwise)
    assert applied(database) == applied(stepwise)
    for pragma in ("application_id", "foreign_keys"):
        found = (each.execute(f"PRAGMA {pragma}").fetchone() for each in (database, stepwise))
        assert len(set(found)) == 1
    stepwise.close()


def test_a_new_database_that_another_process_has_made_meanwhile_is_left_as_it_is(database, monkeypatch):
    begin = migrations._begin

    def second(database, known):
        begin(database, known)
        begin(database, known)

    monkeypatch.setattr(migrations, "_begin", second)
    migrate(database)
    assert [number for number, _, _ in applied(database)] == [known.number for known in read_migrations()]


def test_an_older_database_becomes_the_same_as_a_new_one(steps, tmp_path):
    known = read_migrations(steps)
    new = Database(tmp_path / "new.db")
    migrate(new, known)
    for already in range(len(known)):
        older = Database(tmp_path / f"older{already}.db")
        migrate(older, known[:already])
        migrate(older, known)
        assert schema(older) == schema(new)
        assert applied(older) == [(step.number, step.name, step.checksum) for step in known]
        older.close()
    new.close()


def test_nothing_is_applied_twice(steps, database):
    for _ in range(2):
        migrate(database, read_migrations(steps))
    assert database.execute("SELECT count(*) FROM more").fetchone()[0] == 1


def test_a_step_that_fails_leaves_no_trace(steps, database):
    last = sorted(steps.glob("0*.sql"))[-1]
    last.write_text("CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(RecordsFault, match=f"apply migration {last.stem}"):
        migrate(database, read_migrations(steps))
    assert "half" not in schema(database)[0]
    assert "more" in schema(database)[0]
    assert (
        database.execute("SELECT max(number) FROM migration").fetchone()[0] == len(read_migrations(steps)) - 1
    )


def test_a_step_that_leaves_orphans_is_not_applied(steps, database):
    last = sorted(steps.glob("0*.sql"))[-1]
    last.write_text("INSERT INTO run_ledger VALUES (99, x'00');")
    with pytest.raises(RecordsFault, match="orphans"):
        migrate(database, read_migrations(steps))
    assert list(database.execute("SELECT * FROM run_ledger")) == []


def test_entries_and_their_figures_outlive_the_step_that_rebuilds_their_table(tmp_path):
    known = read_migrations()
    older = Database(tmp_path / "older.db")
    migrate(older, known[:11])
    older.execute(
        "INSERT INTO entry VALUES (7, x'01', x'', 't', x'02', x'03', 1, 2, 3, 'p', 'b', NULL, 1, 4, x'05')"
    )
    older.execute("INSERT INTO entry_figure VALUES (7, 0, 'curve', x'06', NULL)")
    before = [list(older.execute(f"SELECT * FROM {table}")) for table in ("entry", "entry_figure")]
    migrate(older, known)
    assert [list(older.execute(f"SELECT * FROM {table}")) for table in ("entry", "entry_figure")] == before
    older.execute("DELETE FROM entry")
    assert list(older.execute("SELECT * FROM entry_figure")) == []
    older.close()


def test_a_step_may_rebuild_a_table_that_others_refer_to(steps, database):
    migrate(database)
    database.execute(
        "INSERT INTO run (number, pipeline, target, started, host, pid, boot, versions) "
        "VALUES (1, 'p', 't', 0, 'h', 1, 'b', x'')"
    )
    database.execute("INSERT INTO run_ledger VALUES (1, x'00')")
    last = sorted(steps.glob("0*.sql"))[-1]
    last.write_text("CREATE TABLE new AS SELECT * FROM run; DROP TABLE run; ALTER TABLE new RENAME TO run;"
                    "CREATE UNIQUE INDEX run_number ON run (number);")  # fmt: skip
    migrate(database, read_migrations(steps))
    assert list(database.execute("SELECT run FROM run_ledger")) == [(1,)]
    assert database.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_database_of_a_newer_cuvee_is_refused(steps, database):
    migrate(database, read_migrations(steps))
    with pytest.raises(RecordsFault, match=r"newer cuvee.*_more.*pip install --upgrade cuvee"):
        migrate(database)


def test_a_migration_that_is_another_than_the_one_applied_is_refused(steps, database):
    migrate(database, read_migrations(steps))
    last = sorted(steps.glob("0*.sql"))[-1]
    last.write_text(last.read_text() + "-- edited")
    with pytest.raises(RecordsFault, match=last.stem):
        migrate(database, read_migrations(steps))


def test_many_processes_may_open_a_new_database_at_once(tmp_path):
    home, go = tmp_path / "home", tmp_path / "go"
    script = textwrap.dedent(
        f"""
        import pathlib, time
        from cuvee.testing.record_values import start
        from cuvee.tracking.sqlite import open_records
        while not pathlib.Path({str(go)!r}).exists():
            time.sleep(0.001)
        records = open_records(pathlib.Path({str(home)!r}), boot="b")
        print(*(records.ledger.begin(start()) for _ in range(20)))
        records.close()
        """
    )
    workers = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", script], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    go.touch()
    outputs = [worker.communicate(timeout=60)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4
    assert sorted(int(number) for output in outputs for number in output.split()) == list(range(1, 81))
    records = open_records(home, boot="b")
    assert records.database.execute("SELECT count(*) FROM migration").fetchone()[0] == len(read_migrations())
    records.close()
