"""Differences: what two runs differ in, and what of it somebody did."""

from __future__ import annotations

from typing import Literal

from cuvee.model.change import Change
from cuvee.model.digest import Digest
from cuvee.model.profile import Histogram
from cuvee.model.record import RunRecord
from cuvee.model.value import Value

RootKind = Literal["code", "parameter", "data", "environment", "graph"]
CallState = Literal["same", "root", "knock_on", "new", "gone", "not_run"]


class RootChange(Value, frozen=True):
    """One thing that somebody did, however many calls it reaches (`calls`, the first of them `path`).

    `text` says it as a list does, `phrase` as a sentence does: "max_depth went from 8 to 12".
    `change` is what it was and is; None where no component of a key tells. Of code, `within` are
    changes that are part of it: a default of a function that changed.
    """

    kind: RootKind
    path: str
    text: str
    phrase: str
    calls: tuple[str, ...] = ()
    change: Change | None = None
    within: tuple[Change, ...] = ()


class CallDifference(Value, frozen=True):
    """One call in both runs, or in one.

    `a` and `b` are its paths there, "" where it is not. `follows` are the calls whose results it
    takes and that changed. `same_result`: what it gave is the same, whatever changed before it; None
    where that cannot be said. Seconds are those of its work, done in that run or in the one that
    it was reused from; None where there was none. So is memory: bytes at its peak, None where not known.
    """

    a: str
    b: str
    task: str
    state: CallState
    follows: tuple[str, ...] = ()
    same_result: bool | None = None
    a_seconds: float | None = None
    b_seconds: float | None = None
    a_memory: int | None = None
    b_memory: int | None = None
    note: str = ""

    @property
    def path(self) -> str:
        """What names it: in the second run, else in the first."""
        return self.b or self.a


class MetricDifference(Value, frozen=True):
    """A metric in both runs; None where it was not logged. `better` is None where nobody can say."""

    name: str
    a: float | None
    b: float | None
    better: bool | None = None

    @property
    def delta(self) -> float | None:
        """By how much it rose."""
        return None if self.a is None or self.b is None else self.b - self.a


class ColumnDifference(Value, frozen=True):
    """A column that is new, gone, or holds something else.

    Means, quantiles and distances are of what the profiles tell. `psi` is the population stability
    index over tenths of the first, `ks` the greatest distance of the two distributions; both None where
    they have none. `estimated`: these are from samples.
    """

    name: str
    mark: Literal["changed", "new", "gone"]
    dtype: tuple[str, str] = ("", "")
    nulls: tuple[int | None, int | None] = (None, None)
    mean: tuple[float | None, float | None] = (None, None)
    quantiles: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    psi: float | None = None
    ks: float | None = None
    histograms: tuple[Histogram | None, Histogram | None] = (None, None)
    estimated: bool = False
    is_time: bool = False


class DataDifference(Value, frozen=True):
    """A result that is a frame, an array or a model in both runs, and another one in each.

    `same` counts the columns that hold the same, `unknown` those of which that cannot be told.
    `parameters` are a model's, as they were and are ("" for one that was not there). `problem` says
    why there is not more.
    """

    path: str
    kind: str
    type: tuple[str, str]
    shape: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    columns: tuple[ColumnDifference, ...] = ()
    same: int = 0
    unknown: int = 0
    parameters: tuple[tuple[str, str, str], ...] = ()
    rows: RowsDifference | None = None
    problem: str = ""


class RowsDifference(Value, frozen=True):
    """Two frames by rows: by the columns `key`, or by all that is in a row where that is ().

    `changed` rows have a key that both have; `cells` counts, by column, in how many of these it differs.
    """

    key: tuple[str, ...]
    added: int
    removed: int
    changed: int
    same: int
    cells: tuple[tuple[str, int], ...] = ()
    examples: tuple[str, ...] = ()


class Difference(Value, frozen=True):
    """All that two runs differ in, in causal order. `sources` are the texts that changes name by digest.

    `unreached` are changes of the environment that no call's key has in it.
    """

    a: RunRecord
    b: RunRecord
    summary: str
    root_changes: tuple[RootChange, ...]
    calls: tuple[CallDifference, ...]
    metrics: tuple[MetricDifference, ...]
    data: tuple[DataDifference, ...] = ()
    unreached: tuple[str, ...] = ()
    sources: tuple[tuple[Digest, str], ...] = ()

    @property
    def knock_on(self) -> tuple[CallDifference, ...]:
        """The calls that differ only since what they take does."""
        return tuple(call for call in self.calls if call.state == "knock_on")
