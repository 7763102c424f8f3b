"""Endings: what becomes of a call whose worker could not bring it to its end."""

from __future__ import annotations

import signal
import time

from cuvee.executors.pool.output import CallOutput
from cuvee.model.order import Failure, Outcome, WorkOrder

START_FAILURES = 3
"""After so many workers in a row that ended before they were ready, there will be no more."""


def died(order: WorkOrder, output: CallOutput | None, code: int) -> Outcome:
    """Its worker ended in the middle of it."""
    return _failed(order, output, "WorkerDied", f"its worker {ended_text(code)}")


def stopped(order: WorkOrder, output: CallOutput | None, kind: str, why: str) -> Outcome:
    """It was ended from outside: it took too long, or too much."""
    return _failed(order, output, kind, why)


def interrupted(order: WorkOrder, output: CallOutput | None) -> Outcome:
    """It was interrupted, and nobody here has asked for that."""
    why = "its worker was told to end (SIGTERM or SIGINT), and not by this run; or it raised this itself"
    return _failed(order, output, "KeyboardInterrupt", why)


def refused(order: WorkOrder, why: str) -> Outcome:
    """It has not run: a worker cannot have what it takes."""
    return Outcome(order.call, "refused", time.time(), 0.0, failure=_failure(order, "CannotTravel", why))


def cannot_start(order: WorkOrder, how: str, last_words: str) -> Outcome:
    """No worker gets as far as to perform anything; `how` the last one ended."""
    told = f":\n{last_words.strip()}" if last_words.strip() else ""
    message = f"{START_FAILURES} workers in a row could not start; the last {how}{told}"
    return _failed(order, None, "WorkerDied", message)


def ended_text(code: int, *, at_start: bool = False) -> str:
    """How a process ended, as a clause; `at_start`: no call has run in it."""
    if code >= 0:
        also = ", or it could not go on, and printed why" if code == 1 else ""
        guess = "" if at_start else f": something in it called os._exit(){also}"
        return f"ended with exit code {code}{guess}"
    try:
        name = f" ({signal.Signals(-code).name})"
    except ValueError:
        name = ""
    hint = ": out of memory?" if -code == signal.SIGKILL else ""
    return f"was killed by signal {-code}{name}{hint}"


# What it would have been as an exception.
_KINDS = {"TimeoutError": TimeoutError, "MemoryError": MemoryError}


def _failed(order: WorkOrder, output: CallOutput | None, kind: str, message: str) -> Outcome:
    seconds = time.perf_counter() - output.began if output is not None else 0.0
    return Outcome(
        order.call,
        "failed",
        started=time.time() - seconds,
        seconds=seconds,
        logs=output.chunks() if output is not None else (),
        failure=_failure(order, kind, message),
        kinds=tuple(f"builtins:{each.__name__}" for each in _KINDS.get(kind, Exception).__mro__),
    )


def _failure(order: WorkOrder, kind: str, message: str) -> Failure:
    import inspect  # 4 ms, and few calls end so

    code = getattr(inspect.unwrap(order.function), "__code__", None)
    file, line = (code.co_filename, code.co_firstlineno) if code else ("", 0)
    return Failure(kind, message, f"{file}:{line}: `{order.path}`: {message}\n", file, line)
