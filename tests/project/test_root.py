"""Where the project is, and where its store."""

from __future__ import annotations

import pytest

from cuvee.errors import ConfigurationError, StoreFault
from cuvee.project.root import find_home, find_project, make_home


class TestFindProject:
    def test_nearest_pyproject_upwards(self, write, tmp_path):
        write("pyproject.toml")
        write("inner/pyproject.toml")
        write("inner/deep/down/wine.py")
        assert find_project(tmp_path / "inner" / "deep" / "down") == tmp_path.resolve() / "inner"
        assert find_project(tmp_path) == tmp_path.resolve()

    def test_without_pyproject_the_folder_itself(self, write, tmp_path):
        write("deep/down/wine.py")
        assert find_project(tmp_path / "deep" / "down") == tmp_path.resolve() / "deep" / "down"

    def test_without_pyproject_a_package_belongs_to_the_folder_above_it(self, write, tmp_path):
        write("pkg/__init__.py")
        write("pkg/sub/__init__.py")
        assert find_project(tmp_path / "pkg" / "sub") == tmp_path.resolve()

    def test_a_folder_called_pyproject_is_no_project_file(self, tmp_path):
        (tmp_path / "pyproject.toml").mkdir()
        (tmp_path / "sub").mkdir()
        assert find_project(tmp_path / "sub") == tmp_path.resolve() / "sub"

    def test_symlinks_are_followed(self, write, tmp_path):
        write("real/pyproject.toml")
        (tmp_path / "link").symlink_to(tmp_path / "real")
        assert find_project(tmp_path / "link") == tmp_path.resolve() / "real"


class TestFindHome:
    def test_relative_to_the_root(self, tmp_path):
        assert find_home(tmp_path, ".cuvee") == tmp_path.resolve() / ".cuvee"

    def test_absolute(self, tmp_path):
        assert find_home(tmp_path / "project", str(tmp_path / "store")) == tmp_path.resolve() / "store"

    def test_home_folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path / "me"))
        assert find_home(tmp_path / "project", "~/store") == tmp_path.resolve() / "me" / "store"

    @pytest.mark.parametrize("setting", [".", "..", "sub/..", "/"])
    def test_a_store_that_holds_the_project_is_refused(self, tmp_path, setting):
        with pytest.raises(ConfigurationError, match="holds the project's own source"):
            find_home(tmp_path, setting)


class TestMakeHome:
    def test_keeps_itself_out_of_git(self, tmp_path):
        home = make_home(tmp_path / "deep" / ".cuvee")
        lines = (home / ".gitignore").read_text().splitlines()
        assert lines[0].startswith("#")
        assert lines[1:] == ["*"]

    def test_twice_and_with_things_in_it(self, tmp_path):
        home = make_home(tmp_path / ".cuvee")
        (home / "records").write_text("x")
        assert make_home(home) == home
        assert sorted(entry.name for entry in home.iterdir()) == [".gitignore", "records"]

    def test_an_empty_folder_will_do(self, tmp_path):
        assert (make_home(tmp_path) / ".gitignore").is_file()

    def test_a_folder_of_source_is_refused_and_left_alone(self, write, tmp_path):
        write("src/.gitignore", "build/\n")
        write("src/wine.py")
        with pytest.raises(ConfigurationError, match=r"other things in it \(wine\.py\)"):
            make_home(tmp_path / "src")
        assert (tmp_path / "src" / ".gitignore").read_text() == "build/\n"

    def test_the_advice_for_a_lost_gitignore_helps(self, tmp_path):
        home = make_home(tmp_path / ".cuvee")
        (home / "records").write_text("x")
        (home / ".gitignore").unlink()
        with pytest.raises(ConfigurationError) as caught:
            make_home(home)
        line = str(caught.value).rpartition("first line: ")[2]
        (home / ".gitignore").write_text(line + "\n")
        assert make_home(home) == home

    def test_where_a_file_is_in_the_way(self, write, tmp_path):
        write("taken")
        with pytest.raises(StoreFault, match=r"cannot be made in .*taken/store: Not a directory"):
            make_home(tmp_path / "taken" / "store")
