"""What a module sets of a library counts for code that no name leads to it from, if that uses the library."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

CHECK = """
    import importlib, json, sys
    from pathlib import Path

    from cuvee.fingerprint.code import fingerprint_code
    from cuvee.fingerprint.memo import Memo
    from cuvee.fingerprint.scope import Scope

    root = Path(sys.argv[1])
    sys.path[:0] = [str(root), str(root / "lib" / "site-packages")]
    sys.dont_write_bytecode = True
    for name in sys.argv[2:]:
        importlib.import_module(name)
    import work

    ledger = fingerprint_code(work.f, Scope(root), Memo())
    print(json.dumps([ledger.digest.hex(), [item.name for item in ledger.items], len(ledger.refused)]))
"""
SCRIPT = "import numbers_of_mine\nfrom work import f\n"


def library(root, name, requires=()):
    """An installed library that keeps a setting to itself."""
    folder = root / "lib" / "site-packages"
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("_KEPT = {}\ndef set_it(v=0): _KEPT['v'] = v\nseed = set_it\n")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    lines = [f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {each}" for each in requires)]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    (info / "RECORD").write_text(f"{name}/__init__.py,,\n")


@pytest.fixture
def root(tmp_path):
    for name, requires in {
        "numbers_of_mine": (),
        "models_of_mine": ("numbers_of_mine",),
        "plots_of_mine": (),
    }.items():
        library(tmp_path, name, requires)
    (tmp_path / "work.py").write_text("import numbers_of_mine\ndef f(): return numbers_of_mine._KEPT\n")
    return tmp_path


def fingerprint(root, script, *names):
    (root / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHECK), str(root), *(names or ["script"])],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    digest, items, refused = json.loads(done.stdout.splitlines()[-1])
    assert not refused
    return digest, items


@pytest.mark.parametrize(
    "statement",
    [
        "numbers_of_mine.set_it({})",
        "numbers_of_mine.zork = {}",
        "from numbers_of_mine import set_it\nset_it({})",
        "def configure(): numbers_of_mine.set_it({})\nconfigure()",
        "class C:\n def go(self): numbers_of_mine.set_it({})\nC().go()",
        "class C:\n def go(self): numbers_of_mine.set_it({})\nc = C()\nc.go()",
        "class C:\n def __call__(self): numbers_of_mine.set_it({})\nc = C()\nc()",
        "class C:\n @classmethod\n def go(cls): numbers_of_mine.set_it({})\nC.go()",
        "for i in [{}]:\n    numbers_of_mine.set_it(i)",
        "DIGITS = {}\nnumbers_of_mine.set_it(DIGITS)",
        "import decimal\ndecimal.getcontext().prec = {}",
        "import locale\nlocale.zork = {}",
    ],
)
def test_a_setting_counts_though_nothing_leads_to_it(root, statement):
    plain, _ = fingerprint(root, SCRIPT)
    three, items = fingerprint(root, SCRIPT + statement.format(3))
    assert "script (settings)" in items
    assert len({plain, three, fingerprint(root, SCRIPT + statement.format(4))[0]}) == 3


def test_it_is_the_same_however_it_is_laid_out_and_whatever_is_loaded_before(root):
    once = fingerprint(root, SCRIPT + "numbers_of_mine.set_it(3)\n")
    moved = "'''A script.'''\n" + SCRIPT + "\n# why\nnumbers_of_mine.set_it(\n    3,\n)\n"
    assert fingerprint(root, moved) == once
    (root / "aside.py").write_text("X = 1\n")
    assert fingerprint(root, moved, "aside", "script") == once


@pytest.mark.parametrize(
    "statement",
    [
        "import plots_of_mine\nplots_of_mine.set_it(3)",
        "KEPT = numbers_of_mine.set_it(3)",
        "numbers_of_mine.seed(3)",
        "import warnings\nwarnings.filterwarnings('ignore')",
        "import logging\nlogging.basicConfig(level=logging.INFO)",
        "import sys\nsys.path.append('/nowhere')",
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--x')",
        "import json\nprint(json.dumps([3]))",
        "if __name__ == '__main__':\n    numbers_of_mine.set_it(3)",
        "class Mine:\n    pass",
        "import importlib\nnumbers_of_mine.set_it(importlib.import_module('work' + ''))",
    ],
)
def test_what_sets_nothing_of_what_is_used_does_not_count(root, statement):
    assert fingerprint(root, SCRIPT + statement) == fingerprint(root, SCRIPT)


def test_a_setting_counts_for_what_uses_the_library_through_another(root):
    (root / "work.py").write_text("import models_of_mine\ndef f(): return models_of_mine._KEPT\n")
    plain, _ = fingerprint(root, SCRIPT)
    assert fingerprint(root, SCRIPT + "numbers_of_mine.set_it(3)\n")[0] != plain
    assert fingerprint(root, SCRIPT + "import plots_of_mine\nplots_of_mine.set_it(3)\n")[0] == plain


def test_what_is_registered_with_a_library_counts_too(root):
    (root / "lib/site-packages/numbers_of_mine/__init__.py").write_text(
        "_KEPT = {}\ndef register(f):\n    _KEPT[f.__name__] = f\n    return f\n"
    )
    text = SCRIPT + "@numbers_of_mine.register\ndef g(): return {}\n"
    assert fingerprint(root, text.format(3))[0] != fingerprint(root, text.format(4))[0]


def test_all_of_a_project_counts_with_folders_that_have_no_init(root):
    """What leads anywhere in a project takes in modules of packages that are no more than folders."""
    (root / "parts" / "inner").mkdir(parents=True)
    (root / "parts" / "inner" / "leaf.py").write_text("X = 1\n")
    (root / "aside.py").write_text("import parts.inner.leaf\n")
    (root / "work.py").write_text("import sys\ndef f(name): return sys.modules[name]\n")
    before, items = fingerprint(root, "import work\n")
    assert "parts.inner.leaf (source)" in items
    (root / "parts" / "inner" / "leaf.py").write_text("X = 2\n")
    assert fingerprint(root, "import work\n")[0] != before


SETTERS = """
    import importlib, json, sys
    from pathlib import Path

    from cuvee.fingerprint.process_code import ProcessCode
    from cuvee.fingerprint.scope import Scope

    root = Path(sys.argv[1])
    sys.path[:0] = [str(root), str(root / "lib" / "site-packages")]
    for name in sys.argv[2:]:
        importlib.import_module(name)
    import work

    code = ProcessCode(Scope(root))
    print(json.dumps([name for name, _ in code.setters(code.ledger(work.f))]))
"""


@pytest.mark.parametrize("names", [["alpha", "zeta"], ["zeta", "alpha"]])
def test_other_processes_import_what_sets_it_in_the_order_in_which_it_was_set(root, names):
    for name in names:
        (root / f"{name}.py").write_text(f"import numbers_of_mine\nnumbers_of_mine.set_it('{name}')\n")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SETTERS), str(root), *names],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout) == names


ONE_AFTER_ANOTHER = """
    import json, sys
    from pathlib import Path

    from cuvee.fingerprint.code import fingerprint_code
    from cuvee.fingerprint.memo import Memo
    from cuvee.fingerprint.scope import Scope

    root = Path(sys.argv[1])
    sys.path[:0] = [str(root), str(root / "lib" / "site-packages")]
    sys.dont_write_bytecode = True
    import work

    memo, told = Memo(), []

    def tell(function):
        told.append([item.name for item in fingerprint_code(function, Scope(root), memo).items])

    tell(work.f)
    import late
    tell(work.g)
    del sys.modules["late"]
    tell(work.h)
    print(json.dumps(told))
"""


def test_it_counts_from_when_its_module_is_there_to_when_that_is_gone(root):
    """A call imports it, and another takes it away."""
    (root / "work.py").write_text(
        "import numbers_of_mine\n"
        + "".join(f"def {name}(): return numbers_of_mine._KEPT, {name!r}\n" for name in "fgh")
    )
    (root / "late.py").write_text("import numbers_of_mine\nnumbers_of_mine.set_it({})\n")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ONE_AFTER_ANOTHER), str(root)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert ["late (settings)" in items for items in told] == [False, True, False]
