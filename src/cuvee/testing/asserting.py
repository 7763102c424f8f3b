"""Assertions about runs, for tests of one's own pipelines: what was reused, what ran, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cuvee.api.call import Call
    from cuvee.api.run import Run


def assert_reused(run: Run[Any], *paths: str) -> None:
    """Assert that these calls of a run were reused; without paths, that all but those given were.

    Raises AssertionError that says what became of those that were not, or that there is no such call.
    """
    __tracebackhide__ = True
    calls = _calls(run, paths)
    wrong = [call for call in calls if call.decision != "reused"]
    if wrong:
        raise AssertionError(_told(run, wrong, "to be reused"))


def assert_executed(run: Run[Any], *paths: str, because: str | None = None) -> None:
    """Assert that these calls of a run were executed; without paths, that all but those given were.

    `because` is why: the code of a reason (`"code_changed"`), or words of its sentence (`"max_depth"`).
    Raises AssertionError that says what became of those that were not, or why they ran, or that there is
    no such call.
    """
    __tracebackhide__ = True
    calls = _calls(run, paths)
    wrong = [call for call in calls if call.decision != "executed"]
    if wrong:
        raise AssertionError(_told(run, wrong, "to be executed"))
    other = [call for call in calls if because is not None and not _is_because(call, because)]
    if other:
        raise AssertionError(_told(run, other, f"to be executed because of {because!r}"))


def _calls(run: Run[Any], paths: Sequence[str]) -> list[Call]:
    from cuvee.errors import ReferenceNotFound

    __tracebackhide__ = True
    try:
        return [run[path] for path in paths] or [call for call in run if call.decision != "given"]
    except ReferenceNotFound as error:
        raise AssertionError(str(error)) from None


def _is_because(call: Call, because: str) -> bool:
    from cuvee.model.decision import ReasonCode

    if because in {code.value for code in ReasonCode}:
        return call.reason_code == because
    return because in call.reason


def _told(run: Run[Any], calls: Iterable[Call], expected: str) -> str:
    lines = [f"  {call.path} {_became(call)}" for call in calls]
    return "\n".join([f"of run {run.number} of {run.pipeline} these calls were {expected}:", *lines])


def _became(call: Call) -> str:
    became = call.decision or call.status
    return f"was {became} ({call.reason_code}): {call.reason}"
