"""Pieces of two versions of a module, and the text of a mixture."""

from __future__ import annotations

from textwrap import dedent

import pytest

from cuvee.compare.definitions import statements_of
from cuvee.compare.pieces import Versions

BEFORE = '''\
"""Wines."""
import numpy as np
from tools import first

LIMIT = 3

# How large it is.
@task
def scale(x):
    """Twice, or so."""
    return x * LIMIT

def old():
    return 1

@task
def clean(x):
    return old() + first(x)

np.seterr(all="ignore")

if __name__ == "__main__":
    clean(1)
'''

AFTER = '''\
"""Wines, and more."""
import numpy as np
from tools import first, second

LIMIT = 4

def new():
    return 2

@task
def clean(x):
    return new() + second(x)

# How large it is, at last.
@task
def scale(x):
    """Thrice."""
    return x * LIMIT * 2

np.seterr(all="warn")
'''


def versions(a=BEFORE, b=AFTER):
    return Versions("m.py", dedent(a), dedent(b))


def separate(found):
    return [piece.names for piece in found.pieces if piece.separate]


def test_statements_are_the_text_in_pieces():
    for text in (BEFORE, AFTER, "", "x = 1", "# only words\n", "a = 1; b = 2\r\nc = 3  # end\r\n\r\n# last"):
        if statements_of(text):
            assert "".join(each.text for each in statements_of(text)) == text


def test_what_differs_is_found_by_name_and_what_is_written_otherwise_does_not():
    assert set(separate(versions())) == {("LIMIT",), ("scale",), ("clean",), ()}
    same = BEFORE.replace("Twice, or so.", "Other words.").replace("# How large it is.", "#")
    assert versions(BEFORE, same).pieces == []


def test_one_definition_is_taken_and_all_else_stays():
    text = versions().mixed([("scale",)])
    assert "return x * LIMIT * 2" in text
    assert "LIMIT = 3\n" in text
    assert "return old() + first(x)" in text
    assert 'np.seterr(all="ignore")' in text
    assert 'np.seterr(all="warn")' not in text


def test_what_one_side_alone_has_is_there_for_whoever_uses_it():
    text = versions().mixed([("scale",)])
    assert "def old():" in text
    assert "def new():" in text
    assert "from tools import first, second" in text


def test_imports_of_both_are_there_where_the_first_has_more():
    found = versions("from t import a, b\ndef f(): return b\n", "from t import a\ndef f(): return a\n")
    assert found.mixed([]) == "from t import a\nfrom t import a, b\ndef f(): return b\n"


def test_a_name_imported_from_elsewhere_is_a_change():
    found = versions("from t import a\ndef f(): return a\n", "from u import a\ndef f(): return a\n")
    assert separate(found) == [("a",)]
    assert found.mixed([]) == "from t import a\ndef f(): return a\n"


def test_a_definition_that_hides_a_builtin_is_a_change():
    found = versions("def f(x): return sum(x)\n", "def sum(x): return 0\ndef f(x): return sum(x)\n")
    assert separate(found) == [("sum",)]
    assert found.mixed([]) == "def f(x): return sum(x)\n"
    assert "def sum" in found.mixed([("sum",)])
    back = versions("def sum(x): return 0\ndef f(x): return sum(x)\n", "def f(x): return sum(x)\n")
    assert "def sum" in back.mixed([])
    assert "def sum" not in back.mixed([("sum",)])


def test_names_that_are_bound_together_are_taken_together():
    found = versions("a, b = 1, 2\nb += 1\n", "a = 5\nb = 6\n")
    assert separate(found) == [("a", "b")]
    assert found.mixed([]).split() == ["a,", "b", "=", "1,", "2", "b", "+=", "1"]


def test_a_default_that_changed_is_told_from_a_body():
    found = versions("def f(x, n=1): return x\n", "def f(x, n=2): return x\n")
    assert [(piece.only_defaults, piece.other_signature) for piece in found.pieces] == [(True, False)]
    found = versions("def f(x): return x\n", "def f(x, n=2): return x\n")
    assert [(piece.only_defaults, piece.other_signature) for piece in found.pieces] == [(False, True)]


def test_a_file_that_cannot_be_parsed_is_taken_whole():
    found = versions("def f(:\n", "x = 1\n")
    assert separate(found) == [("*",)]
    assert found.mixed([]) == "def f(:\n"
    assert found.mixed([("*",)]) == "x = 1\n"


@pytest.mark.parametrize(
    "taken", [[], [("scale",)], [("clean",), ()], [("LIMIT",), ("scale",), ("clean",), ()]]
)
def test_a_mixture_has_each_statement_once_and_is_python(taken):
    text = versions().mixed(taken)
    names = [name for each in statements_of(text) for name in each.names]
    assert len(names) == len(set(names))
    compile(text, "m.py", "exec")
