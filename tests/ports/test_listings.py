from __future__ import annotations

import importlib
import os
import py_compile
import sys
from importlib.machinery import PathFinder
from importlib.util import cache_from_source, module_from_spec
from pathlib import Path

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
    assert isinstance(found.loader, type(plain.loader))
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


class Source:
    """A module of ours in a folder of its own, found by its listing."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "made_up.py"
        self.compiled = Path(cache_from_source(str(self.file)))
        self.write("VALUE = 1\n")

    def write(self, text: str, *, at: int = 1_700_000_000) -> None:
        self.file.write_text(text)
        os.utime(self.file, (at, at))

    def load(self):
        with found_by_listings():
            finder = sys.meta_path[sys.meta_path.index(PathFinder) - 1]
            spec = finder.find_spec("cuvee.made_up", [str(self.file.parent)])
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def compile(self, path: str | None = None, **how) -> None:
        py_compile.compile(str(self.file), dfile=path or str(self.file), doraise=True, **how)


@pytest.fixture
def source(tmp_path):
    return Source(tmp_path)


def test_what_python_has_compiled_is_taken(source):
    source.write("VALUE = 2\n")
    source.compile()
    source.write("VALUE = 1\n")  # as long, of the same second: Python cannot tell either
    module = source.load()
    assert module.VALUE == 2
    assert (module.__file__, module.__cached__) == (str(source.file), str(source.compiled))


@pytest.mark.parametrize(
    ("text", "at"),
    [("VALUE = 3\n", 1_700_000_001), ("VALUE = 30\n", 1_700_000_000)],
    ids=["of another second", "of another size"],
)
def test_source_that_has_changed_is_compiled_anew(source, text, at):
    source.compile()
    source.write(text, at=at)
    value = source.load().VALUE
    assert value == int(text.split()[-1])


@pytest.mark.parametrize("left", [0, 7, 15])
def test_what_was_cut_off_at_its_beginning_is_compiled_anew(source, left):
    source.compile()
    source.compiled.write_bytes(source.compiled.read_bytes()[:left])
    assert source.load().VALUE == 1


def test_what_was_cut_off_later_is_the_error_that_it_is_for_python(source):
    source.compile()
    source.compiled.write_bytes(source.compiled.read_bytes()[:40])
    with pytest.raises(EOFError):
        source.load()


def test_what_is_told_from_other_source_by_its_content_goes_pythons_way(source):
    source.compile(invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    source.write("VALUE = 4\n")
    assert source.load().VALUE == 4


def test_what_was_compiled_at_another_place_tells_where_it_is(source):
    source.file.write_text("def place():\n    return place.__code__.co_filename\n")
    os.utime(source.file, (1, 1))
    source.compile("elsewhere/made_up.py")
    assert source.load().place() == str(source.file)


def test_nothing_compiled_is_no_hindrance(source):
    assert source.load().VALUE == 1
