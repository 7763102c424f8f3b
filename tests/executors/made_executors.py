"""Executors as the wiring makes them, without a run around them."""

from __future__ import annotations

from contextlib import nullcontext

from cuvee.executors.in_process import InProcessExecutor
from cuvee.executors.pool import PoolExecutor, Setup
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.scope import Scope
from cuvee.perform.interrupts import Interrupts
from cuvee.stores.filesystem import FilesystemStore
from cuvee.worker.wiring import make_performer


def setup_of(home):
    return Setup(str(home.parent), str(home), False)


def code_of(home):
    return ProcessCode(Scope(home.parent, (home,)))


def make_pool(home, hear, size=2):
    return PoolExecutor(size, setup_of(home), code_of(home), hear, Interrupts(), lambda: nullcontext(True))


def make_in_process(home, hear, note=print):
    store = FilesystemStore(home)

    def make():
        return make_performer(setup_of(home), store, code_of(home), hear, Interrupts())

    return InProcessExecutor(make, note)
