from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

import numpy as np
import pandas as pd
import pytest

from cuvee.codecs.tree import MAX_ELEMENTS
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.perform.unpack import unpack
from cuvee.testing.codecs import digest_of, round_trip, stored

T = TypeVar("T")
FRAME = pd.DataFrame({"a": [1, 2]})


def frame(first: int = 1) -> pd.DataFrame:
    return pd.DataFrame({"a": [first, 2]})


class Split(NamedTuple):
    train: Any
    test: Any = None


@dataclasses.dataclass
class Fold:
    number: int
    rows: Any = None
    made = 0

    def __post_init__(self) -> None:
        Fold.made += 1

    @functools.cached_property
    def double(self) -> int:
        return self.number * 2


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: Any
    y: Any = None


@dataclasses.dataclass
class Base:
    a: int
    hidden: Any = dataclasses.field(default=None, init=False, repr=False, compare=False)


@dataclasses.dataclass
class Derived(Base):
    b: Any = None


@dataclasses.dataclass
class Box(Generic[T]):
    item: T


class Scores(TypedDict, total=False):
    rmse: float
    r2: float


def codecs_of(artifact: Artifact) -> Any:
    if not artifact.children:
        return artifact.codec
    return {name: codecs_of(child) for name, child in artifact.children}


def same(one: Any, other: Any) -> bool:
    return digest_of(one) == digest_of(other) and type(one) is type(other)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([frame(), 1], {"0": "pandas", "1": "plain"}),
        ((frame(), "a", np.arange(3)), {"0": "pandas", "1": "plain", "2": "numpy"}),
        (
            {"a": frame(), "b": {"c": np.arange(2), "d": [1, 2]}},
            {"a": "pandas", "b": {"c": "numpy", "d": "plain"}},
        ),
        ({1: frame(), "1": 2}, {"0": "pandas", "1": "plain"}),
        ({"\ud800": np.arange(2)}, {"0": "numpy"}),
        (Split(frame(), 3), {"0": "pandas", "1": "plain"}),
        (Fold(1, frame()), {"number": "plain", "rows": "pandas"}),
        (Fold(1), {"number": "plain", "rows": "plain"}),
        (Point(np.arange(2)), {"x": "numpy", "y": "plain"}),
        ([Fold(1), Split(1)], {"0": {"number": "plain", "rows": "plain"}, "1": {"0": "plain", "1": "plain"}}),
        (Derived(1, frame()), {"a": "plain", "b": "pandas"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_element_is_an_artifact_and_all_come_back(value: Any, expected: Any) -> None:
    assert codecs_of(stored(value)[0]) == expected
    assert same(round_trip(value), value)


def test_an_instance_is_restored_with_its_attributes_and_without_init() -> None:
    fold = Fold(3, frame())
    assert fold.double == 6
    fold.extra = [1]  # type: ignore[attr-defined]
    before = Fold.made
    back = round_trip(fold)
    assert Fold.made == before
    assert list(vars(back)) == ["number", "rows", "double", "extra"]
    assert (back.number, back.double, back.extra) == (3, 6, [1])


def test_a_frozen_instance_with_slots_comes_back() -> None:
    back = round_trip(Point(1, [2]))
    assert back == Point(1, [2])
    with pytest.raises(dataclasses.FrozenInstanceError):
        back.x = 2


def test_a_slot_that_is_not_set_stays_so() -> None:
    point = Point(np.arange(2), 1)
    object.__delattr__(point, "y")
    assert not hasattr(round_trip(point), "y")


def test_the_class_of_an_instance_counts_with_its_code() -> None:
    def version(number: bytes) -> Any:
        return lambda thing: Digest(number) if thing in (Fold, Split) else None

    for value in (Fold(1), Split(FRAME), [Fold(1, FRAME)], {"a": (Split(FRAME),)}):
        assert digest_of(value, class_digest=version(b"1")) != digest_of(value, class_digest=version(b"2"))
    assert digest_of([FRAME], class_digest=version(b"1")) == digest_of([FRAME], class_digest=version(b"2"))
    assert digest_of(Split(FRAME, 1)) != digest_of((FRAME, 1)) != digest_of([FRAME, 1])
    assert digest_of(Fold(1)) != digest_of({"number": 1, "rows": None})
    assert digest_of(Point(1, 2)) != digest_of(Split(1, 2))


def test_names_order_and_nesting_count() -> None:
    values = [
        {"a": frame(), "b": 1},
        {"b": 1, "a": frame()},
        {"a": frame(), "c": 1},
        {"a": frame(2), "b": 1},
        [frame(), 1],
        [[frame()], 1],
        [[frame(), 1]],
        (frame(), 1),
        {0: frame(), 1: 1},
        {"0": frame(), "1": 1},
    ]
    assert len({digest_of(value) for value in values}) == len(values)


# One object in two places, or within itself: what changes it in one place would not in the other.


def shared() -> list[Any]:
    rows, items = frame(), [1]
    loop: list[Any] = [frame()]
    loop.append(loop)
    parent = Fold(1)
    parent.rows = [Fold(2, parent)]
    return [
        [rows, rows],
        {"a": rows, "b": {"c": [rows]}},
        {"a": items, "b": items, "c": rows},
        Split(rows, Point(rows)),
        loop,
        parent,
    ]


@pytest.mark.parametrize("value", shared(), ids=["list", "dict", "plain", "instances", "loop", "parent"])
def test_what_is_no_tree_is_kept_in_one_piece(value: Any) -> None:
    assert stored(value)[0].codec == "pickle"


def test_an_object_in_two_places_stays_one() -> None:
    first, _, _, _, loop, parent = (round_trip(value) for value in shared())
    assert first[0] is first[1]
    assert loop[1] is loop
    assert parent.rows[0].rows is parent


class Holder:
    """What pickle keeps, with something inside."""

    def __init__(self, held: Any) -> None:
        self.held = held


@pytest.mark.parametrize("make", [lambda: [1, 2], lambda: np.arange(3.0), lambda: Holder(3)])
def test_an_object_that_two_elements_hold_inside_stays_one(make: Any) -> None:
    inner = make()
    for value in ([Holder(inner), Holder(inner)], {"a": Holder(inner), "b": (1, [Holder([inner])])}):
        assert codecs_of(stored(value)[0]) == "pickle"
    one, other = round_trip([Holder(inner), Holder(inner)])
    assert one.held is other.held


def test_elements_that_pickle_keeps_and_that_share_nothing_are_kept_each_on_its_own() -> None:
    value = [Holder(np.arange(3.0)), Holder(np.arange(3.0)), Holder((1, "a", np.dtype("f8"), Fold))]
    assert codecs_of(stored(value)[0]) == dict.fromkeys("012", "pickle")


def test_what_cannot_change_may_be_in_two_places() -> None:
    day, number = pd.Timestamp("2024-01-02"), np.float64(1)
    value = {"a": [number, day, "x", Fold], "b": (number, day, "x", Fold), "rows": frame()}
    assert stored(value)[0].codec == "composite"
    assert round_trip(value)["b"] == (number, day, "x", Fold)


def test_deep_nesting_is_no_problem() -> None:
    deep: Any = frame()
    for _ in range(200):
        deep = [deep]
    back = round_trip(deep)
    for _ in range(200):
        [back] = back
    pd.testing.assert_frame_equal(back, frame())
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(CannotEncode, match="nested too deep"):
        stored(deep)
    while type(deep) is list:  # taken down by hand: Python's own way is recursive
        [deep] = deep


def test_very_many_elements_are_kept_in_one_piece() -> None:
    few = [np.float64(n) for n in range(MAX_ELEMENTS)]
    assert stored(few)[0].codec == "composite"
    many = [*few, np.float64(0)]
    assert stored(many)[0].codec == "pickle"
    assert round_trip(many) == many


def test_an_element_that_cannot_be_kept_is_named_by_its_own_words() -> None:
    with pytest.raises(CannotEncode, match="generator"):
        stored({"a": frame(), "b": (n for n in range(3))})


# Classes that have a word in how they are copied go to pickle.


@dataclasses.dataclass
class WithState:
    a: int

    def __getstate__(self) -> Any:
        return {"a": self.a + 1}


@dataclasses.dataclass
class WithReduce:
    a: int

    def __reduce__(self) -> Any:
        return WithReduce, (self.a + 1,)


@dataclasses.dataclass
class AlsoDict(dict):  # type: ignore[type-arg]
    a: int


class Odd(Split):
    def __getnewargs__(self) -> Any:
        return (self.train, "odd")


@pytest.mark.parametrize(
    "value", [WithState(1), WithReduce(1), AlsoDict(1), Odd(1)], ids=lambda v: type(v).__name__
)
def test_classes_with_their_own_way_of_copying_keep_it(value: Any) -> None:
    assert stored(value)[0].codec == "pickle"
    back = round_trip(value)
    assert type(back) is type(value)


def test_a_generic_instance_remembers_what_it_was_made_of() -> None:
    assert round_trip(Box[int](1)).__orig_class__ == Box[int]


def test_a_class_that_no_import_reaches_goes_by_value() -> None:
    @dataclasses.dataclass
    class Local:
        a: Any

    assert stored(Local(1))[0].codec == "pickle"
    assert round_trip(Local(1)) == Local(1)
    artifact, store = stored(Local(FRAME), elements=("a",))
    assert codecs_of(artifact) == {"a": "pandas"}
    assert type(unpack(artifact, store, Path())) is Local


# Elements that a task's annotation names.


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ((1, "a"), ("0", "1")),
        ((), ()),
        (Split(1, [2]), ("0", "1")),
        (Split(1, [2]), ("train", "test")),
        (Fold(1, [2]), ("number", "rows")),
        ({"rmse": 0.5, "r2": 1}, ("rmse", "r2")),
        (Point(1), ("x", "y")),
        (Derived(1), ("a", "hidden", "b")),
    ],
)
def test_named_elements_are_artifacts_even_if_plain(value: Any, names: tuple[str, ...]) -> None:
    artifact, store = stored(value, elements=names)
    assert {name for name, _ in artifact.children} == set(names)
    assert {child.codec for _, child in artifact.children} <= {"plain"}
    back = unpack(artifact, store, Path())
    assert back == value
    assert type(back) is type(value)
    for name in names:
        unpack(artifact.child(name), store, Path())


def test_a_key_of_a_typed_dict_may_be_absent() -> None:
    scores: Scores = {"r2": 0.5}
    artifact, _ = stored(scores, elements=("rmse", "r2"))
    assert [name for name, _ in artifact.children] == ["r2"]


def test_elements_are_apart_even_if_they_were_one_object() -> None:
    rows = frame()
    artifact, store = stored((rows, rows), elements=("0", "1"))
    assert codecs_of(artifact) == {"0": "pandas", "1": "pandas"}
    one, other = unpack(artifact, store, Path())
    one.loc[0, "a"] = 99
    assert other.loc[0, "a"] == 1


@pytest.mark.parametrize(
    ("value", "names", "match"),
    [
        ((1, 2, 3), ("0", "1"), "2 elements are expected, and a tuple has 3"),
        ([1, 2], ("0", "1"), "a list has no elements 0, 1"),
        (3, ("a",), "an? int has no elements a"),
        (Fold(1), ("number", "score"), "has no value for score"),
    ],
)
def test_a_value_without_those_elements_is_refused(value: Any, names: tuple[str, ...], match: str) -> None:
    with pytest.raises(CannotEncode, match=match):
        stored(value, elements=names)
