from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import pytest

from cuvee.authoring.handle import Handle, ref_of
from cuvee.errors import HandleError
from cuvee.model.graph import Ref


class Pair(NamedTuple):
    low: int
    high: str


@dataclass
class Split:
    train: list[int]
    test: list[int]


class Report(TypedDict):
    rmse: float


def handle(annotation=int):
    return Handle(Ref(0), annotation, "train")


@pytest.mark.parametrize(
    ("use", "instead"),
    [
        (bool, "if result(train):"),
        (len, "len(result(train))"),
        (str, "str(result(train))"),
        (lambda h: f"{h}", "result(train)"),
        (lambda h: h == 1, "result(train)"),
        (lambda h: h != 1, "result(train)"),
        (lambda h: h < 1, "result(train)"),
        (lambda h: h + 1, "result(train)"),
        (lambda h: 1 + h, "result(train)"),
        (lambda h: -h, "result(train)"),
        (lambda h: h @ h, "result(train)"),
        (lambda h: h["a"], "result(train)['a']"),
        (lambda h: h.shape, "result(train).shape"),
        (lambda h: h(), "result(train)(…)"),
        (lambda h: 1 in h, "in result(train)"),
        (lambda h: {h: 1}, "result(train)"),
        (lambda h: {h}, "result(train)"),
        (lambda h: float(h), "result(train)"),
        (lambda h: range(h), "result(train)"),
        (lambda h: round(h), "result(train)"),
        (lambda h: [*h], "result(train)"),
        (lambda h: open(h), "result(train)"),  # noqa: SIM115, PTH123
        (lambda h: setattr(h, "x", 1), "return it"),
        (lambda h: h.__setitem__(0, 1), "return it"),
        (lambda h: __import__("copy").copy(h), "pass it to a task"),
        (lambda h: __import__("pickle").dumps(h), "pass it to a task"),
        (lambda h: sum([h, h]), "result(train)"),
        (lambda h: max(h, h), "result(train)"),
        (lambda h: sorted([h, h]), "result(train)"),
    ],
)
def test_whatever_needs_the_value_says_what_to_write_instead(use, instead):
    with pytest.raises(HandleError) as caught:
        use(handle())
    assert any(instead.replace("(train)", f"({name})") in str(caught.value) for name in ("h", "train(…)"))
    assert "`train`" in str(caught.value)


def test_the_error_is_at_the_users_line():
    with pytest.raises(HandleError) as caught:
        bool(handle())
    assert caught.value.problems[0].place.file == __file__


def test_numpy_and_pandas_do_not_take_a_handle_for_a_value():
    np = pytest.importorskip("numpy")
    pd = pytest.importorskip("pandas")
    for use in (np.asarray, np.sum, pd.Series, lambda h: pd.DataFrame({"a": h}), lambda h: np.ones(3) * h):
        with pytest.raises(HandleError):
            use(handle())


def test_a_tuple_of_known_length_is_unpacked():
    first, second = handle(tuple[int, str])
    assert ref_of(first) == Ref(0, ("0",))
    assert ref_of(second) == Ref(0, ("1",))
    assert repr(second) == "<handle of train[1]: str>"
    assert ref_of(handle(tuple[int, str])[-1]) == Ref(0, ("1",))


@pytest.mark.parametrize("annotation", [list[int], tuple[int, ...], int, dict[str, int]])
def test_what_has_no_known_length_is_not(annotation):
    numbers = handle(annotation)
    with pytest.raises(HandleError, match=r"task\.map\(numbers\) or result\(numbers\)"):
        _, _ = numbers


def test_more_or_fewer_names_than_elements_are_refused():
    pair = handle(tuple[int, int, int])
    with pytest.raises(HandleError, match="gives 3 elements, and is unpacked into 2"):
        _, _ = pair
    assert len(list(pair)) == 3
    _, *rest = pair
    assert len(rest) == 2


def test_the_advice_has_the_users_own_name_for_it():
    model = handle()
    with pytest.raises(HandleError, match=r"write `if result\(model\):`"):
        bool(model)


def test_fields_are_read_by_name():
    assert ref_of(handle(Pair).high) == Ref(0, ("high",))
    assert ref_of(handle(Split).test) == Ref(0, ("test",))
    assert ref_of(handle(Report)["rmse"]) == Ref(0, ("rmse",))
    _, high = handle(Pair)
    assert ref_of(high) == Ref(0, ("high",))


def test_nested_elements_are_selected_from_the_outside_in():
    assert ref_of(handle(tuple[Split, int])[0].train) == Ref(0, ("0", "train"))


def test_a_dataclass_is_not_unpacked_nor_a_field_unknown():
    with pytest.raises(HandleError):
        _, _ = handle(Split)
    with pytest.raises(HandleError, match="only the fields"):
        _ = handle(Split).trian
    with pytest.raises(HandleError, match="only the keys"):
        _ = handle(Report)["mae"]


def test_repr_is_safe():
    assert repr(handle(Pair)) == "<handle of train: Pair>"
