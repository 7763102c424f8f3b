"""Worker processes that perform calls side by side, and what is said between them and a run."""

from __future__ import annotations

from cuvee.executors.pool.executor import PoolExecutor
from cuvee.executors.pool.messages import Setup

__all__ = ["PoolExecutor", "Setup"]
