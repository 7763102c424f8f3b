from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuvee.authoring.declared_parameters import MISSING, declared_parameters
from cuvee.authoring.signature import Signature

if TYPE_CHECKING:
    from somewhere import Frame  # type: ignore[import-not-found]


def train(wines: Frame, max_depth: int = 8, *, seed: Annotated[int, "any"] = 7) -> dict[str, float]:
    """Fit a forest."""
    return {}


def mixed(a, b=2, /, c: int = 3, *rest: int, d: str, **others: float) -> None:  # type: ignore[no-untyped-def]
    return None


def test_parameters_in_order_with_annotations_resolved() -> None:
    signature = Signature(train)
    assert [(p.name, p.kind, p.annotation, p.default, p.required) for p in signature.parameters] == [
        ("wines", "POSITIONAL_OR_KEYWORD", Any, MISSING, True),
        ("max_depth", "POSITIONAL_OR_KEYWORD", int, 8, False),
        ("seed", "KEYWORD_ONLY", Annotated[int, "any"], 7, False),
    ]
    assert signature.returns == dict[str, float]
    assert signature.summary == "Fit a forest."


def test_annotations_are_those_of_the_value_under_the_name() -> None:
    annotations = {p.name: p.annotation for p in Signature(mixed).parameters}
    assert annotations == {
        "a": Any,
        "b": Any,
        "c": int,
        "rest": tuple[int, ...],
        "d": str,
        "others": dict[str, float],
    }
    assert Signature(mixed).returns is type(None)


def test_a_default_of_none_allows_none() -> None:
    def function(a: int = None, b: Optional[str] = None, c: object = None, d: Any = None) -> None: ...  # type: ignore[assignment]  # noqa: RUF013, UP045

    annotations = {p.name: p.annotation for p in Signature(function).parameters}
    assert annotations == {"a": int | None, "b": str | None, "c": object, "d": Any}


def test_a_missing_result_annotation_is_any() -> None:
    def function():  # type: ignore[no-untyped-def]
        return 1

    assert Signature(function).returns is Any


def test_a_decorated_function_has_the_signature_that_it_shows() -> None:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    signature = Signature(decorate(train))
    assert [p.name for p in signature.parameters] == ["wines", "max_depth", "seed"]
    assert signature.parameter("max_depth").annotation is int


def test_captured_classes_can_be_annotations() -> None:
    class Local:
        pass

    def function(x: Local) -> Any:
        return Local

    assert Signature(function).parameter("x").annotation is Local


@pytest.mark.parametrize(
    ("args", "kwargs", "arguments"),
    [
        (("w",), {}, {"wines": "w", "max_depth": 8, "seed": 7}),
        (("w", 3), {"seed": 1}, {"wines": "w", "max_depth": 3, "seed": 1}),
        ((), {"seed": 1, "wines": "w"}, {"wines": "w", "max_depth": 8, "seed": 1}),
    ],
)
def test_binding_gives_every_argument_in_order(args: Any, kwargs: Any, arguments: Any) -> None:
    bound, problems = Signature(train).bind(args, kwargs)
    assert problems == []
    assert list(bound.items()) == list(arguments.items())


def test_the_rest_is_a_tuple_and_other_names_a_dict() -> None:
    signature = Signature(mixed)
    bound, problems = signature.bind((1, 2, 3, 4, 5), {"d": "x", "a": 0.5})
    assert problems == []
    assert bound == {"a": 1, "b": 2, "c": 3, "rest": (4, 5), "d": "x", "others": {"a": 0.5}}
    assert signature.spread(bound) == ((1, 2, 3, 4, 5), {"d": "x", "a": 0.5})


def test_every_call_has_a_dict_of_its_own() -> None:
    signature = Signature(mixed)
    first, _ = signature.bind((1,), {"d": "x", "more": 1.0})
    second, _ = signature.bind((1,), {"d": "x"})
    assert (first["others"], second["others"]) == ({"more": 1.0}, {})


@pytest.mark.parametrize(
    ("args", "kwargs", "problems"),
    [
        ((), {}, ["needs `wines`, which is not given"]),
        (("w", 1, 2), {}, ["takes 2 arguments by position, and gets 3: give `seed` by name"]),
        (("w",), {"wines": 1}, ["gets `wines` twice, by position and by name: give it once"]),
        (("w",), {"max_dept": 1}, ["has no parameter `max_dept`; did you mean `max_depth`?"]),
        (("w",), {"qqq": 1}, ["has no parameter `qqq`; it takes `wines`, `max_depth`, `seed`"]),
        (
            (),
            {"max_dept": 1, "sed": 2},
            [
                "has no parameter `max_dept`; did you mean `max_depth`?",
                "has no parameter `sed`; did you mean `seed`?",
                "needs `wines`, which is not given",
            ],
        ),
    ],
)
def test_all_problems_are_told_at_once(args: Any, kwargs: Any, problems: list[str]) -> None:
    assert Signature(train).bind(args, kwargs)[1] == problems


def test_a_problem_shows_the_annotation() -> None:
    assert Signature(mixed).bind((1,), {})[1] == ["needs `d: str`, which is not given"]


def test_a_positional_parameter_by_name() -> None:
    def function(a: int, /) -> None: ...

    assert Signature(function).bind((), {"a": 1})[1] == [
        "takes `a` by position only, and gets it by name",
        "needs `a: int`, which is not given",
    ]


def test_a_function_without_parameters() -> None:
    def function() -> None: ...

    assert Signature(function).bind((1,), {"a": 1})[1] == [
        "takes no arguments by position, and gets 1",
        "has no parameter `a`; it takes none",
    ]


def test_binding_by_name_takes_parameters_of_every_kind() -> None:
    signature = Signature(mixed)
    bound, problems = signature.bind_named({"a": 1, "rest": (4,), "d": "x"})
    assert (bound, problems) == ({"a": 1, "b": 2, "c": 3, "rest": (4,), "d": "x", "others": {}}, [])
    _, problems = signature.bind_named({"rest": (4,), "dd": "x"})
    assert problems == [
        "has no parameter `dd`; did you mean `d`?",
        "needs `a`, which is not given",
        "needs `d: str`, which is not given",
    ]


SHAPES: list[Callable[..., dict[str, Any]]] = [
    lambda: locals(),
    lambda a, b=2: locals(),
    lambda a, /, b, *, c=3: locals(),
    lambda a, *rest, c: locals(),
    lambda a=1, /, **others: locals(),
    lambda a, b=2, /, c=3, *rest, d=4, **others: locals(),
]
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])


@settings(deadline=None)
@given(st.sampled_from(SHAPES), st.lists(st.integers(), max_size=4), st.dictionaries(NAMES, st.integers()))
def test_binding_agrees_with_python(
    function: Callable[..., dict[str, Any]], args: list[int], kwargs: dict[str, int]
) -> None:
    signature = Signature(function)
    arguments, problems = signature.bind(tuple(args), kwargs)
    try:
        expected = function(*args, **kwargs)
    except TypeError:
        assert problems
    else:
        assert (arguments, problems) == (expected, [])
        spread_args, spread_kwargs = signature.spread(arguments)
        assert function(*spread_args, **spread_kwargs) == expected
        assert signature.bind_named(arguments) == (arguments, [])


def _odd(a, /, b=2, *rest, c, d=4, **more):
    raise AssertionError


@pytest.mark.parametrize(
    "function",
    [
        lambda: None,
        lambda a, b=1: None,
        lambda *frames, **options: None,
        lambda a, /, *, b: None,
        lambda a=1, /, b=None, *, c=3, d: None,
        _odd,
        functools.wraps(_odd)(lambda *args: None),
        functools.partial(_odd, 1, c=5),
    ],
)
def test_what_is_read_from_the_code_is_what_inspect_says(function):
    expected = [
        (each.name, each.kind.name, MISSING if each.default is each.empty else each.default)
        for each in inspect.signature(function).parameters.values()
    ]
    assert [(each.name, each.kind, each.default) for each in declared_parameters(function)] == expected


def test_a_signature_that_a_function_says_it_has_counts():
    def function(*args): ...

    function.__signature__ = inspect.signature(_odd)
    assert [each.name for each in declared_parameters(function)] == ["a", "b", "rest", "c", "d", "more"]
