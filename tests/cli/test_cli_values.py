# ruff: noqa: UP045 - the older spelling is part of what is tested
from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NewType, Optional, TypedDict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuvee.authoring.declared_parameters import MISSING
from cuvee.cli.forms import metavar_of
from cuvee.cli.values import ByReference, parse_text, parse_texts, resolved
from cuvee.errors import ParameterError
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.secret import Secret


class Colour(Enum):
    RED = "rosso"
    WHITE = "bianco"


class Size(StrEnum):
    SMALL = "small"


class Name(str):
    __slots__ = ()


class Pair(NamedTuple):
    low: float
    high: float


@dataclasses.dataclass
class Options:
    depth: int
    since: dt.date | None = None


class Weights(TypedDict):
    red: float


class Forest:
    pass


Depth = NewType("Depth", int)


def same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("12", int, 12),
        ("-3", int, -3),
        ("1e-3", float, 0.001),
        ("3", float, 3.0),
        ("1+2j", complex, 1 + 2j),
        ("twelve", str, "twelve"),
        ("", str, ""),
        ("yes", bool, True),
        ("False", bool, False),
        ("12", Depth, 12),
        ("12", Annotated[int, "deep"], 12),
        ("0.1", Decimal, Decimal("0.1")),
        ("1/3", Fraction, Fraction(1, 3)),
        ("a/b", Path, Path("a/b")),
        ("2024-12-31", dt.date, dt.date(2024, 12, 31)),
        ("2024-12-31T18:30", dt.datetime, dt.datetime(2024, 12, 31, 18, 30)),
        ("2024-12-31", dt.datetime, dt.datetime(2024, 12, 31)),
        ("18:30", dt.time, dt.time(18, 30)),
        ("1h30m", dt.timedelta, dt.timedelta(hours=1, minutes=30)),
        ("1.5s", dt.timedelta, dt.timedelta(seconds=1.5)),
        ("500ms", dt.timedelta, dt.timedelta(milliseconds=500)),
        ("1:30:05", dt.timedelta, dt.timedelta(hours=1, minutes=30, seconds=5)),
        (
            "12345678-1234-5678-1234-567812345678",
            uuid.UUID,
            uuid.UUID("12345678-1234-5678-1234-567812345678"),
        ),
        ("RED", Colour, Colour.RED),
        ("rosso", Colour, Colour.RED),
        ("small", Size, Size.SMALL),
        ("b", Literal["a", "b"], "b"),
        ("2", Literal[1, 2], 2),
        ("true", Literal[True, "x"], True),
        ("none", Literal["a", None], None),
        ("none", Optional[int], None),
        ("3", Optional[int], 3),
        ("3", int | float | str, 3),
        ("3.5", int | float | str, 3.5),
        ("x", str | int, "x"),
        ("3", str | int, 3),
        ("1", bool | int, 1),
        ("true", bool | int, True),
        ("x", Name, Name("x")),
        ("3", np.int64, np.int64(3)),
        ("0.5", np.float64, np.float64(0.5)),
        ("3", list[int], [3]),
        ("[3, 4]", list[int], [3, 4]),
        ("[]", list[int], []),
        ('["2024-12-31"]', list[dt.date], [dt.date(2024, 12, 31)]),
        ("[x", list[str], ["[x"]),
        ("[1, 1]", set[int], {1}),
        ('[1, "a"]', tuple[int, str], (1, "a")),
        ("[[1, 2], [3]]", list[list[int]], [[1, 2], [3]]),
        ('{"a": 1}', dict[str, float], {"a": 1.0}),
        ('{"a": [1]}', dict, {"a": [1]}),
        ('{"red": 1.5}', Weights, {"red": 1.5}),
        ('{"depth": 3, "since": "2024-12-31"}', Options, Options(3, dt.date(2024, 12, 31))),
        ("[1, 2]", Pair, Pair(1.0, 2.0)),
        ("x", Any, "x"),
        ("12", Any, "12"),
        ("@12:train", int, ByReference("@12:train")),
        ("@12:train", str, ByReference("@12:train")),
        ("@best:rmse:min:fit", Forest, ByReference("@best:rmse:min:fit")),
        ("@12:split", list[int], ByReference("@12:split", list)),
        ("champion", Forest, ByReference("champion")),
        ("champion.model", Forest | None, ByReference("champion.model")),
        ("none", Forest | None, None),
        ("champion", str, "champion"),
        ("champion", Forest | str, "champion"),
        ("@@home", str, "@home"),
        ("@@@", str, "@@"),
    ],
)
def test_what_a_text_stands_for(text: str, annotation: Any, value: Any) -> None:
    assert same(parse_text(text, annotation), value)


@pytest.mark.parametrize(
    ("text", "annotation", "problem"),
    [
        ("twelve", int, "'twelve' is not an integer"),
        ("1.5", int, "'1.5' is not an integer"),
        ("x", float, "'x' is not a number"),
        ("maybe", bool, "'maybe' is not true or false"),
        ("tomorrow", dt.date, "'tomorrow' is not a date, such as 2024-12-31"),
        ("5", dt.timedelta, "'5' is not a duration, such as 90s, 1h30m or 2d"),
        ("1/0", Fraction, "'1/0' is not a fraction"),
        ("x", Decimal, "'x' is not a decimal number"),
        ("blue", Colour, "'blue' is not one of RED, WHITE"),
        ("c", Literal["a", "b"], "'c' is not one of a, b"),
        ("x", Optional[int], "'x' is not an integer"),
        ("x", int | float | None, "'x' is not int | float | None"),
        ("none", int, "'none' is not an integer"),
        ("x", list[int], "'x' is not an integer"),
        ('[1, "x"]', list[int], "'x' is not an integer"),
        ("[1, 2.5]", list[int], "2.5 is not an int"),
        ("[1]", tuple[int, str], "1 item is given, and tuple[int, str] takes 2"),
        ("{", dict[str, int], "'{' is not JSON, as which a dict[str, int] is given"),
        ('{"a": "x"}', dict[str, int], '{"a": "x"} is not a dict[str, int]: Expected `int`, got `str`'),
        ('{"depth": "x"}', Options, "Expected `int`, got `str`"),
        (
            "1x",
            Forest,
            "'1x' is not a Forest, which no text can be: give the result of an earlier call, @RUN:CALL, or",
        ),
        ("x", np.int64, "'x' is not an integer"),
    ],
)
def test_what_a_text_cannot_stand_for(text: str, annotation: Any, problem: str) -> None:
    with pytest.raises(ParameterError) as raised:
        parse_text(text, annotation)
    assert problem in str(raised.value)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [
        ("3", 8, 3),
        ("3", 8.0, 3.0),
        ("no", True, False),
        ("3", "x", "3"),
        ("3", None, "3"),
        ("WHITE", Colour.RED, Colour.WHITE),
        ("3", [1, 2], [3]),
        ('{"a": "b"}', {}, {"a": "b"}),
        ("a", Path("x"), Path("a")),
    ],
)
def test_without_an_annotation_the_default_decides(text: str, default: Any, value: Any) -> None:
    assert same(parse_text(text, Any, default), value)


@given(
    st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates(), st.times(), st.uuids())
)
def test_what_python_writes_is_read_back(value: Any) -> None:
    assert same(parse_text(str(value), type(value)), value)


def test_a_repeated_flag() -> None:
    assert parse_texts(["1", "2"], list[int], MISSING, Path()) == [1, 2]
    assert parse_texts(["1", "a"], tuple[int, str], MISSING, Path()) == (1, "a")
    assert parse_texts(["[1", "[2"], list[str], MISSING, Path()) == ["[1", "[2"]
    assert parse_texts(["@1:a", "@2:a"], list[Forest], MISSING, Path()) == [
        ByReference("@1:a"),
        ByReference("@2:a"),
    ]
    assert parse_texts(["none"], Optional[list[int]], MISSING, Path()) is None
    assert parse_texts(["1", "2"], Optional[list[int]], MISSING, Path()) == [1, 2]


def test_references_are_resolved_wherever_they_are() -> None:
    results = {"@1:a": 1, "@1:list": [1, 2]}
    assert resolved(ByReference("@1:a"), results.__getitem__) == 1
    assert resolved([ByReference("@1:a"), 5], results.__getitem__) == [1, 5]
    assert resolved(ByReference("@1:a", list), results.__getitem__) == [1]
    assert resolved(ByReference("@1:list", tuple), results.__getitem__) == [1, 2]
    assert resolved("@1:a", results.__getitem__) == "@1:a"


@pytest.mark.parametrize(
    ("annotation", "metavar"),
    [
        (int, "INTEGER"),
        (float, "NUMBER"),
        (str, "TEXT"),
        (bool, "true|false"),
        (Path, "PATH"),
        (File, "FILE"),
        (Directory, "DIR"),
        (dt.date, "DATE"),
        (Optional[int], "INTEGER|none"),
        (list[int], "INTEGER"),
        (tuple[int, str], "JSON"),
        (Literal["a", "b"], "[a|b]"),
        (Colour, "[RED|WHITE]"),
        (dict[str, int], "JSON"),
        (Options, "JSON"),
        (pd.DataFrame, "FILE"),
        (Forest, "@RUN:CALL"),
        (Secret, "env:NAME|file:PATH"),
        (Any, "TEXT"),
        (Depth, "INTEGER"),
    ],
)
def test_what_help_shows_in_place_of_a_value(annotation: Any, metavar: str) -> None:
    assert metavar_of(annotation) == metavar


def test_a_file_is_relative_to_the_folder_and_made_absolute(tmp_path: Path) -> None:
    (tmp_path / "wine.csv").write_text("a\n1\n")
    (tmp_path / "folder").mkdir()
    assert parse_text("wine.csv", File, cwd=tmp_path) == File(tmp_path / "wine.csv")
    assert parse_text("folder/../wine.csv", File, File("x", by="content"), tmp_path) == File(
        tmp_path / "wine.csv", by="content"
    )
    assert parse_text('["wine.csv"]', list[File], cwd=tmp_path) == [File(tmp_path / "wine.csv")]
    with pytest.raises(ParameterError, match=r"there is no file 'no\.csv'"):
        parse_text("no.csv", File, cwd=tmp_path)
    with pytest.raises(ParameterError, match="'folder' is a folder, not a file"):
        parse_text("folder", File, cwd=tmp_path)


def test_a_secret_is_taken_from_a_variable_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    (tmp_path / "token").write_text("hunter3\n")
    assert parse_text("env:TOKEN", Secret).reveal() == "hunter2"
    assert parse_text("file:token", Secret, cwd=tmp_path).reveal() == "hunter3"
    assert parse_text("none", Optional[Secret]) is None
    with pytest.raises(ParameterError, match="NOT_SET is not set"):
        parse_text("env:NOT_SET", Secret)


@pytest.mark.parametrize("annotation", [Secret, Secret | None, Secret | str, list[Secret], dict[str, Secret]])
@pytest.mark.parametrize("text", ["hunter2", "@hunter2", '["hunter2"]', '{"a": "hunter2"}', "[hunter2, 3]"])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(annotation: Any, text: str) -> None:
    with pytest.raises(ParameterError) as raised:
        parse_text(text, annotation)
    shown: BaseException | None = raised.value
    while shown is not None:
        assert "hunter2" not in str(shown)
        shown = shown.__cause__


FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("w.csv", lambda path: FRAME.to_csv(path, index=False)),
        ("w.csv.gz", lambda path: FRAME.to_csv(path, index=False)),
        ("w.tsv", lambda path: FRAME.to_csv(path, index=False, sep="\t")),
        ("w.json", lambda path: FRAME.to_json(path)),
        ("w.jsonl", lambda path: FRAME.to_json(path, orient="records", lines=True)),
        ("W.Parquet", lambda path: FRAME.to_parquet(path)),
        ("w.feather", lambda path: FRAME.to_feather(path)),
    ],
)
def test_a_frame_is_read_by_the_ending_of_its_file(tmp_path: Path, name: str, write: Any) -> None:
    write(tmp_path / name)
    pd.testing.assert_frame_equal(parse_text(name, pd.DataFrame, cwd=tmp_path), FRAME)
    pd.testing.assert_frame_equal(parse_text(name, Optional[pd.DataFrame], cwd=tmp_path), FRAME)


def test_a_series_and_an_array_are_read_from_files(tmp_path: Path) -> None:
    FRAME[["a"]].to_csv(tmp_path / "a.csv", index=False)
    FRAME.to_csv(tmp_path / "both.csv", index=False)
    np.save(tmp_path / "a.npy", np.arange(3))
    pd.testing.assert_series_equal(parse_text("a.csv", pd.Series, cwd=tmp_path), FRAME["a"])
    assert parse_text("a.npy", np.ndarray, cwd=tmp_path).tolist() == [0, 1, 2]
    with pytest.raises(ParameterError, match="has 2 columns; a Series is read from a file of one"):
        parse_text("both.csv", pd.Series, cwd=tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("w.xyz", "", "a DataFrame is read from a file that ends in .csv, .tsv"),
        ("w", "", "a DataFrame is read from a file that ends in .csv, .tsv"),
        ("w.parquet", "not parquet", "'w.parquet' cannot be read as .parquet"),
        ("w.csv", "", "'w.csv' cannot be read as .csv"),
    ],
)
def test_a_frame_that_cannot_be_read(tmp_path: Path, name: str, content: str, problem: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ParameterError) as raised:
        parse_text(name, pd.DataFrame, cwd=tmp_path)
    assert problem in str(raised.value)


def test_a_folder_is_read_relative_to_where_one_stands(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "wine.csv").write_text("a")
    assert parse_text("data", Directory, cwd=tmp_path) == Directory(tmp_path / "data")
    default = Directory("x", by="content")
    assert parse_text("./data/", Directory, default, tmp_path) == Directory(tmp_path / "data", by="content")
    with pytest.raises(ParameterError, match="there is no folder 'gone'"):
        parse_text("gone", Directory, cwd=tmp_path)
    with pytest.raises(ParameterError, match=r"'wine\.csv' is a file, not a folder"):
        parse_text("wine.csv", Directory, cwd=tmp_path)
