"""Which call of one run is which of another: by path, then by task and what they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from cuvee.model.record import CallRecord

# Calls of one task that are weighed one against each other; more are taken in their order.
_WEIGHED = 60


class CallPair(NamedTuple):
    """A call as it was and as it is; None where it was not, or is not, there."""

    a: CallRecord | None
    b: CallRecord | None


def aligned(a: Sequence[CallRecord], b: Sequence[CallRecord]) -> list[CallPair]:
    """Every call of both, once: those of `b` in their order, then those that only `a` has."""
    matches = _Matches(a, b)
    matches.by(lambda call: (call.task, call.path))
    matches.by(lambda call: call.key or (call.task, call.path))
    matches.by_likeness()
    matches.by(lambda call: call.path)
    return matches.pairs()


class _Matches:
    """Calls of two runs, matched step by step; each at most once."""

    def __init__(self, a: Sequence[CallRecord], b: Sequence[CallRecord]) -> None:
        self._a, self._b = a, b
        self._left_a = dict.fromkeys(range(len(a)))
        self._of_b: dict[int, int] = {}

    def by(self, name: Callable[[CallRecord], Hashable]) -> None:
        """Match those that have one name, in their order."""
        named: dict[Hashable, list[int]] = defaultdict(list)
        for at in reversed(self._left_a):
            named[name(self._a[at])].append(at)
        for at in self._open_b():
            if found := named.get(name(self._b[at])):
                self._match(found.pop(), at)

    def by_likeness(self) -> None:
        """Match calls of one task that share most of what they depend on."""
        tasks: dict[str, list[int]] = defaultdict(list)
        for at in self._left_a:
            tasks[self._a[at].task].append(at)
        for at in self._open_b():
            candidates = tasks.get(self._b[at].task, [])[:_WEIGHED]
            if candidates:
                wanted = _arguments(self._b[at])
                best = max(candidates, key=lambda each: len(wanted & _arguments(self._a[each])))
                tasks[self._b[at].task].remove(best)
                self._match(best, at)

    def pairs(self) -> list[CallPair]:
        found = [
            CallPair(self._a[self._of_b[at]] if at in self._of_b else None, call)
            for at, call in enumerate(self._b)
        ]
        return found + [CallPair(self._a[at], None) for at in self._left_a]

    def _open_b(self) -> Iterable[int]:
        return [at for at in range(len(self._b)) if at not in self._of_b]

    def _match(self, a: int, b: int) -> None:
        self._of_b[b] = a
        del self._left_a[a]


def _arguments(call: CallRecord) -> set[tuple[str, bytes]]:
    return {(part.name, part.digest) for part in call.components if part.name}
