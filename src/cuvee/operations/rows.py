"""Two frames by rows: read, and compared by the values of a key, or by all that is in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cuvee.errors import UsageError
from cuvee.model.difference import RowsDifference

_EXAMPLES = 5
_CELLS_OF_EXAMPLE = 4
_SHOWN = 12


def rows_difference(a: Any, b: Any, key: Sequence[str]) -> RowsDifference:
    """What rows came, went and changed. Frames of pandas, polars or pyarrow; of the index nothing counts.

    Without a `key` a row is told by all columns that both have, and equal rows are counted. Raises
    UsageError where a column of the key is not there, or where it is no key: rows share its values.
    """
    first, second = _as_pandas(a), _as_pandas(b)
    common = [name for name in second.columns if name in set(first.columns)]
    if not key:
        return _by_content(_hashes(first, second, common))
    return _by_key(first, second, [_column(first, second, name) for name in key], common)


def _as_pandas(frame: Any) -> Any:
    """The frame with its rows by their places."""
    found = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    return found.reset_index(drop=True)


def _column(a: Any, b: Any, name: str) -> Any:
    """The column of that name, which need not be text."""
    for frame in (a, b):
        found = [label for label in frame.columns if str(label) == name]
        if len(found) != 1:
            known = ", ".join(str(label) for label in frame.columns[:_SHOWN])
            more = f" and {len(frame.columns) - _SHOWN} more" if len(frame.columns) > _SHOWN else ""
            many = "twice" if found else "not there"
            raise UsageError(f"--key {name}: that column is {many}; there are {known}{more}")
    return found[0]


def _hashes(a: Any, b: Any, names: Sequence[Any]) -> tuple[Any, Any]:
    """A number for each row of both frames, that tells by what is in these columns."""
    import numpy as np

    total = np.zeros(len(a) + len(b), np.uint64)
    for place, name in enumerate(names):
        # The order counts: what two columns hold may not be exchanged.
        total = total * np.uint64(31) + _hash_of(a[name], b[name]) + np.uint64(place)
    return total[: len(a)], total[len(a) :]


def _hash_of(a: Any, b: Any) -> Any:
    """A number for each value of two columns, one after the other; 1 and 1.0 have one number."""
    import pandas as pd

    together = pd.concat([a, b], ignore_index=True)
    if together.dtype == object and pd.api.types.infer_dtype(together, skipna=True) != "string":
        # Lists cannot be hashed, and 1 beside '1' would be: what is in objects is told by how it reads.
        together = together.map(repr)
    return pd.util.hash_pandas_object(together, index=False, categorize=False).to_numpy()


def _by_content(hashes: tuple[Any, Any]) -> RowsDifference:
    import pandas as pd

    counts = [pd.Series(each).value_counts() for each in hashes]
    before, after = counts[0].align(counts[1], fill_value=0)
    same = int(before.where(before < after, after).sum())
    return RowsDifference((), len(hashes[1]) - same, len(hashes[0]) - same, 0, same)


def _by_key(a: Any, b: Any, key: list[Any], common: Sequence[Any]) -> RowsDifference:
    import pandas as pd

    places = []
    for frame, hashes in zip((a, b), _hashes(a, b, key), strict=True):
        by_key = pd.Series(range(len(frame)), index=hashes)
        shared = int(by_key.index.duplicated().sum())
        if shared:
            names = ", ".join(map(str, key))
            raise UsageError(
                f"--key {names} is no key: {shared:,} rows have its values once more; name further columns"
            )
        places.append(by_key)
    both = places[0].index.intersection(places[1].index)
    old, new = (frame.iloc[by_key[both].to_numpy()] for frame, by_key in zip((a, b), places, strict=True))
    old, new = old.reset_index(drop=True), new.reset_index(drop=True)
    others = [name for name in common if name not in key]
    differ = {name: _differ(old[name], new[name]) for name in others}
    changed = _any(list(differ.values()), len(both))
    cells = tuple((str(name), int(mask.sum())) for name, mask in differ.items() if mask.any())
    return RowsDifference(
        tuple(map(str, key)),
        len(b) - len(both),
        len(a) - len(both),
        int(changed.sum()),
        int(len(both) - changed.sum()),
        tuple(sorted(cells, key=lambda cell: -cell[1])),
        _examples(old, new, key, differ, changed),
    )


def _differ(a: Any, b: Any) -> Any:
    hashes = _hash_of(a, b)
    return hashes[: len(a)] != hashes[len(a) :]


def _any(masks: list[Any], count: int) -> Any:
    import numpy as np

    return np.logical_or.reduce(masks) if masks else np.zeros(count, bool)


def _examples(old: Any, new: Any, key: list[Any], differ: dict[Any, Any], changed: Any) -> tuple[str, ...]:
    """`id=17: alcohol 9.4 → 9.8, pH 3.1 → 3.2`, of the first rows that changed."""
    found = []
    for at in changed.nonzero()[0][:_EXAMPLES].tolist():
        names = [name for name, mask in differ.items() if mask[at]]
        cells = [f"{name} {old[name].iloc[at]} → {new[name].iloc[at]}" for name in names[:_CELLS_OF_EXAMPLE]]
        more = [f"{len(names) - len(cells)} more"] if len(names) > len(cells) else []
        where = ", ".join(f"{name}={new[name].iloc[at]}" for name in key)
        found.append(f"{where}: {', '.join([*cells, *more])}")
    return tuple(found)
