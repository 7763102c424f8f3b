from __future__ import annotations

from pathlib import Path

import pytest

TEXT = """
    import os
    from pathlib import Path

    @task
    def count(data: Directory) -> int:
        return sum(len(names) for _, _, names in os.walk(data))

    @task
    def write(n: int) -> Directory:
        folder = Path("made")
        folder.mkdir(exist_ok=True)
        for number in range(n):
            (folder / f"{number}.txt").write_text(str(number))
        return Directory(folder)

    @pipeline
    def main(data: Directory = Directory("data")):
        return count(data)

    @pipeline
    def made(n: int = 3):
        return count(write(n))
"""


@pytest.fixture
def data(project):
    folder = project.root / "data"
    folder.mkdir()
    (folder / "a.csv").write_text("a")
    project.write(TEXT)
    return folder


def test_it_is_reused_until_something_in_it_changes(project, data):
    assert (project.run().result, project.run()["count"].decision) == (1, "reused")
    (data / "sub").mkdir()
    (data / "sub" / "b.csv").write_text("b")
    run = project.run()
    assert (run.result, run["count"].decision) == (2, "executed")
    assert run["count"].reason == "in data/, sub is new, sub/b.csv is new"
    (data / "sub" / "b.csv").unlink()
    (data / "sub").rmdir()
    assert project.run()["count"].decision == "reused"


def test_a_plan_names_the_files_that_are_others(project, data):
    for name in ("b", "c", "d", "e"):
        (data / f"{name}.csv").write_text(name)
    project.run()
    (data / "b.csv").write_text("other")
    (data / "c.csv").unlink()
    (data / "d.csv").chmod(0o755)
    (data / "f.csv").write_text("f")
    (data / "g.csv").write_text("g")
    planned = project.plan()
    assert [call.reason for call in planned.calls] == [
        "in data/, b.csv changed, d.csv changed, f.csv is new and 2 more"
    ]
    assert project.run()["count"].reason == planned.calls[0].reason


def test_one_that_a_task_made_goes_to_the_next(project, data, monkeypatch):
    monkeypatch.chdir(project.root)
    run = project.run("made")
    assert run.result == 3
    names = sorted(path.name for path in Path(run["write"].output).iterdir())
    assert names == ["0.txt", "1.txt", "2.txt"]
