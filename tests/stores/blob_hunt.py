"""The hunt for wrong values: a real project's store is damaged, and then it is run, and read.

    python tests/stores/blob_hunt.py --cases 10000 --seed 7
    python tests/stores/blob_hunt.py --case 7.1234

Each case is one to three damages to a store that was whole: to the files of blobs, to rows of the
database, or to its file. What a run gives after it, with a look at its code and without one, and what
is loaded from the record of the run before, has to be right, or be refused with an error that says
what is wrong.
"""

from __future__ import annotations

import argparse
import collections
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import Any

from blob_damages import DAMAGES

from cuvee.errors import CuveeError, InternalError
from cuvee.fingerprint.surroundings import Before, modules_digest
from cuvee.model.digest import digest_parts
from cuvee.model.footing import Footing
from cuvee.operations.footing import Ended
from cuvee.operations.inspect import inspect
from cuvee.operations.references import find_artifact, find_run
from cuvee.operations.run import ignore, run
from cuvee.operations.session import Session
from cuvee.operations.unchanged import answer, command_digest, find_unchanged
from cuvee.operations.values import load_artifact, load_result
from cuvee.wiring import open_session

MODULE = "hunted_flow"
SOURCE = """
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd

from cuvee import File, log_metric, pipeline, task


@task
def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame(np.arange(rows * 4.0).reshape(rows, 4), columns=list("abcd"))


@task
def add(frame: pd.DataFrame) -> pd.DataFrame:
    log_metric("sum", float(frame.to_numpy().sum()))
    return frame.assign(total=frame.sum(axis=1))


@task
def texts(rows: int) -> pd.DataFrame:
    words = [None if at % 7 == 0 else f"word {at}" for at in range(rows)]
    whole = pd.array([None if at % 5 == 0 else at for at in range(rows)], dtype="Int64")
    kinds = pd.Categorical(["xyz"[at % 3] for at in range(rows)])
    return pd.DataFrame({"word": words, "kind": kinds, "n": whole})


@task
def large(rows: int) -> np.ndarray:
    return np.arange(rows * 40, dtype="int64")


@task
def halves(rows: int) -> tuple[bytes, list[int]]:
    return bytes(range(256)) * (rows // 4), list(range(rows))


@task
def short(data: bytes) -> dict[str, int]:
    return {"first": data[1], "length": len(data)}


class Odd:
    pass


@task
def odd(rows: int) -> Odd:
    made = Odd()
    made.numbers = np.arange(rows * 4.0)
    made.text = "odd" * rows
    return made


@task
def written(given: File, rows: int) -> File:
    path = Path(mkdtemp(), "lines.txt")
    path.write_text(Path(given).read_text() * rows)
    return File(path)


@task
def read(file: File) -> str:
    return Path(file).read_text()


@pipeline
def main(rows: int = 1000, given: File = File("given.txt")):
    data, numbers = halves(rows)
    line = written(given, rows)
    return add(frame(rows)), texts(rows), large(rows), data, numbers, short(data), odd(rows), line, read(line)
"""
PATHS = ("frame", "add", "texts", "large", "halves", "short", "odd", "written", "read")
WORDS = ("run", f"{MODULE}.py")
SHARE = 100
"""Cases that a process does one after another, on copies of one store."""
SLOWEST = 60
"""Seconds after which a look is taken at a case that has not ended, and again: one that stands where it stood
has hung, and so has one that has not ended after `LOOKS`. A machine that is busy makes any case slow."""
LOOKS = 20


@dataclass
class Found:
    """What came of a hunt. `wrong` and `crashed` name their cases."""

    cases: int = 0
    right: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    kinds: collections.Counter[str] = field(default_factory=collections.Counter)

    def add(self, other: Found) -> None:
        """Count what came of other cases too."""
        self.cases += other.cases
        self.right += other.right
        self.refused += other.refused
        self.wrong += other.wrong
        self.crashed += other.crashed
        self.kinds += other.kinds


Step = Callable[[Session], Iterator[tuple[str, Any]]]
"""Reads values out of the store in some way: each by its name, or the error that came instead."""


class Hunt:
    """A project with a store that is damaged again and again."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        (self.root / f"{MODULE}.py").write_text(SOURCE)
        (self.root / "given.txt").write_text("a line that was given\n")
        sys.path.insert(0, str(self.root))
        self.flow = import_module(MODULE)
        sys.path.pop(0)
        self.home = self.root / ".cuvee"
        self.whole = folder / "whole"
        self.before = Before(digest_parts("process", []), {})
        self.expected = self._values()
        shutil.copytree(self.home, self.whole)

    def _values(self) -> dict[str, bytes]:
        """What is right: the result and what each call gave, of a run that nobody has damaged."""
        with self.session() as session:
            record = run(session, self.flow.main, {}, then=partial(self._stand, session))
            assert record.end is not None
            found = {
                path: load_artifact(session, find_artifact(session.queries, f"1:{path}")) for path in PATHS
            }
            found["result"] = load_result(session, record.end.result)
            for argued in record.start.parameters:
                assert argued.artifact is not None
                found[argued.name] = load_artifact(session, argued.artifact)
            found["metrics"] = record.metrics
        return {name: _told_apart(value) for name, value in found.items()}

    def _stand(self, session: Session, ended: Ended) -> None:
        """Let the run be answered from the records later. That its code has not moved needs no proof here."""
        number = ended.record.number
        calls = len(session.queries.calls(number))
        footing = Footing(number, calls, self.before.process, (), (), (), modules_digest([]))
        session.ledger.stand(command_digest(session, WORDS), footing)

    @contextmanager
    def session(self) -> Iterator[Session]:
        session = open_session(self.root)
        try:
            yield session
        finally:
            session.close()

    def case(self, name: str, found: Found) -> None:
        """Damage the store, then read it and run; count what came of it. The name tells all of it."""
        chance = random.Random(name)
        shutil.rmtree(self.home)
        shutil.copytree(self.whole, self.home)
        damages = []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            kind = chance.choices(list(DAMAGES), [often for often, _ in DAMAGES.values()])[0]
            damages.append(f"{kind}: {DAMAGES[kind][1](self.home, chance)}")
            found.kinds[kind] += 1
        steps: list[Step] = [self._read, self._run, self._answer]
        chance.shuffle(steps)
        steps += [self._repair, self._run] if chance.random() < 0.3 else [self._run]
        found.cases += 1
        damaged = f"{name} after {'; '.join(damages)}"
        became = {self._step(step, damaged, found) for step in steps}
        if "refused" in became:
            found.refused += 1
        elif became == {"right"}:
            found.right += 1

    def _step(self, step: Step, damaged: str, found: Found) -> str:
        name = f"{step.__name__.strip('_')} of {damaged}"
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

    def _answer(self, session: Session) -> Iterator[tuple[str, Any]]:
        """The run as it is answered where nothing has changed, without a look at its code."""
        unchanged = find_unchanged(session, command_digest(session, WORDS), self.before)
        if unchanged is None:
            return
        record = answer(session, unchanged, ignore)
        assert record.end is not None
        yield "result", load_result(session, record.end.result)
        yield "metrics", record.metrics

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
    kind = type(value).__name__
    if isinstance(value, tuple):
        return pickle.dumps([kind, *map(_told_apart, value)])
    if isinstance(value, list | dict):
        return repr(value).encode()
    if kind == "DataFrame":
        columns = [(name, str(value[name].dtype), _cells(value[name])) for name in value.columns]
        return pickle.dumps((columns, list(value.index)))
    if kind == "ndarray":
        return pickle.dumps((str(value.dtype), value.shape, value.tobytes()))
    if kind == "Odd":
        return pickle.dumps((kind, *((name, _told_apart(each)) for name, each in vars(value).items())))
    if kind == "File":
        return pickle.dumps((kind, Path(value).name, Path(value).read_bytes()))
    return pickle.dumps((kind, value))


def _cells(column: Any) -> bytes:
    array = column.to_numpy()
    return bytes(array.tobytes()) if array.dtype != object else repr(array.tolist()).encode()


def hunt(names: Iterable[str], *, first: bool = False) -> Found:
    """The cases of these names; `first`: until something wrong is found."""
    found = Found()
    with _folder() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            hunting = Hunt(folder)
            for name in names:
                try:
                    with _ended_in_time(name):
                        hunting.case(name, found)
                except _Hung as hung:
                    found.crashed.append(str(hung))
                if first and found.wrong:
                    break
        finally:
            sys.modules.pop(MODULE, None)
    return found


class _Hung(BaseException):
    """Nothing that a value's library raises, so that nobody takes it for a value that cannot be read."""


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for the hunt and for all that is made temporarily in it; it goes with the hunt."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder, "temporary")
        temporary.mkdir()
        tempfile.tempdir = str(temporary)
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = before


@contextmanager
def _ended_in_time(name: str) -> Iterator[None]:
    """A case that waits for something that never comes, a pipe say, is a find."""
    stood: list[list[str]] = []

    def look(_: int, frame: FrameType | None) -> None:
        stood.append([f"{file}:{line}" for file, line, *_ in traceback.extract_stack(frame)])
        if stood[-1] in stood[-2:-1] or len(stood) == LOOKS:
            where = " < ".join(reversed(stood[-1][-4:]))
            raise _Hung(f"{name} has hung: no end in {SLOWEST * len(stood)} s, and it stands at {where}")
        signal.alarm(SLOWEST)

    before = signal.signal(signal.SIGALRM, look)
    signal.alarm(SLOWEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def names_of(seed: int, cases: range) -> list[str]:
    """What cases of a seed go by."""
    return [f"case {seed}.{number}" for number in cases]


def hunt_in_processes(cases: int, seed: int, processes: int) -> Iterator[Found]:
    """What came of so many cases, a hundred after another, as it becomes known."""
    shares = [names_of(seed, range(start, min(start + SHARE, cases))) for start in range(0, cases, SHARE)]
    with get_context("spawn").Pool(processes) as pool:  # which ends them, whatever ends this
        yield from pool.imap_unordered(hunt, shares)


def _tell(share: Found, cases: int) -> None:
    """What was found is said at once: the rest may take an hour."""
    for line in (*share.wrong, *share.crashed):
        print(line, file=sys.stderr, flush=True)
    if cases % 1000 == 0:
        print(f"{cases} …", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", help="this one only, as a find names it: 7.1234")
    chosen = parser.parse_args()
    began = time.perf_counter()
    found = Found()
    if chosen.case:
        found.add(hunt([f"case {chosen.case}"]))
    else:
        try:
            for share in hunt_in_processes(chosen.cases, chosen.seed, chosen.processes):
                found.add(share)
                _tell(share, found.cases)
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
