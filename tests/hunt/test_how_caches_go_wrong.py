"""The ways in which Python caches go wrong, one by one, each through real runs in fresh processes.

A project is run, edited, run again, put back, and run a third time; every result is held against
what the plain function gives in a process without any cache.
"""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from asking import Answer, Asking
from how_caches_go_wrong import INVALIDATES, KEEPS, REFUSES
from programs import Files


class Case(NamedTuple):
    """A project and an edit of it. The task is `work(x)` in `main.py`; `# name.py` begins a file."""

    name: str
    text: str
    old: str
    new: str


_LIBRARY = """
    from a import one
    def work(x): return one(x)
    # a.py
    import b
    def one(x): return b.two(x)
    # b.py
    from pkg.c import three
    def two(x): return three(x)
    # pkg/__init__.py
    # pkg/c.py
    LIMIT = 3
    def three(x, k=2): return x + LIMIT + k
"""
_CLASSES = """
    from models import Child
    def work(x): return Child().go(x)
    # models.py
    class Mixin:
        def mixed(self): return 5
    class Base:
        RATE = 3
        def go(self, x): return x * self.RATE + self.mixed()
    class Child(Base, Mixin): pass
"""
_DECORATED = """
    import functools
    def bare(f):
        def wrapper(x): return f(x) + 10
        return wrapper
    def proper(f):
        @functools.wraps(f)
        def wrapper(x): return f(x) * 20
        return wrapper
    @bare
    def one(x): return x
    @proper
    def two(x): return x
    def work(x): return one(x), two(x)
"""
_ARGUMENT = """
    from cuvee import pipeline, task
    @task
    def told(v: object) -> str: return repr(v)
    @pipeline
    def work(x): return told(VALUE)
"""
_FRAME = """
    import numpy as np
    from cuvee import pipeline, task
    @task
    def told(v: object) -> object: return [str(v.dtype), v.shape, v.flags.f_contiguous, v.tolist()]
    @pipeline
    def work(x): return told(VALUE)
"""

_TABLE = """
    import pandas as pd
    from cuvee import pipeline, task
    @task
    def told(v: object) -> object:
        return [repr(v), str(v.dtypes.to_dict()), repr(v.index), repr(v["a"].array)]
    @pipeline
    def work(x): return told(VALUE)
"""

_INSTALLED = """
    import os, sys
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib", "site-packages"))
    import front
    def work(x): return front.go()
    # lib/site-packages/front/__init__.py
    def go():
        import behind
        return behind.VERSION
    # lib/site-packages/front-1.0.dist-info/METADATA
    Name: front
    Version: 1.0
    # lib/site-packages/front-1.0.dist-info/RECORD
    front/__init__.py,,
    # lib/site-packages/behind/__init__.py
    VERSION = "1.0.0"
    # lib/site-packages/behind-1.dist-info/METADATA
    Name: behind
    Version: 1.0.0
    # lib/site-packages/behind-1.dist-info/RECORD
    behind/__init__.py,,
"""


def _argument(name: str, old: str, new: str, text: str = _ARGUMENT) -> Case:
    return Case(name, text.replace("VALUE", old), f"told({old})", f"told({new})")


INVALIDATE = [
    Case(
        "a package upgrade",
        _INSTALLED.replace("return front.go()", "import behind; return behind.VERSION"),
        "1.0.0",
        "1.0.1",
    ),
    Case("an upgrade of a package that another imports while the task runs", _INSTALLED, "1.0.0", "1.0.1"),
    Case("a helper's body, three modules away", _LIBRARY, "x + LIMIT + k", "x - LIMIT + k"),
    Case(
        "a helper's body, in the same file",
        "def h(x): return x\ndef work(x): return h(x)",
        "return x\n",
        "return -x\n",
    ),
    Case("a module constant", _LIBRARY, "LIMIT = 3", "LIMIT = 4"),
    Case(
        "a closure's captured value",
        "def make(k):\n    return lambda x: x * k\nf = make(2)\ndef work(x): return f(x)",
        "make(2)",
        "make(3)",
    ),
    Case("a default argument", _LIBRARY, "k=2", "k=3"),
    Case("a decorator's body, without wraps", _DECORATED, "+ 10", "+ 11"),
    Case("a decorator's body, with wraps", _DECORATED, "* 20", "* 21"),
    Case("a base class's method", _CLASSES, "x * self.RATE", "x + self.RATE"),
    Case("a mixin", _CLASSES, "return 5", "return 6"),
    Case("a class attribute", _CLASSES, "RATE = 3", "RATE = 4"),
    Case(
        "the class of an argument, though its __dict__ is equal",
        """
        from cuvee import pipeline, task
        from kinds import A, B
        @task
        def told(v: object) -> str: return v.name()
        @pipeline
        def work(x): return told(A())
        # kinds.py
        class A:
            def name(self): return "a"
        class B:
            def name(self): return "b"
        """,
        "told(A())",
        "told(B())",
    ),
    Case(
        "an argument's class, edited",
        """
        from cuvee import pipeline, task
        from kinds import A
        @task
        def told(v: object) -> str: return v.name()
        @pipeline
        def work(x): return told(A())
        # kinds.py
        class A:
            def name(self): return "a"
        """,
        'return "a"',
        'return "b"',
    ),
    Case(
        "a partial's arguments",
        "import functools\nf = functools.partial(max, 7)\ndef work(x): return f(x)",
        "max, 7",
        "max, 8",
    ),
    Case(
        "a bound method's self",
        "class A:\n    def __init__(self, k): self.k = k\n    def f(self, x): return x * self.k\nf = A(2).f\ndef work(x): return f(x)",
        "A(2)",
        "A(3)",
    ),
    Case(
        "a monkeypatched attribute",
        "import m, patch\ndef work(x): return m.f(x)\n# m.py\ndef f(x): return 0\n# patch.py\nimport m\nm.f = lambda x: 1",
        "x: 1",
        "x: 2",
    ),
    Case(
        "a re-exported name",
        "from pkg import f\ndef work(x): return f(x)\n# pkg/__init__.py\nfrom pkg.a import f\n# pkg/a.py\ndef f(x): return 1\n# pkg/b.py\ndef f(x): return 2",
        "from pkg.a",
        "from pkg.b",
    ),
    Case(
        "a configuration read at import",
        "import json\nfrom pathlib import Path\nC = json.loads((Path(__file__).parent / 'c.json').read_text())\ndef work(x): return C['k']\n# c.json\n{\"k\": 1}",
        '"k": 1',
        '"k": 2',
    ),
    Case(
        "two lambdas on one line",
        "f, g = (lambda x: x + 1), (lambda x: x + 2)\ndef work(x): return f(x)",
        "x + 1), (lambda x: x + 2",
        "x + 2), (lambda x: x + 1",
    ),
    Case(
        "a nonlocal that shadows a global",
        "k = 1\ndef outer():\n    def inner(): return k\n    return inner\nf = outer()\ndef work(x): return f()",
        "def outer():\n",
        "def outer():\n    k = 2\n",
    ),
    _argument('f(1) for f("1")', '"1"', "1"),
    _argument("True for 1", "1", "True"),
    _argument("[1] for (1,)", "(1,)", "[1]"),
    _argument("1.0 for 1", "1", "1.0"),
    _argument("-0.0 for 0.0", "0.0", "-0.0"),
    _argument('("ab", "c") for ("a", "bc")', '("a", "bc")', '("ab", "c")'),
    _argument("an item deep in an argument", '{"a": [1, (2, {3})]}', '{"a": [1, (2, {4})]}'),
    _argument("the order of a dict", "dict(a=1, b=2)", "dict(b=2, a=1)"),
    _argument("dtype", "np.arange(4)", "np.arange(4.0)", _FRAME),
    _argument("shape", "np.arange(4)", "np.arange(4).reshape(2, 2)", _FRAME),
    _argument("byte order", "np.arange(4, dtype='<i4')", "np.arange(4, dtype='>i4')", _FRAME),
    _argument("layout", "np.ones((2, 3))", "np.asfortranarray(np.ones((2, 3)))", _FRAME),
    _argument(
        "dtypes of a frame", "pd.DataFrame({'a': [1]})", "pd.DataFrame({'a': [1]}, dtype='i4')", _TABLE
    ),
    _argument(
        "column names", "pd.DataFrame({'a': [1], 'b': [2]})", "pd.DataFrame({'a': [1], 'c': [2]})", _TABLE
    ),
    _argument("index", "pd.DataFrame({'a': [1]}, [0])", "pd.DataFrame({'a': [1]}, [1])", _TABLE),
    _argument(
        "name of an index",
        "pd.DataFrame({'a': [1]})",
        "pd.DataFrame({'a': [1]}).rename_axis('n')",
        _TABLE,
    ),
    _argument(
        "categories",
        "pd.DataFrame({'a': pd.Categorical(['x'], ['x', 'y'])})",
        "pd.DataFrame({'a': pd.Categorical(['x'], ['y', 'x'])})",
        _TABLE,
    ),
    _argument(
        "whether categories are ordered",
        "pd.DataFrame({'a': pd.Categorical(['x'], ['x'])})",
        "pd.DataFrame({'a': pd.Categorical(['x'], ['x'], ordered=True)})",
        _TABLE,
    ),
    _argument(
        "time zone",
        "pd.DataFrame({'a': pd.to_datetime([0], utc=True)})",
        "pd.DataFrame({'a': pd.to_datetime([0], utc=True).tz_convert('Europe/Paris')})",
        _TABLE,
    ),
    Case(
        "an environment variable",
        "import json, os\nos.environ.update(json.load(open(os.path.join(os.path.dirname(__file__), 'e.json'))))\ndef work(x): return os.environ['SPEED_OF_IT']\n# e.json\n{\"SPEED_OF_IT\": \"low\"}",
        "low",
        "high",
    ),
    Case(
        "a file's content behind an unchanged path",
        "from cuvee import File, pipeline, task\n@task\ndef told(f: File) -> str: return open(f).read()\n@pipeline\ndef work(x): return told(File('d.txt'))\n# d.txt\none",
        "one",
        "two",
    ),
    Case(
        "two files of equal content under two names",
        "from cuvee import File, pipeline, task\n@task\ndef told(f: File) -> str: return f.name\n@pipeline\ndef work(x): return told(File('d.txt'))\n# d.txt\none\n# e.txt\none",
        "File('d.txt')",
        "File('e.txt')",
    ),
    Case("an observed file, changed", "def work(x): return open('d.txt').read()\n# d.txt\none", "one", "two"),
    Case(
        "an observed file, newly there",
        "def work(x):\n    try: return open('d.txt').read()\n    except OSError: return 0\n# e.txt\none",
        "# e.txt",
        "# d.txt",
    ),
    Case(
        "an observed file, removed",
        "def work(x):\n    try: return open('d.txt').read()\n    except OSError: return 0\n# d.txt\none",
        "# d.txt",
        "# e.txt",
    ),
    Case(
        "a file that another task has read into a functools.cache",
        """
        import functools
        from cuvee import pipeline, task
        @functools.cache
        def setting(): return open("d.txt").read()
        @task
        def first(x: int) -> int: return len(setting())
        @task
        def told(x: int) -> str: return setting()
        @pipeline
        def work(x): return told(first(x))
        # d.txt
        one
        """,
        "one",
        "two",
    ),
    Case(
        "a docstring, where it is read",
        "def h(x):\n    'One.'\ndef work(x): return h.__doc__",
        "One.",
        "Two.",
    ),
    Case(
        "an annotation, where it is read",
        "def h(x: int): pass\ndef work(x): return str(h.__annotations__)",
        "x: int",
        "x: str",
    ),
    Case(
        "a line number, where it is read",
        "import os\ndef h(x): pass\ndef work(x): return h.__code__.co_firstlineno",
        "import os",
        "import os\n",
    ),
    Case(
        "the source, where it is read",
        "import inspect\ndef h(x): pass\ndef work(x): return inspect.getsource(h)",
        "pass",
        "pass  # why",
    ),
]

KEEP = [
    Case("comments", _LIBRARY, "LIMIT = 3", "# why\nLIMIT = 3  # this"),
    Case("blank lines", _CLASSES, "class Base:", "\n\nclass Base:\n"),
    Case("formatting", _LIBRARY, "x + LIMIT + k", "(\n    x\n    + LIMIT\n    + k\n)"),
    Case("a docstring", _LIBRARY, "def three(x, k=2): return", "def three(x, k=2):\n    'Says.'\n    return"),
    Case("annotations", _LIBRARY, "def three(x, k=2)", "def three(x: int, k: int = 2) -> int"),
    Case("moved lines", _DECORATED, "def proper", "UNUSED = 1\ndef proper"),
    Case(
        "a moved function",
        "def g(x): return x\ndef h(x): return x + 1\ndef work(x): return g(x) + h(x)",
        "def g(x): return x\ndef h(x): return x + 1",
        "def h(x): return x + 1\ndef g(x): return x",
    ),
    Case(
        "the order of a set",
        "S = {'a', 'b', 'c'}\ndef work(x): return sorted(S)",
        "{'a', 'b', 'c'}",
        "{'c', 'a', 'b'}",
    ),
    Case(
        "an unrelated edit in the same file",
        _LIBRARY + "    def other(x): return 1\n",
        "return 1",
        "return 2",
    ),
    Case("an unrelated file", _LIBRARY + "    # other.py\n    X = 1\n", "X = 1", "X = 2"),
    Case(
        "nothing: another process, with another hash seed",
        "S = {'a', 'b', 'c'}\ndef work(x): return sorted(S)",
        "def",
        "def",
    ),
]

RUN_EACH_TIME = [
    ("code by exec", "def work(x):\n    space = {}\n    exec('y = 1', space)\n    return space['y']"),
    (
        "an argument with no content",
        "import socket\nfrom cuvee import pipeline, task\n@task\ndef told(s: object) -> int: return 1\n@pipeline\ndef work(x): return told(socket.socket())",
    ),
    (
        "a file that was opened before anybody watched",
        "F = open(__file__)\ndef work(x):\n    F.seek(0)\n    return F.readline()",
    ),
    (
        "a dataset that was named before anybody watched",
        "import pyarrow.dataset as ds\nD = ds.dataset('d.txt', format='csv')\ndef work(x): return D.to_table().num_rows\n# d.txt\none",
    ),
    (
        "a client that code captured",
        "import socket\ndef make(s):\n    return lambda: s.family > 0\nglobals().update(f=make(socket.socket()))\ndef work(x): return f()",
    ),
]


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    asking = Asking(tmp_path_factory.mktemp("project"))
    yield asking
    asking.close()


def _files(text: str) -> Files:
    name = "main.py"
    files: dict[str, str] = {name: "from cuvee import task\n"}
    for line in textwrap.dedent(text).strip().splitlines():
        if line.startswith("# ") and line.endswith((".py", ".txt", ".json", "METADATA", "RECORD")):
            name = line[2:]
            files[name] = ""
        else:
            files[name] = files.get(name, "") + line + "\n"
    if "@pipeline" not in files["main.py"]:
        files["main.py"] += "work = task(work)\n"
    return files


def _run(asking: Asking, files: Files) -> Answer:
    """A run in a fresh process, its result the same as without a cache."""
    asking.write(files)
    run, fresh = asking.ask("run", "result")
    assert "raised" not in run, run
    assert run["result"] == fresh["result"], "stale"
    return run


def _edited(case: Case) -> tuple[Files, Files]:
    before = _files(case.text)
    assert case.old in textwrap.dedent(case.text), "nothing is edited"
    return before, _files(textwrap.dedent(case.text).replace(case.old, case.new))


def _names(cases: list[Any]) -> list[str]:
    return [case[0] for case in cases]


@pytest.mark.parametrize("case", INVALIDATE, ids=_names(INVALIDATE))
def test_it_runs_again_and_back_again_it_is_reused(asking: Asking, case: Case) -> None:
    before, after = _edited(case)
    asking.forget()
    first = _run(asking, before)
    assert _run(asking, before)["decision"] == "reused", "or the case shows nothing"
    second = _run(asking, after)
    assert first["result"] != second["result"], "the case shows nothing"
    assert second["decision"] == "executed"
    back = _run(asking, before)
    assert (back["decision"], back["result"]) == ("reused", first["result"])


@pytest.mark.parametrize("case", KEEP, ids=_names(KEEP))
def test_it_is_reused(asking: Asking, case: Case) -> None:
    before, after = _edited(case)
    asking.forget()
    first = _run(asking, before)
    second = _run(asking, after)
    assert first["decision"] == "executed"
    assert (second["decision"], second["result"]) == ("reused", first["result"]), second["reason"]


@pytest.mark.parametrize("case", RUN_EACH_TIME, ids=_names(RUN_EACH_TIME))
def test_it_runs_each_time_and_says_why(asking: Asking, case: tuple[str, str]) -> None:
    asking.forget()
    for _ in range(2):
        run = _run(asking, _files(case[1]))
        assert run["decision"] == "executed"
        assert not run["kept"]


WRITES = "from pathlib import Path\ndef work(x):\n    Path('out.txt').write_text(str(x))\n    return x"


@pytest.mark.parametrize("change", ["gone", "another"])
def test_what_it_wrote_is_written_again_where_it_is_gone_or_another(asking: Asking, change: str) -> None:
    asking.forget()
    files, written = _files(WRITES), asking.folder / "out.txt"
    _run(asking, files)
    assert _run(asking, files)["decision"] == "reused"
    written.unlink()
    if change == "another":
        written.write_text("other")
    asking.write(files)
    (run,) = asking.ask("run")
    assert (run["decision"], written.read_text()) == ("executed", "3")
    assert (
        run["reason"]
        == {
            "gone": "out.txt, which it wrote, is gone",
            "another": "out.txt, which it wrote, has changed",
        }[change]
    )


KILLED = "import os, signal\ndef work(x):\n    if os.path.exists('d.txt'): os.kill(os.getpid(), signal.SIGKILL)\n    return x\n"


def test_a_task_whose_process_was_killed_leaves_nothing_to_reuse(asking: Asking) -> None:
    asking.forget()
    asking.write(_files(KILLED + "# d.txt\nyes"))
    (killed,) = asking.ask("run")
    assert killed["raised"] == "it did not end"
    run = _run(asking, _files(KILLED))
    assert run["decision"] == "executed"
    assert _run(asking, _files(KILLED))["decision"] == "reused"


NO_ROOM = """
    import os, resource
    if os.path.exists(os.path.join(os.path.dirname(__file__), "d.txt")):
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 21, 1 << 21))
    def work(x): return bytes(range(256)) * (1 << 15)
"""


def test_a_result_that_found_no_room_is_not_reused(asking: Asking) -> None:
    asking.forget()
    asking.write(_files(NO_ROOM + "    # d.txt\n    yes"))
    (failed,) = asking.ask("run")
    assert "the file would be larger than is allowed" in failed["raised"]
    assert _run(asking, _files(NO_ROOM))["decision"] == "executed"


@pytest.mark.parametrize("line", [*INVALIDATES, *KEEPS, *REFUSES])
def test_each_line_has_a_test(line: str) -> None:
    cases = {*_names(INVALIDATE), *_names(KEEP), *_names(RUN_EACH_TIME)}
    here = Path(__file__)
    for name in {**INVALIDATES, **KEEPS, **REFUSES}[line]:
        file, _, test = name.rpartition("::")
        if not file:
            assert name in cases
            continue
        source = (here.parent if file == here.name else here.parents[1]) / file
        assert f"def {test}(" in source.read_text()
