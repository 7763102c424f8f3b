"""Attribution: of what two runs differ in, what can be mixed, and how much each of it did."""

from __future__ import annotations

from cuvee.model.difference import RootKind
from cuvee.model.value import Value


class Ingredient(Value, frozen=True):
    """What is taken from the second run whole, or not at all: one root change, or several that cannot be
    separated (`texts` has each; `phrase` says all in a sentence).

    `name` is short and its own among all ingredients; `path` and `calls` are those of `RootChange`. What it
    consists of: `pieces` of the source by file and names, `files` of the project that no task was given,
    `parameters` of the pipeline, `overrides` of its tasks, the run's `seed`. `body`: the pipeline's body is
    among its pieces.
    """

    kind: RootKind
    path: str
    name: str
    phrase: str
    texts: tuple[str, ...]
    calls: tuple[str, ...] = ()
    pieces: tuple[tuple[str, tuple[str, ...]], ...] = ()
    files: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    seed: bool = False
    body: bool = False


class Share(Value, frozen=True):
    """How much of a metric's difference one change did, or several that are one (`ingredients`, by place).

    `low` and `high` are the interval that the share lies in nineteen times out of twenty; None where
    nothing was measured more than once. `noise`: nothing is inside of it. `alone`: on the first run,
    without the others; `last`: to the second, after all others; None where that was not measured.
    """

    ingredients: tuple[int, ...]
    share: float
    low: float | None = None
    high: float | None = None
    noise: bool = False
    alone: float | None = None
    last: float | None = None


class Interplay(Value, frozen=True):
    """By how much two shares, by their places, come to more together than each by itself."""

    first: int
    second: int
    amount: float


class End(Value, frozen=True):
    """A metric of one of the two runs: as it was recorded, as it came out when the run was made again, and
    as it is measured, which is the mean over all seeds where there are several."""

    recorded: float
    again: float
    measured: float

    @property
    def is_same(self) -> bool:
        """Whether the run could be had again."""
        return self.recorded == self.again


class Shares(Value, frozen=True):
    """One metric: both ends, and what each change did. The shares sum to the difference of the measured
    ends. `exact`: all mixtures were made, and no order was left out."""

    metric: str
    a: End
    b: End
    shares: tuple[Share, ...]
    interplay: tuple[Interplay, ...] = ()
    exact: bool = True

    @property
    def delta(self) -> float:
        """By how much it rose, as measured."""
        return self.b.measured - self.a.measured


class MadeMixture(Value, frozen=True):
    """A mixture that was made: what of the second run is in it, by place, the run that it is, and what it
    came to. `repeat` counts from 0. `problem`: why it has no metrics; the run is 0 where there is none."""

    taken: tuple[int, ...]
    repeat: int
    run: int
    metrics: tuple[tuple[str, float], ...] = ()
    executed: int = 0
    seconds: float = 0.0
    problem: str = ""


class Finding(Value, frozen=True):
    """Two changes that do not go together, so that they count as one: mixtures fail with the first and
    without the second. `problem` is what one of them failed with."""

    with_: tuple[int, ...]
    without: tuple[int, ...]
    metrics: tuple[str, ...]
    problem: str


class AttributionPlan(Value, frozen=True):
    """What an attribution would make: so many mixtures, and at most so many calls; `seconds` of work by
    recorded durations, None where these are not known. `orders` is how many orders of the changes it
    looks at, 0 for all of them."""

    a: int
    b: int
    ingredients: tuple[Ingredient, ...]
    unmixed: tuple[str, ...]
    mixtures: int
    calls: int
    seconds: float | None
    snapshots: int
    orders: int
    repeats: int


class Attribution(Value, frozen=True):
    """All that came of it. `unmixed` says what differs between the runs and could not be mixed."""

    plan: AttributionPlan
    metrics: tuple[Shares, ...]
    findings: tuple[Finding, ...]
    mixtures: tuple[MadeMixture, ...]
    steady: bool
    seconds: float

    @property
    def executed(self) -> int:
        """How many calls ran, over all mixtures."""
        return sum(mixture.executed for mixture in self.mixtures)
