"""Loading: modules, by the hundred, as a first run does.

They make a hundred thousand objects and next to no garbage. Python looks for some each time that there are
seven hundred objects more: that takes a twentieth of all that an import does.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 10_000
_ROUNDS = 50
_HARDLY_EVER = 100_000


@contextmanager
def loading() -> Iterator[None]:
    """While this is open Python looks for garbage each time that there are ten thousand objects more, and at
    what is older one time in fifty.

    It still looks now and then: a script may compute where it is imported, and what it leaves in rings may
    be large. What is there in the end counts as old. What somebody has set of the collector, before or
    meanwhile, stays so: thresholds of their own, objects that are frozen.
    """
    with _collecting(_SELDOM):
        yield


@contextmanager
def loading_ours() -> Iterator[None]:
    """The same for modules of our own: they leave nothing, and are done before there are a hundred thousand
    objects more. They are found by what their folders list."""
    from cuvee.ports.listings import found_by_listings  # decorating a function loads nothing that way
    from cuvee.ports.slender import load_msgspec

    with _collecting(_HARDLY_EVER), found_by_listings():
        load_msgspec()
        yield


@contextmanager
def _collecting(seldom: int) -> Iterator[None]:
    often = gc.get_threshold()
    if not gc.isenabled() or not 0 < often[0] < seldom:
        yield
        return
    thresholds = (seldom, max(often[1], _ROUNDS), *often[2:])
    gc.set_threshold(*thresholds)
    try:
        yield
    finally:
        if gc.get_threshold() == thresholds:
            gc.set_threshold(*often)
        if gc.isenabled() and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()  # nobody has to go through what is old
