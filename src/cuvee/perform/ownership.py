"""Whether a value belongs to nobody but its holder, so that whoever gets it may change it in place.

Python counts references: an array that only its frame refers to, whose memory no other array and no
buffer shares, is nobody else's. Where that cannot be told (memory of another library, objects in
cells, a view of something) the answer is no, and nothing is lost but time.
"""

from __future__ import annotations

import sys
from typing import Any

# What `getrefcount` gives for an object that one other object refers to.
_ONE = 2

# Numbers and truth values: arrays of these refer to nothing.
_KINDS = "biuf"


def is_alone(holder: list[Any]) -> bool:
    """Whether the one value in this list is referred to by the list alone, and all that it is made of by
    the value alone. True of arrays and frames of numbers only."""
    if not _counts() or sys.getrefcount(holder[0]) != _ONE:
        return False
    kind = type(holder[0])
    if (kind.__module__, kind.__name__) == ("numpy", "ndarray"):
        return _is_private(holder[0])
    if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ == "DataFrame":
        return _is_private_frame(holder[0])
    return False


def _counts() -> bool:
    """Whether this Python counts every reference at once: without its lock, it does not."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def _is_private(array: Any) -> bool:
    """Whether an array's memory is its own. That the array itself is, its holder has seen."""
    import numpy as np

    if type(array) is not np.ndarray or array.dtype.kind not in _KINDS or not array.flags.writeable:
        return False
    if array.flags.owndata:
        return True
    # What it is a view of may be held by nothing else: so no second view can be there either.
    return sys.getrefcount(array.base) == _ONE and _is_private(array.base)


def _is_private_frame(frame: Any) -> bool:
    import pandas as pd

    if type(frame) is not pd.DataFrame or frame._attrs or set(frame.__dict__) - _OWN:
        return False
    # Before any name here refers to it: not every Python counts those.
    if sys.getrefcount(frame._mgr) != _ONE or sys.getrefcount(frame._mgr.axes) != _ONE:
        return False
    return _are_private_axes(frame._mgr.axes) and _are_private_blocks(frame._mgr.blocks)


_OWN = frozenset({"_mgr", "_attrs", "_flags", "_item_cache"})


def _are_private_axes(axes: Any) -> bool:
    """Labels are changed by giving them another name; their values cannot be."""
    import pandas as pd

    return all(
        sys.getrefcount(axes[at]) == _ONE and type(axes[at]) in (pd.Index, pd.RangeIndex)
        for at in range(len(axes))
    )


def _are_private_blocks(blocks: Any) -> bool:
    for at in range(len(blocks)):
        if sys.getrefcount(blocks[at]) != _ONE or sys.getrefcount(blocks[at].values) != _ONE:
            return False
        if not _is_private(blocks[at].values):
            return False
    return True
