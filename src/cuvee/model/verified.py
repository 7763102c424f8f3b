"""What came of performing a call of a run again, twice, in processes of their own."""

from __future__ import annotations

from typing import Literal

from cuvee.model.value import Value

Verdict = Literal["deterministic", "different", "failed", "unverified"]
Cause = Literal["", "order", "chance", "outside"]


class Differing(Value, frozen=True):
    """One output that was not the same: the element's name, "" for all of the result, and the columns of a
    frame that differ, as far as they can be told.
    """

    name: str
    columns: tuple[str, ...] = ()


class Verified(Value, frozen=True):
    """One call. `mutated` names the arguments that it changed in place.

    The `cause` of a difference: `order` where a process with the same hash seed gives the same, so that
    the order of a set counts; `outside` where both came to the same, and in the run it was something
    else; else `chance`, which is all that varies by itself. `text` says more: of what draws, why it failed
    both times, or why it could not be verified.
    """

    path: str
    task: str
    verdict: Verdict
    differing: tuple[Differing, ...] = ()
    mutated: tuple[str, ...] = ()
    cause: Cause = ""
    text: str = ""
