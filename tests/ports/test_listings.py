from __future__ import annotations

import importlib
import sys
from importlib.machinery import PathFinder

import pytest

from cuvee.ports.listings import found_by_listings


def anew(monkeypatch: pytest.MonkeyPatch, name: str):
    """The module, imported once more."""
    monkeypatch.delitem(sys.modules, name)
    return importlib.import_module(name)


def test_a_module_of_ours_is_the_same_as_by_pythons_own_finder(monkeypatch):
    name = "cuvee.model.durations"
    plain = importlib.import_module(name).__spec__
    with found_by_listings():
        found = anew(monkeypatch, name).__spec__
    assert found is not plain
    assert (found.origin, found.cached, found.has_location) == (
        plain.origin,
        plain.cached,
        plain.has_location,
    )
    assert type(found.loader) is type(plain.loader)
    assert found.submodule_search_locations is plain.submodule_search_locations is None


def test_a_finder_that_somebody_has_put_before_pythons_own_comes_first(monkeypatch):
    asked = []

    class Theirs:
        @staticmethod
        def find_spec(name, path=None, target=None):
            asked.append(name)

    monkeypatch.setattr(sys, "meta_path", [Theirs, *sys.meta_path])
    with found_by_listings():
        anew(monkeypatch, "cuvee.model.durations")
    assert asked == ["cuvee.model.durations"]


def test_what_is_not_ours_or_not_there_is_looked_for_as_ever():
    with found_by_listings():
        finder = sys.meta_path[sys.meta_path.index(PathFinder) - 1]
        assert finder.find_spec("json", None) is None
        assert finder.find_spec("json.decoder", ["/nowhere"]) is None
        assert finder.find_spec("cuvee.nothing", ["/nowhere"]) is None
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("cuvee.model.no_such_module")


def test_no_finder_is_left_behind(monkeypatch):
    before = list(sys.meta_path)
    with pytest.raises(ImportError), found_by_listings():
        raise ImportError
    assert sys.meta_path == before
    monkeypatch.setattr(sys, "meta_path", [each for each in sys.meta_path if each is not PathFinder])
    before = list(sys.meta_path)
    with found_by_listings():
        assert sys.meta_path == before
