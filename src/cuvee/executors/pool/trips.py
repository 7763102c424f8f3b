"""Trips: how many orders a worker is given at once. Pure.

A trip costs 0.1 ms, so short calls go several at a time; long ones go alone, as behind one that
takes long another would wait in vain for a worker that is free.
"""

from __future__ import annotations

import math
from collections import deque

from cuvee.executors.placement import SHORT
from cuvee.model.order import WorkOrder

_TRIP = 0.020
_MOST = 64


def is_short(order: WorkOrder) -> bool:
    """Whether a call is known to take next to no time."""
    return order.expected is not None and order.expected < SHORT and not order.policy.alone


def trip(queue: deque[WorkOrder], idle: int) -> list[WorkOrder]:
    """Take from the front of the queue what one of so many idle workers is to be given."""
    share = min(_MOST, math.ceil(len(queue) / idle))
    taken = [queue.popleft()]
    seconds = taken[0].expected or 0.0
    while queue and len(taken) < share and is_short(taken[-1]) and is_short(queue[0]) and seconds < _TRIP:
        taken.append(queue.popleft())
        seconds += taken[-1].expected or 0.0
    return taken
