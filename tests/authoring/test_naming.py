"""Names: the same for a function however its module is loaded."""

from __future__ import annotations

import functools
import subprocess
import sys
import textwrap
from types import ModuleType

import pytest

from cuvee.authoring.naming import qualified_name
from cuvee.codecs.module_name import locate_module, module_name_of

SCRIPT = """
import functools
import sys
from cuvee.authoring.naming import qualified_name

def train(): ...

class Model:
    def fit(self): ...

def wrapped(function):
    @functools.wraps(function)
    def wrapper(): ...
    return wrapper

if __name__ in ("__main__", "__mp_main__"):
    print(qualified_name(train), qualified_name(Model.fit), qualified_name(wrapped(train)))
"""


@pytest.fixture
def project(tmp_path):
    for folder in ("pkg", "pkg/sub", "plain"):
        (tmp_path / folder).mkdir()
    for file in ("pkg/__init__.py", "pkg/sub/__init__.py"):
        (tmp_path / file).touch()
    for file in (
        "wine.py",
        "pkg/mod.py",
        "pkg/sub/deep.py",
        "pkg/__main__.py",
        "plain/script.py",
        "my-wine.py",
    ):
        (tmp_path / file).write_text(SCRIPT)
    return tmp_path


def python(folder, *args, stdin=None):
    command = [sys.executable, "-B", *args]
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, text=True, check=True)
    return done.stdout.split()


class TestLocateModule:
    @pytest.mark.parametrize(
        ("file", "name", "folder"),
        [
            ("wine.py", "wine", ""),
            ("pkg/mod.py", "pkg.mod", ""),
            ("pkg/sub/deep.py", "pkg.sub.deep", ""),
            ("pkg/sub/__init__.py", "pkg.sub", ""),
            ("pkg/__main__.py", "pkg.__main__", ""),
            ("plain/script.py", "script", "plain"),
        ],
    )
    def test_name_and_folder(self, project, file, name, folder):
        assert locate_module(str(project / file)) == (name, str(project / folder).rstrip("/"))

    def test_relative_to_the_current_folder(self, project, monkeypatch):
        monkeypatch.chdir(project / "pkg")
        assert locate_module("mod.py") == ("pkg.mod", str(project))


class TestAsItIsRun:
    @pytest.mark.parametrize(
        ("folder", "args", "module"),
        [
            ("", ["wine.py"], "wine"),
            ("", ["-m", "wine"], "wine"),
            ("pkg", ["../wine.py"], "wine"),
            ("", ["my-wine.py"], "my-wine"),
            ("", ["pkg/mod.py"], "pkg.mod"),
            ("pkg/sub", ["deep.py"], "pkg.sub.deep"),
            ("", ["-m", "pkg.mod"], "pkg.mod"),
            ("", ["-m", "pkg"], "pkg.__main__"),
            ("", ["pkg"], "pkg.__main__"),
            ("", ["-c", SCRIPT], "__main__"),
            ("", ["-m", "cProfile", "-o", "/dev/null", "wine.py"], "wine"),
        ],
        ids=str,
    )
    def test_module(self, project, folder, args, module):
        assert python(project / folder, *args) == [
            f"{module}:train",
            f"{module}:Model.fit",
            f"{module}:train",
        ]

    def test_a_prompt(self, project):
        assert python(project, "-", stdin=SCRIPT)[0] == "__main__:train"

    def test_a_worker_that_multiprocessing_spawns(self, project):
        (project / "spawning.py").write_text(
            textwrap.dedent("""
                import multiprocessing
                from cuvee.authoring.naming import qualified_name

                def train(): ...

                def show():
                    print(qualified_name(train), train.__module__)

                if __name__ == "__main__":
                    worker = multiprocessing.get_context("spawn").Process(target=show)
                    worker.start()
                    worker.join()
            """)
        )
        assert python(project, "spawning.py") == ["spawning:train", "__mp_main__"]

    def test_imported(self, project):
        assert python(project, "-c", "import pkg.mod as m; print(m.qualified_name(m.train))") == [
            "pkg.mod:train"
        ]


def main_function(text, filename, **namespace):
    space = {"__name__": "__main__", **namespace}
    exec(compile(text, filename, "exec"), space)
    return space["f"]


def test_typed_at_a_prompt_after_a_script_ran():
    function = main_function("def f(): ...", "<stdin>", __file__="/somewhere/wine.py")
    assert qualified_name(function) == "__main__:f"


def test_a_notebook_cell(monkeypatch):
    # A cell's code has a file of its own, and its module none.
    assert qualified_name(main_function("def f(): ...", "/tmp/ipykernel_1/2.py")) == "__main__:f"


def test_behind_a_decorator_of_another_module(monkeypatch):
    main = ModuleType("__main__")
    main.__file__ = "/somewhere/wine.py"
    monkeypatch.setitem(sys.modules, "__main__", main)
    inner = main_function("def f(): ...", "/somewhere/wine.py", __file__="/somewhere/wine.py")

    @functools.wraps(inner)
    def outer(): ...

    assert qualified_name(outer) == "wine:f"


def test_module_name_of_any_module():
    assert module_name_of(vars(functools)) == "functools"
    assert module_name_of({}) == "__main__"


def test_loads_nothing_that_is_slow():
    code = "import sys; import cuvee.authoring.naming; print(*sys.modules)"
    loaded = set(python(".", "-c", code))
    assert not loaded & {"pathlib", "inspect", "msgspec", "importlib.metadata", "subprocess", "dataclasses"}
