"""Examples: written where one wants them, never over what somebody changed."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

import cuvee
from cuvee.examples import changed_files, write_example

SHIPPED = Path(cuvee.__file__).parent / "examples"
WINE_FILES = ["README.md", "pyproject.toml", "wine.py", "wine_quality.csv"]


def test_writes_a_project_of_its_own(tmp_path):
    target = write_example("wine", tmp_path / "deep" / "demo")
    assert target == tmp_path / "deep" / "demo" / "wine.py"
    assert sorted(file.name for file in target.parent.iterdir()) == WINE_FILES
    for name in WINE_FILES:
        assert (target.parent / name).read_bytes() == (SHIPPED / "wine" / name).read_bytes()
    assert changed_files("wine", target.parent) == ()


def test_what_was_changed_stays_and_is_named(tmp_path):
    target = write_example("wine", tmp_path)
    target.write_text("mine = True\n")
    (tmp_path / "README.md").unlink()
    write_example("wine", tmp_path)
    assert target.read_text() == "mine = True\n"
    assert (tmp_path / "README.md").is_file()
    assert changed_files("wine", tmp_path) == ("wine.py",)


def test_an_unknown_example(tmp_path):
    with pytest.raises(cuvee.UsageError, match="there is no example 'beer': there is wine"):
        write_example("beer", tmp_path / "demo")


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(cuvee.UsageError, match=r"cannot be written to .*taken: .*\. Choose another folder"):
        write_example("wine", tmp_path / "taken")


def test_examples_use_the_public_names_alone():
    imported = set()
    for file in SHIPPED.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(f"{'.' * node.level}{node.module or ''}")
                if node.module == "cuvee":
                    assert {alias.name for alias in node.names} <= set(cuvee.__all__)
    ours = {name for name in imported if name.split(".")[0] in ("cuvee", "")}
    assert ours == {"cuvee"}


def test_nothing_is_left_half_written(tmp_path, monkeypatch):
    def fail(self, target):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(cuvee.UsageError, match="No space left"):
        write_example("wine", tmp_path)
    monkeypatch.undo()
    write_example("wine", tmp_path)
    assert changed_files("wine", tmp_path) == ()
