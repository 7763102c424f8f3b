"""Libraries that open files in C: what they read and write is observed all the same."""

from __future__ import annotations

import sqlite3

import duckdb
import h5py
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.json
import pyarrow.orc
import pyarrow.parquet as pq
import pytest

from cuvee.perform.observation import Observer

FRAME = pd.DataFrame({"a": [1, 2]})
TABLE = pa.table({"a": [1, 2]})


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def observed(root, act):
    observer = Observer(root, root / ".cuvee")
    with observer.ready(), observer.watching():
        act()
    found = observer.findings()
    kinds = ("read", "wrote", "listed", "made")
    return {(item.kind, item.path) for item in found.observed if item.kind in kinds}, found.doubts


def ipc_write():
    with pa.ipc.new_file("a.arrow", TABLE.schema) as file:
        file.write_table(TABLE)


def h5_write():
    with h5py.File("a.h5", "w") as file:
        file["x"] = [1, 2]


def h5_read():
    with h5py.File("a.h5") as file:
        return file["x"][:]


WRITERS = {
    "a.parquet": [
        lambda: FRAME.to_parquet("a.parquet"),
        lambda: pq.write_table(TABLE, "a.parquet"),
        lambda: pl.DataFrame(TABLE).write_parquet("a.parquet"),
        lambda: pl.LazyFrame({"a": [1]}).sink_parquet("a.parquet"),
        lambda: duckdb.sql("select 1 as a").to_parquet("a.parquet"),
        lambda: duckdb.execute("copy (select 1 as a) to 'a.parquet'"),
    ],
    "a.feather": [lambda: FRAME.to_feather("a.feather"), lambda: pl.DataFrame(TABLE).write_ipc("a.feather")],
    "a.csv": [
        lambda: pyarrow.csv.write_csv(TABLE, "a.csv"),
        lambda: pl.DataFrame(TABLE).write_csv("a.csv"),
    ],
    "a.arrow": [ipc_write],
    "a.h5": [h5_write],
    "a.orc": [lambda: pyarrow.orc.write_table(TABLE, "a.orc")],
    "a.bin": [lambda: np.arange(3).tofile("a.bin")],
    "a.npy": [lambda: np.save("a.npy", np.arange(3))],
    "a.ndjson": [lambda: pl.DataFrame(TABLE).write_ndjson("a.ndjson")],
}
READERS = {
    "a.parquet": [
        lambda: pd.read_parquet("a.parquet"),
        lambda: pq.read_table("a.parquet"),
        lambda: pq.ParquetFile("a.parquet").read(),
        lambda: pq.read_schema("a.parquet"),
        lambda: pq.read_metadata("a.parquet"),
        lambda: pyarrow.dataset.dataset("a.parquet").to_table(),
        lambda: pl.read_parquet("a.parquet"),
        lambda: pl.scan_parquet("a.parquet").collect(),
        lambda: duckdb.read_parquet("a.parquet").fetchall(),
        lambda: duckdb.sql("from 'a.parquet'").fetchall(),
        lambda: duckdb.connect().execute("select * from read_parquet(['a.parquet'])").fetchall(),
    ],
    "a.feather": [
        lambda: pd.read_feather("a.feather"),
        lambda: pyarrow.feather.read_table("a.feather"),
        lambda: pl.read_ipc("a.feather"),
    ],
    "a.csv": [
        lambda: pd.read_csv("a.csv", engine="pyarrow"),
        lambda: pd.read_csv("a.csv"),
        lambda: pyarrow.csv.read_csv("a.csv"),
        lambda: pl.read_csv("a.csv"),
        lambda: pl.scan_csv("a.csv").collect(),
        lambda: duckdb.read_csv("a.csv").fetchall(),
        lambda: pa.memory_map("a.csv").read(),
        lambda: pa.OSFile("a.csv").read(),
        lambda: pa.input_stream("a.csv").read(),
    ],
    "a.arrow": [lambda: pa.ipc.open_file("a.arrow").read_all()],
    "a.h5": [h5_read],
    "a.orc": [lambda: pyarrow.orc.ORCFile("a.orc").read(), lambda: pd.read_orc("a.orc")],
    "a.bin": [lambda: np.fromfile("a.bin"), lambda: np.memmap("a.bin", mode="r")],
    "a.npy": [lambda: np.load("a.npy"), lambda: np.load("a.npy", mmap_mode="r")],
    "a.ndjson": [lambda: pl.read_ndjson("a.ndjson"), lambda: pyarrow.json.read_json("a.ndjson")],
}


@pytest.mark.parametrize("name", READERS)
def test_what_is_read_is_observed(root, name):
    WRITERS[name][0]()
    for read in READERS[name]:
        assert observed(root, read) == ({("read", name)}, ())


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_is_observed(root, name):
    for write in WRITERS[name]:
        assert observed(root, write) == ({("wrote", name)}, ())
        (root / name).unlink()


def test_a_folder_of_files_counts_with_its_listing(root):
    made = observed(root, lambda: pyarrow.dataset.write_dataset(TABLE, "data", format="parquet"))
    assert made == ({("made", "data"), ("wrote", "data/part-0.parquet")}, ())
    for read in (
        lambda: pq.read_table("data"),
        lambda: pd.read_parquet("data"),
        lambda: pl.read_parquet("data"),
        lambda: pyarrow.dataset.dataset("data").to_table(),
    ):
        assert observed(root, read) == ({("listed", "data"), ("read", "data/part-0.parquet")}, ())


@pytest.mark.parametrize(
    "read",
    [
        lambda: pl.read_parquet("data/*.parquet"),
        lambda: duckdb.read_parquet("data/*.parquet").fetchall(),
        lambda: duckdb.sql("select * from 'data/*.parquet'").fetchall(),
    ],
)
def test_a_pattern_counts_with_the_listing_that_it_matches_in(root, read):
    (root / "data").mkdir()
    FRAME.to_parquet("data/a.parquet")
    assert observed(root, read) == ({("listed", "data"), ("read", "data/a.parquet")}, ())


def test_sql_still_finds_the_frames_of_whoever_asks(root):
    seen = []

    def act():
        frame = FRAME
        assert len(frame) == 2
        seen.append(duckdb.sql("select sum(a) from frame").fetchall())
        seen.append(duckdb.connect().sql("select count(*) from frame").fetchall())

    assert observed(root, act) == (set(), ())
    assert seen == [[(3,)], [(2,)]]


def _ask(connect, *statements):
    connection = connect()
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "connect", [lambda: sqlite3.connect("a.db", isolation_level=None), lambda: duckdb.connect("a.db")]
)
def test_a_database_counts_by_what_became_of_it(root, connect):
    made = observed(root, lambda: _ask(connect, "create table t (x integer)"))
    assert made[0] >= {("wrote", "a.db")}
    read = observed(root, lambda: _ask(connect, "select * from t"))
    assert read[0] >= {("read", "a.db")}
    assert read[1] == ()
    changed = observed(root, lambda: _ask(connect, "insert into t values (1)"))
    assert changed[1] == ("it read a.db and then wrote to it, or took it away",)


def test_an_address_is_the_network(root):
    observer = Observer(root, root / ".cuvee")
    with observer.ready(), observer.watching():
        pl.scan_parquet("https://example.invalid/a.parquet")
    assert observer.findings().outside == ("it used the network: https://example.invalid/a.parquet",)


def test_what_is_read_back_after_it_was_written_is_ones_own(root):
    def act():
        FRAME.to_parquet("a.parquet")
        pd.read_parquet("a.parquet")

    assert observed(root, act) == ({("wrote", "a.parquet")}, ())


def test_a_class_behind_a_stand_in_is_still_a_class(root):
    (root / "a.txt").write_text("1")

    def act():
        assert isinstance(pa.OSFile("a.txt"), pa.OSFile)
        assert issubclass(pa.OSFile, pa.NativeFile)

    observed(root, act)
