"""Edits of what names lead to, also by imports in a body."""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

from edits import Edit, changed, same

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

EDITS: list[Edit] = [
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
    changed("an object that stands for a module",
        "import h\ndef main(x):\n    return h.f()\n# h.py\nimport sys\nclass Mod:\n    def f(self):\n        return 3\nsys.modules[__name__] = Mod()\n", "return 3", "return 4"),
    changed("a class that a weak set holds",
        "import reg, impl\ndef main(x):\n    return [c.k for c in reg.REG]\n# reg.py\nimport weakref\nREG = weakref.WeakSet()\n# impl.py\nimport reg\nclass A:\n    k = 3\nreg.REG.add(A)\n", "k = 3", "k = 4"),
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
]  # fmt: skip
