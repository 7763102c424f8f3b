"""What tests of records are given, and values to put on record: small, each told apart by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from cuvee.model.artifact import Artifact, Part, make_artifact
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.entry import Entry, Metric, Observation
from cuvee.model.footing import Footing, Lying
from cuvee.model.key import Component, ComponentKind, Doubt, Item, Ledger, make_ledger
from cuvee.model.profile import ColumnProfile, Histogram, Preview, Profile, Top, Weight
from cuvee.model.record import (
    Argued,
    Batch,
    CallRecord,
    GitState,
    ResultItem,
    RunEnd,
    RunStart,
    Versions,
)
from cuvee.model.swap import Swapped
from cuvee.ports.ledger import CacheEntries, RunLedger
from cuvee.ports.queries import Queries

BOOT = "today"
"""The boot of the machine that records under test are opened in."""


class Records(Protocol):
    """What the suites are given."""

    @property
    def entries(self) -> CacheEntries: ...
    @property
    def ledger(self) -> RunLedger: ...
    @property
    def queries(self) -> Queries: ...


KINDS: tuple[ComponentKind, ...] = (
    "task",
    "code",
    "environment",
    "parameter",
    "input",
    "file",
    "secret",
    "chance",
)


def name(text: str) -> Digest:
    """A digest to tell things apart by."""
    return digest_bytes(text.encode())


def plain(value: object, *, padding: int = 0) -> Artifact:
    """A leaf that is all in the database; `padding` bytes make it longer."""
    return make_artifact("plain", type(value).__name__, repr(value).encode() + b" " * padding)


def frame(*columns: str) -> Artifact:
    """A leaf with a blob for each column, a short part that is kept inline, and a file it was read from."""
    blobs = [Part(column, name(f"column {column}"), 1000 + len(column)) for column in columns]
    layout = Part("layout", name("layout"), 6, b"layout")
    source = Part("source", name("source"), 10, source="data/caf\udce9.csv")
    return make_artifact("frame", "pandas.DataFrame", b"index", (*blobs, layout, source))


def branch(*children: Artifact) -> Artifact:
    """A list of these."""
    return make_artifact("list", "list", children=tuple((str(n), child) for n, child in enumerate(children)))


def components(salt: str) -> tuple[Component, ...]:
    """One component of each kind."""
    return tuple(
        Component(kind, f"{kind} of it", name(kind + salt), f"{kind}={salt}", "clean" * (kind == "input"))
        for kind in KINDS
    )


def entry(key: str, artifact: Artifact | None = None, **more: Any) -> Entry:
    """What one execution under `key` gave: an artifact that tells which, unless one is given."""
    known: dict[str, Any] = {"task": "wine:train", "seconds": 0.5, "created": 1e9, "run": 1, "path": "train"}
    return Entry(key=name(key), artifact=artifact or plain(key), **{**known, **more})


def call(position: int, path: str = "train", **more: Any) -> CallRecord:
    """A call that was executed and succeeded, unless told otherwise."""
    known: dict[str, Any] = {
        "task": "wine:train",
        "status": "succeeded",
        "decision": "executed",
        "reason_code": "first_run",
        "reason": "it has never run here",
        "started": 1e9 + position,
        "seconds": 0.25,
    }
    return CallRecord(position, path, **{**known, **more})


def batch(*, entries: Sequence[Entry] = (), calls: Sequence[CallRecord] = (), **more: Any) -> Batch:
    """What is committed at once."""
    return Batch(entries=tuple(entries), calls=tuple(calls), **more)


def start(pipeline: str = "predict", **more: Any) -> RunStart:
    """A run that begins, with parameters that are short, long and not kept."""
    known: dict[str, Any] = {
        "target": "wine.py",
        "started": 1e9 + 0.125,
        "parameters": (
            Argued("max_depth", "8", plain(8)),
            Argued("csv", "wine.csv", frame("bytes")),
            Argued("password", "***"),
        ),
        "versions": Versions("3.12.1", "linux-x86_64", "0.1.0", (("numpy", "2.1.0"), ("pandas", "2.3.0"))),
        "host": "laptop",
        "pid": 4711,
        "boot": "monday",
        "seed": 3,
        "swaps": (Swapped("train", "function", "boosting:train"), Swapped("clean#2", "value", "'café'")),
        "overrides": ("split.test_size=0.2",),
    }
    return RunStart(pipeline, **{**known, **more})


def end(**more: Any) -> RunEnd:
    """A run that ends, with a result of every shape."""
    items = (
        ResultItem(plain(0.63)),
        ResultItem(kind="list", items=(ResultItem(frame("x", "y")), ResultItem(kind="absent"))),
        ResultItem(kind="none"),
    )
    known: dict[str, Any] = {
        "status": "succeeded",
        "seconds": 1.5,
        "saved_seconds": 0.25,
        "result": ResultItem(kind="dict", items=items, names=("rmse", "frames", "nothing")),
        "git": GitState("c0ffee", "main", dirty=True),
        "error": "",
    }
    return RunEnd(**{**known, **more})


def metrics(**values: float) -> tuple[Metric, ...]:
    """Metrics without steps."""
    return tuple(Metric(known, value) for known, value in values.items())


def footing(run: int) -> Footing:
    """What a run stood on, with something in every field, a path that is no text among it."""
    listed = Observation("listed", "data\udcff", name("listed"), ("a", "b\udcff"))
    return Footing(
        run,
        3,
        name("process"),
        (listed, Observation("found", "/elsewhere", None)),
        (("/project", name("names")), ("/gone", None)),
        ("/project/wine.py",),
        name("modules"),
        (("/source", name("source")),),
        (Lying(True, "/project/data", "content", name("given")),),
        (0, 1 << 32),
    )


def profile(rows: int = 3) -> Profile:
    """What a frame looks like, with something in every field."""
    column = ColumnProfile(
        "alcohol",
        "float64",
        "number",
        1,
        8.0,
        "inf",
        1,
        10.5,
        1.25,
        2,
        (8.0, 10.5),
        Histogram(8.0, 10.5, (1, 0, 1)),
        (Top("8", 2),),
        3,
        ("deviation", "top"),
        "no more",
    )
    return Profile(
        "frame",
        "pandas.DataFrame",
        shape=(rows, 1),
        columns=(column, ColumnProfile("ü", "object", "other", None)),
        width=2,
        preview=Preview(("alcohol",), (("8",), (None,))),
        facts=(("index", "int64"),),
        parameters=(("depth", "3"),),
        defaults=("depth",),
        fitted=(("coef_", "float64 1"),),
        weights=(Weight("alcohol", 0.5),),
        problem="none",
    )


def ledger(salt: str = "") -> Ledger:
    """A fingerprint of code with an item and a doubt of each sort."""
    items = (
        Item(
            "wine.train" + salt,
            "function",
            name("train" + salt),
            "wine.py",
            12,
            "wine.main",
            "",
            name("text"),
        ),
        Item("wine.RATE", "constant", name("rate"), "wine.py", 3, "wine.train" + salt, "0.1"),
        Item("numpy 2.1.0", "distribution", name("numpy")),
    )
    return make_ledger(
        "code", items, (Doubt("plugin.load", "package", "wine.py", 30), Doubt("exec", "refused"))
    )
