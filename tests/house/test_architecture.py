"""What the layers in pyproject.toml don't say: no cycles, and which package may import what from outside."""

from __future__ import annotations

import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

# What may be imported by one part of the house alone. A part is a package or a module of it.
OWNERS = {
    "apsw": "tracking",
    "sqlite3": "tracking",
    "psycopg": "tracking",
    "sqlalchemy": "tracking",
    "ray": "executors",
    "submitit": "executors",
    "click": "cli",
    "rich": "cli",
    "beartype": "contracts",
    "typeguard": "contracts",
    "cloudpickle": "codecs",
    "pickle": "codecs",
    "matplotlib": "codecs",
}

# The rim: what talks to disk, database and machine. It is given to the rest by the wiring; a worker has
# one of its own.
RIM = ("stores", "tracking", "executors")


def part_of(module: str) -> str:
    """`cuvee.tracking.sqlite.calls` is of `tracking`."""
    return module.split(".")[1] if "." in module else module


def test_no_module_imports_itself_through_others(imports: dict[str, set[str]]) -> None:
    cycle: list[str] = []
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        cycle = error.args[1][::-1]
    assert cycle == []


@pytest.mark.parametrize("package", OWNERS)
def test_only_its_owner_imports(package: str, imports: dict[str, set[str]]) -> None:
    users = {part_of(module) for module, imported in imports.items() if package in imported}
    assert users <= {OWNERS[package]}


@pytest.mark.parametrize("part", RIM)
def test_only_the_wiring_names_concrete_classes(part: str, imports: dict[str, set[str]]) -> None:
    users = {
        part_of(module)
        for module, imported in imports.items()
        if any(part_of(target) == part for target in imported)
    }
    assert users <= {"wiring", "worker", "testing", part}


def test_the_layers_are_checked_without_exemptions(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract, forbidden = settings["contracts"]
    assert contract["type"] == "layers"
    assert forbidden["source_modules"] == ["cuvee.worker"]
    assert "ignore_imports" not in forbidden
    assert contract["exhaustive"]
    assert not {"ignore_imports", "exhaustive_ignores"} & contract.keys()
    rows = [part.strip() for row in contract["layers"] for part in row.split("|")]
    parts = {path.stem for path in (root / "src/cuvee").iterdir() if path.suffix in ("", ".py")}
    assert set(rows) == parts - {"__init__", "__pycache__"}


def test_every_module_says_what_it_is_for(root: Path) -> None:
    import ast

    silent = [
        str(path.relative_to(root))
        for path in sorted((root / "src").rglob("*.py"))
        if ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert silent == []
