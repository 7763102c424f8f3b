"""Edits of classes and of values that code holds."""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

from edits import Edit, changed, same

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

EDITS: list[Edit] = [
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
]  # fmt: skip
