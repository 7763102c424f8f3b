"""The hunt for wrong values: a real project's store is damaged, and then it is run, and read.

    python tests/stores/blob_hunt.py --cases 10000 --seed 7

Each case is one to three damages to a store that was whole: to the files of blobs, to rows of the
database, or to its file. What a run gives after it, and what is loaded from the record of the run
before, has to be right, or be refused with an error that says what is wrong.
"""

from __future__ import annotations

import argparse
import collections
import os
import pickle
import random
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import apsw

from cuvee.errors import CuveeError, InternalError
from cuvee.operations.inspect import inspect
from cuvee.operations.references import find_artifact, find_run
from cuvee.operations.run import run
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact, load_result
from cuvee.wiring import open_session

MODULE = "hunted_flow"
SOURCE = """
import numpy as np
import pandas as pd

from cuvee import log_metric, pipeline, task


@task
def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame(np.arange(rows * 4.0).reshape(rows, 4), columns=list("abcd"))


@task
def add(frame: pd.DataFrame) -> pd.DataFrame:
    log_metric("sum", float(frame.to_numpy().sum()))
    return frame.assign(total=frame.sum(axis=1))


@task
def large(rows: int) -> np.ndarray:
    return np.arange(rows * 40, dtype="int64")


@task
def halves(rows: int) -> tuple[bytes, list[int]]:
    return bytes(range(256)) * (rows // 4), list(range(rows))


@task
def short(data: bytes) -> dict[str, int]:
    return {"first": data[1], "length": len(data)}


@pipeline
def main(rows: int = 1000):
    data, numbers = halves(rows)
    return add(frame(rows)), large(rows), data, numbers, short(data)
"""
PATHS = ("frame", "add", "large", "halves", "short")

_TABLES = (
    "artifact", "artifact_blob", "artifact_child", "call", "entry", "run", "run_parameter", "run_result",
    "versions",
)  # fmt: skip


@dataclass
class Found:
    """What came of a hunt. `wrong` and `crashed` name their cases."""

    cases: int = 0
    right: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    kinds: collections.Counter[str] = field(default_factory=collections.Counter)


# Damages: each does something to the store at `home`, and says what.

Damage = Callable[[Path, random.Random], str]


def _blob(home: Path, chance: random.Random) -> Path:
    found = sorted(path for path in (home / "blobs").glob("??/*") if path.is_file())
    return chance.choice(found) if found else home / "blobs" / "00" / "none"


def _bytes(change: Callable[[bytearray, random.Random], None]) -> Damage:
    def damage(home: Path, chance: random.Random) -> str:
        path = _blob(home, chance)
        if not path.exists():
            return "nothing"
        data = bytearray(path.read_bytes())
        change(data, chance)
        if chance.random() < 0.5:  # in place, or as a file of its own
            path.unlink()
        else:
            path.chmod(0o644)
        path.write_bytes(data)
        return f"{path.name[:8]}"

    return damage


def _flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _zero(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start : start + 4096] = bytes(len(data[start : start + 4096]))


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _extend(data: bytearray, chance: random.Random) -> None:
    data += chance.randbytes(chance.choice((1, 100)))


def _swap(home: Path, chance: random.Random) -> str:
    one, other = _blob(home, chance), _blob(home, chance)
    if one == other:
        return "nothing"
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    return f"{one.name[:8]} {other.name[:8]}"


def _delete(home: Path, chance: random.Random) -> str:
    path = _blob(home, chance)
    path.unlink(missing_ok=True)
    return path.name[:8]


def _folder(home: Path, chance: random.Random) -> str:
    path = _blob(home, chance)
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)
    if chance.random() < 0.5:
        (path / "file").write_bytes(b"x")
    return path.name[:8]


def _pipe(home: Path, chance: random.Random) -> str:
    path = _blob(home, chance)
    if not path.exists():
        return "nothing"
    path.unlink()
    os.mkfifo(path)
    return path.name[:8]


def _unreadable(home: Path, chance: random.Random) -> str:
    path = _blob(home, chance)
    if path.exists():
        path.chmod(0)
    return path.name[:8]


def _all_blobs(home: Path, chance: random.Random) -> str:
    shutil.rmtree(home / "blobs")
    return ""


def _rows(change: Callable[[apsw.Connection, str, random.Random], str]) -> Damage:
    def damage(home: Path, chance: random.Random) -> str:
        connection = apsw.Connection(str(home / "records.db"))
        try:
            with suppress(apsw.Error):  # the database refuses it, or has been damaged beyond reading
                return change(connection, chance.choice(_TABLES), chance)
            return "nothing"
        finally:
            connection.close()

    return damage


def _pick(connection: apsw.Connection, table: str, chance: random.Random) -> tuple[str, str, Any] | None:
    """A row, as the condition that finds it, one of its columns and what is there."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    if not rows:
        return None
    row, at = chance.choice(rows), chance.randrange(len(columns))
    where = " AND ".join(
        f"{name} IS {apsw.format_sql_value(value)}" for name, value in zip(columns, row, strict=True)
    )
    return where, columns[at], row[at]


def _cell(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    """A value of a row, altered by a bit or so."""
    picked = _pick(connection, table, chance)
    if picked is None or picked[2] is None:
        return "nothing"
    where, column, value = picked
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (_altered(value, chance),))
    return f"{table}.{column}"


def _altered(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(8))
    if isinstance(value, float):
        return value + chance.choice((-1.0, 0.5, 1e9))
    data = bytearray(value.encode() if isinstance(value, str) else value)
    if not data or chance.random() < 0.1:
        data = bytearray(b"x")
    else:
        chance.choice((_flip, _flip, _flip, _truncate, _zero, _extend))(data, chance)
    return data.decode("utf-8", "replace") if isinstance(value, str) else bytes(data)


def _null(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    picked = _pick(connection, table, chance)
    if picked is None:
        return "nothing"
    connection.execute(f"UPDATE {table} SET {picked[1]} = NULL WHERE {picked[0]}")
    return f"{table}.{picked[1]}"


def _lost_row(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    picked = _pick(connection, table, chance)
    if picked is None:
        return "nothing"
    connection.execute(f"DELETE FROM {table} WHERE {picked[0]}")
    return table


def _exchanged(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    """What two rows say in some columns, exchanged: each is whole by itself."""
    pairs = {
        "artifact": ("codec, type, body",), "entry": ("artifact, value", "value", "details", "key", "state"),
        "call": ("artifact, value", "value", "path", "key", "components"),
        "run_parameter": ("artifact, value", "name"), "artifact_blob": ("blob", "blob, size"),
    }  # fmt: skip
    columns = chance.choice(pairs.get(table, pairs["entry"]))
    table = table if table in pairs else "entry"
    rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
    if len(rows) < 2:
        return "nothing"
    one, other = chance.sample(rows, 2)
    where = [
        " AND ".join(
            f"{name} IS {apsw.format_sql_value(v)}" for name, v in zip(columns.split(", "), row, strict=True)
        )
        for row in (one, other)
    ]
    marks = ", ".join("?" * len(one))
    connection.execute(f"UPDATE {table} SET ({columns}) = ({marks}) WHERE {where[0]}", other)
    return f"{table} ({columns})"


def _database_file(home: Path, chance: random.Random) -> str:
    path = home / "records.db"
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return f"byte {at}"


DAMAGES: dict[str, tuple[int, Damage]] = {
    "flipped": (6, _bytes(_flip)),
    "zeroed": (2, _bytes(_zero)),
    "truncated": (2, _bytes(_truncate)),
    "extended": (2, _bytes(_extend)),
    "swapped": (3, _swap),
    "deleted": (2, _delete),
    "a folder": (1, _folder),
    "a pipe": (1, _pipe),
    "unreadable": (1, _unreadable),
    "no blobs": (1, _all_blobs),
    "altered value": (12, _rows(_cell)),
    "value gone": (2, _rows(_null)),
    "row gone": (2, _rows(_lost_row)),
    "rows exchanged": (6, _rows(_exchanged)),
    "database file": (4, _database_file),
}
"""How often each comes, and what it does."""


class Hunt:
    """A project with a store that is damaged again and again."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        (self.root / f"{MODULE}.py").write_text(SOURCE)
        sys.path.insert(0, str(self.root))
        self.flow = import_module(MODULE)
        sys.path.pop(0)
        self.home = self.root / ".cuvee"
        self.whole = folder / "whole"
        self.expected = self._values()
        shutil.copytree(self.home, self.whole)

    def _values(self) -> dict[str, bytes]:
        """What is right: the result and what each call gave, of a run that nobody has damaged."""
        with self.session() as session:
            record = run(session, self.flow.main, {})
            assert record.end is not None
            found = {
                path: load_artifact(session, find_artifact(session.queries, f"1:{path}")) for path in PATHS
            }
            found["result"] = load_result(session, record.end.result)
            found["rows"] = 1000
            found["metrics"] = record.metrics
        return {name: _told_apart(value) for name, value in found.items()}

    @contextmanager
    def session(self) -> Iterator[Session]:
        session = open_session(self.root)
        try:
            yield session
        finally:
            session.close()

    def case(self, chance: random.Random, found: Found) -> None:
        """Damage the store, then read it and run; count what came of it."""
        shutil.rmtree(self.home)
        shutil.copytree(self.whole, self.home)
        damages = []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            kind = chance.choices(list(DAMAGES), [often for often, _ in DAMAGES.values()])[0]
            damages.append(f"{kind}: {DAMAGES[kind][1](self.home, chance)}")
            found.kinds[kind] += 1
        steps: list[Callable[[Session], Iterator[tuple[str, Any]]]] = [self._read, self._run]
        if chance.random() < 0.5:
            steps.reverse()
        steps += [self._repair, self._run] if chance.random() < 0.3 else [self._run]
        found.cases += 1
        became = {self._step(step, damages, found) for step in steps}
        if "refused" in became:
            found.refused += 1
        elif became == {"right"}:
            found.right += 1

    def _step(
        self, step: Callable[[Session], Iterator[tuple[str, Any]]], damages: list[str], found: Found
    ) -> str:
        name = f"case {found.cases}, {step.__name__.strip('_')} after {'; '.join(damages)}"
        became = "right"
        try:
            with self.session() as session:
                for path, value in step(session):
                    if isinstance(value, CuveeError):
                        became = "refused"
                    elif _told_apart(value) != self.expected[path]:
                        found.wrong.append(f"{name}: {path}")
                        became = "wrong"
        except InternalError as error:
            found.crashed.append(f"{name}: {error}")
            became = "crashed"
        except CuveeError:
            became = "refused"
        except Exception as error:  # noqa: BLE001 - whatever comes here is a find
            found.crashed.append(f"{name}: {type(error).__name__}: {error}")
            became = "crashed"
        return became

    def _run(self, session: Session) -> Iterator[tuple[str, Any]]:
        record = run(session, self.flow.main, {})
        assert record.end is not None
        if record.status != "succeeded":
            yield "result", CuveeError(record.end.error)
            return
        yield "result", load_result(session, record.end.result)
        yield "metrics", record.metrics

    def _read(self, session: Session) -> Iterator[tuple[str, Any]]:
        """What is on record of the first run, as `load` gives it."""
        for path in PATHS:
            with _refused() as refused:
                refused.append(load_artifact(session, find_artifact(session.queries, f"1:{path}")))
            yield path, refused[0]
        record = find_run(session.queries, "1")
        assert record.end is not None
        with _refused() as refused:
            refused.append(load_result(session, record.end.result))
        yield "result", refused[0]
        for argued in record.start.parameters:
            if argued.artifact is not None:
                with _refused() as refused:
                    refused.append(load_artifact(session, argued.artifact))
                yield argued.name, refused[0]

    def _repair(self, session: Session) -> Iterator[tuple[str, Any]]:
        inspect(session, repair=True)
        return iter(())


@contextmanager
def _refused() -> Iterator[list[Any]]:
    """What was put into the list inside, or the error that came instead."""
    found: list[Any] = []
    try:
        yield found
    except InternalError:
        raise
    except CuveeError as error:
        found.append(error)


def _told_apart(value: Any) -> bytes:
    """Bytes by which values are told apart, to the bit."""
    if isinstance(value, tuple):
        return pickle.dumps([type(value).__name__, *map(_told_apart, value)])
    if isinstance(value, list | dict):
        return repr(value).encode()
    if type(value).__name__ == "DataFrame":
        arrays = [
            (str(name), str(value[name].dtype), value[name].to_numpy().tobytes()) for name in value.columns
        ]
        return pickle.dumps((arrays, list(value.index)))
    if type(value).__name__ == "ndarray":
        return pickle.dumps((str(value.dtype), value.shape, value.tobytes()))
    return pickle.dumps((type(value).__name__, value))


def hunt(cases: int, seed: int, *, first: bool = False, found: Found | None = None) -> Found:
    """So many cases of a seed, counted in `found`; `first`: until something wrong is found."""
    found = found or Found()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            hunting = Hunt(Path(folder))
            while found.cases < cases and not (first and found.wrong):
                hunting.case(chance, found)
        finally:
            sys.modules.pop(MODULE, None)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.perf_counter()
    found = Found()
    try:
        hunt(chosen.cases, chosen.seed, found=found)
    except KeyboardInterrupt:
        print("stopped before its end")
    print(f"{found.cases} damaged stores in {time.perf_counter() - began:.0f} s, seed {chosen.seed}")
    print(f"{found.right:6}  right values in every step")
    print(f"{found.refused:6}  refused in some step, right in the others")
    for what, lines in (("wrong values served", found.wrong), ("ended without a clear error", found.crashed)):
        print(f"{len(lines):6}  {what}")
        print(*(f"        {line}" for line in lines[:20]), sep="\n", end="\n" if lines else "")
    print(*(f"{count:6}  {kind}" for kind, count in found.kinds.most_common()), sep="\n")
    sys.exit(1 if found.wrong or found.crashed else 0)


if __name__ == "__main__":
    main()
