from __future__ import annotations

from cuvee import task
from cuvee.perform.failures import describe_failure


@task
def inner():
    raise KeyError("k")


def caught(act):
    try:
        act()
    except BaseException as error:  # noqa: BLE001
        return describe_failure(error)
    raise AssertionError("it did not raise")


def test_a_failure_has_the_users_frames_and_where_it_happened():
    failure = caught(inner)
    assert failure.type == "KeyError"
    assert failure.message == "'k'"
    assert failure.file == __file__
    assert failure.line == inner.function.__code__.co_firstlineno + 2
    assert "runnable.py" not in failure.traceback
    assert "task.py" not in failure.traceback
    assert failure.traceback.endswith("KeyError: 'k'\n")


def test_causes_are_told_too_without_our_frames():
    def act():
        try:
            inner()
        except KeyError as error:
            raise ValueError("while doing it") from error

    failure = caught(act)
    assert "direct cause" in failure.traceback
    assert "KeyError: 'k'" in failure.traceback
    assert "task.py" not in failure.traceback


def test_groups_of_exceptions_are_told_whole():
    def act():
        raise ExceptionGroup("several", [ValueError("a"), TypeError("b")])

    assert "TypeError: b" in caught(act).traceback


def test_an_exception_that_cannot_be_shown_is_told_all_the_same():
    class Odd(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def act():
        raise Odd

    failure = caught(act)
    assert failure.type == "Odd"
    assert "RuntimeError" in failure.message


def test_a_cycle_of_causes_ends():
    def act():
        first, second = ValueError("a"), ValueError("b")
        first.__cause__, second.__cause__ = second, first
        raise first

    assert "ValueError: a" in caught(act).traceback
