"""What a module does to others while it is imported, in every form that it can be written in."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

FORMS = {
    "a call": "fractions.set_it({value})",
    "its result is kept": "R = fractions.set_it({value})",
    "in a function that is called": "def c(): fractions.set_it({value})\nDONE = c()",
    "by a decorator": "def d(f):\n    fractions.set_it({value})\n    return f\n@d\ndef h(): pass",
    "in a class body": "class X:\n    fractions.set_it({value})",
    "by an instance": "class X:\n    def __init__(self): fractions.set_it({value})\nX()",
    "by an instance that is kept": "class X:\n    def __init__(self): fractions.set_it({value})\nx = X()",
    "by a method": "class X:\n    def go(self): fractions.set_it({value})\nx = X()\nx.go()",
    "by a method of its class": (
        "class X:\n    @classmethod\n    def go(cls): fractions.set_it({value})\nX.go()"
    ),
    "by an instance that is called": (
        "class X:\n    def __call__(self): fractions.set_it({value})\nx = X()\nx()"
    ),
    "by a property": "class X:\n    @property\n    def v(self): fractions.set_it({value})\nX().v",
    "by a base": "class X:\n    def __init_subclass__(cls): fractions.set_it({value})\nclass Y(X): pass",
    "in a comprehension": "[fractions.set_it(v) for v in [{value}]]",
    "by a lambda": "(lambda: fractions.set_it({value}))()",
    "in a condition": "fractions.set_it({value}) or print('')",
    "of sys": "import sys\nsys.zork = {value}",
    "of builtins": "import builtins\nbuiltins.zork = {value}",
}
CHECK = """
    import json, sys
    from pathlib import Path

    from cuvee.fingerprint.code import fingerprint_code
    from cuvee.fingerprint.memo import Memo
    from cuvee.fingerprint.scope import Scope

    root = Path(sys.argv[1])
    sys.path[:0] = [str(root), str(root / "lib" / "site-packages")]
    sys.dont_write_bytecode = True
    import main

    ledger = fingerprint_code(main.f, Scope(root), Memo())
    print(ledger.digest.hex(), [doubt.reference for doubt in ledger.refused])
"""


def fingerprint(root):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHECK), str(root)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def root(tmp_path):
    """A project beside an installed library that keeps a setting to itself."""
    library = tmp_path / "lib" / "site-packages" / "fractions_of_mine"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text("_KEPT = {}\ndef set_it(v): _KEPT['v'] = v\n")
    (tmp_path / "main.py").write_text("import m\nimport fractions_of_mine\ndef f(): return 1\n")
    return tmp_path


def written(form, value):
    text = FORMS[form].format(value=value).replace("fractions.", "fractions_of_mine.")
    return f"import fractions_of_mine\n{text}\n"


@pytest.mark.parametrize("form", FORMS)
def test_it_counts_however_it_is_written(root, form):
    (root / "m.py").write_text(written(form, 2))
    first = fingerprint(root)
    assert fingerprint(root) == first
    (root / "m.py").write_text("# a comment\n" + written(form, 2))
    assert fingerprint(root) == first, "a comment is nothing"
    (root / "m.py").write_text(written(form, 3))
    assert fingerprint(root) != first


def test_it_counts_in_the_package_of_what_is_imported(root):
    (root / "k").mkdir()
    (root / "k" / "z.py").write_text("q = 1\n")
    (root / "m.py").write_text("from k.z import q\n")
    seen = set()
    for value in (2, 3):
        (root / "k" / "__init__.py").write_text(written("a call", value))
        seen.add(fingerprint(root))
    assert len(seen) == 2


@pytest.mark.parametrize("inner", ["import m", "import n", "from n import m"])
def test_whether_it_comes_before_or_after_what_an_import_does_counts(root, inner):
    (root / "n.py").write_text("import m\n")
    own = "fractions_of_mine.set_it(3)"
    orders = [f"{inner}\n{own}", f"{own}\n{inner}"]
    for text, different in ((written("a call", 2), 2), ("x = 1\n", 1)):
        (root / "m.py").write_text(text)
        seen = set()
        for order in orders:
            (root / "main.py").write_text(f"import fractions_of_mine\n{order}\ndef f(): return 1\n")
            seen.add(fingerprint(root))
        assert len(seen) == different


def test_which_of_two_imports_comes_first_counts_where_both_do_something(root):
    for name, acts, different in (("k", True, 2), ("l", False, 1)):
        text = written("a call", 3) if acts else "x = 1\n"
        (root / "m.py").write_text(written("a call", 2))
        (root / f"{name}.py").write_text(text)
        seen = set()
        for first, second in (("m", name), (name, "m")):
            (root / "main.py").write_text(f"import {first}\nimport {second}\ndef f(): return 1\n")
            seen.add(fingerprint(root))
        assert len(seen) == different


def test_subclasses_count_where_they_are_asked_for(root):
    (root / "main.py").write_text(
        "class B: pass\nimport m\ndef f(): return [c().v() for c in B.__subclasses__()]\n"
    )
    seen = set()
    for value in (2, 3):
        (root / "m.py").write_text(f"import main\nclass C(main.B):\n    def v(self): return {value}\n")
        seen.add(fingerprint(root))
    assert len(seen) == 2


def test_classes_that_are_registered_with_an_abstract_one_count(root):
    (root / "main.py").write_text(
        "import abc\nclass B(abc.ABC): pass\nimport m\ndef f(): return isinstance(3, B)\n"
    )
    seen = set()
    for text in ("", "import main\nmain.B.register(int)\n"):
        (root / "m.py").write_text(text)
        seen.add(fingerprint(root))
    assert len(seen) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "SHOWN = [{value}]\nprint(SHOWN)",
        "from cuvee import task\n@task(retries={value})\ndef other(): return {value}",
    ],
)
def test_what_is_shown_and_what_is_said_to_us_is_done_to_nobody(root, statement):
    (root / "main.py").write_text("import m\ndef f(): return 1\n")
    seen = set()
    for value in (2, 3):
        (root / "m.py").write_text(statement.format(value=value) + "\n")
        seen.add(fingerprint(root).splitlines()[-1])
    assert len(seen) == 1


def test_a_decorator_that_keeps_nothing_does_not_tie_what_it_decorates_to_others(root):
    text = (
        "import functools\n"
        "def timed(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n    return inner\n"
        "@timed\ndef one(): return {value}\n"
    )
    seen = set()
    for value in (2, 3):
        (root / "m.py").write_text(text.format(value=value))
        seen.add(fingerprint(root))
    assert len(seen) == 1


def test_a_decorator_that_registers_with_a_library_does(root):
    text = (
        "import fractions_of_mine\n"
        "def noted(f):\n    fractions_of_mine.set_it(f)\n    return f\n"
        "@noted\ndef one(): return {value}\n"
    )
    seen = set()
    for value in (2, 3):
        (root / "m.py").write_text(text.format(value=value))
        seen.add(fingerprint(root))
    assert len(seen) == 2
