from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cuvee.codecs import text_column

cells = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=5), st.sampled_from([None, np.nan, pd.NA, pd.NaT])
)


def again(items: list[Any]) -> list[Any]:
    form = text_column.encode(items)
    assert form is not None
    return text_column.decode(form.about, memoryview(form.data))


@given(st.lists(cells, max_size=20).map(lambda items: ["a", *items]))
def test_text_and_what_is_missing_come_back(items: list[Any]) -> None:
    back = again(items)
    assert list(map(type, back)) == list(map(type, items))
    assert [item for item in back if type(item) is str] == [item for item in items if type(item) is str]
    assert all(item is other for item, other in zip(back, items, strict=True) if type(item) is not str)


def test_more_items_than_are_joined_at_once_come_back() -> None:
    items = [None if n % 1000 == 0 else f"{n} é" for n in range(200_000)]
    assert again(items) == items


def test_what_is_neither_text_nor_missing_is_left_to_others() -> None:
    other = np.frombuffer(np.array([0x7FF8000000000001], "u8").tobytes(), "f8").tolist()[0]
    for item in (1, 0.5, other, b"a", np.str_("a"), np.float64("nan"), ("a",)):
        assert text_column.encode(["a", item]) is None
    assert text_column.encode([None, None]) is None
    assert again([]) == []
