from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from cuvee.errors import CannotEncode
from cuvee.model.artifact import blobs_of
from cuvee.testing.codecs import digest_of, round_trip, stored

TABLE = pa.table(
    {
        "ints": pa.chunked_array([[1, 2], [None]]),
        "text": ["x", None, "z"],
        "nested": [[{"a": 1}], None, []],
        "category": pa.array(["a", "b", "a"]).dictionary_encode(),
        "same": pa.chunked_array(
            [pa.array(["a"]).dictionary_encode(), pa.array(["b", "c"]).dictionary_encode()]
        ),
        "view": pa.array(["a", None, "a text that is too long for its view"], pa.string_view()),
    }
).replace_schema_metadata({"unit": "g/l"})

VALUES = {
    "table": TABLE,
    "slice": TABLE.slice(1, 2),
    "no rows": TABLE.slice(0, 0),
    "no columns": pa.table({}),
    "names twice": pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]),
    "batch": pa.RecordBatch.from_pydict({"a": [1, None], "b": ["x", "y"]}),
    "array": pa.array([1.5, None]),
    "chunks": pa.chunked_array([[0.1], [], [0.2, 0.3]]),
    "no chunks": pa.chunked_array([], pa.int8()),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_it_comes_back_as_it_was(value: Any) -> None:
    assert stored(value)[0].codec == "pyarrow"
    back = round_trip(value)
    assert type(back) is type(value)
    assert back.equals(value)
    if isinstance(value, pa.Table):
        assert back.schema.equals(value.schema, check_metadata=True)
        assert [column.num_chunks for column in back.columns] == [
            column.num_chunks for column in value.columns
        ]
    if isinstance(value, pa.ChunkedArray):
        assert list(map(len, back.chunks)) == list(map(len, value.chunks))
    assert digest_of(back) == digest_of(value)


def test_a_table_is_kept_by_column() -> None:
    table = pa.table({"x": np.arange(10_000), "y": np.arange(10_000) / 3})
    held = set(blobs_of(stored(table)[0]))
    assert len(held) == 2
    assert len(set(blobs_of(stored(table.append_column("z", table["x"].cast("f8")))[0])) - held) == 1
    assert set(blobs_of(stored(table.select(["y", "x"]))[0])) == held


def test_other_values_of_arrow_go_to_pickle() -> None:
    for value in (pa.scalar(1), pa.int8(), TABLE.schema):
        assert stored(value)[0].codec == "pickle"
        assert round_trip(value).equals(value)


def test_a_dataset_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    made = ds.dataset(tmp_path / "a.csv", format="csv")
    for value in (made, made.scanner()):
        with pytest.raises(CannotEncode, match=r"a query, not its result: return its to_table\(\)"):
            stored(value)
