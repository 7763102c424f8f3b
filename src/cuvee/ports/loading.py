"""Loading: modules, by the hundred, as a first run does.

They make a hundred thousand objects and next to no garbage. Python looks for some each time that there are
seven hundred objects more: that takes a twentieth of all that an import does.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 10_000
_HARDLY_EVER = 100_000


@contextmanager
def loading(*, ours: bool = False) -> Iterator[None]:
    """While this is open Python looks for garbage each time that there are ten thousand objects more.

    So often because a script may compute where it is imported, and what it leaves in rings may be large;
    modules that are `ours` leave nothing, and are done before there are a hundred thousand.

    What is there in the end counts as old. What somebody has set of the collector, before or meanwhile, stays
    so: thresholds of their own, objects that are frozen.
    """
    often = gc.get_threshold()
    most = _HARDLY_EVER if ours else _SELDOM
    if not gc.isenabled() or not 0 < often[0] < most:
        yield
        return
    seldom = (most, *often[1:])
    gc.set_threshold(*seldom)
    try:
        yield
    finally:
        if gc.get_threshold() == seldom:
            gc.set_threshold(*often)
        if gc.isenabled() and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()  # nobody has to go through what is old
