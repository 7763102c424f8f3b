"""What `plan` and `show` say of a helper three modules away that is edited, then only reformatted."""

from __future__ import annotations

import itertools
import re
import sys
import textwrap
from collections.abc import Iterator

import pytest
from cli_project import Done, Project

_numbers = itertools.count()

SCALE = '''
def scale(x, factor=2):
    """How much of it."""
    y = x * factor
    return y + 1
'''


REFORMATTED = """
# Rates of all sorts.

def scale(
    x, factor=2
):
    y = (x * factor)  # so much
    return y + 1
"""


class Distant:
    """A pipeline in FILE, and its helper three modules away."""

    def __init__(self, project: Project) -> None:
        self.project = project
        number = next(_numbers)
        self.names = [f"{part}_{number}" for part in ("prep", "feats", "rates")]
        prepare, features, rates = self.names
        self.scale(SCALE)
        self.other(features, f"import {rates}\n\ndef scaled(xs): return [{rates}.scale(x) for x in xs]\n")
        self.other(prepare, f"from {features} import scaled\n\ndef prepare(xs): return sum(scaled(xs))\n")
        self.project.write(
            textwrap.dedent(
                f"""
                from {prepare} import prepare

                @task
                def load(n: int) -> list[int]:
                    return list(range(n))

                @task
                def train(xs: list[int], depth: int = 8) -> int:
                    return prepare(xs) * depth

                @task
                def score(model: int) -> float:
                    return model / 2

                @pipeline
                def main(n: int = 3) -> float:
                    return score(train(load(n)))
                """
            )
        )

    def scale(self, text: str) -> None:
        """Write the helper anew."""
        self.other(self.names[2], text)

    def other(self, name: str, text: str) -> None:
        (self.project.folder / f"{name}.py").write_text(text)

    def run(self, *arguments: str) -> Done:
        """The command, as a new process would have it."""
        for name in (self.project.module, *self.names):
            sys.modules.pop(name, None)
        return self.project.run(*arguments)

    def page(self, *arguments: str) -> str:
        """What it prints, with names that are the same in every test, no times, and no wrapped rows."""
        out = self.run(*arguments).out.replace(self.project.module, "wine")
        for name in self.names:
            out = out.replace(name, name.partition("_")[0])
        out = re.sub(r"\n {20,}", " ", out)
        out = re.sub(r"(about )?<?[\d.]+ (ms|s)\b", "TIME", out)
        return re.sub(r"^  \S.*", lambda row: re.sub("(?<=.)  +", "  ", row[0]), out, flags=re.MULTILINE)


@pytest.fixture
def distant(project: Project) -> Iterator[Distant]:
    made = Distant(project)
    made.run("run", "FILE")
    yield made
    for name in made.names:
        sys.modules.pop(name, None)


def test_a_helper_three_modules_away_is_named_with_its_difference(distant: Distant) -> None:
    distant.scale(SCALE.replace("x * factor", "x ** factor"))
    assert (
        distant.page("plan", "FILE")
        == """\
Plan of main

  call  decision  time  why
  load  reused  nothing it depends on changed since run 1
  train  runs  TIME  rates.scale() changed (rates.py:2), reached through feats.scaled()
  score  may run  TIME  follows from train

  rates.scale()  rates.py:2
      def scale(x, factor=2):
          \"""How much of it.\"""
    -     y = x * factor
    +     y = x ** factor
          return y + 1

3 calls: 1 to run, 1 that may have to, 1 reused. They should take TIME.
"""
    )


def test_what_the_plan_said_the_run_says_too_and_what_followed(distant: Distant) -> None:
    distant.scale(SCALE.replace("x * factor", "x ** factor"))
    calls = {call["path"]: call["reason"] for call in distant.run("run", "FILE", "--json").json["calls"]}
    rates, features = distant.names[2], distant.names[1]
    assert (
        calls["train"]["text"]
        == f"{rates}.scale() changed ({rates}.py:2), reached through {features}.scaled()"
    )
    assert calls["score"] == {"code": "input_changed", "text": "input model from train changed"}


def test_a_helper_that_is_only_reformatted_has_nothing_run(distant: Distant) -> None:
    distant.scale(REFORMATTED)
    out = distant.page("plan", "FILE")
    assert "changed (" not in out
    assert out.endswith("Nothing has to run: the results of all 3 calls are reused.\n")


def test_the_plan_as_json_has_each_change_with_its_difference(distant: Distant) -> None:
    distant.scale(SCALE.replace("x * factor", "x ** factor").replace("factor=2", "factor=3"))
    calls = {call["path"]: call for call in distant.run("plan", "FILE", "--json").json["calls"]}
    rates = distant.names[2]
    scale, factor = calls["train"]["changes"]
    assert [line for line in scale["diff"].splitlines() if line[0] in "-+"] == [
        "- def scale(x, factor=2):",
        "+ def scale(x, factor=3):",
        "-     y = x * factor",
        "+     y = x ** factor",
    ]
    assert (scale["kind"], scale["part"], scale["name"]) == ("code", "function", f"{rates}.scale")
    assert scale["route"][0].endswith(".train()")
    assert scale["route"][-1] == f"{rates}.scale()"
    assert (factor["old"]["text"], factor["new"]["text"], factor["part"]) == ("2", "3", "default")
    assert calls["score"]["follows_from"] == ["train"]
    assert calls["load"]["changes"] == []


def test_a_call_that_waits_for_another_says_what_changed_in_itself(distant: Distant) -> None:
    distant.scale(SCALE.replace("x * factor", "x ** factor"))
    file = distant.project.folder / distant.project.file
    file.write_text(file.read_text().replace("model / 2", "model / 4"))
    page = " ".join(distant.page("plan", "FILE").split())
    assert re.search(r"score may run .* wine.score\(\) changed \(wine.py:\d+\); follows from train", page)


def test_many_changed_lines_are_cut_and_counted(distant: Distant) -> None:
    distant.scale(SCALE.replace("    y = x", "".join(f"    z{n} = {n}\n" for n in range(30)) + "    y = x"))
    page = distant.page("plan", "FILE")
    assert "+     z5 = 5" in page
    assert "z25" not in page
    assert re.search(r"… \d+ more lines", page)
