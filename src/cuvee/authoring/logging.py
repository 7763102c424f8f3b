"""`log_metric` and `log_figure`: what a task tells of itself beside its result."""

from __future__ import annotations

from typing import Any, NoReturn

from cuvee.errors import CheckError
from cuvee.ports import current


def log_metric(name: str, value: float, step: int | None = None) -> None:
    """Log a number of the call that runs: `log_metric("rmse", 0.63)`; `step` for a curve.

    It is kept with the result, so a reused call shows it again. `value` is anything that
    `float()` takes. In plain code it does nothing. Raises TypeError or ValueError for a name that
    is not text or a value that is not a number, CheckError in a pipeline's body.
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"log_metric(name={name!r}): the name is a text that is not empty")
    if step is not None and (isinstance(step, bool) or not isinstance(step, int) or abs(step) >= 2**63):
        raise TypeError(f"log_metric({name!r}, step={step!r}): the step is a whole number of at most 63 bits")
    recorder = current.recorder.get()
    if recorder is not None:
        recorder.metric(name, _number(name, value), step)
    elif current.trace.get() is not None:
        _refuse("log_metric", name)


def log_figure(name: str, figure: Any) -> None:
    """Log a picture of the call that runs: a matplotlib figure, or the bytes of a PNG, JPEG or SVG.

    It is kept with the result, so a reused call shows it again. In plain code it does nothing.
    Raises TypeError for a name that is not text, CannotEncode for what is no picture,
    CheckError in a pipeline's body.
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"log_figure(name={name!r}): the name is a text that is not empty")
    recorder = current.recorder.get()
    if recorder is not None:
        recorder.figure(name, figure)
    elif current.trace.get() is not None:
        _refuse("log_figure", name)


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"log_metric({name!r}, {value!r}): the value is not a number") from error


def _refuse(function: str, name: str) -> NoReturn:
    from cuvee.authoring.places import user_place
    from cuvee.model.problem import Problem

    message = (
        f"{function}({name!r}) in a pipeline's body has no call that it could belong to: "
        "call it in the task that computes the value"
    )
    raise CheckError([Problem(message, user_place())])
