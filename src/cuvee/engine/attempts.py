"""Attempts: whether a call that failed is tried again, and when. Pure, but for what it remembers."""

from __future__ import annotations

import heapq

from cuvee.model.digest import digest_parts
from cuvee.model.event import CallRetried
from cuvee.model.order import LogChunk, Outcome
from cuvee.model.policy import Policy
from cuvee.model.record import Attempt

LONGEST_DELAY = 3600.0
_NOTHING = ((), ())


def retry_delay(policy: Policy, attempt: int, seed: bytes) -> float:
    """Seconds to wait after so many attempts: longer each time, by up to a fifth less at random, so
    that calls which failed together are not tried again together. At most an hour.
    """
    try:
        whole = min(policy.retry_delay * policy.backoff ** (attempt - 1), LONGEST_DELAY)
    except OverflowError:  # what it grows to is no number any more
        whole = LONGEST_DELAY if policy.retry_delay else 0.0
    draw = int.from_bytes(digest_parts("retry", [seed, attempt.to_bytes(4, "little")])[1:5], "little")
    return whole * (1 - 0.2 * draw / 2**32)


def usual(before: float | None, seconds: float) -> float:
    """How long a call of a task takes, after one more took so many seconds.

    The first may have imported something, and any may have waited for the processor: what falls
    counts at once, by half; one that took far longer than the others hardly.
    """
    return seconds if before is None else (before + min(seconds, 2 * before)) / 2


class Attempts:
    """The attempts at calls that have failed so far, and those that wait to be made again."""

    def __init__(self) -> None:
        self._failed: dict[int, tuple[tuple[Attempt, ...], tuple[LogChunk, ...]]] = {}
        self._waiting: list[tuple[float, int]] = []

    def again(self, policy: Policy, outcome: Outcome, seed: bytes, now: float) -> bool:
        """Whether the call is to be tried again; then it is remembered until it is `due`."""
        before, logs = self._failed.get(outcome.call, _NOTHING)
        if outcome.failure is None or len(before) >= policy.retries:
            return False
        if not set(policy.retry_on).intersection(outcome.kinds):
            return False
        attempt = Attempt(outcome.started, outcome.seconds, outcome.failure)
        self._failed[outcome.call] = ((*before, attempt), (*logs, *outcome.logs))
        due = now + retry_delay(policy, len(before) + 1, seed)
        heapq.heappush(self._waiting, (due, outcome.call))
        return True

    def told(self, path: str, policy: Policy, outcome: Outcome, seed: bytes) -> CallRetried:
        """What there is to tell of a call that is to be tried again."""
        failed = len(self._failed[outcome.call][0])
        assert outcome.failure is not None
        why = f"{outcome.failure.type}: {outcome.failure.message}".rstrip(": ")
        return CallRetried(path, failed, policy.retries - failed, retry_delay(policy, failed, seed), why)

    def earlier(self, call: int) -> tuple[tuple[Attempt, ...], tuple[LogChunk, ...]]:
        """The attempts at a call that failed before its last, and what they wrote; they are forgotten."""
        return self._failed.pop(call, _NOTHING)

    def due(self, now: float) -> list[int]:
        """The calls whose time has come."""
        calls = []
        while self._waiting and self._waiting[0][0] <= now:
            calls.append(heapq.heappop(self._waiting)[1])
        return calls

    def patience(self, now: float) -> float | None:
        """For how many seconds none is due; None if none waits."""
        return max(0.0, self._waiting[0][0] - now) if self._waiting else None
