"""Projects and edits, each with what the edit must do to the fingerprint of `main.main`."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

Files = dict[str, str]


class Edit(NamedTuple):
    """Before, after, and whether the fingerprint has to change."""

    name: str
    before: Files
    after: Files
    changes: bool
    prelude: str = ""
    prelude_after: str = ""


def _files(text: str) -> Files:
    """`# file.py` lines part the text into files; what comes before the first is `main.py`."""
    files: Files = {}
    name = "main.py"
    for line in textwrap.dedent(text).lstrip("\n").splitlines():
        if line.startswith("# ") and line.endswith(".py"):
            name = line[2:]
            files.setdefault(name, "")
            continue
        files[name] = files.get(name, "") + line + "\n"
    return files


def _edit(name: str, text: str, old: str, new: str, *, changes: bool) -> Edit:
    files = _files(text)
    after = {file: content.replace(old, new) for file, content in files.items()}
    assert after != files, f"{name}: nothing is edited"
    return Edit(name, files, after, changes)


def changed(name: str, text: str, old: str, new: str) -> Edit:
    return _edit(name, text, old, new, changes=True)


def same(name: str, text: str, old: str, new: str) -> Edit:
    return _edit(name, text, old, new, changes=False)


_DEEP = """
    from a import one
    def main(x):
        return one(x)
    # a.py
    import b
    def one(x):
        return b.two(x)
    # b.py
    from pkg.c import three
    def two(x):
        return three(x)
    # pkg/__init__.py
    # pkg/c.py
    LIMIT = 3
    def three(x, k=2):
        return x + LIMIT + k
    def unrelated(x):
        return x - 1
"""

_DECORATED = """
    import functools
    from deco import timed, wrapped, factory
    @timed
    def one(x):
        return x + 1
    @wrapped
    def two(x):
        return x + 2
    @factory(times=3)
    def three(x):
        return x + 3
    def main(x):
        return one(x) + two(x) + three(x)
    # deco.py
    import functools
    def timed(fn):
        def wrapper(*args):
            return fn(*args) * 1
        return wrapper
    def wrapped(fn):
        @functools.wraps(fn)
        def wrapper(*args):
            return fn(*args) * 10
        return wrapper
    def factory(times):
        def decorate(fn):
            @functools.wraps(fn)
            def inner(*args):
                return fn(*args) * times
            return inner
        return decorate
"""

_CLASSES = """
    from models import Child
    def main(x):
        return Child(x).go()
    # models.py
    def outer(x):
        return x * 7
    class Meta(type):
        def __call__(cls, *args):
            return super().__call__(*args)
    class Mixin:
        def mixed(self):
            return 5
    class Base(metaclass=Meta):
        RATE = 3
        def go(self):
            return outer(self.x) + self.RATE + self.mixed() + self.area + self.made()
    class Child(Base, Mixin):
        __slots__ = ("x",)
        def __init__(self, x):
            self.x = x
        @property
        def area(self):
            return self.x * 2
        @staticmethod
        def made():
            return 1
        @classmethod
        def other(cls):
            return 2
"""

_VALUES = """
    import functools
    from decimal import Decimal
    from values import CONFIG, make, Point, Color, TABLE
    import values
    add = functools.partial(max, 3)
    scale = make(2)
    bound = Point(1, 2).norm
    first, second = (lambda x: x + 1), (lambda x: x + 2)
    RATES = {"a": 1, "b": 2}
    TYPED = [1, 2.0, True, None, "x", b"y", (1, 2), {3, 4}, frozenset({"p", "q"}), Decimal("1.5"), -0.5, 1j]
    def main(x):
        return add(x), scale(x), bound(), first(x), RATES, TYPED, CONFIG, values.LEVEL, Color.RED, TABLE
    # values.py
    import dataclasses, enum
    import numpy as np
    LEVEL = 5
    CONFIG = {"depth": [1, 2], "name": "x"}
    TABLE = np.arange(6.0).reshape(2, 3)
    def make(factor):
        def scale(x):
            return x * factor
        return scale
    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 4
        def norm(self):
            return self.x + self.y
    class Color(enum.Enum):
        RED = 1
        GREEN = 2
        def shade(self):
            return self.value
"""

_LATE = """
    def main(x):
        import helpers
        from more import k as kk, sub
        def inner(y):
            return helpers.scale(y)
        return inner(x) + kk(x) + sub.deep(x)
    # helpers.py
    def scale(x):
        return x * 2
    def unrelated(x):
        return x
    # more/__init__.py
    def k(x):
        return x
    # more/sub.py
    def deep(x):
        return x
"""

_LATE_LOADED = "\n    import helpers, more.sub\n" + _LATE

_READERS = """
    import inspect, typing
    def helper(x: int) -> int:
        "The doc."
        return x
    def reads_doc():
        return helper.__doc__
    def reads_annotations():
        return typing.get_type_hints(helper)
    def main(x):
        return READER()
"""

_STATE = """
    import logging, threading, socket
    from clients import client, NUMBER, SENTINEL
    logger = logging.getLogger("main")
    LOCK = threading.Lock()
    def main(x):
        logger.info("x")
        with LOCK:
            return client.fileno(), x is SENTINEL
    # clients.py
    import socket
    PORT = 80
    FAMILY = socket.AF_INET
    NUMBER = 1
    SENTINEL = object()
    def connect(port):
        return socket.socket(FAMILY)
    client = connect(PORT)
    client.settimeout(3)
"""

_EFFECTS = """
    import numpy as np
    import pandas as pd
    import patches
    def main(x):
        return pd.DataFrame({"a": [x]}).head(1)
    # patches.py
    import numpy as np, pandas as pd
    def configure():
        pd.set_option("display.width", 80)
    def my_tail(self, n=5):
        return self[-n:]
    np.seterr(all="ignore")
    pd.DataFrame.tail_of = my_tail
    configure()
    @pd.api.extensions.register_dataframe_accessor("geo")
    class Geo:
        def __init__(self, frame):
            self.frame = frame
        def centre(self):
            return 1
    if __name__ == "__main__":
        np.seterr(all="raise")
"""

_COSMETIC = """
    LIMIT = 3
    def helper(x, y=2):
        total = x + y
        if total > LIMIT and x:
            return [i for i in range(total) if i and i % 2]
        return None
    class Model:
        def fit(self, data):
            for item in data:
                if item:
                    continue
                while item is None:
                    pass
            try:
                return helper(data)
            except ValueError as error:
                raise KeyError from error
    def main(x):
        def inner(y, z=1):
            return helper(y) if y else Model().fit(y)
        return inner(x)
"""

_COSMETIC_AFTER = '''
    """A docstring of the module."""
    # a comment

    LIMIT: int = (
        3
    )

    class Model:
        """The model."""

        # spaced out
        def fit(self, data: list) -> "Model":
            """Fits."""
            for item in (
                data
            ):
                if item: continue
                while item is None: pass
            try: return helper(
                data,
            )
            except ValueError as error:
                raise KeyError \\
                    from error


    def unrelated():
        return 1

    def main(x: "anything") -> dict[str, int]:
        """Docs."""
        def inner(y: int, z: "str" = 1) -> list[int]:
            """More docs."""
            return (
                helper(y)
                if y
                else Model().fit(y)
            )
        return inner(
            x
        )

    def helper(x: int, y: float = 2) -> list[int] | None:
        """A helper that moved."""
        total: int = x + y
        if (
            total > LIMIT
            and x
        ):
            return [
                i
                for i in range(total)
                if i
                and i % 2
            ]
        return None
'''

EDITS: list[Edit] = [
    # A helper at any depth and in any file.
    changed("the function's own body", _DEEP, "return one(x)", "return one(x) + 1"),
    changed("a helper one module away", _DEEP, "b.two(x)", "b.two(x) * 2"),
    changed("a helper three modules away", _DEEP, "x + LIMIT + k", "x - LIMIT + k"),
    changed("a helper's default", _DEEP, "k=2", "k=3"),
    changed("a helper's default of another type", _DEEP, "k=2", "k=2.0"),
    changed("a module constant", _DEEP, "LIMIT = 3", "LIMIT = 4"),
    changed("a module constant of another type", _DEEP, "LIMIT = 3", "LIMIT = 3.0"),
    changed("a module constant that is True for 1", _DEEP.replace("LIMIT = 3", "LIMIT = 1"), "LIMIT = 1", "LIMIT = True"),
    same("an unrelated function in the file of a helper", _DEEP, "x - 1", "x - 2"),
    same("the function's own default, which is a parameter", "def main(x=1):\n    return x\n", "x=1", "x=2"),
    changed("a keyword default of a helper", "def h(*, k=1):\n    return k\ndef main(x):\n    return h()\n", "k=1", "k=2"),
    changed(
        "a default that is a mutable value",
        "def h(k=[1]):\n    return k\ndef main(x):\n    return h()\n", "[1]", "[1, 2]",
    ),
    # Decorators.
    changed("the body of a decorator without wraps", _DECORATED, "* 1\n", "* 2\n"),
    changed("the body of a decorator with wraps", _DECORATED, "* 10", "* 20"),
    changed("what a decorator without wraps is around", _DECORATED, "x + 1", "x + 5"),
    changed("what a decorator with wraps is around", _DECORATED, "x + 2", "x + 5"),
    changed("a decorator's argument", _DECORATED, "times=3", "times=4"),
    changed("a decorator that is taken away", _DECORATED, "@timed\n", ""),
    changed("a decorator that is exchanged", _DECORATED, "@timed\n", "@wrapped\n"),
    changed(
        "what lru_cache is around",
        "import functools\n@functools.lru_cache\ndef h(x):\n    return x\ndef main(x):\n    return h(x)\n",
        "return x\ndef", "return x + 1\ndef",
    ),
    changed(
        "what singledispatch was given",
        """
        import functools
        @functools.singledispatch
        def h(x):
            return 0
        @h.register
        def _(x: int):
            return 1
        def main(x):
            return h(x)
        """, "return 1", "return 2",
    ),
    changed(
        "the type that singledispatch was given",
        """
        import functools
        @functools.singledispatch
        def h(x):
            return 0
        @h.register
        def _(x: int):
            return 1
        def main(x):
            return h(x)
        """, "x: int", "x: float",
    ),
    changed(
        "a context manager made of a generator",
        """
        import contextlib
        @contextlib.contextmanager
        def opened(x):
            yield x + 1
        def main(x):
            with opened(x) as y:
                return y
        """, "x + 1", "x + 2",
    ),
    # Classes.
    changed("a method of a base class", _CLASSES, "+ self.RATE", "- self.RATE"),
    changed("a mixin's method", _CLASSES, "return 5", "return 6"),
    changed("a class attribute", _CLASSES, "RATE = 3", "RATE = 4"),
    changed("a function that a method calls", _CLASSES, "x * 7", "x * 8"),
    changed("a property", _CLASSES, "self.x * 2", "self.x * 3"),
    changed("a static method", _CLASSES, "return 1\n", "return 11\n"),
    changed("a class method", _CLASSES, "return 2\n", "return 22\n"),
    changed("a metaclass's method", _CLASSES, "super().__call__(*args)", "super().__call__(*args) or cls"),
    changed("the order of bases", _CLASSES, "Child(Base, Mixin)", "Child(Mixin, Base)"),
    changed("a base that is taken away", _CLASSES, "Child(Base, Mixin)", "Child(Base)"),
    changed("a static method that becomes a class method", _CLASSES, "@staticmethod\n    def made()", "@classmethod\n    def made(cls)"),
    changed("slots", _CLASSES, '__slots__ = ("x",)', '__slots__ = ("x", "y")'),
    changed("a dataclass's default", _VALUES, "y: int = 4", "y: int = 5"),
    changed("a dataclass's field type", _VALUES, "y: int = 4", "y: float = 4"),
    changed("an enum's member", _VALUES, "GREEN = 2", "GREEN = 3"),
    changed("an enum's method", _VALUES, "return self.value", "return -self.value"),
    changed("a class attribute set afterwards", _CLASSES, "def outer(x)", "def outer(x)", ) if False else
    changed("a method set afterwards", _CLASSES + "    Base.go = lambda self: 1\n", "self: 1", "self: 2"),
    # Values.
    changed("a closure's captured value", _VALUES, "make(2)", "make(3)"),
    changed("a closure's code", _VALUES, "x * factor", "x / factor"),
    changed("a partial's argument", _VALUES, "partial(max, 3)", "partial(max, 4)"),
    changed("a partial's function", _VALUES, "partial(max, 3)", "partial(min, 3)"),
    changed("a bound method's self", _VALUES, "Point(1, 2)", "Point(1, 3)"),
    changed("the method of a bound method", _VALUES, "self.x + self.y", "self.x - self.y"),
    changed("one of two lambdas on one line", _VALUES, "(lambda x: x + 1), (lambda x: x + 2)", "(lambda x: x + 2), (lambda x: x + 1)"),
    changed("an item of a nested constant", _VALUES, '"depth": [1, 2]', '"depth": [1, 3]'),
    changed("the order of a dict", _VALUES, '{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
    changed("a global of another module by attribute", _VALUES, "LEVEL = 5", "LEVEL = 6"),
    changed("an array's content", _VALUES, "np.arange(6.0)", "np.arange(6.0)[::-1].copy()"),
    changed("an array's type", _VALUES, "np.arange(6.0)", "np.arange(6)"),
    changed("an array's shape", _VALUES, "reshape(2, 3)", "reshape(3, 2)"),
    changed("1 for 1.0 in a list", _VALUES, "[1, 2.0,", "[1.0, 2.0,"),
    changed("True for 1 in a list", _VALUES, "[1, 2.0, True", "[1, 2.0, 1"),
    changed("a tuple for a list", _VALUES, "(1, 2), {3", "[1, 2], {3"),
    changed("the sign of zero", _VALUES.replace("-0.5", "0.0"), "0.0,", "-0.0,"),
    changed("a set's item", _VALUES, "{3, 4}", "{3, 5}"),
    changed("bytes for text", _VALUES, 'b"y"', '"y"'),
    same("the order of a set", _VALUES, '{3, 4}, frozenset({"p", "q"})', '{4, 3}, frozenset({"q", "p"})'),
    changed("a nonlocal that shadows a global",
        """
        k = 1
        def outer():
            def inner():
                return k
            return inner
        f = outer()
        def main(x):
            return f()
        """, "def outer():\n", "def outer():\n    k = 1\n"),
    changed("a global that shadows a builtin", "def main(x):\n    return len(x)\n", "def main", "def len(x):\n    return 1\ndef main"),
    changed("constants in code: 1 and True", "def main(x):\n    return x + 1\n", "x + 1", "x + True"),
    changed("constants in code: -0.0", "def main(x):\n    return x + 0.0\n", "+ 0.0", "+ -0.0"),
    changed("constants in code: a tuple's item", "def main(x):\n    return (1, 2.0)\n", "2.0", "2"),
    same("constants in code: the order of a set", 'def main(x):\n    return x in {"a", "b"}\n', '{"a", "b"}', '{"b", "a"}'),
    changed("a keyword argument's name", "def main(x):\n    return dict(a=x)\n", "a=x", "b=x"),
    changed("two swapped helpers", "def f(x):\n    return 1\ndef g(x):\n    return 2\ndef main(x):\n    return f(x) - g(x)\n",
        "f(x) - g(x)", "g(x) - f(x)"),
    changed("an exception handler", "def main(x):\n    try:\n        return x()\n    except KeyError:\n        return 1\n", "KeyError", "ValueError"),
    changed("what is in a try block",
        "def main(x):\n    try:\n        x()\n    except KeyError:\n        return 1\n    x()\n",
        "        x()\n    except KeyError:\n        return 1\n    x()", "        x()\n        x()\n    except KeyError:\n        return 1\n"),
    changed("and for or", "def main(x, y):\n    return 1 if x and y else 2\n", "x and y", "x or y"),
    changed("a comparison", "def main(x, y):\n    return x < y\n", "x < y", "x <= y"),
    changed("break for continue", "def main(x):\n    for i in x:\n        if i: break\n        x(i)\n", "break", "continue"),
    changed("mutual recursion, far end",
        "def a(x):\n    return b(x)\ndef b(x):\n    return a(x) if x else c(x)\ndef c(x):\n    return 1\ndef main(x):\n    return a(x)\n",
        "return 1", "return 2"),
    changed("a generator's body", "def gen(x):\n    yield x\ndef main(x):\n    return list(gen(x))\n", "yield x", "yield x + 1"),
    changed("a coroutine's body", "async def co(x):\n    return x\ndef main(x):\n    import asyncio\n    return asyncio.run(co(x))\n", "return x\ndef", "return x + 1\ndef"),
    # Names and where they lead.
    changed("a re-exported name leads elsewhere",
        "from pkg import f\ndef main(x):\n    return f(x)\n# pkg/__init__.py\nfrom pkg.a import f\n# pkg/a.py\ndef f(x):\n    return 1\n# pkg/b.py\ndef f(x):\n    return 2\n",
        "from pkg.a import f", "from pkg.b import f"),
    changed("what a re-exported name leads to",
        "from pkg import f\ndef main(x):\n    return f(x)\n# pkg/__init__.py\nfrom pkg.a import f\n# pkg/a.py\ndef f(x):\n    return 1\n",
        "return 1", "return 2"),
    changed("a function from elsewhere under one name", "from numpy import mean as agg\ndef main(x):\n    return agg(x)\n", "mean", "median"),
    changed("a module from elsewhere under one name", "import math as m\ndef main(x):\n    return m.sqrt(x)\n", "import math", "import cmath"),
    changed("a chain of attributes",
        "import pkg.a\ndef main(x):\n    return pkg.a.K.f(x)\n# pkg/__init__.py\n# pkg/a.py\nclass K:\n    @staticmethod\n    def f(x):\n        return 1\n",
        "return 1", "return 2"),
    changed("getattr with a constant",
        'import h\ndef main(x):\n    return getattr(h, "f")(x)\n# h.py\ndef f(x):\n    return 1\ndef g(x):\n    return 0\n', "return 1", "return 2"),
    same("getattr with a constant, another name",
        'import h\ndef main(x):\n    return getattr(h, "f")(x)\n# h.py\ndef f(x):\n    return 1\ndef g(x):\n    return 0\n', "return 0", "return 2"),
    changed("getattr with a variable",
        "import h\ndef main(x):\n    return getattr(h, x)(x)\n# h.py\ndef f(x):\n    return 1\n", "return 1", "return 2"),
    changed("a module in a variable",
        "import h\ndef main(x):\n    m = h if x else None\n    return m.f(x)\n# h.py\ndef f(x):\n    return 1\n", "return 1", "return 2"),
    changed("globals()", "def f(x):\n    return 1\ndef main(x):\n    return globals()[x](x)\n", "return 1", "return 2"),
    changed("eval", "import h\ndef main(x):\n    return eval(x)\n# h.py\n# other.py\ndef f(x):\n    return 1\n", "return 1", "return 2"),
    changed("import_module with a variable",
        "import importlib\ndef main(x):\n    return importlib.import_module(x).f(x)\n# other.py\ndef f(x):\n    return 1\n", "return 1", "return 2"),
    changed("a class that pickle may load",
        "import pickle\ndef main(x):\n    return pickle.loads(x)\n# other.py\nclass A:\n    K = 1\n", "K = 1", "K = 2"),
    changed("a module's own __getattr__",
        "import h\ndef main(x):\n    return h.lazy(x)\n# h.py\ndef f(x):\n    return 1\ndef __getattr__(name):\n    return f\n", "return 1", "return 2"),
    # Imports inside of functions.
    changed("a module imported late, not loaded", _LATE, "x * 2", "x * 3"),
    changed("a name imported late, not loaded", _LATE, "def k(x):\n    return x", "def k(x):\n    return -x"),
    changed("a submodule imported late, not loaded", _LATE, "def deep(x):\n    return x", "def deep(x):\n    return -x"),
    changed("a module imported late, loaded", _LATE_LOADED, "x * 2", "x * 3"),
    changed("a name imported late, loaded", _LATE_LOADED, "def k(x):\n    return x", "def k(x):\n    return -x"),
    changed("a submodule imported late, loaded", _LATE_LOADED, "def deep(x):\n    return x", "def deep(x):\n    return -x"),
    same("an unrelated function of a module imported late, loaded", _LATE_LOADED, "def unrelated(x):\n    return x", "def unrelated(x):\n    return -x"),
    changed("what a module imported late imports",
        "def main(x):\n    import a\n    return a.f(x)\n# a.py\nfrom b import f\n# b.py\ndef f(x):\n    return 1\n", "return 1", "return 2"),
    # What only counts when something reads it.
    same("a docstring", _READERS.replace("READER", "helper"), "The doc.", "Another doc."),
    changed("a docstring that is read", _READERS.replace("READER", "reads_doc"), "The doc.", "Another doc."),
    same("an annotation", _READERS.replace("READER", "helper"), "-> int", "-> str"),
    changed("an annotation that is read", _READERS.replace("READER", "reads_annotations"), "-> int", "-> str"),
    same("an annotation of a class that nothing reads",
        "class A:\n    x: int = 3\ndef main(x):\n    return A().x\n", "x: int", "x: float"),
    changed("an annotation that a NamedTuple is made of",
        "import typing\nclass A(typing.NamedTuple):\n    x: int = 3\ndef main(x):\n    return A().x\n", "x: int", "x: float"),
    same("the future import of annotations", "def main(x: int):\n    return x\n", "def main", "from __future__ import annotations\ndef main"),
    # What has no content.
    changed("the statement that makes a client", _STATE, "connect(PORT)", "connect(PORT + 1)"),
    changed("a function that makes a client", _STATE, "return socket.socket(FAMILY)", "return socket.socket(FAMILY, socket.SOCK_STREAM)"),
    changed("a constant that a client is made of", _STATE, "PORT = 80", "PORT = 81"),
    changed("what is done to a client", _STATE, "settimeout(3)", "settimeout(4)"),
    changed("the statement that makes a logger", _STATE, 'getLogger("main")', 'getLogger("other")'),
    changed("a mark of one's own instead of another's", _STATE, "import client, NUMBER, SENTINEL", "import client, NUMBER\nSENTINEL = object()"),
    same("a constant beside a client", _STATE, "NUMBER = 1", "NUMBER = 2"),
    same("a comment beside a client", _STATE, "client = connect(PORT)", "client = connect(  # here\n    PORT)"),
    # What an import does to others.
    changed("an option set while a module is imported", _EFFECTS, 'all="ignore"', 'all="warn"'),
    changed("an option set by a function called then", _EFFECTS, '"display.width", 80', '"display.width", 90'),
    changed("a method put on a foreign class", _EFFECTS, "self[-n:]", "self[n:]"),
    changed("a class registered with a library", _EFFECTS, "return 1", "return 2"),
    changed("an import for its effects", _EFFECTS, "    import patches\n", "") if False else
    changed("an effect that is taken away", _EFFECTS, 'np.seterr(all="ignore")\n', ""),
    same("what a module does as a script", _EFFECTS, 'all="raise"', 'all="call"'),
    changed("a function put into a foreign module", "import numpy as np\nimport p\ndef main(x):\n    return np.mean(x)\n# p.py\nimport numpy as np\ndef mine(x):\n    return 1\nnp.mine = mine\n", "return 1", "return 2"),
    # Nothing but looks.
    Edit("comments, blank lines, formatting, docstrings, annotations, moves", _files(_COSMETIC), _files(_COSMETIC_AFTER), False),
    # Patches made at run time.
    Edit("a patched helper", _files(_DEEP), _files(_DEEP), True, "", "import b; b.two = lambda x: 1"),
    Edit("a patched global", _files(_DEEP), _files(_DEEP), True, "", "import pkg.c; pkg.c.LIMIT = 5"),
    Edit("a patched method", _files(_CLASSES), _files(_CLASSES), True, "", "import models; models.Base.go = lambda self: 1"),
    Edit("a patched function from elsewhere", _files("import math\ndef main(x):\n    return math.sqrt(x)\n"),
        _files("import math\ndef main(x):\n    return math.sqrt(x)\n"), True, "", "math.sqrt = lambda x: 1"),
    Edit("a patched method from elsewhere", _files("import json\ndef main(x):\n    return json.JSONEncoder.encode(x, x)\n"),
        _files("import json\ndef main(x):\n    return json.JSONEncoder.encode(x, x)\n"), True, "", "json.JSONEncoder.encode = lambda a, x: 1"),
    Edit("a changed attribute of an instance", _files(_VALUES), _files(_VALUES), True, "", "bound.__self__.x = 9"),
]  # fmt: skip


class Refusal(NamedTuple):
    """A project that must not be reused, and what the doubt has to name."""

    name: str
    files: Files
    word: str


REFUSALS = [
    Refusal("exec", _files("def main(x):\n    exec(x)\n"), "exec"),
    Refusal("a client that was captured", _files("""
        import socket
        def make():
            client = socket.socket()
            def main(x):
                return client
            return main
        """), "client") if False else
    Refusal("a client put in from outside", _files("import socket\ndef main(x):\n    return hidden\nglobals()['hid' + 'den'] = socket.socket()\n"), "hidden"),
]  # fmt: skip


class Widening(NamedTuple):
    """A project with a reference that can't be resolved: how far the net goes, what and where it was."""

    name: str
    files: Files
    widened: str
    reference: str
    line: int


WIDENINGS = [
    Widening("getattr", _files("import h\ndef main(x):\n    return getattr(h, x)\n# h.py\nA = 1\n"), "module", "h", 3),
    Widening("eval", _files("def main(x):\n    return eval(x)\n"), "project", "eval", 2),
    Widening("globals", _files("def main(x):\n\n    return globals()[x]\n"), "module", "globals", 3),
    Widening("a missing attribute", _files("import h\ndef main(x):\n    return h.gone\n# h.py\nA = 1\n"), "module", "h.gone", 3),
    Widening("an import of what is not loaded", _files("def main(x):\n    import h\n    return h.A\n# h.py\nA = 1\n"), "module", "import h", 2),
]  # fmt: skip
