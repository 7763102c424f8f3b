"""A short hunt through pairs of values, and that it finds what it is there to find."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from value_hunt import as_argument, by_value, differing, elsewhere, hunt

from cuvee.fingerprint import arrays, encoder
from cuvee.model.digest import digest_bytes

CASES = 500


def test_values_that_differ_are_told_apart_and_equal_ones_are_not() -> None:
    found = hunt(CASES, 1, by_value(), as_argument())
    assert found.alike == []
    assert found.unstable == []
    assert len(found.kinds) > 60


def test_they_come_to_the_same_in_another_process() -> None:
    assert differing(elsewhere(150, 2, hash_seed=1), elsewhere(150, 2, hash_seed=77)) == []


def _sampled(tag: str) -> Callable[[Any, Any], bytes]:
    return lambda encoder, value: encoder.join(tag, encoder.each(value[:1]))


def _in_order(encoder: Any, value: Any) -> bytes:
    return encoder.join("set", encoder.each(value))


BROKEN: dict[str, tuple[dict[Any, Any], Any, Any]] = {
    "lists are sampled": (encoder.SHAPES, list, _sampled("list")),
    "zeros have no sign": (encoder.PLAIN, float, lambda value: b"f" + struct.pack("<d", value + 0.0)),
    "text has no length": (encoder.PLAIN, str, lambda value: value.encode("utf-8", "surrogatepass")[:2]),
    "truth is a number": (encoder.PLAIN, bool, lambda value: encoder.PLAIN[int](int(value))),
    "sets have an order": (encoder.SHAPES, set, _in_order),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_encoding_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table, kind, broken = BROKEN[name]
    monkeypatch.setitem(table, kind, broken)
    found = hunt(2 * CASES, 1, by_value(), None, first=True)
    assert (found.unstable if "order" in name else found.alike) != []


def test_arrays_that_forget_their_shape_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(encoder: Any, array: Any) -> bytes:
        return encoder.join("array", [array.dtype.str.encode(), digest_bytes(array.tobytes())])

    monkeypatch.setattr(arrays, "_array", broken)
    assert hunt(CASES, 1, by_value(), None).alike != []
