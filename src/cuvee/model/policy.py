"""Policies: how a call is to be performed. Nothing in them is part of a key."""

from __future__ import annotations

from cuvee.model.value import Value

EXCEPTION = "builtins:Exception"


class Policy(Value, frozen=True):
    """What a task asks for. Times are in seconds, sizes in bytes; None: no limit.

    A call with a limit, or `isolated`, has a worker process of its own. `cpus` is how many of the
    pool's workers it stands for. `retry_on` names classes of exceptions as `module:qualname`; an
    attempt that was ended from outside counts as one of those, too.
    """

    retries: int = 0
    retry_delay: float = 1.0
    backoff: float = 2.0
    retry_on: tuple[str, ...] = (EXCEPTION,)
    timeout: float | None = None
    memory_limit: int | None = None
    isolated: bool = False
    priority: int = 0
    cpus: int = 1

    @property
    def alone(self) -> bool:
        """Whether it needs a process of its own."""
        return self.isolated or self.timeout is not None or self.memory_limit is not None


PLAIN = Policy()
