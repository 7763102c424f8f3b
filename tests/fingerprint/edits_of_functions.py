"""Edits of functions, helpers, decorators and constants in code."""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

from edits import Edit, changed, same

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
    same("annotations and docstring of what a decorator makes with wraps", _DECORATED, "        def inner(*args):", "        def inner(*args: int) -> float:\n            'Times.'"),
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
]  # fmt: skip
