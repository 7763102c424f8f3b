"""What differs between two keys, component by component, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ledgers import code, item, name

from cuvee.compare.keys import Comparison
from cuvee.compare.words import changes_text
from cuvee.model.key import Component, ComponentKind, Ledger


def component(kind: ComponentKind, called: str, text: str, origin: str = "") -> Component:
    return Component(kind, called, name(text), text, origin)


def said(old: Sequence[Component], new: Sequence[Component], *ledgers: Ledger) -> str:
    known = {ledger.digest: ledger for ledger in ledgers}
    return changes_text(Comparison(lambda digest: known.get(digest)).changes(old, new))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (component("parameter", "depth", "8"), component("parameter", "depth", "12"), "depth: 8 → 12"),
        (None, component("parameter", "depth", "12"), "depth is new: 12"),
        (component("parameter", "depth", "12"), None, "depth is gone (it was 12)"),
        (
            component("input", "wines", "DataFrame"),
            component("input", "wines", "DataFrame 2", "clean"),
            "input wines from clean changed",
        ),
        (
            component("file", "csv", "a.csv"),
            component("file", "csv", "b.csv"),
            "file csv changed: a.csv → b.csv",
        ),
        (
            component("file", "csv", "/tmp/tmp1/a.csv"),
            component("file", "csv", "/tmp/tmp2/a.csv"),
            'file csv changed: /tmp/tmp1/a.csv → /tmp/tmp2/a.csv (by="content" leaves the path out)',
        ),
        (
            component("secret", "key", "version 1"),
            component("secret", "key", "version 2"),
            "the version of secret key changed",
        ),
        (component("chance", "", "3"), component("chance", "", "4"), "seed: 3 → 4"),
        (None, component("chance", "", "4"), "seed: none → 4"),
        (component("chance", "", "3"), None, "seed: 3 → none"),
    ],
)
def test_each_kind_has_its_words(old: Component | None, new: Component | None, words: str) -> None:
    assert said([each for each in [old] if each], [each for each in [new] if each]) == words


def test_the_content_of_a_file_may_change_behind_its_path() -> None:
    old, new = (Component("file", "csv", name(each), "a.csv") for each in "12")
    assert said([old], [new]) == "file csv changed: the content of a.csv"


def test_what_somebody_did_comes_before_what_followed() -> None:
    old = [component("input", "x", "a"), component("parameter", "n", "1"), component("code", "", "c")]
    new = [component("input", "x", "b"), component("parameter", "n", "2"), component("code", "", "d")]
    assert said(old, new) == "its code changed; n: 1 → 2; input x changed"


def test_code_is_taken_apart_where_both_fingerprints_are_known() -> None:
    before, after = code(item("m.f", "1")), code(item("m.f", "2"))
    old, new = ([Component("code", "", ledger.digest)] for ledger in (before, after))
    assert said(old, new, before, after) == "m.f() changed (features.py:41)"
    assert said(old, new, after) == "its code changed"


def test_a_value_is_the_same_wherever_it_comes_from() -> None:
    assert said([Component("parameter", "n", name("8"))], [Component("input", "n", name("8"), "int")]) == ""
