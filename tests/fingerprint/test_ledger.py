"""Ledgers: what a person is told of what code reaches, and what changed in it."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from projects import Files, Job, Process


def _told(in_process: Process, files: Files, prelude: str = "", module: str = "main") -> dict[str, Any]:
    texts = {name: textwrap.dedent(text) for name, text in files.items()}
    told = in_process([Job("it", texts, module, textwrap.dedent(prelude))])["it"]
    assert "error" not in told, told["error"]
    return told


_FILES = {
    "main.py": """
        import numpy as np
        from features import prepare

        def main(x):
            return prepare(np.asarray(x))
        """,
    "features.py": """
        from functools import partial
        from settings import LIMIT

        def scale(x, factor=2):
            return x * factor + LIMIT

        def prepare(x):
            return scale(x)
        """,
    "settings.py": """
        LIMIT = 3
        """,
}


def test_each_item_has_a_name_a_place_and_the_one_it_was_reached_through(in_process: Process) -> None:
    items = _told(in_process, _FILES)["items"]
    places = {name: (kind, file, line, via) for name, (kind, _, file, line, via) in items.items()}
    assert places == {
        "main.main": ("function", "main.py", 5, ""),
        "features.prepare": ("function", "features.py", 8, "main.main"),
        "features.scale": ("function", "features.py", 5, "features.prepare"),
        "features.scale(factor)": ("default", "features.py", 5, "features.scale"),
        "settings.LIMIT": ("constant", "settings.py", 2, "features.scale"),
        "numpy": ("distribution", "", 0, "main.main"),
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("features.py", "x * factor", "x / factor", ["features.scale"]),
        ("features.py", "factor=2", "factor=3", ["features.scale(factor)"]),
        ("settings.py", "LIMIT = 3", "LIMIT = 4", ["settings.LIMIT"]),
    ],
)
def test_only_what_changed_differs(
    in_process: Process, file: str, old: str, new: str, changed: list[str]
) -> None:
    before = _told(in_process, _FILES)["items"]
    after = _told(in_process, {**_FILES, file: _FILES[file].replace(old, new)})["items"]
    assert [name for name in before if before[name] != after.get(name)] == changed
    assert set(before) == set(after)


def test_names_tell_apart_what_has_one_name(in_process: Process) -> None:
    source = """
        def timed(fn):
            def wrapper(x):
                return fn(x)
            return wrapper

        @timed
        def one(x):
            return 1

        @timed
        def two(x):
            return 2

        pair = (lambda x: 1, lambda x: 2)

        def main(x):
            return one(x), two(x), pair
        """
    assert set(_told(in_process, {"main.py": source})["items"]) >= {
        "main.main", "main.one", "main.two", "main.pair", "main.<lambda>", "main.<lambda>#2",
        "main.timed.<locals>.wrapper (one)", "main.timed.<locals>.wrapper (two)",
    }  # fmt: skip


def test_a_script_an_import_and_a_worker_give_one_fingerprint(in_process: Process) -> None:
    files = {
        "main.py": """
            import logging
            logger = logging.getLogger(__name__)

            class Model:
                K = 1

            def main(x):
                logger.info("x")
                return Model.K
            """,
        "script.py": """
            import runpy
            main = runpy.run_path(__file__.replace("script", "main"), run_name="__main__")["main"]
            """,
    }
    imported = _told(in_process, files)
    assert set(imported["items"]) == {"main.main", "main.logger", "main.logger (statement)", "main.Model"}


def test_a_notebook_cell_counts_though_its_file_is_nowhere(in_process: Process) -> None:
    cells = """
        import sys, types
        book = types.ModuleType("__main__")
        source = (
            "import socket\\nK = {}\\nclient = socket.socket()\\n"
            "def helper(x):\\n    return x + K\\ndef main(x):\\n    return helper(x), client\\n"
        )
        book.In = ["", source.format(number), "this is no code"]
        exec(compile(book.In[1], "/tmp/ipykernel_1/2.py", "exec"), vars(book))
        sys.modules["__main__"] = book
        main = book.main
        """
    one = _told(in_process, {"main.py": "number = 1\n"}, cells)
    two = _told(in_process, {"main.py": "number = 2\n"}, cells)
    again = _told(in_process, {"main.py": "number = 1\n"}, cells)
    assert one["digest"] != two["digest"]
    assert one["digest"] == again["digest"]
    assert {"__main__.helper", "__main__.K", "__main__.client (statement)"} <= set(one["items"])
    assert one["doubts"] == []


_EDITED = """
    from pathlib import Path
    import h
    Path(h.__file__).write_text({text!r})
    """


def test_a_file_that_was_edited_since_its_import_counts_as_it_is_loaded(in_process: Process) -> None:
    files = {
        "main.py": "import h\ndef main(x):\n    return h.f(x)\n",
        "h.py": "K = 1\ndef f(x):\n    return K\n",
    }
    loaded = _told(in_process, files)
    edited = _told(in_process, files, _EDITED.format(text="K = 2\ndef f(x):\n    return -K\n"))
    assert edited["digest"] == loaded["digest"]


def test_what_only_source_could_tell_is_refused_when_it_was_edited_since(in_process: Process) -> None:
    source = "import socket\nclient = socket.socket()\ndef f(x):\n    return client\n"
    files = {"main.py": "import h\ndef main(x):\n    return h.f(x)\n", "h.py": source}
    assert _told(in_process, files)["doubts"] == []
    edited = _told(in_process, files, _EDITED.format(text=source + "client = None\n"))
    assert [doubt for doubt in edited["doubts"] if doubt[1] == "refused" and "edited" in doubt[0]]


def test_a_generated_class_is_followed(in_process: Process) -> None:
    files = {
        "main.py": """
            from dataclasses import dataclass, field
            from typing import NamedTuple

            def fresh():
                return [1]

            @dataclass(order=True)
            class Point:
                x: int
                items: list = field(default_factory=fresh)

            class Pair(NamedTuple):
                a: int

            def main(x):
                return Point(x), Pair(x)
            """
    }
    items = _told(in_process, files)["items"]
    assert {"main.Point", "main.Pair", "main.fresh"} <= set(items)
