"""The MessagePack forms of what is kept in blobs. Positional, so short; their order is part of the schema.

A new field goes to the end of a form, with a default. Knows no SQL.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec.msgpack import Encoder

from cuvee.model.artifact import Part
from cuvee.model.digest import Digest
from cuvee.model.entry import Entry, Metric, Observation
from cuvee.model.key import Component, Doubt, Item, Ledger
from cuvee.model.order import Failure
from cuvee.model.record import Attempt, CallRecord, GitState, Mixed, Versions
from cuvee.model.swap import SwapKind, Swapped
from cuvee.tracking.sqlite.forms import Form

encode = Encoder().encode

_doubts = Form(tuple[Doubt, ...])
_versions = Form(Versions)
_git = Form(GitState)
_mixed = Form(Mixed)
_overrides = Form(tuple[str, ...])


class _Item(msgspec.Struct, array_like=True):
    name: str
    kind: str
    digest: Digest
    file: str
    line: int
    via: str
    text: str = ""
    source: Digest | None = None


class _CallDetails(msgspec.Struct, array_like=True):
    outputs: tuple[str, ...]
    failure: Failure | None
    doubts: tuple[str, ...]
    made_by: tuple[int, str] | None
    attempts: tuple[Attempt, ...] = ()
    mutated: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    memory: int | None = None


class _Observed(msgspec.Struct, array_like=True):
    kind: str
    path: bytes
    digest: Digest | None
    detail: tuple[bytes, ...] = ()


class _EntryDetails(msgspec.Struct, array_like=True):
    metrics: tuple[tuple[str, float, int | None], ...]
    observed: tuple[_Observed, ...]
    memory: int | None = None


class _Swapped(msgspec.Struct, array_like=True):
    name: str
    kind: SwapKind
    text: str


_swaps = Form(tuple[_Swapped, ...])
_components = Form(tuple[Component, ...])
_items = Form(tuple[_Item, ...])
_call_details = Form(_CallDetails)
_entry_details = Form(_EntryDetails)
_NO_CALL_DETAILS = _CallDetails((), None, (), None)
_NO_ENTRY_DETAILS = _EntryDetails((), ())


def pack_components(components: Sequence[Component]) -> bytes:
    """A key's components, in order: each an array of its fields."""
    return encode(components)


def read_components(body: bytes) -> tuple[Component, ...]:
    return _components.decode(body)


def pack_call_details(call: CallRecord) -> bytes | None:
    """What few calls have; None for a call that has nothing of it."""
    if not (
        call.outputs
        or call.failure
        or call.doubts
        or call.made_by
        or call.attempts
        or call.mutated
        or call.shared
        or call.memory
    ):
        return None
    rare = (
        call.outputs,
        call.failure,
        call.doubts,
        call.made_by,
        call.attempts,
        call.mutated,
        call.shared,
        call.memory,
    )
    return encode(rare)


def read_call_details(body: bytes | None) -> _CallDetails:
    return _NO_CALL_DETAILS if body is None else _call_details.decode(body)


def pack_entry_details(entry: Entry) -> bytes | None:
    """An entry's metrics, observations and memory; None when it has none of them."""
    if not (entry.metrics or entry.observed or entry.memory):
        return None
    metrics = [(m.name, m.value, m.step) for m in entry.metrics]
    observed = [(o.kind, path_bytes(o.path), o.digest, [*map(path_bytes, o.detail)]) for o in entry.observed]
    return encode((metrics, observed, entry.memory))


def read_entry_details(
    body: bytes | None,
) -> tuple[tuple[Metric, ...], tuple[Observation, ...], int | None]:
    if body is None:
        return (), (), None
    details = _entry_details.decode(body)
    metrics = tuple([Metric(*row) for row in details.metrics])
    observed = [
        Observation(o.kind, read_path(o.path), o.digest, tuple(map(read_path, o.detail)))
        for o in details.observed
    ]
    return metrics, tuple(observed), details.memory


def pack_items(ledger: Ledger) -> bytes:
    return encode([msgspec.structs.astuple(item) for item in ledger.items])


def pack_doubts(ledger: Ledger) -> bytes | None:
    return encode(ledger.doubts) if ledger.doubts else None


def read_ledger(digest: Digest, items: bytes, doubts: bytes | None) -> Ledger:
    read = tuple([Item(*msgspec.structs.astuple(item)) for item in _items.decode(items)])
    return Ledger(digest, read, () if doubts is None else _doubts.decode(doubts))


def pack_source(text: str) -> bytes:
    """A source text, a third as long: it is written once and read when something is explained."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


def read_source(body: bytes) -> str:
    return zlib.decompress(body).decode("utf-8", "surrogatepass")


def read_versions(body: bytes) -> Versions:
    return _versions.decode(body)


def sources_named(items: bytes) -> Iterator[Digest]:
    """The sources that a fingerprint's items name."""
    return (item.source for item in _items.decode(items) if item.source is not None)


def read_git(body: bytes | None) -> GitState | None:
    return None if body is None else _git.decode(body)


def pack_swaps(swaps: Sequence[Swapped]) -> bytes | None:
    """What stood in for tasks; None where nothing did."""
    return encode([(swap.name, swap.kind, swap.text) for swap in swaps]) if swaps else None


def read_swaps(body: bytes | None) -> tuple[Swapped, ...]:
    return () if body is None else tuple([Swapped(s.name, s.kind, s.text) for s in _swaps.decode(body)])


def read_overrides(body: bytes | None) -> tuple[str, ...]:
    return () if body is None else _overrides.decode(body)


def read_mixed(body: bytes | None) -> Mixed | None:
    return None if body is None else _mixed.decode(body)


def path_bytes(path: str) -> bytes:
    """A file's path, whatever its name is made of: bytes that are no text are lone surrogates in Python."""
    return path.encode("utf-8", "surrogatepass")


def read_path(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def legible(value: Any) -> Any:
    """The same values with every text fit to be kept as text: a lone surrogate becomes `\\udc80`.

    What people read may change so; what decides (digests, paths of files) stays as it is.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, tuple):
        return tuple(legible(item) for item in value)
    if isinstance(value, msgspec.Struct) and not isinstance(value, (Observation, Part)):
        return type(value)(*(legible(field) for field in msgspec.structs.astuple(value)))
    return value
