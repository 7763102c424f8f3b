from __future__ import annotations

from typing import Any

import pytest
from handmade import a_frame, plain_value

from cuvee.cli.results import result_text
from cuvee.codecs.plain import decode_plain
from cuvee.errors import CannotDecode
from cuvee.model.artifact import Artifact
from cuvee.model.record import ResultItem


def load(artifact: Artifact) -> Any:
    return decode_plain(artifact.meta)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (ResultItem(plain_value({"rmse": 0.5})), "{'rmse': 0.5}"),
        (ResultItem(plain_value(None)), ""),
        (ResultItem(kind="absent"), ""),
        (ResultItem(a_frame()), "pandas.DataFrame (264 kB)"),
        (
            ResultItem(kind="tuple", items=(ResultItem(a_frame()), ResultItem(plain_value(1)))),
            "(pandas.DataFrame (264 kB), 1)",
        ),
        (ResultItem(kind="list", items=(ResultItem(plain_value("a")),)), "['a']"),
        (ResultItem(kind="dict", names=("x",), items=(ResultItem(plain_value(2)),)), "{'x': 2}"),
    ],
)
def test_a_result_is_one_line(item: ResultItem, text: str) -> None:
    assert result_text(item, load) == text


def test_a_large_or_unreadable_value_is_its_type_and_size() -> None:
    def gone(artifact: Artifact) -> Any:
        raise CannotDecode("its class is gone")

    assert result_text(ResultItem(plain_value(7)), gone) == "int (3 B)"
    assert result_text(ResultItem(plain_value("x" * 20_000)), gone) == "str (20.0 kB)"
