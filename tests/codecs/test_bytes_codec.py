from __future__ import annotations

from typing import Any

import pytest

from cuvee.codecs.plain import INLINE_BYTES
from cuvee.testing.codecs import digest_of, round_trip, stored

LONG = INLINE_BYTES + 1


@pytest.mark.parametrize(
    "value",
    ["é\ud800" * LONG, b"\x00\xff" * LONG, bytearray(b"a") * LONG],
    ids=lambda value: type(value).__name__,
)
def test_long_text_and_bytes_are_one_part(value: Any) -> None:
    artifact, _ = stored(value)
    assert (artifact.codec, artifact.type, len(artifact.parts)) == ("bytes", type(value).__name__, 1)
    back = round_trip(value)
    assert type(back) is type(value)
    assert back == value


def test_short_ones_are_plain() -> None:
    for value in ("a", b"a", bytearray(b"a"), "a" * INLINE_BYTES):
        assert stored(value)[0].codec == "plain"
        assert round_trip(value) == value


def test_their_type_counts() -> None:
    values = ["a" * LONG, b"a" * LONG, bytearray(b"a") * LONG]
    assert len({digest_of(value) for value in values}) == 3


class Name(str):
    pass


def test_a_subclass_is_not_text() -> None:
    assert stored(Name("a" * LONG))[0].codec == "pickle"
    assert type(round_trip(Name("a" * LONG))) is Name
