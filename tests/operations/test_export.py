"""An exported file has the value in the form that its name asks for, and is there whole or not at all."""

from __future__ import annotations

import json
import pickle
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any

import joblib
import matplotlib.figure
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from pyarrow import parquet
from sklearn.linear_model import LinearRegression

from cuvee import Directory, File
from cuvee.errors import EnvironmentFault, ParameterError
from cuvee.operations.export import export
from cuvee.operations.export_forms import forms_of

FRAME = pd.DataFrame({"x": [1.5, None], "name": ["a", "ü"]})
INDEXED = FRAME.set_index("name")
ARRAY = np.array([[0.1, 1 / 3], [2.0, np.inf]])


def written(value: Any, tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    assert export(value, path) == path.stat().st_size
    assert [file.name for file in tmp_path.iterdir()] == [name]
    return path


@pytest.mark.parametrize("frame", [FRAME, INDEXED], ids=["counted", "indexed"])
def test_a_frame_of_pandas_comes_back(frame: pd.DataFrame, tmp_path: Path) -> None:
    export(frame, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), frame)
    flat = frame.reset_index() if frame is INDEXED else frame
    for name, read in {
        "a.csv": pd.read_csv,
        "a.csv.gz": pd.read_csv,
        "a.tsv": lambda path: pd.read_csv(path, sep="\t"),
        "a.feather": pd.read_feather,
        "a.arrow": pd.read_feather,
        "a.json": pd.read_json,
        "a.jsonl": lambda path: pd.read_json(path, lines=True),
    }.items():
        export(frame, tmp_path / name)
        pd.testing.assert_frame_equal(read(tmp_path / name), flat, check_dtype=False)
    assert (tmp_path / "a.csv.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_other_frames(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2]})
    for name, read in {"p.parquet": pl.read_parquet, "p.csv": pl.read_csv, "p.arrow": pl.read_ipc}.items():
        export(frame, tmp_path / name)
        assert read(tmp_path / name).equals(frame)
    table = pa.table({"a": [1, 2]})
    export(table, tmp_path / "t.parquet")
    assert parquet.read_table(tmp_path / "t.parquet").equals(table)


def test_arrays_come_back_to_the_last_digit(tmp_path: Path) -> None:
    for name, read in {
        "a.npy": np.load,
        "a.npz": lambda path: np.load(path)["data"],
        "a.csv": lambda path: np.loadtxt(path, delimiter=","),
        "a.txt": np.loadtxt,
    }.items():
        export(ARRAY, tmp_path / name)
        np.testing.assert_array_equal(read(tmp_path / name), ARRAY)
    matrix = sp.random_array((4, 5), density=0.4, rng=1, format="csr")
    export(matrix, tmp_path / "s.npz")
    assert (sp.load_npz(tmp_path / "s.npz") != matrix).nnz == 0


def test_models_texts_and_plain_values(tmp_path: Path) -> None:
    model = LinearRegression().fit([[1.0], [2.0]], [1, 2])
    assert joblib.load(written(model, tmp_path, "m.joblib")).coef_ == model.coef_
    assert pickle.loads(_read(model, tmp_path, "m.pkl")).coef_ == model.coef_
    assert json.loads(_read({"rmse": 0.5, "of": [1, None]}, tmp_path, "r.json")) == {
        "rmse": 0.5,
        "of": [1, None],
    }
    assert _read("line\r\nother", tmp_path, "t.md") == b"line\r\nother"
    assert _read(b"\x00\xff", tmp_path, "anything.xyz") == b"\x00\xff"
    assert _read(np.float64(0.5), tmp_path, "n.json") == b"0.5\n"


def _read(value: Any, tmp_path: Path, name: str) -> bytes:
    export(value, tmp_path / name, force=True)
    return (tmp_path / name).read_bytes()


@pytest.mark.parametrize(("ending", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_a_figure_is_drawn(ending: str, start: bytes, tmp_path: Path) -> None:
    figure = matplotlib.figure.Figure()
    figure.subplots().plot([1, 2])
    assert _read(figure, tmp_path, f"f{ending}").startswith(start)


def test_a_file_is_copied_whatever_its_ending(tmp_path: Path) -> None:
    source = tmp_path / "in.bin"
    source.write_bytes(b"abc")
    assert _read(File(source), tmp_path, "out.anything") == b"abc"


def test_a_directory_becomes_a_folder(tmp_path: Path) -> None:
    source, target = tmp_path / "made", tmp_path / "out"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "data.bin").write_bytes(b"abc")
    (source / "link").symlink_to("inner")
    assert export(Directory(source), target) == 3
    assert (target / "inner" / "data.bin").read_bytes() == b"abc"
    assert (target / "link").readlink() == Path("inner")
    for force in (False, True):
        with pytest.raises(ParameterError, match="is there already: name a folder"):
            export(Directory(source), target, force=force)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "out"]


def test_what_does_not_fit_says_what_does(tmp_path: Path) -> None:
    with pytest.raises(
        ParameterError, match=r"of type pandas.DataFrame: .npy is no form for it; .*\.parquet, \.csv"
    ):
        export(FRAME, tmp_path / "a.npy")
    with pytest.raises(ParameterError, match=r"'a' has no ending"):
        export(FRAME, tmp_path / "a")
    with pytest.raises(ParameterError, match="export its elements one by one"):
        export((FRAME, FRAME), tmp_path / "a.parquet")
    with pytest.raises(ParameterError, match=r"Both: .parquet .* export its elements one by one"):
        export(make_dataclass("Both", ["frame", "score"])(FRAME, 0.5), tmp_path / "a.parquet")
    with pytest.raises(ParameterError, match=r"of type polars.DataFrame: .npy is no form for it"):
        export(pl.DataFrame({"a": [1]}), tmp_path / "a.npy")
    with pytest.raises(ParameterError, match="cannot be compressed"):
        export(FRAME, tmp_path / "a.parquet.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_value_that_the_form_cannot_hold_leaves_no_file(tmp_path: Path) -> None:
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(ParameterError, match=r"cannot be written as \.parquet: .*other forms are \.csv"):
        export(twice, tmp_path / "a.parquet")
    with pytest.raises(ParameterError, match=r"cannot be written as \.json"):
        export({"a": float("nan")}, tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_without_force(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("mine")
    with pytest.raises(ParameterError, match="--force"):
        export("new", target)
    assert target.read_text() == "mine"
    export("new", target, force=True)
    assert target.read_text() == "new"


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.csv"
    target.write_text("mine")

    def full(frame: pd.DataFrame, path: Path, **_: object) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(EnvironmentFault, match="No space left"):
        export(FRAME, target, force=True)
    assert target.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_library_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'pyarrow'", name="pyarrow")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", missing)
    with pytest.raises(ParameterError, match="without pyarrow: pip install pyarrow"):
        export(FRAME, tmp_path / "a.parquet")


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="is a folder"):
        export("a", tmp_path)
    with pytest.raises(ParameterError, match="there is no folder"):
        export("a", tmp_path / "none" / "a.txt")


def test_everything_can_be_pickled() -> None:
    assert {".joblib", ".pickle", ".pkl"} <= forms_of(object()).keys()
