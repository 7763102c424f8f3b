"""Holes: values without content, told apart by whether a result can depend on them."""

from __future__ import annotations

import logging
import threading
from typing import Any

_HARMLESS: tuple[type, ...] = (
    type(threading.Lock()),
    type(threading.RLock()),
    threading.Condition,
    threading.Semaphore,
    logging.Filterer,
    logging.LoggerAdapter,
    logging.PlaceHolder,
    logging.Manager,
)


def is_harmless(value: Any) -> bool:
    """Whether no result depends on it: a lock, a logger, a bare `object()` that marks a place."""
    return type(value) is object or isinstance(value, _HARMLESS)


def describe(value: Any) -> str:
    """What it is, for people: `socket.socket`."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
