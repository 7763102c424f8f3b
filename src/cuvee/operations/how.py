"""How: what a run, and a plan, can be told beside what runs. For type checkers: making it takes 1 ms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from cuvee.model.problem import Place
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Overrides


class How(TypedDict, total=False):
    """What a run, and a plan of it, can be told beside what runs and its arguments."""

    problems: Sequence[str] | None
    """What was wrong when the arguments were bound; None if that is still to be done."""
    overrides: Overrides | None
    """Values for parameters of tasks in it."""
    loaded: LoadedValues | None
    """Those among the arguments that come from the records."""
    place: Place | None
    """The user's line that asks for it."""
    seed: int | None
    """What varies the random numbers of all calls that may draw any; None: that of the runnable's options."""
    swaps: Mapping[str, Any] | None
    """What stands in for tasks, beside what the runnable says, and before it."""
