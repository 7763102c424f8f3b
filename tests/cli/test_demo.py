from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_project import Project

from cuvee.cli.demo import next_lines, take_folder
from cuvee.cli.program import program

CUVEE = [sys.executable, "-c", "from cuvee.cli import main; main()"]


def test_the_demo_runs_again_and_with_one_parameter_changed(tmp_path: Path) -> None:
    first = subprocess.run([*CUVEE, "demo"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("The example project is in wine-demo: wine.py is all of its code.\n")
    assert "6 calls: 6 executed." in first.stdout
    assert "rmse" in first.stdout
    assert first.stdout.rstrip().endswith("all of one call: what it depends on, what it gave")
    again = [*CUVEE, "demo", "--max-depth", "12", "--json"]
    report = json.loads(subprocess.run(again, cwd=tmp_path, capture_output=True, check=True).stdout)
    executed = [call["path"] for call in report["calls"] if call["decision"] == "executed"]
    assert executed == ["train", "evaluate"]
    assert report["target"] == "wine-demo/wine.py"
    inside = [*CUVEE, "demo", "--max-depth", "12"]
    shown = subprocess.run(
        inside, cwd=tmp_path / "wine-demo", capture_output=True, text=True, check=True
    ).stdout
    assert shown.startswith("The example project is in this folder: ")
    assert "6 calls: 6 reused." in shown
    told = "import atexit, sys; atexit.register(lambda: print('sklearn' in sys.modules))"
    asked = [sys.executable, "-c", f"{told}; from cuvee.cli import main; main()"]
    twice = [
        subprocess.run(
            [*asked, "demo"], cwd=tmp_path / "wine-demo", capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert [lines[-1] for lines in twice] == ["True", "False"]
    assert twice[0][:2] == twice[1][:2]
    assert not (tmp_path / "wine-demo" / "wine-demo").exists()


def test_without_what_the_example_needs_it_says_how_to_install_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cuvee.cli.demo.find_spec", lambda name: None)
    done = project.run("demo")
    assert done.code == 2
    needs = "the example needs pandas and scikit-learn, which are not installed"
    assert done.err == f"error: {needs}: pip install 'cuvee[demo]'\n"
    assert not (project.folder / "wine-demo").exists()


def test_its_help_needs_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.run("demo", "--help").code == 0
    assert "--folder DIR" in capsys.readouterr().out
    assert not (project.folder / "wine-demo").exists()


@pytest.mark.parametrize(
    ("words", "folder", "rest"),
    [
        ("", "wine-demo", ""),
        ("--folder x --json", "x", "--json"),
        ("--max-depth 3 --folder=a/b", "a/b", "--max-depth 3"),
    ],
)
def test_the_folder_is_taken_out_of_the_flags(words: str, folder: str, rest: str) -> None:
    assert take_folder(words.split(), "wine-demo") == (folder, rest.split())


def test_a_folder_flag_without_a_folder_is_told() -> None:
    with pytest.raises(click.UsageError, match="--folder takes the folder"):
        take_folder(["--folder"], "wine-demo")


def test_what_to_try_next_is_true_of_the_runs_so_far() -> None:
    first = next_lines(Path("wine-demo"), "8", ["8"], anew=True)
    assert first[1:4] == [
        "  cuvee demo                 again: everything is reused",
        "  cuvee demo --max-depth 12  two tasks run: what max_depth reaches",
        "  cd wine-demo               and then, as in any project:",
    ]
    second = next_lines(Path("wine-demo"), "8", ["8", "8"], anew=False)
    assert second[1:] == first[2:]
    deeper = next_lines(Path("wine-demo"), "12", ["8", "12"], anew=True)
    assert deeper[1].split()[:4] == ["cuvee", "demo", "--max-depth", "12"]
    assert deeper[2].split()[:4] == ["cuvee", "demo", "--max-depth", "16"]


def test_what_to_try_next_can_be_copied() -> None:
    lines = next_lines(Path("my demo"), "8", ["8"], anew=True)
    assert any(line.startswith("  cuvee demo --folder 'my demo' --max-depth 12  ") for line in lines)
    assert any(line.startswith("  cd 'my demo'") for line in lines)
    assert not any(line.startswith("  cd") for line in next_lines(Path(), "8", ["8"], anew=True))


def test_on_a_narrow_terminal_commands_stay_whole() -> None:
    lines = next_lines(Path("wine-demo"), "8", ["8"], anew=True, width=60)
    assert lines[1:3] == ["  cuvee demo", "      again: everything is reused"]
    assert max(map(len, lines)) <= 60


def test_where_the_shell_does_not_find_the_command_it_is_shown_by_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = tmp_path / ".venv" / "bin" / "cuvee"
    command.parent.mkdir(parents=True)
    command.touch(0o755)
    monkeypatch.setattr(sys, "argv", [".venv/bin/cuvee", "demo"])
    monkeypatch.setenv("PATH", "/usr/bin")
    lines = next_lines(Path("wine-demo"), "8", ["8"], anew=True)
    assert lines[1].startswith("  .venv/bin/cuvee demo ")
    assert lines[-1].startswith("  ../.venv/bin/cuvee show @last train ")
    monkeypatch.setenv("PATH", str(command.parent))
    assert program() == "cuvee"
