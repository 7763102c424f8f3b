from __future__ import annotations

import datetime as dt
import enum
import http
import itertools
import math
import os
import pathlib
import re
import struct
import subprocess
import sys
import uuid
from collections import Counter, OrderedDict, defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuvee.codecs.plain import INLINE_BYTES, decode_plain, encode_plain
from cuvee.codecs.plain_reader import PlainReader
from cuvee.errors import CannotDecode, CannotEncode
from cuvee.testing.codecs import digest_of, round_trip, stored


class Colour(enum.Enum):
    RED = "red"
    CRIMSON = "red"  # noqa: PIE796 - a second name of one member
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1


class Access(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


NAN_WITH_PAYLOAD = struct.unpack("<d", b"\x01\x02\x03\x04\x05\x06\xf8\x7f")[0]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**200), 2**200),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters()),
    st.binary(),
    st.dates(),
    st.timedeltas(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.times(timezones=st.none() | st.just(dt.UTC)),
    st.decimals(),
    st.fractions(),
    st.uuids(),
    st.sampled_from([*Colour, *Size, Access.READ, Access.READ | Access.WRITE, ...]),
    st.builds(range, st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 9)),
)
hashables = st.recursive(
    scalars.filter(lambda value: "nan" not in repr(value).lower()),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
values = st.recursive(
    scalars | st.sets(hashables, max_size=4) | st.builds(bytearray, st.binary()),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(hashables, inner, max_size=5)
    ),
    max_leaves=20,
)


def exact(value: Any) -> Any:
    """All that can be told of a plain value: types, bits, order where it counts."""
    kind = type(value).__name__
    if isinstance(value, enum.Enum):
        return kind, value.name, value.value
    if type(value) is float:
        return kind, struct.pack("<d", value)
    if type(value) is complex:
        return kind, struct.pack("<dd", value.real, value.imag)
    if type(value) in (list, tuple):
        return kind, [exact(item) for item in value]
    if type(value) is dict:
        return kind, [(exact(key), exact(item)) for key, item in value.items()]
    if type(value) in (set, frozenset):
        return kind, sorted(repr(exact(item)) for item in value)
    if type(value) in (dt.datetime, dt.time):
        return kind, value.replace(tzinfo=None).isoformat(), value.fold, repr(value.tzinfo)
    return kind, repr(value)


@settings(max_examples=150)
@given(values)
def test_a_plain_value_comes_back_as_it_was(value: Any) -> None:
    assert exact(decode_plain(encode_plain(value))) == exact(value)


@settings(max_examples=100)
@given(values, values)
def test_two_values_have_the_same_bytes_only_when_they_are_the_same(one: Any, other: Any) -> None:
    assert (encode_plain(one) == encode_plain(other)) == (exact(one) == exact(other))


@settings(max_examples=50)
@given(values, st.data())
def test_no_encoding_can_be_read_from_its_start_alone(value: Any, data: st.DataObject) -> None:
    encoded = encode_plain(value)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(CannotDecode):
        decode_plain(encoded[:cut])
    with pytest.raises(CannotDecode):
        decode_plain(encoded + b"N")


LOOK_ALIKES = [
    *(1, True, 1.0, 1 + 0j, "1", b"1", bytearray(b"1"), Decimal(1), Fraction(1), Decimal("1.0"), Size.SMALL),
    *(0, False, 0.0, -0.0, None, "", b"", (), [], {}, set(), frozenset(), bytearray(), complex(-0.0, 0.0)),
    *([1], (1,), [1.0], [True], {1}, frozenset({1}), {1: None}, [[1]], ([1],), [(1,)]),
    *(("ab", "c"), ("a", "bc"), ("abc",), ("", "abc"), ("abc", ""), "abc", ["ab", "c"]),
    *({"a": 1, "b": 2}, {"b": 2, "a": 1}, [("a", 1), ("b", 2)], {"a": {"b": 2}}, ["a", 1, "b", 2]),
    *([1, [2, 3]], [1, 2, 3], [[1, 2], 3], [[], []], [[[]]], [[], [], []]),
    *(math.nan, -math.nan, NAN_WITH_PAYLOAD, math.inf, -math.inf, "nan", Decimal("NaN"), Decimal("sNaN")),
    *(2**63 - 1, 2**63, -(2**63), 2**64, -1, 255, 256, 1e300, int(1e300)),
    *("\ud83d\ude00", "\U0001f600", "\ud83d", "é", "e\u0301"),
    *(dt.date(2024, 1, 2), dt.datetime(2024, 1, 2), dt.time(), dt.timedelta(), "2024-01-02"),
    *(dt.datetime(2024, 10, 27, 2, fold=1), dt.datetime(2024, 10, 27, 2), dt.time(fold=1)),
    dt.datetime(2024, 1, 2, tzinfo=dt.UTC),
    dt.datetime(2024, 1, 2, tzinfo=ZoneInfo("UTC")),
    dt.datetime(2024, 1, 2, tzinfo=dt.timezone(dt.timedelta(0), "UTC")),
    dt.datetime(2024, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    dt.datetime(2024, 1, 2, tzinfo=ZoneInfo("Europe/Berlin")),
    *(range(3), range(0, 3, 1), range(0, 3, 2), slice(3), slice(0, 3), [0, 1, 2], ..., "..."),
    *(pathlib.PurePosixPath("a"), pathlib.PureWindowsPath("a"), pathlib.Path("a"), pathlib.Path("a/b"), "a"),
    *(uuid.UUID(int=1), uuid.UUID(int=1, is_safe=uuid.SafeUUID.safe), str(uuid.UUID(int=1))),
    *(Colour.RED, Colour.BLUE, "red", "RED", Access(0), Access.READ, Access.READ | Access.WRITE),
    *([0.0] * 40, [-0.0] * 40, [0] * 40, [False] * 40, (0,) * 40, (0.0,) * 40, [0] * 41, [2**70] * 40),
]


def test_values_that_look_alike_have_bytes_of_their_own() -> None:
    by_bytes: dict[bytes, list[Any]] = {}
    for value in LOOK_ALIKES:
        by_bytes.setdefault(encode_plain(value), []).append(value)
    same = [found for found in by_bytes.values() if len(found) > 1]
    assert same == [[range(3), range(0, 3, 1)]]


@pytest.mark.parametrize("value", LOOK_ALIKES)
def test_each_of_them_comes_back(value: Any) -> None:
    assert exact(decode_plain(encode_plain(value))) == exact(value)


def test_the_singletons_stay_what_they_are() -> None:
    assert decode_plain(encode_plain([None, True, ..., dt.UTC, Colour.RED])) == [
        None,
        True,
        ...,
        dt.UTC,
        Colour.RED,
    ]
    assert decode_plain(encode_plain(dt.datetime.now(dt.UTC))).tzinfo is dt.UTC
    assert decode_plain(encode_plain(ZoneInfo("Europe/Paris"))) is ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("count", [31, 32, 33, 1000])
def test_long_lists_of_numbers_come_back(count: int) -> None:
    for items in ([0.5] * count, list(range(count)), [*range(count - 1), 2**64], [*range(count - 1), True]):
        for value in (items, tuple(items)):
            assert exact(decode_plain(encode_plain(value))) == exact(value)


def test_an_object_in_two_places_stays_one() -> None:
    row, names = [0, 0], {"a"}
    matrix = {"rows": [row, row], "first": row, "names": (names, names)}
    back = decode_plain(encode_plain(matrix))
    assert back == matrix
    assert back["rows"][0] is back["rows"][1] is back["first"]
    assert back["names"][0] is back["names"][1]
    assert encode_plain([row, row]) != encode_plain([[0, 0], [0, 0]])


def test_what_cannot_change_may_be_one_or_two() -> None:
    pair = (1, "a")
    assert encode_plain([pair, pair]) == encode_plain([(1, "a"), (1, "a")])


class Whole(int):
    pass


@pytest.mark.parametrize(
    "value",
    [
        *(Whole(1), Size, object(), Counter("ab"), OrderedDict(a=1), defaultdict(list), re.compile("a")),
        *(
            int,
            len,
            lambda: 0,
            iter([1]),
            memoryview(b"a"),
            NotImplemented,
            ZoneInfo.no_cache("Europe/Paris"),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_is_refused_wherever_it_is(value: Any) -> None:
    for whole in (value, [value], {"a": (1, value)}):
        with pytest.raises(CannotEncode):
            encode_plain(whole)


def test_what_holds_itself_is_refused() -> None:
    loop: list[Any] = [1]
    loop.append({"again": loop})
    with pytest.raises(CannotEncode, match="contains itself"):
        encode_plain(loop)


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(CannotEncode, match="deeper"):
        encode_plain(deep)


def test_a_member_counts_with_its_class() -> None:
    def versioned(number: bytes) -> Any:
        return lambda cls: number if cls is Colour else None

    assert encode_plain(Colour.RED, versioned(b"1")) != encode_plain(Colour.RED, versioned(b"2"))
    assert encode_plain([Colour.RED], versioned(b"1")) != encode_plain([Colour.RED], versioned(b"2"))
    assert encode_plain(Size.SMALL, versioned(b"1")) == encode_plain(Size.SMALL, versioned(b"2"))
    assert digest_of({"c": Colour.RED}, class_digest=versioned(b"1")) != digest_of(
        {"c": Colour.RED}, class_digest=versioned(b"2")
    )
    assert decode_plain(encode_plain(Colour.RED, versioned(b"1"))) is Colour.RED
    assert decode_plain(encode_plain(Colour.CRIMSON)) is Colour.RED
    assert decode_plain(encode_plain(http.HTTPStatus.OK)) is http.HTTPStatus.OK


def test_a_member_of_a_class_without_a_name_is_refused() -> None:
    local = enum.Enum("local", "A B")
    with pytest.raises(CannotEncode, match="by its name"):
        encode_plain(local.A)


def test_a_member_that_is_gone_says_so() -> None:
    encoded = encode_plain(Colour.BLUE).replace(b"BLUE", b"GREY")
    with pytest.raises(CannotDecode, match="no member 'GREY'"):
        decode_plain(encoded)


@pytest.mark.parametrize(
    "data", [b"", b"@", b"\x00", b"i", b"i\x05\x01", b"[\x02N", b"&\x00", b"f\x01a", b"(\xff"]
)
def test_other_bytes_are_not_read(data: bytes) -> None:
    with pytest.raises(CannotDecode):
        decode_plain(data)


def test_up_to_64_kib_it_is_all_in_the_database() -> None:
    small = list(range(2**63 - 8000, 2**63))
    artifact, _ = stored(small)
    assert (artifact.codec, artifact.parts, artifact.type) == ("plain", (), "list")
    assert artifact.meta == encode_plain(small)
    large = [str(number) for number in range(INLINE_BYTES)]
    artifact, _ = stored(large)
    assert (artifact.codec, artifact.meta) == ("plain", b"")
    assert [part.inline for part in artifact.parts] == [None]
    assert round_trip(large) == large


def test_bytes_are_the_same_in_every_process() -> None:
    code = (
        "from cuvee.codecs.plain import encode_plain as e; "
        "words = {f'word {n}' for n in range(50)}; "
        "print(e([words, frozenset(words), {w: 1 for w in sorted(words)}, {(1, 'a'), (2, 'b')}]).hex())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(seen) == 1


def test_order_counts_in_a_dict_and_not_in_a_set() -> None:
    items = ["a", "b", "c", "d"]
    for shuffled in itertools.permutations(items):
        assert encode_plain(set(shuffled)) == encode_plain(set(items))
        same = encode_plain(dict.fromkeys(shuffled)) == encode_plain(dict.fromkeys(items))
        assert same == (list(shuffled) == items)


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers()
    )
)
def test_a_scalar_is_read_alike_by_the_short_way_and_by_the_reader(value: object) -> None:
    data = encode_plain(value)
    read = PlainReader(data).read()
    assert type(decode_plain(data)) is type(read) is type(value)
    assert encode_plain(decode_plain(data)) == encode_plain(read) == data


@pytest.mark.parametrize("data", [b"", b"i", b"i\x02\x01", b"i\x01\x01\x01", b"f\x03abc", b"N\x01x\x00"])
def test_a_scalar_of_another_length_is_refused(data: bytes) -> None:
    with pytest.raises(CannotDecode):
        decode_plain(data)
