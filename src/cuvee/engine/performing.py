"""Performing: calls that have to run, from when they are ready until the executor says what came of them.

One that another run computes now is waited for, and so is one that is to be tried again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from cuvee.engine.attempts import Attempts
from cuvee.engine.elsewhere import LONG, Elsewhere
from cuvee.engine.journal import WORK_AT_RISK, Journal
from cuvee.engine.lookup import Decided, Lookup
from cuvee.engine.orders import Orders
from cuvee.engine.ready import Ready
from cuvee.model.event import CallBegan, Warned
from cuvee.model.graph import Call
from cuvee.model.order import Outcome
from cuvee.ports.beginnings import Beginnings
from cuvee.ports.clock import Clock
from cuvee.ports.executor import Executor
from cuvee.ports.observer import Observer

# While only time has to pass, a request to stop is looked for as often as this.
_NAP = 0.05


class Performing:
    """The calls of one run that have to run. `look_again` is told of those whose result another run may have
    put on record meanwhile; `releases` tells whether the end of a call may have another be ready."""

    def __init__(
        self,
        lookup: Lookup,
        orders: Orders,
        elsewhere: Elsewhere,
        beginnings: Beginnings,
        executor: Executor,
        journal: Journal,
        clock: Clock,
        observe: Observer,
        look_again: Callable[[Call], None],
        releases: Callable[[int], bool],
        tell_calls: bool,
    ) -> None:
        self.ready = Ready(lookup.seconds)
        self.attempts = Attempts()
        self._lookup = lookup
        self._orders = orders
        self._elsewhere = elsewhere
        self._beginnings = beginnings
        self._executor = executor
        self._journal = journal
        self._clock = clock
        self._observe = observe
        self._look_again = look_again
        self._releases = releases
        self._tell_calls = tell_calls
        self._under_way: dict[int, Decided] = {}
        self._waiting: dict[int, Decided] = {}
        self._ahead: deque[CallBegan] = deque()
        self._held_back = False

    @property
    def room(self) -> bool:
        """Whether a call is ready, and the executor can take one."""
        return bool(self.ready) and (bool(self._executor.room) or self._goes_ahead())

    def _goes_ahead(self) -> bool:
        """Whether what is ready now may be what begins next, though no place is free yet: not where the end
        of a call may have something else be ready that goes first, nor where another run computes the same.
        """
        ahead = self._executor.spare and not self._elsewhere.waiting
        return ahead and not any(map(self._releases, self._under_way))

    def begin(self) -> None:
        """Have the next call that is ready run, unless another run computes it."""
        beside = self._executor.side_by_side
        work = self.ready.next(side_by_side=beside)
        call = work.call
        expected = self._orders.expected(call)
        if self._elsewhere.claims(work, expected) and not self._claim(work):
            return
        if expected is None or expected >= WORK_AT_RISK:
            # It may take long: what is done by now is acknowledged first.
            self._journal.commit()
        if expected is None or expected >= LONG:
            self._beginnings.note(call.id, call.path)
        at_once = bool(self._executor.room)
        self._under_way[call.id] = work
        self._executor.submit(self._orders.order(work, expected), more=len(self.ready))
        if self._tell_calls:
            beside = beside or self._executor.side_by_side
            self._began(CallBegan(call.path, work.decision.reason.text, expected, beside), at_once=at_once)

    def _began(self, event: CallBegan, *, at_once: bool) -> None:
        if at_once:
            self._observe(event)
        else:
            self._ahead.append(event)

    def _claim(self, work: Decided) -> bool:
        """Whether the call is to begin now: no other run computes it, nor has done so meanwhile."""
        if self._elsewhere.holds(work):
            return True
        if not self._elsewhere.take(work, self._clock.elapsed()):
            text = f"{work.call.path} is being computed by another run; its result is waited for"
            self._observe(Warned(text))
            return False
        if self._lookup.on_record(work.key):
            self._look_again(work.call)
            return False
        return True

    def wait(self) -> list[Outcome]:
        """What has come. What is done is acknowledged before long, also while nothing comes."""
        if self._held_back and self._ahead:
            self._held_back = False
            outcomes = self._heard(self._executor.wait(0.0))
            if outcomes:
                return outcomes
        if not self._waiting and not self._elsewhere.waiting:  # as nearly always
            alone = not self._executor.side_by_side  # then there is nothing to be waited for
            return self._heard(self._executor.wait(None if alone else self._journal.patience()))
        outcomes = []
        now = self._clock.elapsed()
        naps = [self.attempts.patience(now), self._elsewhere.patience(now)]
        if self._under_way:
            outcomes = self._heard(self._executor.wait(_least(*naps, self._journal.patience())))
        elif (nap := _least(*naps)) is not None:
            self._journal.commit()
            self._clock.sleep(min(nap, _NAP))
        return outcomes

    def _heard(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Tell of the calls that have begun meanwhile, as a place was free."""
        while len(self._ahead) > self._executor.waiting:
            self._observe(self._ahead.popleft())
        return outcomes

    def time_has_passed(self) -> None:
        """What only waited for its time is ready, or looked up again."""
        if not self._waiting and not self._elsewhere.waiting:
            return
        now = self._clock.elapsed()
        for call in self.attempts.due(now):
            self.ready.add(self._waiting.pop(call))
        for work in self._elsewhere.due(now):
            self._look_again(work.call)

    def came(self, outcome: Outcome) -> Decided | None:
        """The call that this came of; None if it was not under way."""
        # What waits for a place does not begin where a call has failed, until the executor is asked again.
        self._held_back |= outcome.status != "succeeded"
        return self._under_way.pop(outcome.call, None)

    def comes_again(self, work: Decided, outcome: Outcome) -> bool:
        """Whether a call that did not succeed waits now to be tried again."""
        path, policy, key = work.call.path, work.call.task.policy, work.key.digest
        if not self.attempts.again(policy, outcome, key, self._clock.elapsed()):
            return False
        self._waiting[work.call.id] = work
        self._observe(self.attempts.told(path, policy, outcome, key))
        return True

    def ended(self, work: Decided, outcome: Outcome) -> None:
        """The call has come to its end."""
        self._orders.took(work.call, outcome.seconds)
        self._elsewhere.ended(work)


def _least(*seconds: float | None) -> float | None:
    return min((each for each in seconds if each is not None), default=None)
