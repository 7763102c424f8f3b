from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cuvee.errors import CannotEncode, DamagedBlob, ParameterError
from cuvee.model.artifact import Artifact
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.perform.pack import pack, pack_result
from cuvee.perform.unpack import unpack
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project


class Project:
    """A project's folder with a folder `data` in it, and a store beside it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.scratch, self.store = folder / "project", folder / "scratch", MemoryStore()
        self.data = self.root / "data"
        self.fill(self.data)

    def fill(self, data: Path) -> None:
        (data / "deep" / "er").mkdir(parents=True)
        (data / "empty").mkdir()
        (data / "a.csv").write_text("a,b\n")
        (data / "deep" / "er" / "b.csv").write_text("1,2\n")
        (data / ".hidden").write_text("h")
        (data / "deep" / "up").symlink_to("../a.csv")
        (data / "run.sh").write_text("#!/bin/sh\n")
        (data / "run.sh").chmod(0o755)

    def given(self, value: Any, keep_inputs: int = 1000) -> Artifact:
        return pack(value, self.store, class_digest=no_project, root=self.root, keep_inputs=keep_inputs)

    def returned(self, value: Any) -> Artifact:
        return pack_result(value, self.store, class_digest=no_project)

    def read(self, artifact: Artifact) -> Any:
        return unpack(artifact, self.store, self.scratch)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def contents(folder: Path) -> dict[str, Any]:
    """All that is in a folder, as one sees it."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", str(path.readlink()))
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = (path.read_bytes(), os.access(path, os.X_OK))
    return found


# As an argument.


def test_a_consumer_gets_the_users_own_folder(project: Project) -> None:
    assert project.read(project.given(Directory("data"))) == Directory(project.data)
    assert not project.scratch.exists()


def _write(name: str, text: str) -> Callable[[Path], None]:
    return lambda data: (data / name).write_text(text) and None


CHANGES: dict[str, Callable[[Path], Any]] = {
    "a content": _write("deep/er/b.csv", "1,3\n"),
    "a new file": _write("new.csv", "x"),
    "a new hidden file": _write(".new", "x"),
    "a file gone": lambda data: (data / "a.csv").unlink(),
    "a new folder": lambda data: (data / "more").mkdir(),
    "an empty folder gone": lambda data: (data / "empty").rmdir(),
    "a name": lambda data: (data / "a.csv").rename(data / "c.csv"),
    "executable": lambda data: (data / "run.sh").chmod(0o644),
    "a link's target": lambda data: _relink(data / "deep" / "up", "../run.sh"),
    "a link that became a file": lambda data: _relink(data / "deep" / "up", None),
    "two contents changed places": lambda data: _swap(data / "a.csv", data / "deep" / "er" / "b.csv"),
}


def _relink(path: Path, target: str | None) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content) if target is None else path.symlink_to(target)


def _swap(one: Path, two: Path) -> None:
    texts = one.read_text(), two.read_text()
    two.write_text(texts[0])
    one.write_text(texts[1])


@pytest.mark.parametrize("name", CHANGES)
def test_each_of_these_is_another_folder(project: Project, name: str) -> None:
    before = project.given(Directory("data"))
    CHANGES[name](project.data)
    assert project.given(Directory("data")).digest != before.digest


def test_it_is_the_same_when_nothing_in_it_changed(project: Project) -> None:
    before = project.given(Directory("data"))
    for path in project.data.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    assert project.given(Directory(project.data)).digest == before.digest


def test_it_counts_by_its_path_or_by_content_alone(project: Project) -> None:
    project.fill(project.root / "other")
    by_path = [project.given(Directory(each)).digest for each in ("data", "other")]
    by_content = [project.given(Directory(each, by="content")).digest for each in ("data", "other")]
    assert by_path[0] != by_path[1]
    assert by_content[0] == by_content[1] not in by_path


@pytest.mark.parametrize("by", ["path", "content"])
def test_a_folder_that_changed_since_comes_as_a_copy_of_what_it_was(project: Project, by: Any) -> None:
    before = contents(project.data)
    artifact = project.given(Directory("data", by=by))
    (project.data / "later.csv").write_text("new")
    (project.data / "a.csv").write_text("changed")
    back = project.read(artifact)
    assert back.by == by
    assert Path(back) != project.data
    assert contents(Path(back)) == before


def test_a_large_one_is_left_where_it_is_as_a_whole(project: Project) -> None:
    size = sum(
        path.stat().st_size for path in project.data.rglob("*") if path.is_file() and not path.is_symlink()
    )
    artifact = project.given(Directory("data"), keep_inputs=size - 1)
    assert not any(project.store.present(part.digest, part.size) for part in artifact.parts)
    (project.data / "a.csv").write_text("changed")
    with pytest.raises(DamagedBlob, match="raise keep_inputs"):
        project.read(artifact)
    kept = project.given(Directory("data"), keep_inputs=size + 10)
    assert all(project.store.present(part.digest, part.size) for part in kept.parts)


def test_a_link_that_leads_out_counts_by_what_it_leads_to(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    project.fill(outside)
    (project.data / "far").symlink_to(outside)
    (project.data / "far.csv").symlink_to(outside / "a.csv")
    before = project.given(Directory("data"))
    (outside / "deep" / "er" / "b.csv").write_text("changed")
    between = project.given(Directory("data"))
    (outside / "a.csv").write_text("changed")
    assert len({before.digest, between.digest, project.given(Directory("data")).digest}) == 3
    copy = Path(project.read(before))
    assert (copy / "far.csv").read_text() == "a,b\n"
    assert not (copy / "far").is_symlink()
    assert (copy / "far" / "deep" / "up").read_text() == "a,b\n"


def test_a_link_to_nowhere_is_a_link(project: Project) -> None:
    (project.data / "dangling").symlink_to("/nonexistent/x")
    before = project.given(Directory("data"))
    (project.data / "a.csv").write_text("changed")
    assert Path(project.read(before), "dangling").readlink() == Path("/nonexistent/x")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(path.parent)  # its address has few bytes
        try:
            one.bind(path.name)
        finally:
            os.chdir(here)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda data: os.mkfifo(data / "deep" / "pipe"), "has deep/pipe in it, a pipe, which has no content"),
        (lambda data: _socket(data / "plug"), "has plug in it, a socket"),
        (lambda data: (data / "deep" / "round").symlink_to(data), "deep/round in it, a link that leads back"),
        (lambda data: (Path(os.fsdecode(bytes(data) + b"/\xff"))).write_text(""), "not UTF-8"),
    ],
)
def test_what_has_no_content_is_told_with_its_name(
    project: Project, spoil: Callable[[Path], Any], told: str
) -> None:
    spoil(project.data)
    with pytest.raises(ParameterError, match=told):
        project.given(Directory("data"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_cannot_be_read_is_told_with_its_name(project: Project) -> None:
    (project.data / "a.csv").chmod(0)
    with pytest.raises(ParameterError, match=r"a\.csv in it, which cannot be read: mend its permissions"):
        project.given(Directory("data"))


def test_what_is_no_folder_is_told(project: Project) -> None:
    with pytest.raises(ParameterError, match="does not exist"):
        project.given(Directory("gone"))
    with pytest.raises(ParameterError, match="is not a folder, and a Directory is one: write File"):
        project.given(Directory("data/a.csv"))
    with pytest.raises(ParameterError, match="write Directory"):
        project.given(File("data"))


# As a result.


def test_a_result_is_taken_into_the_store_and_each_consumer_gets_a_copy(
    project: Project, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    project.fill(made)
    before = contents(made)
    artifact = project.returned(Directory(made))
    for path in [made / "a.csv", made / "run.sh"]:
        path.unlink()
    one, two = Path(project.read(artifact)), Path(project.read(artifact))
    (one / "a.csv").write_text("mine")
    assert one.name == two.name == "made"
    assert contents(two) == before
    assert contents(Path(project.read(artifact))) == before


def test_an_empty_one_and_one_in_a_list_come_back(project: Project, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    back = project.read(
        project.returned({"one": Directory(tmp_path / "none"), "two": [Directory(project.data)]})
    )
    assert contents(Path(back["one"])) == {}
    assert contents(Path(back["two"][0])) == contents(project.data)


def test_a_result_that_is_not_there_is_told(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CannotEncode, match="return the path that was written to"):
        project.returned(Directory(tmp_path / "never"))


def test_it_is_a_value() -> None:
    assert Directory("a") == Directory("a") != File("a") != Directory("a")
    assert Directory("a") != Directory("a", by="content")
    assert repr(Directory("a", by="content")) == "Directory('a', by='content')"
    with pytest.raises(ValueError, match="by"):
        Directory("a", by="name")  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="make another"):
        Directory("a").path = "b"
