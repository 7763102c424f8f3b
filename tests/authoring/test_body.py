from __future__ import annotations

import pytest

from cuvee import pipeline, result, task
from cuvee.authoring.body import body_problems

result_ = result


@task
def train(x: int) -> int:
    return x


@pipeline
def nested(x: int) -> int:
    return x


def compared():
    model = train(1)
    return model is None


def compared_the_other_way():
    return None is not train(1)


def asked_for_its_type():
    model = train.options(name="big")(1)
    if isinstance(model, int):
        return type(model)
    return issubclass(model, int)


def unpacked():
    a, b = train(1)
    return a is b


def in_a_branch(flag: bool):
    if flag:
        model = train(1)
        return model is None
    return None


def in_a_loop():
    model = train(1)
    for _ in range(2):
        if model is None:
            break
        model = train(2)
    return [m is None for m in [model]] + [model is None]


def in_a_condition_of_while():
    model = train(1)
    while model is None:
        pass


def matched():
    match train(1):
        case int():
            return 1
        case None:
            return 2
        case _:
            return 3


def matched_by_what_compares():
    match train(1):
        case 1 | [2]:
            return 1


def waited_for():
    model = result(train(1))
    return model is None


def bound_again():
    model = train(1)
    model = result_(model)
    return isinstance(model, int)


def perhaps_none(flag: bool):
    model = None
    if flag:
        model = train(1)
    if model is not None:
        return train(model)
    return None


def of_a_parameter(x: int | None):
    return x is None


def with_a_name_of_their_own():
    def isinstance(a, b):  # noqa: A001
        return True

    return isinstance(1, int)


def count(function, handles=()):
    return len(body_problems(function, handles))


@pytest.mark.parametrize(
    ("function", "problems"),
    [
        (compared, 1),
        (compared_the_other_way, 1),
        (asked_for_its_type, 3),
        (unpacked, 2),
        (in_a_branch, 1),
        (in_a_loop, 2),
        (in_a_condition_of_while, 1),
        (matched, 1),
        (matched_by_what_compares, 0),
        (waited_for, 0),
        (bound_again, 0),
        (perhaps_none, 0),
        (of_a_parameter, 0),
        (with_a_name_of_their_own, 0),
    ],
)
def test_is_and_isinstance_are_found_where_they_ask_a_handle(function, problems):
    assert count(function) == problems


def test_a_parameter_that_was_given_a_handle_counts():
    assert count(of_a_parameter, ["x"]) == 1


def test_the_place_and_the_words():
    (problem,) = body_problems(compared)
    assert problem.place.file == __file__
    assert problem.place.line == compared.__code__.co_firstlineno + 2
    assert problem.message == (
        "`is` would compare the handle of `model`, not its value, which is not there yet: write result(model)"
    )


def test_a_function_without_source_is_not_read():
    space = {}
    exec("def f(x):\n    return x is None", space)
    assert body_problems(space["f"], ["x"]) == []


def test_a_body_is_read_to_its_end_wherever_its_code_ends():
    def last_in_brackets(x):
        return (
            x
            is None
        )  # fmt: skip

    def only_documented(x):
        """Does nothing."""

    found = {each.__name__: len(body_problems(each, ["x"])) for each in (last_in_brackets, only_documented)}
    assert found == {"last_in_brackets": 1, "only_documented": 0}
