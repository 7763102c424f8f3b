from __future__ import annotations

from cuvee.compare.texts import source_diff

OLD = "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    return x\n"


def shown(old: str, new: str) -> list[str]:
    return [f"{line.sign}{line.text}" for line in source_diff(old, new, context=1)]


def test_what_differs_stands_with_a_little_around_it() -> None:
    assert shown(OLD, OLD.replace("c = 3", "c = 4")) == [
        "…",
        "     b = 2",
        "-    c = 3",
        "+    c = 4",
        "     return x",
    ]


def test_what_is_left_out_is_marked_on_both_sides() -> None:
    assert shown(OLD, OLD.replace("b = 2\n", "b = 2; b2 = 0\n"))[-1] == "…"


def test_equal_texts_have_no_difference() -> None:
    assert shown(OLD, OLD) == []


def test_a_method_that_moved_into_a_class_has_changed_in_nothing_but_its_margin() -> None:
    assert shown(OLD, "".join(f"    {line}\n" for line in OLD.splitlines())) == []
