"""Swaps: what stood in for a task, or for one call of it, in a run."""

from __future__ import annotations

from typing import Literal

from cuvee.model.value import Value

SwapKind = Literal["function", "version", "result", "value"]


class Swapped(Value, frozen=True):
    """`name` is a task (`train`) or the path of a call (`features/train`, `train#2`).

    What stands in for it is, by `kind`: a `function` (`text` is `module:name`), the `version` of the
    task that an earlier run had (`@12`), the `result` of an earlier call (`@12:train`), or a `value`
    (`text` is what it looks like).
    """

    name: str
    kind: SwapKind
    text: str
