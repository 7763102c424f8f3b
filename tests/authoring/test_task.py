from __future__ import annotations

import functools
from datetime import timedelta

import pytest

from cuvee import Pipeline, Task, log_figure, log_metric, pipeline, result, task
from cuvee.errors import DefinitionError


@task
def add(a: int, b: int = 1) -> int:
    """Add two numbers."""
    return a + b


@pipeline
def both(a: int) -> tuple[int, int]:
    return add(a), add(a, b=2)


def test_in_plain_code_a_task_is_its_function():
    assert add(1) == 2
    assert add(1, b=5) == 6
    assert add.map([1, 2], [10, 20]) == [11, 22]
    assert add.map([1, 2], b=0) == [1, 2]
    assert add.options(name="other")(3) == 4
    assert both(1) == (2, 3)
    assert result(5) == 5


def test_in_plain_code_unequal_lists_are_refused():
    with pytest.raises(ValueError, match="zip"):
        add.map([1], [1, 2])


def test_in_plain_code_nothing_is_logged():
    assert log_metric("rmse", 0.5) is None
    assert log_metric("rmse", 0.5, step=3) is None
    assert log_figure("curve", "no picture at all, and nobody looks") is None


def test_a_task_keeps_the_name_and_the_docstring():
    assert add.__name__ == "add"
    assert add.__doc__ == "Add two numbers."
    assert add.name == f"{__name__}:add"
    assert add.short_name == "add"
    assert add.options(name="x").short_name == "x"
    assert isinstance(add, Task)
    assert isinstance(both, Pipeline)
    assert repr(add) == f"<task {__name__}:add>"
    assert repr(both) == f"<pipeline {__name__}:both>"


def test_a_decorator_below_is_part_of_the_task():
    def twice(function):
        @functools.wraps(function)
        def wrapper(*args):
            return function(*args) * 2

        return wrapper

    @task
    @twice
    def one(x: int) -> int:
        return x

    assert one(2) == 4
    assert [parameter.name for parameter in one.signature.parameters] == ["x"]


def test_a_task_goes_to_another_process_like_its_function():
    import pickle
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    assert pickle.loads(pickle.dumps(add)) is add
    assert pickle.loads(pickle.dumps(both)) is both
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(add, [1, 2])) == [2, 3]


async def stream():
    yield 1


def generator():
    yield 1


class Thing:
    def method(self):
        return 1

    def __call__(self):
        return 1


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (stream, "async generator"),
        (Thing.method, "is a method"),
        (Thing, "is a class"),
        (Thing(), "decorate a function"),
        (len, "decorate a function"),
        (functools.partial(len), "decorate a function"),
        (add, "decorate a function"),
        (3, "decorate a function"),
    ],
)
@pytest.mark.parametrize("decorator", [task, pipeline])
def test_what_cannot_be_decorated(decorator, function, words):
    with pytest.raises(DefinitionError, match=words):
        decorator(function)


def test_a_generator_can_be_a_task_and_no_pipeline():
    assert list(task(generator)()) == [1]
    with pytest.raises(DefinitionError, match="return a list"):
        pipeline(generator)


@pytest.mark.parametrize("name", ["", "a/b", "a b", "a#2", "a[0]", "a\n", "a\r", "a\x00", "\ud800", 3])
def test_a_name_that_cannot_be_part_of_a_path(name):
    with pytest.raises(DefinitionError, match="name="):
        task(name=name)(lambda: 1)
    with pytest.raises(DefinitionError, match="name="):
        add.options(name=name)


@pytest.mark.parametrize("option", ["gpus", "memory", "version"])
def test_an_option_that_is_not_honoured_is_not_accepted(option):
    with pytest.raises(TypeError, match=option):
        task(**{option: 1})
    with pytest.raises(TypeError, match=option):
        add.options(**{option: 1})


@pytest.mark.parametrize(
    ("cache", "fault"),
    [
        ("", "is an empty version"),
        (60, r"is a number: seconds are timedelta\(seconds=60\)"),
        (timedelta(0), "is no time at all"),
        (timedelta(seconds=-1), "is no time at all"),
        ([], "is a list"),
    ],
)
def test_a_cache_that_says_nothing_is_refused(cache, fault):
    with pytest.raises(DefinitionError, match=fault):
        task(cache=cache)(lambda: 1)
    with pytest.raises(DefinitionError, match=fault):
        add.options(cache=cache)


@pytest.mark.parametrize("cache", [None, False, True, "2024-06", timedelta(hours=1)])
def test_what_a_cache_may_say(cache):
    assert task(cache=cache)(lambda: 1).cache == cache
    assert add.options(cache=cache).cache == cache


@pytest.mark.parametrize(
    ("name", "value", "step"),
    [("", 1, None), (3, 1, None), ("a", "x", None), ("a", 1, 1.5), ("a", 1, True), ("a", 1, 2**63)],
)
def test_a_metric_is_a_name_and_a_number(name, value, step):
    from cuvee.ports import current

    class Nothing:
        def metric(self, *args):
            raise AssertionError

    token = current.recorder.set(Nothing())
    try:
        with pytest.raises(TypeError):
            log_metric(name, value, step)
    finally:
        current.recorder.reset(token)
