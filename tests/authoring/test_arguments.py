from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuvee.authoring.arguments import Arguments
from cuvee.authoring.signature import Signature
from cuvee.codecs.text import text_of
from cuvee.model.graph import Given
from cuvee.model.problem import Place, Problem
from cuvee.perform.pack import pack
from cuvee.perform.small import pack_small
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project

PLACE = Place("here.py", 1)


def takes(a: int, b: float, c: str, d: Any, e, f: bool = False, g: None = None) -> None: ...


PARAMETERS = Signature(takes).parameters


def packed(value: Any) -> Any:
    return pack(value, MemoryStore(), class_digest=no_project, root=Path(), keep_inputs=0)


def short(value: Any) -> Given | None:
    artifact = pack_small(value)
    return None if artifact is None else Given(artifact, text_of(value))


def made(values: dict[str, Any], small: Any) -> tuple[Any, list[str]]:
    problems: list[Problem] = []
    arguments = Arguments(problems, packed, small, lambda value: None, text_of)
    twice = [arguments.of_call(PARAMETERS, values, "takes", PLACE) for _ in range(2)]
    assert twice[0] == twice[1]
    return twice[0], [problem.message for problem in problems]


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.integers())
)


@given(st.fixed_dictionaries({parameter.name: VALUES for parameter in PARAMETERS}))
def test_the_short_way_gives_the_same_arguments_and_the_same_problems(values):
    assert made(values, short) == made(values, lambda value: None)


@pytest.mark.parametrize(("one", "two"), [(1, True), (0, False), (1, 1.0), (0.0, -0.0), ("1", 1), (None, 0)])
def test_values_that_python_holds_for_equal_stay_apart(one, two):
    arguments = Arguments([], packed, short, lambda value: None, text_of)
    (a, b, _) = [
        arguments.of_call(PARAMETERS[3:4], {"d": value}, "takes", PLACE) for value in (one, two, one)
    ]
    assert a != b
    assert type(one) is not type(two) or math.copysign(1, one) != math.copysign(1, two)
