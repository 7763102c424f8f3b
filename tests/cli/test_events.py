"""`cuvee run --events`: a run as lines of JSON."""

from __future__ import annotations

import io
import json
from typing import Any

from cli_project import Project

from cuvee.cli.ending import run_with
from cuvee.cli.output import Output

SOURCE = """
@task
def one(x: int) -> int:
    print("working on", x)
    print("of", x, end="")
    return x

@task
def two(x: int) -> int:
    return 10 // x

@pipeline
def flow(x: int = 1):
    return two(one(x))
"""


def events(project: Project, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in project.run("run", "FILE", "--events", *words).out.splitlines()]


def test_each_thing_that_happens_is_a_line(project: Project) -> None:
    project.write(SOURCE)
    told = events(project, "--executor", "in-process")
    assert all(each["at"].endswith("Z") or "+" in each["at"] for each in told)
    assert told[0] | {"at": ""} == {
        "at": "",
        "event": "run_began",
        "run": 1,
        "pipeline": f"{project.module}:flow",
        "parameters": {"x": "1"},
    }
    names = [each["event"] for each in told]
    assert names.count("call_began") == names.count("call_ended") == 2
    assert [each["path"] for each in told if each["event"] == "call_ended"] == ["one", "two"]
    assert [each["text"] for each in told if each["event"] == "call_logged"] == ["working on 1\n", "of 1"]


def test_the_last_line_is_the_run_with_all_of_its_calls(project: Project) -> None:
    project.write(SOURCE)
    last = events(project)[-1]
    assert (last["event"], last["status"], last["result"]) == ("run_ended", "succeeded", 10)
    assert [call["decision"] for call in last["calls"]] == ["executed", "executed"]


def test_what_is_reused_tells_its_end_alone(project: Project) -> None:
    project.write(SOURCE)
    events(project)
    told = events(project)
    assert [each["event"] for each in told] == [
        "run_began",
        "calls_known",
        "call_ended",
        "call_ended",
        "run_ended",
    ]


def test_a_failure_is_in_the_stream_and_in_the_exit_code(project: Project) -> None:
    project.write(SOURCE)
    done = project.run("run", "FILE", "--events", "--x", "0")
    told = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert told[-1]["status"] == "failed"
    failed = next(each for each in told if each["event"] == "call_ended" and each["path"] == "two")
    assert failed["error"]["type"] == "ZeroDivisionError"


def test_a_mistake_is_an_object_of_its_own(project: Project) -> None:
    project.write(SOURCE)
    done = project.run("run", "FILE", "--events", "--y", "0")
    assert done.code == 2
    assert set(done.json) == {"error"}


def test_one_object_and_many_exclude_each_other(project: Project) -> None:
    project.write(SOURCE)
    done = project.run("run", "FILE", "--events", "--json")
    assert done.code == 2
    assert "give one of them" in done.json["error"]["message"]


class _Full(io.StringIO):
    """Refuses the first line; then, as a descriptor does that was given up, it takes all."""

    refused = False

    def write(self, text: str, /) -> int:
        if not self.refused:
            self.refused = True
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_where_nothing_can_be_written_the_run_goes_on_and_says_so(project: Project) -> None:
    project.write(SOURCE)
    output = Output(_Full(), io.StringIO(), json=True, events=True)
    assert run_with(["run", project.file, "--events"], output) == 1
    assert project.run("show", "@last", "--json").json["status"] == "succeeded"
