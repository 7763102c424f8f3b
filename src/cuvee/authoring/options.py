"""The options of a task that say how its calls are performed: read, and checked where they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cuvee.codecs.naming import module_name
from cuvee.errors import DefinitionError
from cuvee.model.durations import parse_duration
from cuvee.model.policy import PLAIN, Policy
from cuvee.model.sizes import parse_size

_DURATION = "a duration: seconds, a text such as '90s', '10m' or '1h30m', or a timedelta"


def policy_with(before: Policy | None, where: str, given: Mapping[str, Any]) -> Policy:
    """The policy with these options, by name, in the place of what it said.

    Raises DefinitionError, which says what the option takes; `where` is the task and its place.
    """
    changed = {}
    for name, value in given.items():
        read, wanted = _OPTIONS[name]
        try:
            changed[name] = read(value)
        except (TypeError, ValueError):
            raise DefinitionError(f"{where}: {name}={value!r}: it takes {wanted}") from None
    return msgspec.structs.replace(before or PLAIN, **changed)


def _whole(least: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(value)
        return int(value)

    return read


def _limit(value: Any) -> float:
    seconds = parse_duration(value)
    if seconds == 0:
        raise ValueError(value)
    return seconds


def _size(value: Any) -> int:
    size = parse_size(value) if isinstance(value, str) else _whole(1)(value)
    if size < 1:
        raise ValueError(value)
    return size


def _factor(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < float("inf"):
        raise ValueError(value)
    return float(value)


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _exceptions(value: Any) -> tuple[str, ...]:
    classes = value if isinstance(value, tuple) else (value,)
    if not classes or not all(isinstance(each, type) and issubclass(each, Exception) for each in classes):
        raise TypeError(value)
    return tuple(f"{module_name(each.__module__)}:{each.__qualname__}" for each in classes)


_OPTIONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "retries": (_whole(0), "how often to try again, a whole number from 0"),
    "retry_delay": (parse_duration, _DURATION),
    "backoff": (_factor, "a factor from 1, by which each delay is longer than the last"),
    "retry_on": (_exceptions, "a class of exceptions, or a tuple of them"),
    "timeout": (_limit, f"{_DURATION}, longer than zero"),
    "memory_limit": (_size, "a size: bytes, or a text such as '500MB' or '16GB'"),
    "isolated": (_switch, "True or False"),
    "priority": (_whole(-1_000_000), "a whole number; what has a higher one goes first"),
    "cpus": (_whole(1), "a number of cores, a whole one from 1"),
}
