"""Fingerprints to compare, told apart by what they are made of."""

from __future__ import annotations

from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.key import Item, Ledger, make_ledger


def name(text: str) -> Digest:
    return digest_bytes(text.encode())


def item(called: str, content: str = "1", kind: str = "function", **more: object) -> Item:
    where = {"file": "features.py", "line": 41} if kind != "distribution" else {}
    return Item(called, kind, name(content), **{**where, **more})  # type: ignore[arg-type]


def code(*items: Item) -> Ledger:
    """The code of the task `wine.train`, and these."""
    return make_ledger("code", (item("wine.train", "t"), *items))


def environment(*versions: str) -> Ledger:
    """Python, the platform, and these distributions."""
    python = item("python 3.12", "3.12", "python", file="", line=0)
    platform = item("linux-x86_64", "linux", "platform", file="", line=0)
    return make_ledger(
        "environment", (python, platform, *(item(each, each, "distribution") for each in versions))
    )
