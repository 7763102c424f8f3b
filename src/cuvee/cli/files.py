"""What is given as a path: `File` and `Directory` themselves, secrets, frames and arrays kept in a file."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from cuvee.errors import InternalError, ParameterError
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.secret import Secret

_COMPRESSED = {".gz", ".bz2", ".xz", ".zst", ".zip"}
# Which function reads files that end so, and with what.
_PANDAS: dict[str, tuple[str, dict[str, Any]]] = {
    ".csv": ("read_csv", {}),
    ".tsv": ("read_csv", {"sep": "\t"}),
    ".parquet": ("read_parquet", {}),
    ".feather": ("read_feather", {}),
    ".arrow": ("read_feather", {}),
    ".json": ("read_json", {}),
    ".jsonl": ("read_json", {"lines": True}),
    ".ndjson": ("read_json", {"lines": True}),
}
_POLARS: dict[str, tuple[str, dict[str, Any]]] = {
    ".csv": ("read_csv", {}),
    ".tsv": ("read_csv", {"separator": "\t"}),
    ".parquet": ("read_parquet", {}),
    ".feather": ("read_ipc", {}),
    ".arrow": ("read_ipc", {}),
    ".json": ("read_json", {}),
    ".jsonl": ("read_ndjson", {}),
    ".ndjson": ("read_ndjson", {}),
}
_NUMPY: dict[str, tuple[str, dict[str, Any]]] = {".npy": ("load", {"allow_pickle": False})}
_LIBRARIES = {"pandas": _PANDAS, "polars": _POLARS, "numpy": _NUMPY}
_CLASSES = {"pandas": ("DataFrame", "Series"), "polars": ("DataFrame", "Series"), "numpy": ("ndarray",)}


def read_file(text: str, default: Any, cwd: Path) -> File:
    """The file of that path, relative to `cwd`, made absolute; counted as the default is.

    Raises ParameterError if there is no such file.
    """
    path = existing_file(text, cwd)
    return File(path, by=default.by if isinstance(default, File) else "path")


def read_directory(text: str, default: Any, cwd: Path) -> Directory:
    """The folder of that path, relative to `cwd`, made absolute; counted as the default is.

    Raises ParameterError if there is no such folder.
    """
    path = _absolute(text, cwd)
    if not path.exists():
        raise ParameterError(f"there is no folder {text!r} ({path})")
    if not path.is_dir():
        raise ParameterError(f"{text!r} is a file, not a folder")
    return Directory(path, by=default.by if isinstance(default, Directory) else "path")


def _absolute(text: str, cwd: Path) -> Path:
    return Path(os.path.abspath(cwd / Path(text).expanduser()))  # noqa: PTH100 - resolve() would follow links


def existing_file(text: str, cwd: Path) -> Path:
    """The absolute path of a file that is there. Raises ParameterError if it is not, or is a folder."""
    path = _absolute(text, cwd)
    if path.is_dir():
        raise ParameterError(f"{text!r} is a folder, not a file")
    if not path.exists():
        raise ParameterError(f"there is no file {text!r} ({path})")
    return path


def read_secret(text: str, cwd: Path) -> Secret:
    """The secret that `env:NAME` or `file:PATH` leads to.

    Raises ParameterError for anything else, and never repeats it: it may be the secret itself.
    """
    kind, _, place = text.partition(":")
    if kind == "env" and place:
        if place not in os.environ:
            raise ParameterError(f"the environment variable {place} is not set: export {place}=…")
        return Secret.from_env(place)
    if kind == "file" and place:
        path = existing_file(place, cwd)
        try:
            return Secret(path.read_text("utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError) as error:
            raise ParameterError(f"{place!r} cannot be read: {type(error).__name__}") from None
    raise ParameterError(
        "a secret is not written on the command line, where the shell's history keeps it: "
        "give env:NAME for an environment variable, or file:PATH"
    )


def is_read_from_file(annotation: Any) -> bool:
    """Whether values of this class are given as the path of a file to read: a frame, a series, an array."""
    return _data_class(annotation) is not None


def read_data(text: str, annotation: Any, cwd: Path) -> Any:
    """A DataFrame or Series (pandas, polars) or array read from a file, by the ending of its name.

    Raises ParameterError if the file is not there, its ending is not known or it cannot be read.
    """
    data_class = _data_class(annotation)
    if data_class is None:
        raise InternalError(f"{annotation!r} is not read from files")
    library, kind = data_class
    path = existing_file(text, cwd)
    ending = _ending(path)
    known = _LIBRARIES[library]
    if ending not in known:
        raise ParameterError(f"{text!r}: a {kind} is read from a file that ends in {', '.join(known)}")
    name, options = known[ending]
    try:
        value = getattr(importlib.import_module(library), name)(path, **options)
    except ImportError as error:
        raise ParameterError(f"{text!r} cannot be read: {error}") from error
    except Exception as error:  # parsers raise errors of many kinds for a file that is not theirs
        raise ParameterError(f"{text!r} cannot be read as {ending}: {error}") from error
    return _as_series(value, text) if kind == "Series" else value


def _as_series(frame: Any, text: str) -> Any:
    if len(frame.columns) != 1:
        raise ParameterError(
            f"{text!r} has {len(frame.columns)} columns; a Series is read from a file of one"
        )
    return frame[frame.columns[0]]


def _data_class(annotation: Any) -> tuple[str, str] | None:
    """The library and the name of a class whose values are read from files."""
    origin = getattr(annotation, "__origin__", annotation)
    module, name = getattr(origin, "__module__", ""), getattr(origin, "__name__", "")
    library = str(module).partition(".")[0]
    return (library, name) if name in _CLASSES.get(library, ()) else None


def _ending(path: Path) -> str:
    """The last suffix that is not one of compression: `.csv` of `wines.csv.gz`."""
    endings = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _COMPRESSED]
    return endings[-1] if endings else ""
