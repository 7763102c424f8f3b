"""The commands end to end, in this process: what they print, and the code that they end with."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from cli_project import Project

from cuvee.cli.commands import COMMANDS, LazyGroup, group
from cuvee.cli.target_command import cut_at_target, engine_options

STEPS = """
from typing import Literal

@task
def double(x: float) -> float:
    log_metric("doubled", 2 * x)
    return 2 * x

@task
def both(x: float) -> tuple[float, float]:
    return x, x + 1

class Data: ...

@task
def look(data: Data) -> int:
    return 1

@task
def divide(x: float, by: float = 2.0) -> float:
    return x / by

@pipeline
def steps(
    x: float = 1.0, mode: Literal["a", "b"] = "a", store: str = "mine", loud: bool = False,
    sizes: list[int] = [],
):
    '''Doubles, and divides.

    Args:
        x: where to begin
    '''
    low, high = both(double(x))
    return {"low": divide(low), "high": high, "nothing": float("nan")}
"""


@pytest.fixture
def steps(project: Project) -> Project:
    project.write(STEPS)
    return project


def test_run_prints_the_object_of_the_contract(steps: Project) -> None:
    done = steps.run("run", "FILE", "--json", "--x", "3")
    report = done.json
    assert done.code == 0
    assert (report["run"], report["status"], report["result"]) == (
        1,
        "succeeded",
        {"low": 3.0, "high": 7.0, "nothing": None},
    )
    assert report["metrics"] == {"doubled": 6.0}
    calls = [(call["path"], call["task"], call["status"], call["decision"]) for call in report["calls"]]
    assert calls == [
        (name, f"{steps.module}:{name}", "succeeded", "executed") for name in ("double", "both", "divide")
    ]
    assert [output["name"] for output in report["calls"][1]["outputs"]] == ["0", "1"]
    assert report["calls"][0]["reason"]["code"] == "first_run"
    assert done.err == ""


def test_what_is_unchanged_is_reused(steps: Project) -> None:
    steps.run("run", "FILE", "--json")
    report = steps.run("run", "FILE", "--json").json
    assert {call["decision"] for call in report["calls"]} == {"reused"}
    assert report["metrics"] == {"doubled": 2.0}


def test_flags_of_the_engine_may_stand_on_either_side_of_the_target(steps: Project) -> None:
    before = steps.run("run", "--json", "--set", "divide.by=4", "FILE", "--x", "6").json
    after = steps.run("run", "FILE", "--x", "6", "--set=divide.by=4", "--json").json
    assert before["result"] == after["result"] == {"low": 3.0, "high": 13.0, "nothing": None}
    assert {call["decision"] for call in after["calls"]} == {"reused"}


def test_a_parameter_that_is_called_as_a_flag_of_ours_is_given_by_name(steps: Project) -> None:
    for arguments in (("FILE", "--param", "store=theirs"), ("--param", "store=theirs", "FILE")):
        report = steps.run("run", "--json", *arguments).json
        assert report["parameters"]["store"] == "theirs"


def test_the_store_can_be_elsewhere_and_the_way_to_it_is_told(steps: Project) -> None:
    steps.write("@task\ndef fail(): 1 / 0\n@pipeline\ndef failing(): fail()\n")
    done = steps.run("run", "FILE", "--store", "elsewhere")
    assert done.code == 1
    assert not (steps.folder / ".cuvee").exists()
    look = next(line for line in done.out.splitlines() if line.startswith("Look further: cuvee "))
    shown = steps.run(*look.split()[3:])
    assert shown.out.startswith(f"fail of run 1 ({steps.module}:fail): failed")


def test_a_result_is_taken_by_reference(steps: Project) -> None:
    steps.run("run", "FILE", "--json")
    report = steps.run("run", "FILE:divide", "--json", "--x", "@1:both.1").json
    assert report["result"] == 1.5
    override = steps.run("run", "FILE:divide", "--json", "--x", "8", "--set", "divide.by=@1:double").json
    assert override["result"] == 4.0


def test_a_failing_task_shows_its_own_traceback_and_where_to_look(project: Project) -> None:
    project.write("@task\ndef fail(x: int = 1):\n    return x / 0\n@pipeline\ndef failing(): fail()\n")
    done = project.run("run", "FILE")
    assert done.code == 1
    trace = done.out.partition("fail failed\n")[2].partition("\n\n")[0]
    assert trace.splitlines()[:2] == [
        "Traceback (most recent call last):",
        f'  File "{project.folder / project.file}", line 4, in fail',
    ]
    assert "cuvee/" not in trace
    assert "Look further: cuvee show 1 fail\n" in done.out
    report = project.run("run", "FILE", "--json").json
    assert report["calls"][0]["error"]["type"] == "ZeroDivisionError"
    assert (report["status"], report["result"]) == ("failed", None)


def test_a_metric_that_two_calls_log_has_the_path_before_it(project: Project) -> None:
    project.write(
        "@task\ndef score(x: float):\n    log_metric('rmse', x)\n"
        "@pipeline\ndef scores():\n    score(1.0)\n    score(2.0)\n"
    )
    assert project.run("run", "FILE", "--json").json["metrics"] == {"score.rmse": 1.0, "score#2.rmse": 2.0}


WRONG = {
    "no target": (["run"], "error: say what to run, as in `cuvee run wine.py`\n"),
    "a flag before the target": (
        ["run", "--x", "3", "FILE"],
        "error: --x stands before FILE: flags of the pipeline come after it, as in `FILE --x …`\n",
    ),
    "an unknown flag": (
        ["run", "FILE", "--mod", "a"],
        "error: there is no option --mod: did you mean --mode? `cuvee run FILE --help` shows what there is\n",
    ),
    "an unknown flag with underscores": (
        ["run", "FILE", "--a_b", "a"],
        "error: there is no option --a_b; `cuvee run FILE --help` shows what there is\n",
    ),
    "a flag in another case": (
        ["run", "FILE", "--X", "3"],
        "error: there is no option --X: did you mean --x? `cuvee run FILE --help` shows what there is\n",
    ),
    "a switch with a value": (
        ["run", "FILE", "--loud=true"],
        "error: --loud takes no value: write --loud or --no-loud; "
        "`cuvee run FILE --help` shows what there is\n",
    ),
    "items in one": (
        ["run", "FILE", "--sizes", "1,2"],
        "error: --sizes: '1,2' is not an integer; repeat the flag for each item: --sizes 1 --sizes 2\n",
    ),
    "the pipeline's own parameter as a task's": (
        ["run", "FILE", "--set", "steps.x=3"],
        "error: --set steps.x=3: x is the pipeline's own: --x 3\n",
    ),
    "a name that is not there": (
        ["run", "FILE:step", "--x", "3"],
        "error: FILE has no 'step': did you mean 'steps'?\n"
        "  cuvee run FILE:steps --x 3\n  cuvee run FILE:double --x 3\n",
    ),
    "a value that is not written out": (
        ["run", "FILE:look"],
        "error: --data is missing: look takes data: Data. Give @RUN:CALL\n",
    ),
    "values of other types": (
        ["run", "FILE", "--x", "one", "--mode", "c"],
        "error: --x: 'one' is not a number\nerror: --mode: 'c' is not one of a, b\n",
    ),
    "an override of another form": (
        ["run", "FILE", "--set", "divide=3"],
        "error: --set divide=3: write it as TASK.PARAMETER=VALUE, for instance --set divide.by=2.0\n",
    ),
    "an unknown task": (
        ["plan", "FILE", "--set", "divde.by=3"],
        "error: --set divde.by: the pipeline calls no task 'divde'; did you mean 'divide'?\n",
    ),
    "no such run": (["show", "9"], "error: there is no run 9: no run is on record here yet"),
    "a run without its sign": (["show", "last"], "error: 'last' does not name a run: did you mean @last? "),
    "an unknown command": (
        ["runz"],
        "error: there is no command 'runz': did you mean run? `cuvee --help` shows what there is\n",
    ),
    "a file for a command": (
        ["FILE", "--x", "1"],
        "error: 'FILE' is no command: did you mean `cuvee run FILE --x 1`? ",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_told_and_ends_with_2(steps: Project, case: str) -> None:
    arguments, message = WRONG[case]
    (steps.folder / ".cuvee").mkdir()
    done = steps.run(*arguments)
    assert (done.code, done.out) == (2, "")
    expected = message.replace("FILE", steps.file)
    assert done.err == expected if expected.endswith("help` shows what there is\n") else True
    assert done.err.startswith(expected)
    told = steps.run(*arguments, "--json")
    assert told.code == 2
    assert told.json["error"]["message"]
    assert told.err == ""


def test_without_a_word_it_shows_the_help(project: Project) -> None:
    done = project.run()
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: cuvee [OPTIONS] COMMAND")


def test_every_problem_is_told_in_json_with_its_place(project: Project) -> None:
    project.write(
        "@task\ndef text() -> str: return ''\n@task\ndef number(x: int): ...\n"
        "@pipeline\ndef wrong():\n    number(text())\n    number()\n"
    )
    done = project.run("run", "FILE", "--json")
    assert done.code == 2
    error = done.json["error"]
    assert error["kind"] == "CheckError"
    assert [(Path(problem["file"]).name, problem["line"]) for problem in error["problems"]] == [
        (project.file, 8),
        (project.file, 9),
    ]
    assert not project.run("runs", "--json").json["runs"]


def test_plan_tells_what_run_would_do(steps: Project) -> None:
    first = steps.run("plan", "FILE", "--json").json
    assert [call["decision"] for call in first["calls"]] == ["execute", "depends", "depends"]
    assert not steps.run("runs", "--json").json["runs"]
    steps.run("run", "FILE", "--json")
    report = steps.run("plan", "FILE", "--json", "--set", "divide.by=3").json
    assert [call["decision"] for call in report["calls"]] == ["reuse", "reuse", "execute"]
    assert report["calls"][2]["reason"]["code"] == "parameter_changed"
    assert {"pipeline", "seconds", "open_end"} <= report.keys()
    assert "3 calls: 1 to run, 2 reused." in steps.run("plan", "FILE", "--set", "divide.by=3").out


def test_a_body_that_raises_while_it_is_planned_is_the_users_error(project: Project) -> None:
    project.write("@pipeline\ndef raising():\n    raise KeyError('body')\n")
    done = project.run("plan", "FILE")
    assert done.code == 1
    assert done.err.startswith("error: the body of raising raised:\nTraceback (most recent call last):\n")
    assert done.err.endswith("KeyError: 'body'\n")
    assert project.run("plan", "FILE", "--json").json["error"]["kind"] == "TaskFailed"


def test_runs_lists_them_newest_first(steps: Project) -> None:
    assert steps.run("runs").out.startswith(f"no run is on record in {steps.folder / '.cuvee'}")
    assert not (steps.folder / ".cuvee").exists()
    for x in ("1", "2", "3"):
        steps.run("run", "FILE", "--json", "--x", x)
    report = steps.run("runs", "--json", "--limit", "2").json
    assert [(run["run"], run["status"], run["metrics"]) for run in report["runs"]] == [
        (3, "succeeded", {"doubled": 6.0}),
        (2, "succeeded", {"doubled": 4.0}),
    ]
    shown = steps.run("runs", "--limit", "2").out
    assert "Older runs: cuvee runs --limit 4" in shown
    assert steps.run("runs").out.count("succeeded") == 3


def test_without_a_project_file_the_store_is_looked_for_upwards(
    steps: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (steps.folder / "pyproject.toml").unlink()
    steps.run("run", "FILE", "--json")
    below = steps.folder / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert [run["run"] for run in steps.run("runs", "--json").json["runs"]] == [1]
    assert steps.run("config", "--json").json["root"] == str(steps.folder)
    shown = steps.run("show", "1").out
    assert "All of one call: cuvee show 1 divide\n" in shown
    (below / "pyproject.toml").write_text("[project]\nname = 'y'\n")
    assert steps.run("runs", "--json").json["runs"] == []


def test_a_file_is_no_store(steps: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUVEE_HOME", str(steps.folder / steps.file))
    for arguments in (("runs",), ("run", "FILE")):
        done = steps.run(*arguments)
        assert done.code == 2
        assert f"is a file, {steps.folder / steps.file}: give a folder" in done.err


def test_a_source_folder_is_no_package(project: Project) -> None:
    (project.folder / "src" / "shop").mkdir(parents=True)
    (project.folder / "src" / "shop" / "flow.py").write_text("")
    done = project.run("run", "src.shop.flow:main")
    assert done.err == (
        "error: 'src.shop.flow:main': src is the folder of the source, not a package: "
        "did you mean shop.flow:main?\n"
    )


def test_show_tells_all_of_a_run_and_of_a_call(project: Project) -> None:
    project.write(
        "@task\ndef talk(x: int = 1) -> int:\n    print('hello')\n    return x\n"
        "@pipeline\ndef p(): return talk()\n"
    )
    project.run("run", "FILE")
    shown = project.run("show", "@last", "--logs").out
    assert shown.startswith("Run 1 of p: succeeded")
    assert "printed by talk\n  hello\n" in shown
    for arguments in (("@last", "talk"), ("1:talk",)):
        call = project.run("show", *arguments).out
        assert call.startswith(f"talk of run 1 ({project.module}:talk): executed in ")
        assert "printed by talk\n  hello\n" in call
    report = project.run("show", "1", "--json", "--logs").json
    assert [chunk["text"] for chunk in report["logs"]["talk"]] == ["hello\n"]
    detail = project.run("show", "1", "talk", "--json").json
    assert {part["kind"] for part in detail["components"]} >= {"task", "code", "environment", "parameter"}
    assert "code" in detail["ledgers"]


def test_show_finds_maps_elements_and_figures(project: Project) -> None:
    project.write(
        "@task\ndef fold(i: int) -> int:\n    log_metric('m', i)\n    return i\n"
        "@task\ndef pair() -> tuple[int, str]:\n    print('once')\n"
        "    log_figure('a/b', '<svg></svg>')\n    return 1, 'two'\n"
        "@pipeline\ndef p():\n    pair()\n    return fold.map([1, 2, 3, 4, 5])\n"
    )
    project.run("run", "FILE")
    project.run("run", "FILE")
    shown = project.run("show", "2", "fold").out
    assert shown.startswith(f"fold of run 2 ({project.module}:fold): a map of 5 calls, 5 reused\n")
    assert len(project.run("show", "2:fold", "--json").json["calls"]) == 5
    element = project.run("show", "1", "pair.1")
    assert "  value   'two'\n" in element.out
    assert project.run("show", "1", "pair.1", "--json").json["value"] == "two"
    wrong = project.run("show", "1", "pair.2")
    assert (wrong.code, wrong.err) == (
        2,
        "error: the result of pair in run 1 has no element '2': it has 0, 1\n",
    )
    reused = project.run("show", "2", "pair", "--logs", "--save-figures", "pictures")
    assert "It printed when it ran: cuvee show 1 pair --logs\n" in reused.out
    assert reused.err == "written: pictures/pair.a_b.svg\n"
    assert (project.folder / "pictures" / "pair.a_b.svg").read_text() == "<svg></svg>"


def test_config_tells_each_setting_and_where_it_came_from(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.folder / "pyproject.toml").write_text("[tool.cuvee]\nkeep_inputs = '2MB'\n")
    monkeypatch.setenv("CUVEE_DURABILITY", "power")
    report = project.run("config", "--json", "--store", "there").json
    assert report["home"] == str(project.folder / "there")
    found = {setting["name"]: (setting["value"], setting["origin"]) for setting in report["settings"]}
    assert found == {
        "store": ("there", "flag --store"),
        "durability": ("power", "environment variable CUVEE_DURABILITY"),
        "executor": ("auto", "default"),
        "workers": ("auto", "default"),
        "fail_fast": (False, "default"),
        "models": ("pickle", "default"),
        "keep_inputs": (2_000_000, "pyproject.toml [tool.cuvee]"),
    }
    shown = project.run("config").out
    assert shown.startswith(f"project  {project.folder}\nstore    {project.folder / '.cuvee'}\n")
    assert "keep_inputs" in shown


def test_a_settings_error_ends_with_2(project: Project) -> None:
    (project.folder / "pyproject.toml").write_text("[tool.cuvee]\nstor = 'x'\n")
    done = project.run("config", "--json")
    assert (done.code, done.json["error"]["kind"]) == (2, "ConfigurationError")


def test_help_of_a_target_shows_its_own_flags(steps: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("run", "FILE", "--help"), ("run", "--help", "FILE"), ("plan", "FILE", "-h")):
        assert steps.run(*arguments).code == 0
        shown = capsys.readouterr().out
        assert "Doubles, and divides." in shown
        assert "where to begin" in shown
        assert "--mode [a|b]" in shown
        assert "--param store=TEXT" in shown
    assert steps.run("run", "--help").code == 0
    assert "cuvee run wine.py --max-depth 12" in capsys.readouterr().out


def test_a_bug_of_ours_is_called_one(steps: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("oh no")

    monkeypatch.setattr("cuvee.operations.run.run", broken)
    done = steps.run("run", "FILE")
    assert done.code == 70
    assert "RuntimeError: oh no" in done.err
    assert "error: this is a bug of cuvee, not of your code." in done.err
    told = steps.run("run", "FILE", "--json")
    assert (told.code, told.json["error"]["kind"]) == (70, "InternalError")


def test_an_interrupt_outside_a_run_ends_with_130(steps: Project) -> None:
    steps.write("raise KeyboardInterrupt\n")
    done = steps.run("run", "FILE")
    assert (done.code, done.err) == (130, "cancelled\n")


def test_the_version_is_that_of_the_distribution(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    from importlib.metadata import version

    assert project.run("--version").code == 0
    assert capsys.readouterr().out == f"cuvee {version('cuvee')}\n"


def test_every_listed_command_is_there_and_says_what_the_list_says() -> None:
    assert isinstance(group, LazyGroup)
    context = click.Context(group)
    for name, line in COMMANDS.items():
        command = group.get_command(context, name)
        assert command is not None
        assert (command.name, command.short_help) == (name, line)


@pytest.mark.parametrize(
    ("words", "before", "target", "after"),
    [
        ("wine.py --x 1", "", "wine.py", "--x 1"),
        ("--json wine.py:p", "--json", "wine.py:p", ""),
        ("--set a.b=1 --store x wine.py --set c.d=2", "--set a.b=1 --store x", "wine.py", "--set c.d=2"),
        ("--set=a.b=1 wine.py", "--set=a.b=1", "wine.py", ""),
        ("--keep_inputs 3 wine.py", "--keep_inputs 3", "wine.py", ""),
        ("-h wine.py", "-h", "wine.py", ""),
        ("--help", "--help", None, ""),
        ("--set", "--set", None, ""),
        ("", "", None, ""),
    ],
)
def test_a_command_line_is_cut_at_its_target(words: str, before: str, target: str | None, after: str) -> None:
    cut = cut_at_target(words.split(), engine_options())
    assert (cut.before, cut.target, cut.after) == (before.split(), target, after.split())


def test_the_path_of_the_interpreter_stays_as_it_was(steps: Project) -> None:
    before = len(sys.path)
    steps.run("run", "FILE", "--json")
    assert len(sys.path) <= before + 1
