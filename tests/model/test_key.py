from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cuvee.model.digest import Digest, digest_framed, digest_parts, frame_parts
from cuvee.model.key import Component, Stem, make_key

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
COMPONENTS = st.builds(
    Component,
    st.sampled_from(["task", "code", "environment", "parameter", "input", "file", "version"]),
    NAMES,
    (st.binary(min_size=33, max_size=33) | st.binary(min_size=1, max_size=40)).map(Digest),
)


@settings(max_examples=100, deadline=None)
@given(NAMES, st.lists(st.binary(max_size=300), max_size=40))
def test_parts_that_are_framed_beforehand_have_the_same_digest(tag, parts):
    assert digest_framed(tag, len(parts), frame_parts(parts)) == digest_parts(tag, parts)


def test_so_do_a_hundred_thousand():
    parts = [b"x"] * 100_000
    assert digest_framed("many", len(parts), frame_parts(parts)) == digest_parts("many", parts)


@settings(max_examples=100, deadline=None)
@given(st.lists(COMPONENTS, max_size=8), st.integers(0, 8))
def test_a_key_is_the_same_whatever_of_it_is_a_stem(components, shared):
    whole = make_key(components)
    assert make_key(components[shared:], Stem(components[:shared])) == whole
    assert whole.components == tuple(components)
    argument = ("parameter", "input", "file")
    kinds = [b"argument" if each.kind in argument else each.kind.encode() for each in components]
    named = [(each.name.encode(), each.digest) for each in components]
    pieces = [piece for kind, pair in zip(kinds, named, strict=True) for piece in (kind, *pair)]
    assert whole.digest == digest_parts("key", pieces)
