"""Edits of what lies beside names: modules that call themselves otherwise, contexts, state put in from afar."""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

from edits import Edit, changed, same

_CALLED = """
    import h
    def main(x):
        return h.f(x)
    # h.py
    HEAD
    import k
    A = [1]
    def f(x): return k.g(x) + A[0]
    # k.py
    def g(x): return x + 10
"""
_HELD = """
    import h, k
    def main(x):
        return READ
    # h.py
    import contextvars, io, itertools, queue, sqlite3, threading, weakref
    V = contextvars.ContextVar("V", default=1)
    L = threading.local()
    Q = queue.Queue()
    W = weakref.WeakSet()
    C = sqlite3.connect(":memory:")
    B = io.BytesIO(b"1")
    class Kept: pass
    # k.py
    import h
    from h import L, C
    PUT
"""


def _called(name: str, head: str, old: str, new: str) -> Edit:
    return changed(f"a module {name}: {new}", _CALLED.replace("HEAD", head), old, new)


def _held(what: str, read: str, put: str, old: str, new: str) -> Edit:
    return changed(
        f"{what}, filled by another module", _HELD.replace("READ", read).replace("PUT", put), old, new
    )


EDITS: list[Edit] = [
    *(
        edit
        for name, head in (
            ("that calls itself json", "__name__ = 'json'"),
            ("with None for a name", "__name__ = None"),
            ("with a function for a name", "def __name__(): pass"),
            ("without a file", "del __file__"),
            ("with another's file", "import json; __file__ = json.__file__"),
        )
        for edit in (_called(name, head, "[1]", "[2]"), _called(name, head, "x + 10", "x + 11"))
    ),
    changed("effects of a module that calls itself json", "import h\ndef main(x):\n    return h\n# h.py\n__name__ = 'json'\nimport decimal\ndecimal.getcontext().prec = 5\n", "= 5", "= 6"),
    changed("the supertype of a NewType", "from typing import NewType\nN = NewType('N', int)\ndef main(x):\n    return N.__supertype__\n", "int", "str"),
    changed("the bound of a TypeVar", "from typing import TypeVar\nT = TypeVar('T', bound=int)\ndef main(x):\n    return T\n", "int", "str"),
    same("another TypeVar", "from typing import TypeVar\nT = TypeVar('T', bound=int)\nU = TypeVar('U', bound=int)\ndef main(x):\n    return T\n", "'U', bound=int", "'U', bound=str"),
    changed("the default of a context variable", "import contextvars\nV = contextvars.ContextVar('V', default=1)\ndef main(x):\n    return V.get()\n", "default=1", "default=2"),
    _held("a context variable", "h.V.get()", "h.V.set(5)", "set(5)", "set(6)"),
    _held("a thread's own attribute", "h.L.v", "h.L.v = 5", "v = 5", "v = 6"),
    _held("a thread's own attribute, under a name of its own", "h.L.v", "L.v = 5", "v = 5", "v = 6"),
    _held("a queue", "h.Q.get()", "h.Q.put(5)", "put(5)", "put(6)"),
    _held("a weak set", "len(h.W)", "a = h.Kept()\n    a.n = 5\n    h.W.add(a)", "n = 5", "n = 6"),
    _held("a database in memory", "h.C.execute('select * from t')", "h.C.execute('create table t as select 5')", "select 5", "select 6"),
    _held("a database in memory, by an attribute", "h.C.execute('select 1')", "h.C.row_factory = None", "= None", "= h.sqlite3.Row"),
    _held("a database in memory, by an attribute, under a name of its own", "h.C.execute('select 1')", "C.row_factory = None", "= None", "= h.sqlite3.Row"),
    _held("a buffer", "h.B.getvalue()", "h.B.write(b'5')", "b'5'", "b'6'"),
    changed("a docstring, read by pydoc", "import pydoc\ndef h(x):\n    'One.'\ndef main(x):\n    return pydoc.render_doc(h)\n", "One.", "Two."),
    changed("a comment on a line that a traceback shows", "import traceback\ndef h(x):\n    raise ValueError  # why\ndef main(x):\n    return traceback.format_exc()\n", "# why", "# how"),
]  # fmt: skip
