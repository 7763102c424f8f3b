"""Attribute: how much of a metric's difference each change between two runs did, by running the mixtures.

A mixture is an ordinary run on the same store. Keys are made of content, so what mixtures have in common
is executed once over all of them, and nothing that either run has on record is executed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cuvee.compare.shares import Orders, Turn, plan_orders
from cuvee.compare.sharing import Sharing
from cuvee.errors import UsageError
from cuvee.model.attribution import Attribution, AttributionPlan, MadeMixture
from cuvee.model.mixture import MixtureDone
from cuvee.model.record import RunRecord
from cuvee.operations.attribution_inputs import Inputs, attribution_inputs
from cuvee.operations.attribution_plan import plan_attribution
from cuvee.operations.mixture_making import Making
from cuvee.operations.mixture_orders import Orderer, Vary
from cuvee.operations.mixture_trees import MixtureTrees
from cuvee.operations.session import Session
from cuvee.operations.working_folder import working_folder

Tell = Callable[[MadeMixture, int], None]
"""Is told of each mixture that was made, and how many there will be."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an attribution is to be done: at most `max_runs` mixtures (for one repeat), made for at most
    `max_seconds`, `at_once` source trees side by side (None: as many as there are workers); each under
    `repeats` seeds, for the run and for what `vary` names."""

    max_runs: int = 64
    max_seconds: float | None = None
    repeats: int = 1
    vary: tuple[str, ...] = ()
    at_once: int | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for a number that it cannot be."""
        for name, least in (("max_runs", 2), ("repeats", 1)):
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise UsageError(f"{name} = {value!r}: it is a whole number, {least} at least")
        seconds = self.max_seconds
        if seconds is not None and not (isinstance(seconds, int | float) and seconds >= 0):
            raise UsageError(f"max_time = {seconds!r}: it is a number of seconds")
        if self.vary and self.repeats == 1:
            raise UsageError("what varies differs between repeats: ask for more than one of them")


@dataclass(slots=True)
class Attributing:
    """An attribution that is planned and not done yet."""

    plan: AttributionPlan
    _session: Session
    _inputs: Inputs
    _wanted: Wanted
    _orders: Orders
    _trees: MixtureTrees
    _orderer: Orderer
    _place: Path
    _made: dict[Turn, MadeMixture] = field(default_factory=dict)

    def perform(self, tell: Tell) -> Attribution:
        """Make the mixtures, and share out what they came to. Raises UsageError where the ends of it
        cannot be made, or the time was too short for a single order."""
        began = self._session.clock.elapsed()
        self._make_all(tell, began)
        sharing = self._sharing()
        recorded = dict(self._inputs.a.metrics), dict(self._inputs.b.metrics)
        metrics = tuple(
            sharing.shares(name, (recorded[0][name], recorded[1][name])) for name in self._inputs.metrics
        )
        if None in metrics:
            raise UsageError(
                "the time was too short for a single order of the changes: what was made is on record and is "
                "reused; give more with --max-time"
            )
        found = tuple(each for each in metrics if each is not None)
        steady = all(each.a.is_same and each.b.is_same for each in found)
        seconds = self._session.clock.elapsed() - began
        return Attribution(self.plan, found, sharing.findings(), tuple(self._made.values()), steady, seconds)

    def _make_all(self, tell: Tell, began: float) -> None:
        """The ends first, and nothing else where one of them cannot be had."""
        ends = self._orders.mixtures[:2]
        turns = [Turn(each, repeat) for each in self._orders.mixtures for repeat in self._repeats()]
        at_once = self._wanted.at_once or self._session.workers
        start = self._session.make_mixers(self._place, at_once)
        making = Making(self._trees, self._orderer, start, at_once)
        kept = {self._trees.choice(each) for each in ends}
        most = self._wanted.max_seconds

        def late() -> bool:
            return most is not None and self._session.clock.elapsed() - began > most

        try:
            first = [turn for turn in turns if turn.mixture in ends]
            for turn, done in making.make(first, lambda: False, kept):
                tell(self._keep(turn, done), self.plan.mixtures)
            self._require_ends()
            rest = [turn for turn in turns if turn.mixture not in ends]
            while rest:
                for turn, done in making.make(rest, late):
                    tell(self._keep(turn, done), max(self.plan.mixtures, len(self._made)))
                missing = [] if late() else self._sharing().missing(self._inputs.metrics)
                rest = [Turn(each, repeat) for each in missing for repeat in self._repeats()]
        finally:
            making.close()

    def _sharing(self) -> Sharing:
        return Sharing(self._orders, len(self._inputs.ingredients), self._wanted.repeats, self._made)

    def _repeats(self) -> range:
        return range(self._wanted.repeats)

    def _keep(self, turn: Turn, done: MixtureDone) -> MadeMixture:
        """What came of one, from the records."""
        found = self._session.queries.run(done.run) if done.run else None
        calls = self._session.queries.calls(done.run) if found else ()
        made = MadeMixture(
            tuple(sorted(turn.mixture)),
            turn.repeat,
            done.run,
            found.metrics if found else (),
            sum(call.decision == "executed" for call in calls),
            found.end.seconds if found and found.end else 0.0,
            done.problem,
        )
        self._made[turn] = made
        return made

    def _require_ends(self) -> None:
        for end, run in zip(self._orders.mixtures[:2], (self._inputs.a, self._inputs.b), strict=True):
            for repeat in self._repeats():
                made = self._made[Turn(end, repeat)]
                missing = [name for name in self._inputs.metrics if name not in dict(made.metrics)]
                if made.problem or missing:
                    problem = made.problem or f"it did not log {', '.join(missing)}"
                    raise UsageError(
                        f"run {run.number} cannot be had again from what is on record, so nothing can be "
                        f"attributed: {problem}\n`cuvee reproduce {run.number}` shows more"
                    )


@contextmanager
def attributing(
    session: Session, a: RunRecord, b: RunRecord, metrics: Sequence[str], wanted: Wanted
) -> Iterator[Attributing]:
    """A planned attribution, to be performed while this is open.

    Raises as `attribution_inputs` does, and UsageError for what cannot be varied.
    """
    seeds_vary = wanted.repeats > 1
    with (
        working_folder("mixtures") as folder,
        attribution_inputs(session, a, b, metrics, seeds_vary=seeds_vary) as inputs,
    ):
        place = folder.resolve()
        orders = plan_orders(len(inputs.ingredients), wanted.max_runs)
        trees = MixtureTrees(session, place, inputs.folders, inputs.sources, inputs.ingredients, inputs.lent)
        choices = {trees.choice(mixture) for mixture in orders.mixtures}
        plan = plan_attribution(inputs, orders, len(choices), wanted.repeats)
        vary = Vary.of(wanted.vary, inputs)
        orderer = Orderer(inputs, trees, vary, seeds_vary=seeds_vary)
        yield Attributing(plan, session, inputs, wanted, orders, trees, orderer, place)
