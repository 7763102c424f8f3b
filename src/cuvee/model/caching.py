"""Caching: what a task says of the reuse of its results, by `cache=`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cuvee.model.value import Value

if TYPE_CHECKING:
    from datetime import timedelta

# As it is written: False, True, how long, or a version; None says nothing.
Cache: TypeAlias = "bool | timedelta | str | None"


class Caching(Value, frozen=True):
    """`never`: no result is reused. `vouched`: the task answers for what cannot be observed (network,
    sub-processes, the clock). `seconds`: how long a result is good. `version`: what stands for all that
    lies outside, part of the key.
    """

    never: bool = False
    vouched: bool = False
    seconds: float | None = None
    version: str = ""


def caching_of(cache: Cache) -> Caching:
    """What was written, checked already, as what follows from it."""
    if cache is None or isinstance(cache, bool):
        return Caching(never=cache is False, vouched=cache is True)
    if isinstance(cache, str):
        return Caching(vouched=True, version=cache)
    return Caching(vouched=True, seconds=cache.total_seconds())
