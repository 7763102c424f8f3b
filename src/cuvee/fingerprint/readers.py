"""Readers: the words by which code reads what otherwise does not count, like a docstring or a line number."""

from __future__ import annotations

DOCS = frozenset({"__doc__", "getdoc", "pydoc", "doctest", "help"})
ANNOTATIONS = frozenset(
    {"__annotations__", "__annotate__", "get_type_hints", "get_annotations", "signature", "getfullargspec"}
)
LINES = frozenset(
    {
        "co_firstlineno", "co_linetable", "co_lines", "co_positions", "tb_lineno", "f_lineno", "lineno",
        "format_exc", "format_exception", "format_tb", "format_stack", "extract_tb", "extract_stack",
        "walk_tb", "walk_stack", "findCaller", "getframeinfo", "stack",
    }
)  # fmt: skip
TEXT = frozenset(
    {
        "getsource", "getsourcelines", "findsource", "getblock", "getline", "getlines",
        # These show the lines that they tell of.
        "format_exc", "format_exception", "format_tb", "format_stack", "extract_tb", "extract_stack",
        "getframeinfo", "stack",
    }
)  # fmt: skip
ORDER = frozenset({"__dict__", "vars", "globals"})
SUBCLASSES = frozenset({"__subclasses__"})

ALL = DOCS | ANNOTATIONS | LINES | TEXT | ORDER | SUBCLASSES
