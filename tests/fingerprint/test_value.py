"""Fingerprints of values: what a computation could tell apart is apart, and nothing else."""

from __future__ import annotations

import datetime
import itertools
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_cases import VALUES, Cached, Holder, Hooked, Point, digest, make, scaled

from cuvee.errors import CannotFingerprint


def _names() -> list[str]:
    return [f"{number}-{type(value).__name__}" for number, value in enumerate(VALUES)]


def test_no_two_of_these_are_alike() -> None:
    found = [digest(value) for value in VALUES]
    same = [
        (VALUES[i], VALUES[j])
        for i, j in itertools.combinations(range(len(found)), 2)
        if found[i] == found[j]
    ]
    assert same == []


def test_they_are_the_same_in_another_process_with_another_hash_seed() -> None:
    code = "import value_cases as t; print(*(t.digest(v).hex() for v in t.VALUES))"
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": path}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    other = told.stdout.split()
    assert [
        name for name, value, seen in zip(_names(), VALUES, other, strict=True) if digest(value).hex() != seen
    ] == []


def test_what_is_equal_is_equal() -> None:
    assert digest({"a", "b", "c"}) == digest({"c", "b", "a"})
    assert digest([1, [2]]) == digest([1, [2]])
    assert digest(make(1)) == digest(make(1))
    assert digest({len, max, scaled}) == digest({scaled, max, len})


def test_two_places_that_hold_one_object_are_told_from_copies_if_it_can_change() -> None:
    """A copy of the whole that is changed in one place is changed in the other too."""
    for one, two in ([1], [1]), (Point(1), Point(1)), (np.array([1]), np.array([1])), (([1],), ([1],)):
        assert digest([one, one]) != digest([one, two])
        assert digest([one, one, two]) != digest([one, two, two])
        assert digest([one, two]) == digest([two, one])
    word = "".join(["a", "b"])
    for one, two in ("ab", word), ((1,), tuple(range(1, 2))), (Path("a"), Path("a")), (_day(), _day()):
        assert digest([one, one]) == digest([one, two])


def _day() -> datetime.datetime:
    return datetime.datetime(2024, 3, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))


def test_a_value_that_contains_itself() -> None:
    one: list[Any] = [1]
    one.append(one)
    two: list[Any] = [1]
    two.append(two)
    three: list[Any] = [1]
    three.append([three])
    assert digest(one) == digest(two)
    assert digest(one) != digest(three)


def test_what_a_cached_property_has_kept_is_no_content() -> None:
    fresh, used = Cached(3), Cached(3)
    assert used.double == 6
    assert digest(fresh) == digest(used)


def test_a_class_says_what_identifies_its_instances() -> None:
    assert digest(Hooked(1, "a")) == digest(Hooked(1, "b"))
    assert digest(Hooked(1, "a")) != digest(Hooked(2, "a"))


@pytest.mark.parametrize(
    "value", [threading.local(), iter(()), (each for each in ()), threading.current_thread()][1:2]
)
def test_an_iterator_counts_by_what_it_has_left(value: Any) -> None:
    assert digest(value) == digest(iter(()))


@pytest.mark.parametrize(
    "wrap", [lambda value: value, lambda value: [value], Holder], ids=["bare", "list", "instance"]
)
def test_what_has_no_content_is_refused_with_advice(wrap: Any) -> None:
    with (
        socket.socket() as one,
        pytest.raises(CannotFingerprint, match=r"socket\.socket.*__cuvee_fingerprint__"),
    ):
        digest(wrap(one))


def test_a_generator_a_file_and_a_thread_have_no_content(tmp_path: Path) -> None:
    with (tmp_path / "f").open("w") as file:
        for value in ((each for each in ()), file, threading.current_thread()):
            with pytest.raises(CannotFingerprint):
                digest(value)


@pytest.mark.parametrize("kind", [pl.Int128, pl.UInt128, pl.List(pl.Int128)])
def test_a_column_that_arrow_has_no_type_for_counts_by_its_items(kind: Any) -> None:
    def column(*items: Any) -> pl.Series:
        nested = kind == pl.List(pl.Int128)
        return pl.Series("a", [[item] if nested else item for item in items], dtype=kind)

    assert digest(column(1, None, 2**100)) == digest(column(1, None, 2**100))
    found = [column(1, None, 2**100), column(1, None, 2**101), column(1, 0, 2**100), column(1, None)]
    assert len({digest(each) for each in found}) == 4
    assert digest(pl.Series("a", [1], dtype=pl.Int128)) != digest(pl.Series("a", [1], dtype=pl.UInt128))


def test_locks_are_no_part_of_a_result() -> None:
    assert digest(Holder(threading.Lock())) == digest(Holder(threading.Lock()))


def test_something_nested_too_deep_is_refused_not_a_crash() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(CannotFingerprint):
        digest(deep)


def test_a_large_array_is_digested_at_memory_speed() -> None:
    array = np.arange(1 << 20, dtype="f8")
    before = digest(array)
    array[1 << 19] = -1
    assert digest(array) != before


_leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=4),
    st.binary(max_size=4), st.decimals(allow_nan=False), st.dates(),
)  # fmt: skip
_nested = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=2), inner, max_size=3),
        st.builds(Holder, inner),
    ),
    max_leaves=8,
)


def _exact(value: Any) -> Any:
    """The value so that `==` sees types, the sign of zero and the order of dicts."""
    if isinstance(value, (list, tuple)):
        return type(value), [_exact(item) for item in value]
    if isinstance(value, dict):
        return dict, [(_exact(key), _exact(item)) for key, item in value.items()]
    if isinstance(value, Holder):
        return Holder, _exact(value.inner)
    return type(value), repr(value)


@settings(max_examples=150, deadline=None)
@given(_nested, _nested)
def test_digests_are_equal_exactly_if_values_are(one: Any, two: Any) -> None:
    assert (digest(one) == digest(two)) is (_exact(one) == _exact(two))
