"""Contexts: values that hold another content in each thread, or in each context: what they hold here."""

from __future__ import annotations

import threading
from contextvars import Context, ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cuvee.fingerprint.encoder import Encoder


def encode_context(encoder: Encoder, value: Any) -> bytes | None:
    """A variable of a context, or a thread's own attributes; None for anything else."""
    if type(value) is ContextVar:
        held = (_held(value), Context().run(_held, value))
        return encoder.join("context variable", encoder.each((value.name, *held)))
    if isinstance(value, threading.local):
        return encoder.join("local", encoder.each((type(value), vars(value))))
    return None


def _held(variable: ContextVar[Any]) -> tuple[Any, ...]:
    """What it holds, alone in a tuple; () for nothing."""
    try:
        return (variable.get(),)
    except LookupError:
        return ()
