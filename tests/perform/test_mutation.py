"""What a task does to its inputs: named where it is seen, and nobody else's business."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cuvee.model.order import Bundle
from cuvee.perform.mutation import LARGEST_BYTES, Mutations
from cuvee.perform.pack import pack_result
from cuvee.perform.unpack import unpack
from cuvee.stores.memory import MemoryStore

STORE = MemoryStore()


def no_class(_: Any) -> None:
    return None


def changed(before: Any, change: Any, result: Any = None, *, kind: Any = None) -> bool:
    """Whether the change of a loaded value is seen; `result` is what the task then returns of it."""
    if kind is None:
        payload: Any = pack_result(before, STORE, class_digest=no_class)
        load: Any = unpack(payload, STORE, Path())
    else:
        payload = Bundle(kind, tuple(pack_result(each, STORE, class_digest=no_class) for each in before))
        load = type(before)(unpack(each, STORE, Path()) for each in payload.items)
    change(load)
    mutations = Mutations(no_class)
    returned = result(load) if result is not None else 1
    watched = list(mutations.watched([("x", payload)], {"x": load}))
    found = mutations.changed(watched, returned, lambda each: unpack(each, STORE, Path()))
    assert found in ((), ("x",))
    return bool(found)


@dataclasses.dataclass
class Held:
    items: list[int]


FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})
CHANGES = [
    ([3, 1], lambda v: v.sort()),
    ([3, 1], lambda v: v.append(1)),
    ([[1], [2]], lambda v: v[0].append(5)),
    (([1], 2), lambda v: v[0].append(5)),
    ({"a": 1}, lambda v: v.update(b=2)),
    ({"a": 1, "b": 2}, lambda v: v.__setitem__("a", v.pop("a"))),
    ({1, 2}, lambda v: v.add(3)),
    (bytearray(b"ab"), lambda v: v.extend(b"c")),
    (Held([1]), lambda v: v.items.append(2)),
    ([1], lambda v: v.append(object())),
    ([1], lambda v: v.append(iter([]))),
    (np.arange(6.0), lambda v: v.__setitem__(0, 9)),
    (np.arange(6.0), lambda v: v.sort() or v.__imul__(2)),
    (FRAME, lambda v: v.__setitem__("c", 1)),
    (FRAME, lambda v: v.insert(0, "z", 1)),
    (FRAME, lambda v: v.loc.__setitem__((0, "a"), 7)),
    (FRAME["a"], lambda v: v.__setitem__(0, 7)),
]
READS = [
    ([3, 1], sorted),
    (FRAME, lambda v: v.sort_values("a")),
    (FRAME, lambda v: v.groupby("b").sum()),
    (FRAME, lambda v: v.index.get_loc(1)),
    (FRAME, lambda v: v.assign(c=1)),
    (np.arange(6.0), np.sort),
    ({"a": [1]}, lambda v: v.get("b")),
    ("text", str.upper),
    (3, abs),
]


@pytest.mark.parametrize("case", range(len(CHANGES)))
def test_a_change_in_place_is_seen(case: int) -> None:
    before, change = CHANGES[case]
    assert changed(before, change)


@pytest.mark.parametrize("case", range(len(READS)))
def test_reading_is_no_change(case: int) -> None:
    before, read = READS[case]
    assert not changed(before, read)


@pytest.mark.parametrize("returned", [lambda v: v, lambda v: (v, 1), lambda v: [v], lambda v: {"k": v}])
def test_what_is_returned_was_meant_to_change(returned: Any) -> None:
    assert not changed([3, 1], lambda v: v.sort(), returned)


def test_several_values_in_one_argument_are_looked_at_one_by_one() -> None:
    assert changed([[1], [2]], lambda v: v[1].append(3), kind="list")
    assert changed([[1], [2]], lambda v: v.pop(), kind="list")
    assert not changed([[1], [2]], len, kind="list")
    assert not changed([[1], [2]], lambda v: v[1].append(3), lambda v: v[1], kind="list")


def test_what_is_large_is_not_looked_at() -> None:
    assert not changed(np.zeros(LARGEST_BYTES // 8 + 1), lambda v: v.__setitem__(0, 1))
    assert changed(np.zeros(LARGEST_BYTES // 8 - 99), lambda v: v.__setitem__(0, 1))
