"""Globals that a run changes: found, named, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from cuvee.fingerprint.code import changed_globals, fingerprint_class, fingerprint_code
from cuvee.fingerprint.lasting import take_lasting
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope

_SOURCE = """
import functools
import logging

logger = logging.getLogger(__name__)
COUNT = 0
CACHE = {}
NESTED = {"a": [1]}

class Model:
    seen = []
    total = 0

instance = Model()

@functools.lru_cache
def cached(x):
    return x

def make():
    calls = 0
    def count():
        nonlocal calls
        calls += 1
        return calls
    return count

counter = make()

def helper(x):
    return x

def remember(x, kept=[]):
    kept.append(x)
    return kept

def main(x):
    logger.info("x")
    return COUNT, CACHE, NESTED, Model, instance, cached(x), counter(), helper(x), remember(x), later

def other(x):
    return x
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    name = "changing_globals"
    (tmp_path / f"{name}.py").write_text(_SOURCE)
    sys.path.insert(0, str(tmp_path))
    __import__(name)
    yield sys.modules.pop(name)
    sys.path.remove(str(tmp_path))


def _changed(module: ModuleType, tmp_path: Path, change: str) -> tuple[str, ...]:
    scope, memo = Scope(tmp_path), Memo()
    before = fingerprint_code(module.main, scope, memo)
    assert changed_globals(memo, scope) == ()
    exec(change, vars(module))
    names = changed_globals(memo, scope)
    assert changed_globals(memo, scope) == names
    assert set(names) <= {item.name for item in before.items}
    memo.leave()
    fresh = fingerprint_code(module.main, scope, Memo(take_lasting(scope)))
    assert fresh.digest == fingerprint_code(module.main, scope, Memo()).digest
    assert (fresh.digest != before.digest) is bool(names)
    return tuple(name.removeprefix("changing_globals.") for name in names)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("COUNT += 1", "COUNT"),
        ("COUNT = 0.0", "COUNT"),
        ("CACHE['a'] = 1", "CACHE"),
        ("NESTED['a'].append(2)", "NESTED"),
        ("Model.seen.append(1)", "Model"),
        ("Model.total = 5", "Model"),
        ("Model.new = 5", "Model"),
        ("instance.x = 1", "instance"),
        ("counter()", "make.<locals>.count[calls]"),
        ("helper = other", "helper"),
        ("helper.note = 1", "helper"),
        ("helper.__defaults__ = (1,)", "helper"),
        ("helper.__code__ = other.__code__.replace(co_name='z')", "helper"),
        ("remember(1)", "remember(kept)"),
        ("later = 1", "main"),
    ],
)
def test_a_change_is_found_and_named(module: ModuleType, tmp_path: Path, change: str, name: str) -> None:
    assert _changed(module, tmp_path, change) == (name,)


@pytest.mark.parametrize(
    "change",
    ["pass", "other = None", "cached(1)", "unrelated = 1", "logger.setLevel(10)", "CACHE = {}", "COUNT = 0"],
)
def test_what_no_result_depends_on_is_no_change(module: ModuleType, tmp_path: Path, change: str) -> None:
    scope, memo = Scope(tmp_path), Memo()
    before = fingerprint_code(module.main, scope, memo)
    exec(change, vars(module))
    memo.leave()
    assert fingerprint_code(module.main, scope, Memo(take_lasting(scope))).digest == before.digest


def test_a_class_a_function_and_a_module_of_the_project_have_a_fingerprint(
    module: ModuleType, tmp_path: Path
) -> None:
    scope = Scope(tmp_path)
    found = {fingerprint_class(thing, scope, Memo()) for thing in (module.Model, module.helper, module)}
    assert None not in found
    assert len(found) == 3


@pytest.mark.parametrize("thing", [int, dict, Path, len, Path.exists, sys, pytest, 3, "text"])
def test_what_is_from_elsewhere_has_none(thing: object, tmp_path: Path) -> None:
    assert fingerprint_class(thing, Scope(tmp_path), Memo()) is None


def test_a_class_counts_with_what_its_methods_reach(module: ModuleType, tmp_path: Path) -> None:
    scope = Scope(tmp_path)
    module.Model.go = module.main
    before = fingerprint_class(module.Model, scope, Memo())
    module.COUNT = 7
    assert fingerprint_class(module.Model, scope, Memo()) != before


def test_what_holds_the_memo_that_fingerprints_it_is_refused(tmp_path: Path) -> None:
    memo = Memo()
    space: dict[str, object] = {"memo": memo}
    exec("def main():\n    return memo", space)
    ledger = fingerprint_code(space["main"], Scope(tmp_path), memo)  # type: ignore[arg-type]
    assert [doubt.reference for doubt in ledger.refused] == [
        "memo: no statement of its module's source makes it"
    ]
