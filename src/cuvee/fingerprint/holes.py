"""Holes: values without content, told apart by whether a result can depend on them."""

from __future__ import annotations

import logging
import threading
import weakref
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


# These hold what belongs to others, and only as long as it lives.
_WEAK = (weakref.ref, weakref.WeakKeyDictionary, weakref.WeakValueDictionary, weakref.WeakSet)


def is_hole(value: Any) -> bool:
    """Whether a value is known to have no content, without taking it apart."""
    return is_harmless(value) or isinstance(value, _WEAK)


def is_harmless(value: Any) -> bool:
    """Whether no result depends on it: a lock, a logger, a bare `object()` that marks a place."""
    return type(value) is object or isinstance(value, _HARMLESS)


def describe(value: Any) -> str:
    """What it is, for people: `socket.socket`."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
