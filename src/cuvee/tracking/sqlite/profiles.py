"""Profiles as rows: JSON, by zlib where that is shorter."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import msgspec

from cuvee.model.digest import Digest
from cuvee.model.profile import Profile
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import damaged

# Keep a profile; the first of an artifact stays.
_KEEP = "INSERT INTO profile (artifact, body) VALUES (?, ?) ON CONFLICT DO NOTHING"
_READ = "SELECT body FROM profile WHERE artifact = ?"

# Shorter ones take no less room by zlib.
_LEAST_BYTES = 300
_FAST = 1

_encode = msgspec.json.Encoder().encode


def profile_rows(profiles: Iterable[tuple[Digest, Profile]]) -> list[tuple[Digest, bytes]]:
    """The rows, made before the transaction that writes them."""
    return [(digest, _packed(_encode(profile))) for digest, profile in profiles]


def keep_profiles(database: Database, rows: Iterable[tuple[Digest, bytes]]) -> None:
    """Write these rows, in a transaction of the caller's."""
    database.each(_KEEP, rows)


def read_profile(database: Database, artifact: Digest) -> Profile | None:
    """The profile of an artifact, in a transaction of the caller's. Raises RecordsFault for one that is
    altered."""
    row = database.execute(_READ, (artifact,)).fetchone()
    if row is None:
        return None
    try:
        body = row[0] if row[0][:1] == b"{" else zlib.decompress(row[0])
        return msgspec.json.decode(body, type=Profile)
    except (msgspec.DecodeError, zlib.error, UnicodeDecodeError) as error:
        raise damaged(database.path, f"a profile is altered ({error})") from error


def _packed(body: bytes) -> bytes:
    if len(body) < _LEAST_BYTES:
        return body
    return min(body, zlib.compress(body, _FAST), key=len)
