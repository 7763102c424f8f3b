"""What `functools.cache` hands from one call to the next is asked of the world by both."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from types import ModuleType

import pytest

from cuvee.model.digest import digest_bytes
from cuvee.perform.imports import Imports
from cuvee.perform.observation import Observer
from cuvee.perform.watching.asker import keepers
from cuvee.perform.watching.remembered import Remembered, remembered


@functools.cache
def setting(name: str) -> str:
    return Path(name).read_text()


@functools.lru_cache(maxsize=8)
def doubled(name: str) -> str:
    return setting(name) * 2


class Settings:
    @staticmethod
    @functools.cache
    def one(name: str) -> str:
        return Path(name).read_text()


CACHES = (setting, doubled, Settings.one)


@pytest.fixture
def observer(tmp_path, monkeypatch):
    for each in CACHES:
        each.cache_clear()
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        Path(name).write_text(name)
    return Observer(tmp_path, tmp_path / ".cuvee")


def asked(observer, act):
    with observer.ready(), observer.watching():
        act()
    return {(each.kind, each.path): each.digest for each in observer.findings().observed}


A, B = {("read", "a"): digest_bytes(b"a")}, {("read", "b"): digest_bytes(b"b")}


@pytest.mark.parametrize("function", CACHES)
def test_who_finds_what_another_call_left_in_a_cache_depends_on_what_that_asked(observer, function):
    assert asked(observer, lambda: function("a")) == A
    assert asked(observer, lambda: function("a")) == A


class Odd:
    """As a module whose `__getattr__` looks into a dictionary, and a stand-in for what is not there yet."""

    def __getattr__(self, name: str) -> str:
        raise KeyError(name)

    @property
    def __class__(self) -> type:
        raise RuntimeError


odd = Odd()


def test_what_answers_oddly_to_any_name_is_let_be(observer, monkeypatch):
    monkeypatch.setattr(remembered, "_modules", 0)
    assert asked(observer, lambda: setting("a")) == A


def test_who_does_not_use_the_cache_depends_on_nothing(observer):
    asked(observer, lambda: setting("a"))
    assert asked(observer, lambda: None) == {}


def test_what_the_first_call_asked_beside_is_its_own_business(observer):
    def first():
        Path("b").read_text()
        setting("a")

    assert asked(observer, first) == {**A, **B}
    assert asked(observer, lambda: setting("a")) == A


def test_a_cache_that_was_filled_by_another_cache_depends_on_what_that_asked(observer):
    asked(observer, lambda: setting("a"))
    assert asked(observer, lambda: doubled("a")) == A
    assert asked(observer, lambda: doubled("a")) == A


def test_a_cache_counts_as_it_was_filled_though_the_file_has_changed_since(observer):
    asked(observer, lambda: setting("a"))
    Path("a").write_text("other")
    assert asked(observer, lambda: setting("a")) == A


def test_a_cache_that_was_filled_while_its_module_was_imported(tmp_path, observer, monkeypatch):
    Path("kept_at_import.py").write_text(
        "import functools, pathlib\n"
        "@functools.cache\n"
        "def setting():\n"
        "    return pathlib.Path('a').read_text()\n"
        "setting()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    watching = Observer(tmp_path, tmp_path / ".cuvee", Imports())
    try:
        with watching.ready(), watching.watching(alone=False):
            import kept_at_import
        assert asked(watching, kept_at_import.setting) == A
    finally:
        sys.modules.pop("kept_at_import", None)


def test_what_is_not_of_one_project_is_looked_at_again_for_another(tmp_path, monkeypatch):
    @functools.cache
    def kept() -> None: ...

    module = ModuleType("of_another")
    module.__file__ = str(tmp_path / "other" / "of_another.py")
    module.kept = kept
    monkeypatch.setitem(sys.modules, "of_another", module)
    here = Remembered()

    def whose(root: str):
        return lambda name, file, spec: "project" if file.startswith(str(tmp_path / root)) else "installed"

    here.begin(whose("one"), tmp_path / "one", list)
    assert kept.__wrapped__.__code__ not in keepers.values()
    monkeypatch.setitem(sys.modules, "one_more", ModuleType("one_more"))
    here.begin(whose("other"), tmp_path / "other", list)
    assert kept.__wrapped__.__code__ in keepers.values()
