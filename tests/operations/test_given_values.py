from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuvee.codecs.text import text_of
from cuvee.model.graph import Call, Given, TaskInfo
from cuvee.operations.given_values import values_to_keep
from cuvee.perform.pack import pack
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project

INFO = TaskInfo("m:t", "t", len, (("x", "POSITIONAL_OR_KEYWORD"),))


def is_kept(value, tmp_path):
    """Whether the records keep a value beside the text that tells it."""
    artifact = pack(value, MemoryStore(), class_digest=no_project, root=tmp_path, keep_inputs=0)
    call = Call(1, "t", INFO, (("x", Given(artifact, text_of(value))),))
    return list(values_to_keep([call])) == [artifact]


@given(value=st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats()))
def test_a_number_is_kept_where_its_text_is_no_literal(value, tmp_path_factory):
    kept = is_kept(value, tmp_path_factory.getbasetemp())
    assert kept == (type(value) is float and not math.isfinite(value))
    assert kept or repr(ast.literal_eval(text_of(value))) == repr(value)


@pytest.mark.parametrize("value", [10**100, [1] * 100, [math.nan], {1, 2}, 1 + 2j])
def test_what_no_text_tells_whole_is_kept(value, tmp_path):
    assert is_kept(value, tmp_path)


@pytest.mark.parametrize("value", [[1, 2.5], ("a", None), {"a": [1]}, "word"])
def test_what_its_text_tells_is_not(value, tmp_path):
    assert not is_kept(value, tmp_path)
