"""Pickles with sets in them are the same whatever order the sets are in."""

from __future__ import annotations

import itertools
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from cuvee.codecs.steady import MAX_BYTES, has_sets
from cuvee.testing.codecs import digest_of, round_trip


class Holder:
    def __init__(self, inner: Any, more: Any = None) -> None:
        self.inner, self.more = inner, more

    def __hash__(self) -> int:
        return 1


_MAKE = """
from cuvee.testing.codecs import digest_of
import collections, fractions
words = {f"word{n}" for n in range(20)}
sets = [words, frozenset(words), {(1, "a"), (2, "b")}, {frozenset("ab"), frozenset("cd")}]
print(digest_of(collections.deque(sets)).hex())
"""


def test_the_hash_seed_leaves_no_trace() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", _MAKE], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_the_order_of_insertion_leaves_no_trace(order: tuple[str, ...]) -> None:
    # Small sets that collide come out in the order they were put in.
    def made(items: Any) -> Holder:
        return Holder(set(items), {Holder(each) for each in items})

    assert digest_of(made([8, 16, 24])) == digest_of(made([24, 16, 8]))
    assert digest_of(made(order)) == digest_of(made("abc"))


def test_what_is_shared_or_contains_itself_comes_back_so() -> None:
    words = {"a", "b"}
    holder = Holder([words, words])
    holder.more = {holder}
    back = round_trip(holder)
    assert back.inner[0] is back.inner[1] == {"a", "b"}
    assert next(iter(back.more)) is back
    around = Holder(None)
    around.inner = frozenset([around])
    back = round_trip(around)
    assert next(iter(back.inner)) is back


def test_what_is_nested_too_deep_for_a_fixed_order_is_kept_all_the_same() -> None:
    deep = Holder({"a", "b"})
    for _ in range(120):
        deep = Holder([deep])
    assert round_trip(deep).inner[0].inner[0].more is None
    two = Holder(None)
    two.inner = {two, Holder(two)}
    assert len(round_trip(two).inner) == 2


def test_buffers_beside_a_set_come_back() -> None:
    long = np.arange(1 << 18)
    holder = Holder({"a", "b"}, [long, np.zeros(0), np.zeros(0), np.arange(3)])
    back = round_trip(holder)
    assert back.inner == {"a", "b"}
    assert [array.tolist() for array in back.more[1:]] == [[], [], [0, 1, 2]]
    assert (back.more[0] == long).all()
    assert back.more[3].flags.writeable


def test_bytes_that_look_like_a_set_are_none() -> None:
    import pickle

    assert has_sets(pickle.dumps({1}, 5))
    assert has_sets(pickle.dumps([frozenset("a")], 5))
    assert not has_sets(pickle.dumps(b"\x8f\x91", 5))
    assert not has_sets(pickle.dumps(["a" * MAX_BYTES, {1}], 5))
