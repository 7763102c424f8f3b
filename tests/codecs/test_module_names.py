from __future__ import annotations

import collections
import datetime as dt
import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from cuvee.codecs.naming import module_name, name_of, thing_named
from cuvee.errors import CannotDecode


class Outer:
    class Inner:
        pass

    def method(self) -> None:
        pass


def plain() -> None:
    pass


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (dt.datetime, "datetime:datetime"),
        (collections.OrderedDict, "collections:OrderedDict"),
        (Outer.Inner, f"{__name__}:Outer.Inner"),
        (Outer.method, f"{__name__}:Outer.method"),
        (plain, f"{__name__}:plain"),
    ],
)
def test_a_name_leads_back(thing: Any, name: str) -> None:
    assert name_of(thing) == name
    assert thing_named(name) is thing


def test_what_its_name_does_not_lead_to_has_none() -> None:
    class Local:
        pass

    twin = type("Outer", (), {"__module__": __name__})
    for thing in (Local, lambda: 0, twin, Outer(), 3, len.__call__):
        assert name_of(thing) is None


@pytest.mark.parametrize("name", ["no_such_module:A", "datetime:no_such_class", "datetime:datetime.x.y"])
def test_what_is_gone_says_so(name: str) -> None:
    with pytest.raises(CannotDecode, match="not there now"):
        thing_named(name)


def main_module(monkeypatch: pytest.MonkeyPatch, main: str, **attributes: Any) -> Any:
    module = types.ModuleType(main)
    vars(module).update(attributes)
    monkeypatch.setitem(sys.modules, main, module)
    module.Thing = type("Thing", (), {"__module__": main})  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize("main", ["__main__", "__mp_main__"])
def test_a_script_has_the_name_that_others_import_it_by(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, main: str
) -> None:
    package = tmp_path / "pkg" / "inner"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    for file, expected in (
        (tmp_path / "wine.py", "wine"),
        (package / "models.py", "pkg.inner.models"),
        (package / "__init__.py", "pkg.inner"),
    ):
        module = main_module(monkeypatch, main, __file__=str(file), __spec__=None)
        assert module_name(main) == expected
        assert name_of(module.Thing) == f"{expected}:Thing"
        assert thing_named(f"{expected}:Thing") is module.Thing


def test_a_module_run_by_name_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = types.SimpleNamespace(name="pkg.models")
    main_module(monkeypatch, "__main__", __spec__=spec, __file__="/x/pkg/models.py")
    assert module_name("__main__") == "pkg.models"


def test_a_notebook_has_no_other_name(monkeypatch: pytest.MonkeyPatch) -> None:
    module = main_module(monkeypatch, "__main__", __spec__=None)
    assert name_of(module.Thing) == "__main__:Thing"
    assert thing_named("__main__:Thing") is module.Thing


def test_a_command_that_is_called_like_a_package_does_not_hide_it(monkeypatch: pytest.MonkeyPatch) -> None:
    module = main_module(monkeypatch, "__main__", __spec__=None, __file__="/usr/bin/json")
    assert thing_named("json:Thing") is module.Thing
    assert thing_named("json:JSONDecoder") is json.JSONDecoder
