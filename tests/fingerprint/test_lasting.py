"""What one run leaves to the next in a process: it spares time, and no fingerprint is another for it."""

from __future__ import annotations

import importlib
import itertools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from cuvee.fingerprint import installed
from cuvee.fingerprint.code import fingerprint_code
from cuvee.fingerprint.environment import fingerprint_environment
from cuvee.fingerprint.installed import Installed
from cuvee.fingerprint.lasting import Lasting, leave_lasting, take_lasting
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.source import Source

_HELPER = "import logging\nlog = logging.getLogger('a')\nSCALE = 2\ndef helper(x): return x * SCALE\n"
_MAIN = "from {helper} import helper, log\ndef f(x=1):\n    log.info('x')\n    return helper(x)\n"
_numbers = itertools.count()


class Project:
    """Two modules, loaded; `digest` is what a run gives that begins with what the last one left."""

    def __init__(self, root: Path) -> None:
        number = next(_numbers)
        self.scope = Scope(root)
        self._files = {name: root / f"lasting_{name}_{number}.py" for name in ("main", "helper")}
        self._files["helper"].write_text(_HELPER)
        self._files["main"].write_text(_MAIN.format(helper=self._files["helper"].stem))
        self.load()

    def load(self) -> None:
        importlib.invalidate_caches()
        for file in self._files.values():
            sys.modules.pop(file.stem, None)
        self.main = importlib.import_module(self._files["main"].stem)

    def edit(self, name: str, old: str, new: str) -> None:
        file = self._files[name]
        file.write_text(file.read_text().replace(old, new))
        shutil.rmtree(file.parent / "__pycache__", ignore_errors=True)

    @property
    def helper(self) -> ModuleType:
        return sys.modules[self._files["helper"].stem]

    def digest(self) -> bytes:
        """As fresh, whatever was left."""
        memo = Memo(take_lasting(self.scope))
        ledger = fingerprint_code(self.main.f, self.scope, memo)
        fresh = fingerprint_code(self.main.f, self.scope, Memo())
        assert ledger == fresh
        memo.leave()
        return ledger.digest


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.syspath_prepend(tmp_path)
    leave_lasting(Lasting(Scope(tmp_path)))
    return Project(tmp_path)


def reload_helper(project: Project) -> None:
    project.edit("helper", "x * SCALE", "x + SCALE")
    project.load()


def edit_without_loading(project: Project) -> None:
    project.edit("helper", "getLogger('a')", "getLogger('b')")


def edit_and_load(project: Project) -> None:
    project.edit("helper", "getLogger('a')", "getLogger('b')")
    project.load()


def set_a_global(project: Project) -> None:
    project.helper.SCALE = 3


def put_another_function(project: Project) -> None:
    project.main.helper = lambda x: x - 1


def give_it_other_code(project: Project) -> None:
    project.helper.helper.__code__ = (lambda x: x - 1).__code__


def another_default(project: Project) -> None:
    project.helper.helper.__defaults__ = (5,)


@pytest.mark.parametrize(
    "change",
    [
        reload_helper,
        edit_without_loading,
        edit_and_load,
        set_a_global,
        put_another_function,
        give_it_other_code,
        another_default,
    ],
)
def test_a_change_between_two_runs_is_seen(project: Project, change: Callable[[Project], None]) -> None:
    before = project.digest()
    assert project.digest() == before
    change(project)
    after = project.digest()
    assert after != before
    assert project.digest() == after


def test_what_a_file_says_is_read_once_for_both(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.digest()
    made: list[str] = []
    plain = Source.__init__

    def noting(self: Source, text: str, file: str, *rest: object, **more: object) -> None:
        made.append(file)
        plain(self, text, file, *rest, **more)

    monkeypatch.setattr(Source, "__init__", noting)
    memo = Memo(take_lasting(project.scope))
    fingerprint_code(project.main.f, project.scope, memo)
    assert not made


def test_only_one_run_at_a_time_has_it(tmp_path: Path) -> None:
    scope = Scope(tmp_path)
    left = Lasting(scope)
    leave_lasting(left)
    assert take_lasting(scope) is left
    assert take_lasting(scope) is not left


def test_another_project_begins_with_nothing(tmp_path: Path) -> None:
    left = Lasting(Scope(tmp_path / "one"))
    leave_lasting(left)
    assert take_lasting(Scope(tmp_path / "two")) is not left


def test_a_notebook_that_was_told_to_begin_anew_has_other_cells(tmp_path: Path) -> None:
    lasting = Lasting(Scope(tmp_path))
    first = lasting.sources.of_space({"In": ["", "x = 1"]})
    assert lasting.sources.of_space({"In": ["", "x = 1"]}) is first
    second = lasting.sources.of_space({"In": ["", "x = 2"]})
    assert second is not None
    assert second.text == "\nx = 2"


def distribution(site: Path, version: str, kind: str = "dist-info") -> None:
    for folder in site.glob("frames-*"):
        shutil.rmtree(folder)
    info = site / (f"frames-{version}.{kind}" if kind == "dist-info" else f"frames.{kind}")
    info.mkdir(parents=True)
    name = "METADATA" if kind == "dist-info" else "PKG-INFO"
    (info / name).write_text(f"Name: frames\nVersion: {version}\n")
    (info / "RECORD").write_text("frames/__init__.py,,\n")


def test_another_version_that_was_installed_between_two_runs_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution(tmp_path, "1.0")
    monkeypatch.syspath_prepend(tmp_path)
    first = Installed()
    assert first.closure(["frames"])[0].version == "1.0"
    same = Installed(before=first)
    assert same.closure(["frames"]) == first.closure(["frames"])
    os.utime(tmp_path, ns=(0, 0))  # whatever the clock's ticks
    distribution(tmp_path, "2.0")
    assert Installed(before=same).closure(["frames"])[0].version == "2.0"


def test_what_comes_to_lie_in_one_folder_of_the_path_has_nothing_read_again_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, project = tmp_path / "site", tmp_path / "project"
    distribution(site, "1.0")
    project.mkdir()
    path = [str(project), str(site)]
    first = Installed(path)
    assert first.owners("frames") == ("frames",)
    assert first.closure(["frames"])[0].version == "1.0"
    os.utime(project, ns=(0, 0))
    monkeypatch.setattr(installed, "_text", lambda path: pytest.fail(f"{path} was read again"))
    same = Installed(path, before=first)
    assert (same.owners("frames"), same.closure(["frames"])) == (("frames",), first.closure(["frames"]))


def test_a_distribution_that_hides_another_from_now_on_counts(tmp_path: Path) -> None:
    site, nearer = tmp_path / "site", tmp_path / "nearer"
    distribution(site, "1.0")
    nearer.mkdir()
    path = [str(nearer), str(site)]
    first = Installed(path)
    assert first.closure(["frames"])[0].version == "1.0"
    os.utime(nearer, ns=(0, 0))
    distribution(nearer, "3.0")
    second = Installed(path, before=first)
    assert second.closure(["frames"])[0].version == "3.0"
    os.utime(nearer, ns=(0, 0))
    shutil.rmtree(nearer / "frames-3.0.dist-info")
    assert Installed(path, before=second).closure(["frames"])[0].version == "1.0"


def test_a_distribution_that_is_worked_on_in_place_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution(tmp_path, "1.0", "egg-info")
    monkeypatch.syspath_prepend(tmp_path)
    first = Installed()
    assert first.closure(["frames"])[0].version == "1.0"
    (tmp_path / "frames.egg-info" / "PKG-INFO").write_text("Name: frames\nVersion: 1.1\n")
    assert Installed(before=first).closure(["frames"])[0].version == "1.1"


def test_what_a_run_came_to_is_no_part_of_it(tmp_path: Path) -> None:
    """The environment is told anew: what is installed in place may have been edited."""
    scope = Scope(tmp_path)
    memo = Memo(Lasting(scope))
    fingerprint_environment(["pytest"], memo)
    memo.explorer(scope)
    memo.leave()
    assert not Memo(take_lasting(scope)).environments
