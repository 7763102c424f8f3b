from __future__ import annotations

import pytest

from cuvee.errors import CheckError, ParameterError
from cuvee.operations.overrides import Override, Overrides, parse_override

TEXT = """
    @task
    def split(xs: list[int], size: int = 1) -> int:
        return xs[size]

    @task
    def number(x: int = 0) -> int:
        return x

    @pipeline
    def main():
        n = number(x=1)
        return split([10, 20, 30], 2), split([10, 20, 30]), number(n), number.options(name="other")()
"""


def parse(text, annotation, default):
    try:
        return annotation(text)
    except ValueError:
        raise ParameterError(f"{text!r} is not an integer") from None


def overrides(*texts):
    return Overrides([parse_override(text) for text in texts], parse)


def test_the_form():
    assert parse_override("split.size=0.2") == Override("split", "size", "0.2")
    assert parse_override("wine:split.size=a=b") == Override("wine:split", "size", "a=b")
    for text in ("split=1", "split.size", ".size=1", "split.=1", ""):
        with pytest.raises(ParameterError, match=r"task\.parameter=value"):
            parse_override(text)


@pytest.mark.parametrize("numbers", ["[1, 2]", "some()"])
def test_what_a_map_walks_cannot_be_set(project, numbers):
    project.write(f"""
        @task
        def some() -> list[int]:
            return [1, 2]

        @task
        def number(x: int, plus: int = 0) -> int:
            return x + plus

        @pipeline
        def main():
            return number.map({numbers})
    """)
    with pytest.raises(CheckError, match=r"number\.x cannot be set: map\(\) walks a list for it"):
        project.run(overrides=overrides("number.x=5"))
    assert project.run(overrides=overrides("number.plus=5")).result == [6, 7]


@pytest.mark.parametrize(
    ("text", "words"), [("number.y=1", "no parameter 'y'"), ("number.x=x", "'x' is not an integer")]
)
def test_what_is_wrong_with_it_is_told_before_a_result_is_waited_for(project, text, words):
    project.write("""
        @task
        def number(x: int = 0) -> int:
            raise AssertionError("nothing may run")

        @pipeline
        def main():
            return number(result(number()))
    """)
    with pytest.raises(CheckError, match=words):
        project.run(overrides=overrides(text))


def test_it_wins_over_body_and_default_for_all_calls_of_the_task(project):
    project.write(TEXT)
    run = project.run(overrides=overrides("split.size=0"))
    assert run["split"].output == run["split#2"].output == 10


def test_a_task_can_be_named_in_full(project):
    project.write(TEXT)
    assert project.run(overrides=overrides(f"{project.name}:split.size=0"))["split"].output == 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("splt.size=0", "calls no task 'splt'; did you mean 'split'?"),
        ("split.sise=0", "no parameter 'sise'; did you mean 'size'?"),
        ("split.XS=0", "no parameter 'XS'; did you mean 'xs'?"),
        ("split.size=x", "--set split.size: 'x' is not an integer"),
        ("number.x=3", "number.x cannot be set: here it is the result of another task"),
    ],
)
def test_what_cannot_be_set_is_told_before_anything_runs(project, text, words):
    project.write(TEXT)
    with pytest.raises(CheckError) as caught:
        project.run(overrides=overrides(text))
    assert words in str(caught.value)
    assert project.session.queries.runs() == ()
