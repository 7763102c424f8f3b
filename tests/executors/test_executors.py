from __future__ import annotations

from made_executors import make_in_process, make_pool

from cuvee.testing.executors import ExecutorContract


class TestInProcess(ExecutorContract):
    def make(self, home, hear):
        return make_in_process(home, hear)


class TestPool(ExecutorContract):
    def make(self, home, hear):
        return make_pool(home, hear)
