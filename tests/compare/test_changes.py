"""What differs between two fingerprints, and the words for it."""

from __future__ import annotations

from typing import Any

import pytest
from ledgers import code, environment, item

from cuvee.compare.ledgers import ledger_changes
from cuvee.compare.words import changes_text, route_text
from cuvee.model.key import Ledger


def said(old: Ledger, new: Ledger, kind: Any = "code") -> str:
    return changes_text(ledger_changes(kind, old, new))


def through_prepare(content: str) -> Ledger:
    return code(
        item("wine.prepare", "p", via="wine.train"), item("features.scale", content, via="wine.prepare")
    )


def test_a_changed_helper_is_named_with_its_line_and_the_way_to_it() -> None:
    assert (
        said(through_prepare("1"), through_prepare("2"))
        == "features.scale() changed (features.py:41), reached through wine.prepare()"
    )


def test_the_whole_way_is_known() -> None:
    [change] = ledger_changes("code", through_prepare("1"), through_prepare("2"))
    assert route_text(change) == "wine.train() → wine.prepare() → features.scale()"


def test_what_the_task_itself_reaches_needs_no_way() -> None:
    old, new = (code(item("features.scale", each, via="wine.train")) for each in "12")
    assert said(old, new) == "features.scale() changed (features.py:41)"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1.2", "1.25", "prices.VAT: 1.2 → 1.25 (features.py:41)"),
        ("1.2", "", "prices.VAT changed (features.py:41)"),
        ("1", "1", "prices.VAT changed (features.py:41)"),  # 1 and True, say
    ],
)
def test_a_constant_says_what_it_was_and_is_where_both_are_short(old: str, new: str, words: str) -> None:
    ledgers = (
        code(item("prices.VAT", content, "constant", via="wine.train", text=text))
        for content, text in (("a", old), ("b", new))
    )
    assert said(*ledgers) == words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a(1); b(2); c(3)", "a(1); b(4); c(3)", "m (import): b(2) → b(4)"),
        ("a(1); b(2)", "b(3); a(4)", "m (import): a(1) → b(3), b(2) → a(4)"),
        ("a(1)", "a(1); import x", "m (import): import x is new"),
        ("a(1); import x", "a(1)", "m (import): import x is gone"),
        ("a(1)", "b(1); b(2); b(3)", "m (import): b(1) is new, b(2) is new, b(3) is new and 1 more"),
        ("a(1)", "a(1)", "m (import) changed"),  # by what a name in it stands for
        ("", "a(1)", "m (import) changed"),  # from when no text was kept
    ],
)
def test_what_a_module_does_when_it_is_imported_is_told_by_statement(old: str, new: str, words: str) -> None:
    ledgers = (
        code(item("m (import)", content, "module", via="wine.train", text=text, line=0))
        for content, text in (("a", old), ("b", new))
    )
    assert said(*ledgers) == words


def test_what_came_and_what_went_is_told_after_what_changed() -> None:
    old = code(item("m.f", "1"), item("m.old"))
    new = code(item("m.f", "2"), item("m.new"), item("numpy", kind="distribution"))
    assert said(old, new) == (
        "m.f() changed (features.py:41); m.new() is new (features.py:41); numpy is reached now; 1 more"
    )
    assert said(code(), code(item("m.g"))) == "m.g() is new (features.py:41)"
    assert said(code(item("m.g")), code()) == "m.g() is gone (features.py:41)"


def test_many_changed_helpers_are_counted() -> None:
    old, new = (code(*(item(f"m.f{n}", each) for n in range(9))) for each in "12")
    assert said(old, new).endswith("; 6 more")


def test_versions_are_told_as_such() -> None:
    old, new = environment("numpy 2.1.0", "six 1.16"), environment("numpy 2.2.0", "joblib 1.4")
    assert said(old, new, "environment") == "numpy 2.1.0 → 2.2.0; joblib 1.4 is new; six 1.16 is gone"


def test_the_same_version_with_another_content_is_one_that_is_installed_in_place() -> None:
    old, new = (
        Ledger(environment().digest, (item("mine 0.1", content, "distribution"),)) for content in "12"
    )
    assert said(old, new, "environment") == "mine 0.1 changed where it is installed"


def test_a_ledger_has_the_same_digest_whatever_is_shown_of_it() -> None:
    plain = code(item("prices.VAT", "a", "constant"))
    shown = code(item("prices.VAT", "a", "constant", text="1.2", source=plain.digest))
    assert plain.digest == shown.digest
