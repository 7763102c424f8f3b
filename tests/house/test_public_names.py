from __future__ import annotations

import ast
import inspect
from importlib.metadata import version
from pathlib import Path

import pytest

import cuvee

PUBLIC = [
    "Call",
    "CheckError",
    "Columns",
    "CuveeError",
    "Directory",
    "File",
    "Pipeline",
    "Run",
    "Secret",
    "Task",
    "TaskFailed",
    "UsageError",
    "load",
    "log_figure",
    "log_metric",
    "pipeline",
    "register_fingerprint",
    "result",
    "runs",
    "task",
]


def test_they_are_these_in_order() -> None:
    assert cuvee.__all__ == PUBLIC == sorted(PUBLIC)
    assert dir(cuvee) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_each_is_there_and_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(cuvee, name))


@pytest.mark.parametrize("name", [name for name in PUBLIC if isinstance(getattr(cuvee, name), type)])
def test_what_a_class_offers_says_what_it_is(name: str) -> None:
    members = {
        attribute: member
        for base in getattr(cuvee, name).__mro__
        if base.__module__.startswith("cuvee.")
        for attribute, member in vars(base).items()
        if not attribute.startswith("_") and (callable(member) or hasattr(member, "__get__"))
        if type(member).__name__ != "member_descriptor"
    }
    assert [attribute for attribute, member in members.items() if not inspect.getdoc(member)] == []


def test_type_checkers_see_what_is_loaded() -> None:
    """The imports for types and the table of homes name the same things at the same places."""
    tree = ast.parse(Path(cuvee.__file__).read_text())
    (block,) = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == cuvee._HOMES
    assert sorted(seen) == PUBLIC


def test_a_star_import_gives_them_all() -> None:
    names: dict[str, object] = {}
    exec("from cuvee import *", names)
    assert sorted(names.keys() - {"__builtins__"}) == PUBLIC


def test_the_version_is_that_of_the_distribution() -> None:
    assert cuvee.__version__ == version("cuvee")
    assert vars(cuvee)["__version__"] == cuvee.__version__  # and is looked up once


def test_any_other_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Taks'"):
        _ = cuvee.Taks
