"""Which files a value can be written as, by the ending of the file's name, and how.

Each writer takes the value and the path of a file that is not there yet, whose name ends as the one
that was asked for. A library is imported when one of its values is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cuvee.codecs.pickled import pickle_bytes

Write = Callable[[Any, Path], object]


def forms_of(value: Any) -> dict[str, Write]:
    """The endings that fit the value, what is nearest to it first, with what writes each."""
    for base in type(value).__mro__:
        found = _FORMS.get((base.__module__.partition(".")[0], base.__name__))
        if found is not None:
            return {**found, **_ANY}
    return {**_PLAIN, **_ANY} if type(value) in _JSON else dict(_ANY)


def compresses(value: Any, ending: str) -> bool:
    """Whether what writes the value so compresses it too, by a second ending: `.csv.gz`."""
    return forms_of(value).get(ending) in _COMPRESSING


def _pickle(value: Any, path: Path) -> None:
    path.write_bytes(pickle_bytes(value))


def _joblib(value: Any, path: Path) -> None:
    import joblib

    joblib.dump(value, path)


def _json(value: Any, path: Path) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n", "utf-8")


def _text(value: Any, path: Path) -> None:
    path.write_text(value if isinstance(value, str) else f"{value}\n", "utf-8", newline="")


def _indexed(frame: Any) -> bool:
    """Whether the rows are called by anything but their number."""
    import pandas as pd

    return not (isinstance(frame.index, pd.RangeIndex) and frame.index.name is None)


def _flat(frame: Any) -> Any:
    """The frame with its index among the columns, for forms that have none."""
    return frame.reset_index() if _indexed(frame) else frame


def _of_series(write: Write) -> Write:
    """A writer of frames, for a series: as a frame of one column."""
    return lambda series, path: write(series.to_frame(), path)


def _arrow_csv(table: Any, path: Path) -> None:
    from pyarrow import csv

    csv.write_csv(table, path)


def _arrow_parquet(table: Any, path: Path) -> None:
    from pyarrow import parquet

    parquet.write_table(table, path)


def _arrow_feather(table: Any, path: Path) -> None:
    from pyarrow import feather

    feather.write_feather(table, path)


def _numpy_text(separator: str) -> Write:
    def write(array: Any, path: Path) -> None:
        import numpy as np

        # `%s` of a float is as many digits as it takes to have it again.
        np.savetxt(path, np.atleast_1d(array), fmt="%s", delimiter=separator, encoding="utf-8")

    return write


def _npy(array: Any, path: Path) -> None:
    import numpy as np

    np.save(path, array, allow_pickle=False)


def _npz(array: Any, path: Path) -> None:
    import numpy as np

    np.savez(path, data=array)


def _sparse_npz(matrix: Any, path: Path) -> None:
    from scipy import sparse

    sparse.save_npz(path, matrix)


def _matrix_market(matrix: Any, path: Path) -> None:
    from scipy.io import mmwrite

    mmwrite(path, matrix)


def _drawn(form: str) -> Write:
    return lambda figure, path: figure.savefig(path, format=form)


_ANY: dict[str, Write] = {".joblib": _joblib, ".pickle": _pickle, ".pkl": _pickle}
_PLAIN: dict[str, Write] = {".json": _json, ".txt": _text}
_JSON = (dict, list, tuple, int, float, bool, type(None))

_PANDAS: dict[str, Write] = {
    ".parquet": lambda frame, path: frame.to_parquet(path),
    ".csv": lambda frame, path: frame.to_csv(path, index=_indexed(frame)),
    ".tsv": lambda frame, path: frame.to_csv(path, index=_indexed(frame), sep="\t"),
    ".feather": lambda frame, path: _flat(frame).to_feather(path),
    ".arrow": lambda frame, path: _flat(frame).to_feather(path, compression="uncompressed"),
    ".json": lambda frame, path: _flat(frame).to_json(path, orient="records", date_format="iso"),
    ".jsonl": lambda frame, path: _flat(frame).to_json(path, orient="records", date_format="iso", lines=True),
}
_TEXT_OF_FRAMES = (".csv", ".tsv", ".json", ".jsonl")
_POLARS: dict[str, Write] = {
    ".parquet": lambda frame, path: frame.write_parquet(path),
    ".csv": lambda frame, path: frame.write_csv(path),
    ".tsv": lambda frame, path: frame.write_csv(path, separator="\t"),
    ".feather": lambda frame, path: frame.write_ipc(path),
    ".arrow": lambda frame, path: frame.write_ipc(path),
    ".json": lambda frame, path: frame.write_json(path),
    ".jsonl": lambda frame, path: frame.write_ndjson(path),
}
_ARROW: dict[str, Write] = {
    ".parquet": _arrow_parquet,
    ".feather": _arrow_feather,
    ".arrow": _arrow_feather,
    ".csv": _arrow_csv,
}
_NUMPY: dict[str, Write] = {
    ".npy": _npy,
    ".npz": _npz,
    ".csv": _numpy_text(","),
    ".tsv": _numpy_text("\t"),
    ".txt": _numpy_text(" "),
    ".json": lambda array, path: _json(array.tolist(), path),
}
_TEXT: dict[str, Write] = dict.fromkeys((".txt", ".md", ".html", ".csv", ".json", ".svg", ".xml"), _text)
_FIGURE: dict[str, Write] = {f".{form}": _drawn(form) for form in ("png", "svg", "pdf", "jpg")}
_NUMPY_SCALAR: dict[str, Write] = {
    ".json": lambda value, path: _json(value.item(), path),
    ".txt": _text,
    ".npy": _npy,
}

# Library and class of a value, or of a base of it → the endings and what writes them.
_FORMS: dict[tuple[str, str], dict[str, Write]] = {
    ("pandas", "DataFrame"): _PANDAS,
    ("pandas", "Series"): {ending: _of_series(write) for ending, write in _PANDAS.items()},
    ("polars", "DataFrame"): _POLARS,
    ("polars", "Series"): {ending: _of_series(write) for ending, write in _POLARS.items()},
    ("pyarrow", "Table"): _ARROW,
    ("numpy", "ndarray"): _NUMPY,
    ("numpy", "generic"): _NUMPY_SCALAR,
    ("scipy", "_spbase"): {".npz": _sparse_npz, ".mtx": _matrix_market},
    ("matplotlib", "Figure"): _FIGURE,
    ("builtins", "str"): _TEXT,
}

_COMPRESSING = [
    _FORMS["pandas", kind][ending] for kind in ("DataFrame", "Series") for ending in _TEXT_OF_FRAMES
]
