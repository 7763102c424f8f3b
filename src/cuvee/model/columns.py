"""Columns: which columns of a frame a task takes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from cuvee.errors import UsageError


class Columns:
    """The columns that a task takes of a frame: it sees, and depends on, these only.

        @task
        def strength(wines: Annotated[pd.DataFrame, Columns("alcohol", "ph")]) -> float: ...

    Another column may change, and the task's result is reused; only these are read from disk. The
    frame that the task gets has them in this order, each in memory of its own, and so it has in a
    plain call. For a DataFrame of pandas or polars, and a Table or RecordBatch of pyarrow. Where a
    result is annotated with it, the result must have these columns, and may have others. Raises
    UsageError if no column is named, or one twice.
    """

    __slots__ = ("names",)

    names: tuple[Hashable, ...]

    def __init__(self, *names: Hashable) -> None:
        if not names:
            raise UsageError('Columns() names no column: write Columns("alcohol", "ph")')
        twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if twice is not None:
            raise UsageError(f"Columns names {twice!r} twice: name each column once")
        self.names = names

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Columns) and self.names == other.names

    def __hash__(self) -> int:
        return hash((Columns, self.names))

    def __repr__(self) -> str:
        return f"Columns({', '.join(map(repr, self.names))})"
