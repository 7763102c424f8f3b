from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cuvee.errors import CannotEncode, DamagedBlob, ParameterError
from cuvee.model.artifact import Artifact
from cuvee.model.file import File
from cuvee.perform.pack import pack, pack_result
from cuvee.perform.unpack import unpack
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


class Project:
    """A project's folder, with a store beside it."""

    def __init__(self, folder: Path, store: MemoryStore) -> None:
        self.root = folder / "project"
        self.scratch = folder / "scratch"
        self.store = store
        self.root.mkdir()

    def write(self, name: str, text: str = "a,b\n") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def given(self, value: Any, keep_inputs: int = 1000) -> Artifact:
        return pack(value, self.store, class_digest=no_project, root=self.root, keep_inputs=keep_inputs)

    def returned(self, value: Any) -> Artifact:
        return pack_result(value, self.store, class_digest=no_project)

    def read(self, artifact: Artifact) -> Any:
        return unpack(artifact, self.store, self.scratch)


@pytest.fixture
def project(tmp_path: Path, store: MemoryStore) -> Project:
    return Project(tmp_path, store)


# As an argument.


def test_a_consumer_gets_the_users_own_file(project: Project) -> None:
    path = project.write("data/wine.csv")
    back = project.read(project.given(File("data/wine.csv")))
    assert back == File(path)
    assert not project.scratch.exists()


def test_it_counts_by_content_and_by_its_path_in_the_project(project: Project, tmp_path: Path) -> None:
    project.write("a.csv")
    project.write("b.csv")
    one = project.given(File("a.csv"))
    assert one.digest == project.given(File(project.root / "a.csv")).digest
    assert one.digest == project.given(File("data/../a.csv")).digest
    assert one.digest != project.given(File("b.csv")).digest
    project.write("a.csv", "changed")
    assert one.digest != project.given(File("a.csv")).digest
    project.write("a.csv")
    assert one.digest == project.given(File("a.csv")).digest

    other = tmp_path / "moved"
    project.root.rename(other)
    moved = pack(File("a.csv"), project.store, class_digest=no_project, root=other, keep_inputs=0)
    assert moved.digest == one.digest


def test_by_content_only_content_and_suffix_count(project: Project) -> None:
    digests = {}
    for name in ("a.csv", "b.csv", "c.txt", "d.csv.gz", "e.v2.csv"):
        project.write(name)
        digests[name] = project.given(File(name, by="content")).digest
    assert digests["a.csv"] == digests["b.csv"] == digests["e.v2.csv"]
    assert len({digests[name] for name in ("a.csv", "c.txt", "d.csv.gz")}) == 3
    assert project.given(File("a.csv")).digest != digests["a.csv"]
    assert project.read(project.given(File("b.csv", by="content"))) == File(
        project.root / "b.csv", by="content"
    )


def test_a_file_outside_the_project_counts_by_its_whole_path(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.csv"
    outside.write_text("a,b\n")
    project.write("elsewhere.csv")
    artifact = project.given(File(outside))
    assert artifact.digest != project.given(File("elsewhere.csv")).digest
    assert artifact.digest == project.given(File("../elsewhere.csv")).digest
    assert project.read(artifact) == File(outside)


def test_a_link_into_the_project_is_in_the_project(project: Project, tmp_path: Path) -> None:
    project.write("a.csv")
    link = tmp_path / "link"
    link.symlink_to(project.root)
    assert project.given(File(link / "a.csv")).digest == project.given(File("a.csv")).digest
    (project.root / "data").symlink_to(tmp_path)
    (tmp_path / "b.csv").write_text("a,b\n")
    assert b"data/b.csv" in project.given(File("data/b.csv")).meta


def test_the_content_is_kept_up_to_a_size(project: Project) -> None:
    project.write("a.csv", "x" * 100)
    [part] = project.given(File("a.csv"), keep_inputs=99).parts
    assert not project.store.present(part.digest, 100)
    [kept] = project.given(File("a.csv"), keep_inputs=100).parts
    assert project.store.present(kept.digest, 100)
    assert part.digest == kept.digest


@pytest.mark.parametrize("by", ["path", "content"])
def test_what_was_given_is_had_again_after_the_file_has_changed(project: Project, by: Any) -> None:
    path = project.write("data/wine.csv", "before")
    artifact = project.given(File("data/wine.csv", by=by))
    for change in (lambda: path.write_text("after!"), path.unlink):
        change()
        back = project.read(artifact)
        assert Path(back).read_text() == "before"
        assert Path(back).suffix == ".csv"
        assert back.by == by
        assert Path(back).is_relative_to(project.scratch)


def test_what_was_not_kept_is_told_with_the_path(project: Project) -> None:
    path = project.write("wine.csv", "before")
    artifact = project.given(File("wine.csv"), keep_inputs=0)
    path.write_text("after!")
    with pytest.raises(DamagedBlob, match=r"wine\.csv has changed since.*keep_inputs") as caught:
        project.read(artifact)
    assert caught.value.digest == artifact.parts[0].digest


def test_files_in_containers_are_arguments_too(project: Project) -> None:
    paths = [project.write(f"{name}.csv", name) for name in "ab"]
    artifact = project.given({"train": File("a.csv"), "all": [File("a.csv"), File("b.csv")]})
    assert project.read(artifact) == {"train": File(paths[0]), "all": [File(path) for path in paths]}
    paths[1].write_text("changed")
    assert (
        artifact.digest
        != project.given({"train": File("a.csv"), "all": [File("a.csv"), File("b.csv")]}).digest
    )


def test_a_missing_file_is_told_with_the_path_that_was_looked_up(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ParameterError) as caught:
        project.given(File("wine.csv"))
    assert str(caught.value) == f"File('wine.csv'): {project.root / 'wine.csv'} does not exist"
    (tmp_path / "here" / "wine.csv").touch()
    with pytest.raises(ParameterError, match="in the current folder") as caught:
        project.given([File("wine.csv")])
    assert f"write File({str(tmp_path / 'here' / 'wine.csv')!r})" in str(caught.value)


def test_what_is_no_file_is_told(project: Project) -> None:
    with pytest.raises(ParameterError, match="is a folder, and a File is one file"):
        project.given(File("."))
    os.mkfifo(project.root / "pipe")
    with pytest.raises(ParameterError, match="is not a regular file"):
        project.given(File("pipe"))
    with pytest.raises(ParameterError, match="does not exist"):
        project.given(File("gone/wine.csv"))
    project.write("file")
    with pytest.raises(ParameterError, match="cannot be read"):
        project.given(File("file/wine.csv"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(project: Project) -> None:
    project.write("secret.csv").chmod(0)
    with pytest.raises(ParameterError, match="mend its permissions"):
        project.given(File("secret.csv"))


# As a result.


def test_a_result_is_taken_into_the_store_and_each_consumer_gets_a_copy(
    project: Project, tmp_path: Path
) -> None:
    made = tmp_path / "plot.txt"
    made.write_text("made")
    artifact = project.returned(File(made))
    made.unlink()
    one, other = project.read(artifact), project.read(artifact)
    assert Path(one).name == Path(other).name == "plot.txt"
    assert Path(one) != Path(other)
    Path(one).write_text("scribbled on")
    assert Path(other).read_text() == "made"


def test_a_result_counts_by_content_and_name_wherever_it_was_made(project: Project, tmp_path: Path) -> None:
    digests = []
    for folder, text in (("x", "same"), ("y", "same"), ("z", "other")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "out.csv").write_text(text)
        digests.append(project.returned(File(tmp_path / folder / "out.csv")).digest)
    assert digests[0] == digests[1] != digests[2]


def test_results_in_containers_keep_their_names(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    back = project.read(project.returned([File(tmp_path / "a.txt"), File(tmp_path / "b.txt")]))
    assert [(file.name, Path(file).read_text()) for file in back] == [("a.txt", "a"), ("b.txt", "b")]


def test_a_relative_result_is_where_the_task_wrote_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("out.csv").write_text("made")
    assert Path(project.read(project.returned(File("out.csv")))).read_text() == "made"


def test_a_result_that_is_not_there_is_told(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CannotEncode, match=r"out\.csv does not exist: return the path"):
        project.returned(File(tmp_path / "out.csv"))


def test_an_argument_can_be_returned(project: Project) -> None:
    project.write("wine.csv", "wine")
    argument = project.read(project.given(File("wine.csv")))
    back = project.read(project.returned(argument))
    assert Path(back).read_text() == "wine"
    assert Path(back).is_relative_to(project.scratch)


class Special(File):
    pass


def test_a_subclass_is_refused(project: Project) -> None:
    project.write("wine.csv")
    with pytest.raises(CannotEncode):
        project.given(Special("wine.csv"))
