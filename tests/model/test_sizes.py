"""Sizes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuvee.model.sizes import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1000", 1000),
        ("1kB", 1000),
        ("1KB", 1000),
        ("1KiB", 1024),
        (" 1 gb ", 10**9),
        ("1GB", 10**9),
        ("2GiB", 2 * 2**30),
        ("1.5MB", 1_500_000),
        ("0.5 KiB", 512),
        ("3TB", 3 * 10**12),
        ("1tib", 2**40),
        ("7B", 7),
        ("1.0000000000000001TB", 10**12),
    ],
)
def test_reads(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["", " ", "GB", "-1", "-1GB", "1.GB", ".5GB", "1,5GB", "1 G B", "1XB", "1e9", "1GBps", "١GB", "inf"],
)
def test_refuses(text):
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)


@settings(max_examples=60)
@given(st.integers(0, 10**18), st.sampled_from([("KB", 10**3), ("MiB", 2**20), ("GB", 10**9), ("", 1)]))
def test_whole_numbers_are_exact(number, unit):
    name, factor = unit
    assert parse_size(f"{number}{name}") == number * factor
