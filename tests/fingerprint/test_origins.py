from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from cuvee.fingerprint import origins as module
from cuvee.fingerprint.origins import Origins
from cuvee.fingerprint.scope import Scope


def test_a_file_is_whose_its_real_place_says(tmp_path):
    root, site = tmp_path / "project", tmp_path / "env" / "site-packages" / "lib"
    root.mkdir()
    site.mkdir(parents=True)
    for file in (root / "mine.py", site / "theirs.py"):
        file.touch()
    (site / "linked.py").symlink_to(root / "mine.py")
    (root / "vendored.py").symlink_to(site / "theirs.py")
    (tmp_path / "way").symlink_to(root)
    (root / "lib").symlink_to(site)
    origins = Origins(Scope(root))
    found = {
        str(file.relative_to(tmp_path)): origins.of_file(str(file))
        for file in (
            *(
                root / "mine.py",
                root / "vendored.py",
                tmp_path / "way" / "mine.py",
                root / "lib" / "theirs.py",
            ),
            *(site / "theirs.py", site / "linked.py", root / "new.py"),
        )
    }
    assert found == {
        "project/mine.py": "project",
        "project/vendored.py": "installed",
        "way/mine.py": "project",
        "project/lib/theirs.py": "installed",
        "env/site-packages/lib/theirs.py": "installed",
        "env/site-packages/lib/linked.py": "project",
        "project/new.py": "project",
    }


def test_one_beside_the_project_whose_name_begins_alike_is_not_in_it(tmp_path):
    root, beside = tmp_path / "project", tmp_path / "project-2" / "site-packages"
    beside.mkdir(parents=True)
    root.mkdir()
    (beside / "theirs.py").touch()
    assert Origins(Scope(root)).of_file(str(beside / "theirs.py")) == "installed"


def test_a_relative_name_is_one_from_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "mine.py").touch()
    monkeypatch.chdir(tmp_path)
    assert Origins(Scope(tmp_path)).of_file("mine.py") == "project"
    assert Origins(Scope(tmp_path)).of_file("./mine.py") == "project"


def test_where_a_loaded_module_lies_is_asked_once_until_it_is_loaded_again(tmp_path, monkeypatch):
    root, site = tmp_path / "project", tmp_path / "env" / "site-packages"
    for folder, text in ((root, "mine"), (site, "theirs")):
        folder.mkdir(parents=True)
        (folder / "turning_module.py").write_text(f"whose = {text!r}\n")
    way = tmp_path / "way"
    way.symlink_to(root)
    monkeypatch.syspath_prepend(str(way))
    loaded = importlib.import_module("turning_module")
    try:
        asked, real = [], Origins._real
        monkeypatch.setattr(
            module.Origins, "_real", lambda self, file: (asked.append(file), real(self, file))[1]
        )
        for _ in range(3):  # three runs
            assert Origins(Scope(root)).is_loaded_inside("turning_module", loaded)
        assert len(asked) == 1
        way.unlink()
        way.symlink_to(site)
        importlib.reload(loaded)
        assert loaded.whose == "theirs"
        assert not Origins(Scope(root)).is_loaded_inside("turning_module", loaded)
    finally:
        del sys.modules["turning_module"]


def test_whose_a_loaded_module_is_does_not_go_by_the_name_of_a_link(tmp_path):
    """Its file is a link into the project, which lies in an environment; and the other way round."""
    root, site = tmp_path / "project", tmp_path / "env" / "site-packages"
    for folder in (root, site):
        folder.mkdir(parents=True)
        (folder / "lying.py").write_text("")
    (site / "linked.py").symlink_to(root / "lying.py")
    (root / "linked.py").symlink_to(site / "lying.py")
    origins = Origins(Scope(root))
    found = [
        origins.of_loaded_file(f"link_test.{place.name}", str(place / "linked.py"), object())
        for place in (site, root)
    ]
    assert found == ["project", "installed"]
    assert origins.of_loaded_file("json", json.__file__, json.__spec__) == "stdlib"
    value = importlib.import_module("cuvee.model.value")
    assert origins.of_loaded_file("cuvee.model.value", value.__file__, value.__spec__) == "cuvee"


def test_a_folder_that_is_a_link_is_where_it_leads(tmp_path):
    root, environment = tmp_path / "project", tmp_path / "lib" / "site-packages"
    (root / "src" / "mine").mkdir(parents=True)
    environment.mkdir(parents=True)
    (environment / "mine").symlink_to(root / "src" / "mine")
    (environment / "one.py").symlink_to(root / "one.py")
    origins = Origins(Scope(root))
    assert origins.is_inside(str(environment / "mine" / "deep" / "a.py"))
    assert origins.is_inside(str(environment / "one.py"))
    assert not origins.is_inside(str(environment / "theirs" / "a.py"))
    assert origins.is_inside(f"{root}/src/../src/mine/a.py")


def test_our_own_modules_are_inside_where_the_project_is_ours(tmp_path):
    import cuvee
    from cuvee.model import value

    assert Origins(Scope(tmp_path)).is_loaded_inside("cuvee.model.value", value) is False
    ours = Path(cuvee.__file__).parents[1]
    assert Origins(Scope(ours)).is_loaded_inside("cuvee.model.value", value) is True
