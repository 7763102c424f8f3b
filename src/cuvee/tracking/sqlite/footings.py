"""Footings in SQLite: what the last run of a command stood on. One that cannot be read is none."""

from __future__ import annotations

import zlib

import msgspec

from cuvee.model.digest import Digest
from cuvee.model.entry import Observation
from cuvee.model.footing import Footing, Lying
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.forms import Form
from cuvee.tracking.sqlite.wire import encode, path_bytes, read_path

_FIND = "SELECT run, body FROM footing WHERE command = ?"
_KEEP = "INSERT OR REPLACE INTO footing (command, run, body) VALUES (?, ?, ?)"

_FASTEST = 1


class _Observed(msgspec.Struct, array_like=True):
    kind: str
    path: bytes
    digest: Digest | None
    detail: tuple[bytes, ...] = ()


class _Body(msgspec.Struct, array_like=True):
    run: int  # as in its own column, which nothing else vouches for
    calls: int
    process: Digest
    observed: tuple[_Observed, ...]
    folders: tuple[tuple[bytes, Digest | None], ...]
    modules: tuple[bytes, ...]
    modules_state: Digest
    editable: tuple[tuple[bytes, Digest], ...]
    given: tuple[tuple[bool, bytes, str, Digest], ...]
    vouched: tuple[int, ...]


_body = Form(_Body)


def keep_footing(database: Database, command: Digest, footing: Footing) -> None:
    """Write it, in a transaction of the caller's, in place of what was known of the command."""
    body = _Body(
        footing.run,
        footing.calls,
        footing.process,
        tuple(
            _Observed(o.kind, path_bytes(o.path), o.digest, tuple(map(path_bytes, o.detail)))
            for o in footing.observed
        ),
        tuple((path_bytes(folder), names) for folder, names in footing.folders),
        tuple(map(path_bytes, footing.modules)),
        footing.modules_state,
        tuple((path_bytes(folder), source) for folder, source in footing.editable),
        tuple((each.directory, path_bytes(each.path), each.by, each.digest) for each in footing.given),
        footing.vouched,
    )
    database.execute(_KEEP, (command, footing.run, zlib.compress(encode(body), _FASTEST)))


def read_footing(database: Database, command: Digest) -> Footing | None:
    """What is known of a command, in a transaction of the caller's."""
    row = database.execute(_FIND, (command,)).fetchone()
    if row is None:
        return None
    try:
        body = _body.decode(zlib.decompress(row[1]))
    except (zlib.error, msgspec.DecodeError):
        return None
    if body.run != row[0]:
        return None
    return Footing(
        body.run,
        body.calls,
        body.process,
        tuple(
            Observation(o.kind, read_path(o.path), o.digest, tuple(map(read_path, o.detail)))
            for o in body.observed
        ),
        tuple((read_path(folder), names) for folder, names in body.folders),
        tuple(map(read_path, body.modules)),
        body.modules_state,
        tuple((read_path(folder), source) for folder, source in body.editable),
        tuple(
            Lying(directory, read_path(path), "content" if by == "content" else "path", digest)
            for directory, path, by, digest in body.given
        ),
        body.vouched,
    )
