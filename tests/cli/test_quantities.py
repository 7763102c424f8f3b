from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuvee.cli.quantities import ago_text, bytes_text, count_text, date_text, number_text, seconds_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "<0.1 ms"),
        (0.00005, "<0.1 ms"),
        (0.0004, "0.4 ms"),
        (0.0023, "2.3 ms"),
        (0.00996, "10 ms"),
        (0.023, "23 ms"),
        (0.0996, "0.10 s"),
        (0.41, "0.41 s"),
        (0.996, "1.0 s"),
        (1.24, "1.2 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.7, "1 h 00 min"),
        (12_000, "3 h 20 min"),
        (187_200, "2 d 4 h"),
    ],
)
def test_seconds(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (12_400, "12.4 kB"),
        (99_960, "100 kB"),
        (264_426, "264 kB"),
        (999_600, "1.0 MB"),
        (1_200_000, "1.2 MB"),
        (400_000_000, "400 MB"),
        (10**18, "1000 PB"),
    ],
)
def test_bytes(count: int, text: str) -> None:
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.6312345, "0.631235"),
        (3961.0, "3961"),
        (-2.0, "-2"),
        (1e-7, "1e-07"),
        (1e15, "1e+15"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("past", "text"),
    [
        (0, "just now"),
        (-5, "just now"),
        (42, "42 s ago"),
        (200, "3 min ago"),
        (7300, "2 h ago"),
        (90_000, "yesterday"),
        (5 * 86400, "5 days ago"),
    ],
)
def test_how_long_ago(past: float, text: str) -> None:
    assert ago_text(1e9 - past, 1e9) == text


def test_what_is_long_ago_or_in_the_future_is_a_date() -> None:
    assert ago_text(1e9 - 90 * 86400, 1e9) == date_text(1e9 - 90 * 86400)[:10]
    assert ago_text(1e9 + 3600, 1e9) == date_text(1e9 + 3600)


def test_counts_agree_with_their_noun() -> None:
    assert [count_text(1, "call"), count_text(0, "call"), count_text(2, "class")] == [
        "1 call",
        "0 calls",
        "2 classes",
    ]


@given(st.floats(0, 1e9))
def test_a_longer_time_never_reads_as_a_shorter_one(seconds: float) -> None:
    units = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86400}
    parts = seconds_text(seconds).split()
    read = sum(
        float(number.lstrip("<")) * units[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True)
    )
    assert read == pytest.approx(seconds, rel=0.06, abs=0.0001)


@given(st.integers(0, 10**16))
def test_a_size_reads_as_what_it_is(count: int) -> None:
    number, unit = bytes_text(count).split()
    read = float(number) * {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15}[unit]
    assert read == pytest.approx(count, rel=0.051)
