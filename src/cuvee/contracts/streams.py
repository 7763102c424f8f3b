"""Annotations of results that are yielded: `Iterator[DataFrame]`."""

from __future__ import annotations

import collections.abc as abc
from typing import Any, get_args

from cuvee.contracts.annotation import bare, origin_of

_YIELDED = (abc.Iterator, abc.Iterable, abc.Generator)


def yielded(annotation: Any) -> Any | None:
    """What each item is of a generator function with this annotation; None for one that promises no
    iterator."""
    annotation = bare(annotation)
    if origin_of(annotation) not in _YIELDED:
        return None
    arguments = get_args(annotation)
    return arguments[0] if arguments else Any
