"""Edits of what code reads of itself, of clients, of effects of imports; and of looks alone."""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

from edits import Edit, changed, files_of, same

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
    changed("a line number that is read", "import sys\ndef main(x):\n    return sys.exc_info()[2].tb_lineno\n", "import sys", "import sys\n"),
    changed("text that is read", "import inspect\ndef helper(x):\n    return x\ndef main(x):\n    return inspect.getsource(helper)\n", "return x\n", "return x  # why\n"),
    changed("the order of a class that is walked through", "class A:\n    a = 1\n    b = 2\ndef main(x):\n    return list(vars(A))\n", "    a = 1\n    b = 2", "    b = 2\n    a = 1"),
    same("the order of a class that nothing walks through", "class A:\n    a = 1\n    b = 2\ndef main(x):\n    return A.a\n", "    a = 1\n    b = 2", "    b = 2\n    a = 1"),
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
    changed("an effect that is taken away", _EFFECTS, 'np.seterr(all="ignore")\n', ""),
    same("what a module does as a script", _EFFECTS, 'all="raise"', 'all="call"'),
    changed("a function put into a foreign module", "import numpy as np\nimport p\ndef main(x):\n    return np.mean(x)\n# p.py\nimport numpy as np\ndef mine(x):\n    return 1\nnp.mine = mine\n", "return 1", "return 2"),
    # Nothing but looks.
    Edit("comments, blank lines, formatting, docstrings, annotations, moves", files_of(_COSMETIC), files_of(_COSMETIC_AFTER), False),
    # Patches made at run time.
    Edit("a patched helper", files_of(_DEEP), files_of(_DEEP), True, "", "import b; b.two = lambda x: 1"),
    Edit("a patched global", files_of(_DEEP), files_of(_DEEP), True, "", "import pkg.c; pkg.c.LIMIT = 5"),
    Edit("a patched method", files_of(_CLASSES), files_of(_CLASSES), True, "", "import models; models.Base.go = lambda self: 1"),
    Edit("a patched function from elsewhere", files_of("import math\ndef main(x):\n    return math.sqrt(x)\n"),
        files_of("import math\ndef main(x):\n    return math.sqrt(x)\n"), True, "", "math.sqrt = lambda x: 1"),
    Edit("a patched method from elsewhere", files_of("import json\ndef main(x):\n    return json.JSONEncoder.encode(x, x)\n"),
        files_of("import json\ndef main(x):\n    return json.JSONEncoder.encode(x, x)\n"), True, "", "json.JSONEncoder.encode = lambda a, x: 1"),
    Edit("a changed attribute of an instance", files_of(_VALUES), files_of(_VALUES), True, "", "bound.__self__.x = 9"),
]  # fmt: skip
