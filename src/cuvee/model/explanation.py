"""Explanations: all that a call's key is made of, beside what it was made of before."""

from __future__ import annotations

from cuvee.model.change import Change
from cuvee.model.digest import Digest
from cuvee.model.entry import Observation
from cuvee.model.key import Doubt
from cuvee.model.value import Value


class Seen(Value, frozen=True):
    """Something that the call used without being given it; `change` says what is wrong with it now,
    "" if nothing is, or nobody looked."""

    observation: Observation
    change: str = ""


class Explanation(Value, frozen=True):
    """The whole ledger of one call's key. What has not changed is there too, with equal sides.

    `decision` is `runs`, `reused`, `may run`, or what became of it in a run. `against` is the run
    that it is compared with; None: there is no call to compare with, and every `old` is None.
    `awaited` are the arguments that are not there yet. `causes` tells, of inputs that changed, why
    the call that made each decided as it did: its path and its reason. `sources` are the texts
    that sides name by digest.
    """

    path: str
    task: str
    decision: str
    reason_code: str
    reason: str
    against: int | None
    components: tuple[Change, ...]
    code: tuple[Change, ...]
    environment: tuple[Change, ...]
    doubts: tuple[Doubt, ...] = ()
    observed: tuple[Seen, ...] = ()
    awaited: tuple[str, ...] = ()
    causes: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[Digest, str], ...] = ()

    @property
    def reformatted(self) -> tuple[Change, ...]:
        """The items of code whose source text differs and which do the same."""
        return tuple(item for item in self.code if not item.differs and item.is_rewritten)
