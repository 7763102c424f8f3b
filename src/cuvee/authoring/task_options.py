"""Options: what `@task` takes. For type checkers: making it takes a millisecond."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from cuvee.model.caching import Cache


class TaskOptions(TypedDict, total=False):
    """What `@task` and `.options` take. Durations are seconds, text such as "90s" or "1h30m", or a
    timedelta; sizes are bytes, or text such as "16GB"."""

    name: str | None
    cache: Cache
    seed: int | None
    retries: int
    retry_delay: float | str | dt.timedelta
    backoff: float
    retry_on: type[Exception] | tuple[type[Exception], ...]
    timeout: float | str | dt.timedelta
    memory_limit: int | str
    isolated: bool
    priority: int
    cpus: int
