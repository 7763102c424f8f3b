"""Digests: what content is named by.

A digest is 33 bytes: one that names the algorithm, then 256 bits. Text form: `blake3:<hex>`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NewType

from blake3 import blake3
from msgspec import msgpack

Digest = NewType("Digest", bytes)

BLAKE3 = b"\x01"
_PREFIX = "blake3:"
_frame = msgpack.Encoder().encode

frame_part: Callable[[bytes], bytes] = _frame
"""A byte string with its length before it, as `digest_parts` writes it."""

DIGEST_LENGTH = 33
FRAMED_DIGEST = _frame(bytes(DIGEST_LENGTH))[:-DIGEST_LENGTH]
"""What `frame_part` puts before a digest."""

# Above this size the digest of a buffer is worth several threads.
_PARALLEL_BYTES = 1 << 22

PIECE = 1 << 19
"""Bytes that stay in a core's own cache while one thing after another is done with them."""

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""How many this process may use."""


def digest_bytes(data: bytes | bytearray | memoryview, *, beside: int = 0) -> Digest:
    """The digest of a buffer's bytes. `beside`: so many other threads are at work meanwhile."""
    threads = CORES - beside
    if threads > 1 and len(data) >= _PARALLEL_BYTES:
        return Digest(BLAKE3 + blake3(data, max_threads=threads).digest())
    return Digest(BLAKE3 + blake3(data).digest())


def digest_passing(data: memoryview, look: Callable[[int, int], None]) -> Digest:
    """The digest of a buffer's bytes, a piece at a time: `look` is told from where to where before each is
    digested, and what it reads there is in the processor's cache then."""
    hasher = blake3()
    for start in range(0, len(data), PIECE):
        look(start, min(start + PIECE, len(data)))
        hasher.update(data[start : start + PIECE])
    return Digest(BLAKE3 + hasher.digest())


def digest_parts(tag: str, parts: Iterable[bytes]) -> Digest:
    """The digest of a tagged sequence of byte strings, each with its length before it (as msgpack).

    `("ab", "c")` and `("a", "bc")` differ, and so do two kinds of thing with equal parts.
    """
    return Digest(BLAKE3 + blake3(_frame([tag, *parts])).digest())


def frame_parts(parts: Iterable[bytes]) -> bytes:
    """Byte strings as `digest_parts` writes them, one after another."""
    return b"".join(map(_frame, parts))


def digest_framed(tag: str, count: int, framed: bytes) -> Digest:
    """What `digest_parts` gives for `count` parts that `frame_parts` has written: many can share their
    first ones."""
    return digest_whole(frame_head(tag, count) + framed)


def digest_whole(framed: bytes) -> Digest:
    """The same where what `frame_head` gives is there already."""
    # No call of Digest: each costs a tenth of a short call's key.
    return BLAKE3 + blake3(framed).digest()  # type: ignore[return-value]


@lru_cache(maxsize=1024)
def frame_head(tag: str, count: int) -> bytes:
    """What comes before so many parts: how many there are, and the tag."""
    empty = [b""] * count
    return _frame([tag, *empty]).removesuffix(frame_parts(empty))


def digest_text(digest: Digest) -> str:
    """The digest as people and JSON see it: `blake3:` and 64 hexadecimal digits."""
    return _PREFIX + digest[1:].hex()


def digest_from_text(text: str) -> Digest:
    """The digest that `digest_text` wrote. Raises ValueError for any other text."""
    if not text.startswith(_PREFIX) or len(text) != len(_PREFIX) + 64:
        raise ValueError(f"{text!r} is not a digest: it should be {_PREFIX!r} and 64 hexadecimal digits")
    return Digest(BLAKE3 + bytes.fromhex(text[len(_PREFIX) :]))
