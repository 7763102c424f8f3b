"""Graphs made by hand: nodes with nothing behind them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cuvee.model.artifact import Artifact, make_artifact
from cuvee.model.graph import STRIDE, Call, Fan, Ref, TaskInfo


def _nothing() -> None:
    raise AssertionError("a scheduler calls no function")


INFO = TaskInfo("m:t", "t", _nothing, (("x", "POSITIONAL_OR_KEYWORD"),))


@pytest.fixture
def call() -> Callable[..., Call]:
    def make(number: int, *needs: int) -> Call:
        arguments = tuple((f"x{need}", Ref(need * STRIDE)) for need in needs)
        return Call(number * STRIDE, f"t{number}", INFO, arguments)

    return make


@pytest.fixture
def fan() -> Callable[..., Fan]:
    def make(number: int, over: int) -> Fan:
        return Fan(number * STRIDE, f"t{number}", INFO, (("x", Ref(over * STRIDE)),), ())

    return make


@pytest.fixture
def artifact() -> Callable[[bytes], Artifact]:
    return lambda meta: make_artifact("plain", "bytes", meta)
