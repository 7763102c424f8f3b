"""Entrances: the functions of libraries that open files in C, and which of their arguments name those."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from cuvee.model.value import Value
from cuvee.perform.notes import is_folder, stamp
from cuvee.perform.watching.ear import Heard

# Compiled on use: most calls ask nothing of these libraries.
_URL = r"^([a-zA-Z][a-zA-Z0-9+.-]+)://"
_WILD = r"[*?\[]"
_LITERAL = r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\""
_WRITTEN = r"(?i)\b(?:to|export\s+database)\s*$"
_ATTACHED = r"(?i)\battach\s+(?:database\s+)?(?:if\s+not\s+exists\s+)?$"
_FILE = r"(?i)\.(csv|tsv|txt|json|ndjson|jsonl|parquet|pq|arrow|feather|ipc|xlsx|avro|gz|zst|db|duckdb)$"

Tell = Callable[[Heard, Any], None]


class Entrance(Value, frozen=True):
    """A function, or a method as `Class.name`. `parameter` names its argument at `position` (without
    self); `of_caller`: it looks at its caller's variables. Without an act, its next argument, `mode`,
    says what is done."""

    name: str
    act: Tell | None
    position: int
    parameter: str
    of_caller: bool = False

    def tell(self, heard: Heard, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = args[self.position] if len(args) > self.position else kwargs.get(self.parameter)
        act = self.act
        if act is None:
            after = self.position + 1
            act = _by_mode(str(kwargs.get("mode", args[after] if len(args) > after else None) or "r"))
        act(heard, given)


def _by_mode(mode: str) -> Tell:
    if mode.startswith(("w", "x")):
        return _writes
    return _reads if mode in ("r", "rb", "c") else _opens


def _reads(heard: Heard, given: Any) -> None:
    for name in _names_in(given):
        _read(heard, name)


def _writes(heard: Heard, given: Any) -> None:
    for name in _names_in(given):
        path = _local(heard, name)
        if path is None:
            continue
        for notes in heard.notes:
            notes.tree(path)


def _opens(heard: Heard, given: Any) -> None:
    """A database, in which anything may be done."""
    for name in _names_in(given):
        path = None if name in ("", ":memory:", ":default:") else _local(heard, name)
        if path is None:
            continue
        for notes in heard.notes:
            notes.database(path)


def _asks(heard: Heard, given: Any) -> None:
    """SQL: the files that it names."""
    if not isinstance(given, str):
        return
    for found in re.finditer(_LITERAL, given):
        name = (found[1] or found[2] or "").replace("''", "'")
        before = given[: found.start()]
        if re.search(_WRITTEN, before):
            _writes(heard, name)
        elif re.search(_ATTACHED, before):
            _opens(heard, name)
        elif _names_a_file(name):
            _read(heard, name)


def _names_a_file(text: str) -> bool:
    return bool(re.match(_URL, text) or re.search(_FILE, text)) or (
        os.sep in text and stamp(re.split(_WILD, text)[0]) is not None
    )


def _names_in(given: Any) -> Iterator[str]:
    if isinstance(given, str | os.PathLike):
        yield os.fsdecode(given)
    elif isinstance(given, list | tuple | set):
        for item in given:
            yield from _names_in(item)


def _local(heard: Heard, name: str) -> str | None:
    """The path of a name that counts; what a scheme leads to elsewhere is the network's."""
    scheme = re.match(_URL, name)
    if scheme is None:
        return heard.listener.path_of(name)
    if scheme[1].lower() == "file":
        return heard.listener.path_of(name[scheme.end() :])
    where = f" ({heard.listener.place_of(heard.asker)})" if heard.asker.file else ""
    for notes in heard.notes:
        notes.asked_outside(f"it used the network: {name.partition('?')[0][:60]}{where}")
    return None


def _read(heard: Heard, name: str) -> None:
    path = _local(heard, name)
    if path is None:
        return
    if re.search(_WILD, path) and stamp(path) is None:
        for folder in _folders_of(path):
            _list(heard, folder)
        matches: Iterable[str] = _matches(path)
    elif is_folder(path):
        folders = [path, *(top for top, _, _ in os.walk(path))]
        for folder in dict.fromkeys(folders):
            _list(heard, folder)
        matches = [os.path.join(top, each) for top, _, names in os.walk(path) for each in names]  # noqa: PTH118
    else:
        matches = [path]
    for match in matches:
        for notes in heard.notes:
            notes.opened(match, reading=True, writing=False)


def _matches(pattern: str) -> list[str]:
    import glob  # 2 ms, and most calls have none

    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207


def _folders_of(pattern: str) -> list[str]:
    """The folders whose listing decides what a pattern matches."""
    parts = Path(pattern).parts
    first = next(index for index, part in enumerate(parts) if re.search(_WILD, part))
    top = str(Path(*parts[:first]))
    deep = first < len(parts) - 1
    return [top, *(folder for folder, _, _ in os.walk(top) if folder != top)] if deep else [top]


def _list(heard: Heard, folder: str) -> None:
    for notes in heard.notes:
        notes.listed(folder)


def _each(
    names: str, act: Tell | None, parameter: str, *, of: str = "", of_caller: bool = False
) -> list[Entrance]:
    return [Entrance(f"{of}.{name}" if of else name, act, 0, parameter, of_caller) for name in names.split()]


_POLARS_READERS = (
    "read_avro read_csv read_delta read_excel read_ipc read_ipc_schema read_ipc_stream read_json read_lines "
    "read_ndjson read_ods read_parquet read_parquet_metadata read_parquet_schema scan_csv scan_delta "
    "scan_iceberg scan_ipc scan_lance scan_lines scan_ndjson scan_parquet"
)
_POLARS_WRITERS = "write_avro write_csv write_ipc write_ipc_stream write_json write_ndjson write_parquet"
_SQL = "sql query execute executemany from_query query_df"

ENTRANCES: dict[str, list[Entrance]] = {
    "pyarrow": [
        *_each("memory_map OSFile", None, "path"),
        *_each("input_stream", _reads, "source"),
        *_each("output_stream", _writes, "source"),
        *_each("create_memory_map", _writes, "path"),
    ],
    "pyarrow.parquet.core": [
        *_each("__init__", _reads, "source", of="ParquetFile"),
        *_each("__init__", _reads, "path_or_paths", of="ParquetDataset"),
        *_each("__init__", _writes, "where", of="ParquetWriter"),
    ],
    "pyarrow.parquet": _each("read_schema read_metadata", _reads, "where"),
    "pyarrow.dataset": [
        *_each("dataset", _reads, "source"),
        *_each("parquet_dataset", _reads, "metadata_path"),
        Entrance("write_dataset", _writes, 1, "base_dir"),
    ],
    "pyarrow.feather": [
        *_each("read_table read_feather", _reads, "source"),
        Entrance("write_feather", _writes, 1, "dest"),
    ],
    "pyarrow.csv": [
        *_each("read_csv open_csv", _reads, "input_file"),
        Entrance("write_csv", _writes, 1, "output_file"),
        *_each("CSVWriter", _writes, "sink"),
    ],
    "pyarrow.json": _each("read_json open_json", _reads, "input_file"),
    "pyarrow.orc": [
        *_each("__init__", _reads, "source", of="ORCFile"),
        *_each("read_table", _reads, "source"),
        *_each("__init__", _writes, "where", of="ORCWriter"),
    ],
    "pyarrow.ipc": [
        *_each("__init__", _reads, "source", of="RecordBatchFileReader"),
        *_each("__init__", _reads, "source", of="RecordBatchStreamReader"),
        *_each("__init__", _writes, "sink", of="RecordBatchFileWriter"),
        *_each("__init__", _writes, "sink", of="RecordBatchStreamWriter"),
    ],
    "polars": _each(_POLARS_READERS, _reads, "source"),
    "polars.dataframe.frame": [
        *_each(_POLARS_WRITERS, _writes, "file", of="DataFrame"),
        *_each("write_excel", _writes, "workbook", of="DataFrame"),
        *_each("write_delta", _writes, "target", of="DataFrame"),
    ],
    "polars.lazyframe.frame": _each(
        "sink_csv sink_ipc sink_ndjson sink_parquet", _writes, "path", of="LazyFrame"
    ),
    "duckdb": [
        *_each("connect", _opens, "database"),
        *_each("read_csv from_csv_auto", _reads, "path_or_buffer"),
        *_each("read_json", _reads, "path_or_buffer"),
        *_each("read_parquet from_parquet", _reads, "file_glob"),
        *_each(_SQL, _asks, "query", of_caller=True),
        *_each("read_csv from_csv_auto", _reads, "path_or_buffer", of="DuckDBPyConnection"),
        *_each("read_json", _reads, "path_or_buffer", of="DuckDBPyConnection"),
        *_each("read_parquet from_parquet", _reads, "file_glob", of="DuckDBPyConnection"),
        *_each(
            "sql query execute executemany from_query",
            _asks,
            "query",
            of="DuckDBPyConnection",
            of_caller=True,
        ),
        *_each("to_csv write_csv to_parquet write_parquet", _writes, "file_name", of="DuckDBPyRelation"),
    ],
    "h5py._hl.files": _each("__init__", None, "name", of="File"),
}
