"""`result()`: a handle's value, in a pipeline's body."""

from __future__ import annotations

from typing import TypeVar, cast

from cuvee.ports import current

T = TypeVar("T")


def result(handle: T) -> T:
    """The value of a handle, or of a container of handles: runs what it needs, and waits for it.

    `if result(rmse) > 0.7:` and `while` work with it. What was traced so far is checked before
    it runs. In plain code, and for a value that is no handle, it gives its argument back.
    """
    trace = current.trace.get()
    return handle if trace is None else cast(T, trace.value(handle))
