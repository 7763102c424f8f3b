"""What `cuvee attribute` makes of each kind of change, of what does not fit, of chance and of wrong input."""

from __future__ import annotations

import re

import pytest
from checkouts import Checkout

import cuvee

FLOW = """\
import json
import random
from pathlib import Path

from cuvee import File, log_metric, pipeline, task
from tools import shifted


@task
def load(data: File) -> list[int]:
    offset = json.loads(Path("config.json").read_text())["offset"]
    return [int(word) + offset for word in Path(data).read_text().split()]


@task
def scale(rows: list[int], factor: int = 2) -> list[int]:
    return [shifted(row) * factor for row in rows]


@task
def jitter(size: int, seed: int = 7) -> float:
    return random.Random(seed).random() * size


@task
def score(rows: list[int], jitter: float, weight: int = 1) -> float:
    total = float(sum(rows) * weight) + jitter
    log_metric("total", total)
    return total


@pipeline
def main(data: File = File("data.txt"), size: int = 0) -> float:
    return score(scale(load(data)), jitter(size))
"""
TOOLS = "def shifted(row):\n    return row + 1\n"
CONFIG = '{"offset": 0}'


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A project with a run for each step of its history."""
    made = Checkout(tmp_path_factory.mktemp("kinds"))
    made.write(flow_py=FLOW, tools_py=TOOLS, data_txt="1 2 3", config_json=CONFIG)
    made.cuvee("run", "flow.py")
    # 2: a helper takes one more argument, and its caller gives it; a value is set from outside.
    fitted = FLOW.replace("shifted(row) * factor", "shifted(row, 5) * factor")
    made.write(flow_py=fitted, tools_py="def shifted(row, by):\n    return row + by\n")
    made.cuvee("run", "flow.py", "--set", "score.weight=3")
    # 3: a task's default, and a file that nobody gave the task.
    defaulted = fitted.replace("factor: int = 2", "factor: int = 3")
    made.write(flow_py=defaulted, config_json='{"offset": 10}')
    made.cuvee("run", "flow.py", "--set", "score.weight=3")
    # 4: another graph, with a task that is new, and a helper.
    wired = defaulted.replace("score(scale(load(data))", "score(twice(scale(load(data)))")
    twice = "@task\ndef twice(rows: list[int]) -> list[int]:\n    return rows * 2\n\n\n@pipeline"
    made.write(
        flow_py=wired.replace("@pipeline", twice), tools_py="def shifted(row, by):\n    return row - by\n"
    )
    made.cuvee("run", "flow.py", "--set", "score.weight=3")
    # 5: chance counts now.
    made.cuvee("run", "flow.py", "--set", "score.weight=4", "--size", "9")
    return made


def shares(report):
    return {each["name"]: (each["kind"], each["share"]) for each in report["changes"]}


def test_changes_that_do_not_fit_count_as_one_and_it_is_told(checkout):
    report = checkout.report("attribute", "1", "2", "total")
    assert (report["a"], report["b"]) == (18, 126)
    assert shares(report) == {"scale + shifted": ("code", 48), "score.weight": ("parameter", 60)}
    [finding] = report["findings"]
    assert {*finding["with"], *finding["without"]} == {"scale", "shifted"}
    assert "shifted()" in finding["problem"]


def test_a_default_and_a_file_that_no_argument_names(checkout):
    report = checkout.report("attribute", "2", "3", "total")
    assert (report["a"], report["b"]) == (126, 459)
    assert shares(report) == {"scale": ("parameter", 108), "config.json": ("data", 225)}


def test_the_body_is_one_change_with_the_task_that_it_calls_now(checkout):
    report = checkout.report("attribute", "3", "4", "total")
    assert (report["a"], report["b"]) == (459, 378)
    assert shares(report) == {"shifted": ("code", -405), "the pipeline's body": ("graph", 324)}


def test_a_share_inside_the_noise_is_called_that(checkout):
    words = ("attribute", "4", "5", "total", "--repeats", "4", "--vary", "jitter.seed")
    report = checkout.report(*words)
    changes = {each["name"]: each for each in report["changes"]}
    weight, size = changes["score.weight"], changes["size"]
    assert [weight[each] for each in ("share", "low", "high")] == pytest.approx([126] * 3)
    assert not weight["noise"]
    assert 0 < size["share"] < 9
    assert size["low"] < size["share"] < size["high"]
    assert size["noise"] == (size["low"] <= 0)
    assert report["steady"]
    assert report["mixtures"] == 16


def test_orders_are_sampled_where_there_may_not_be_more_mixtures(checkout):
    report = checkout.report("attribute", "1", "3", "total", "--max-runs", "11")
    assert not report["exact"]
    assert report["mixtures"] <= 11
    assert sum(each["share"] for each in report["changes"]) == pytest.approx(459 - 18)


def test_an_attribution_that_was_killed_goes_on_where_it_was(checkout):
    begun = checkout.start("attribute", "3", "5", "total", "--jobs", "1")
    for line in begun.stderr:
        if line.startswith("  5/"):
            break
    begun.kill()
    begun.wait()
    begun.stdout.close()
    begun.stderr.close()
    report = checkout.report("attribute", "3", "5", "total")
    assert report["mixtures"] == 16
    assert sum(each["share"] for each in report["changes"]) == pytest.approx(report["delta"])
    executed = checkout.executed()
    assert len(executed) == len(set(executed))


def test_the_page_says_it_in_a_sentence_and_shows_the_way(checkout):
    done = checkout.cuvee("attribute", "1", "2", "total")
    assert (
        "total rose from 18 to 126 (+108): +60 from score.weight and +48 from scale + shifted" in done.stdout
    )
    assert "scale and shifted count as one change" in done.stdout
    assert "8 mixtures from 4 source trees" in done.stderr
    markdown = checkout.cuvee("attribute", "1", "2", "total", "--md").stdout
    assert "| code | `scale + shifted` | +48 | +24 | +72 |" in markdown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["1", "1", "total"], "run 1 twice"),
        (["1", "99", "total"], "there is no run 99"),
        (["1", "2", "totl"], "the runs have no metric 'totl': there are total"),
        (["1", "2", "total", "--vary", "jitter.seed"], "add --repeats 5"),
        (["1", "2", "total", "--repeats", "2", "--vary", "nothing"], "--vary nothing: name a parameter"),
        (["1", "2", "total", "--repeats", "2", "--vary", "jitter.sed"], "jitter is given no value for 'sed'"),
        (["1", "2", "total", "--repeats", "2", "--vary", "score.weight"], "it is one of the changes"),
        (["1", "2", "total", "--repeats", "20"], "that is much to do: 160 mixtures"),
        (["1", "4", "total", "--max-time", "0s"], "the time was too short"),
    ],
)
def test_wrong_input_is_told(checkout, words, told):
    assert told in checkout.cuvee("attribute", *words, code=2).stderr


def test_repeats_that_all_give_the_same_are_called_that(checkout):
    done = checkout.cuvee("attribute", "1", "2", "total", "--repeats", "3")
    assert "Every repeat gave the same" in done.stdout
    assert "+48 … +48" in done.stdout


def test_python_has_the_sentence_the_table_and_the_same_refusals(checkout, monkeypatch):
    monkeypatch.chdir(checkout.folder)
    before, after = cuvee.runs()[-1], cuvee.runs()[-2]
    found = after.attribute(before, "total")
    assert found.summary == (
        "total rose from 18 to 126 (+108): +60 from score.weight and +48 from scale + shifted"
    )
    assert repr(found).startswith(f"<from run 1 to run 2: {found.summary}\n  scale and shifted count as one")
    assert "<td>score.weight</td><td>+60</td>" in found._repr_html_()
    for wrong, told in (
        ({"max_runs": 1}, "max_runs = 1: it is a whole number, 2 at least"),
        ({"repeats": 0}, "repeats = 0"),
        ({"max_time": "soon"}, "max_time = 'soon': it is a number of seconds"),
        ({"repeats": 2, "vary": "size.x"}, "--vary size.x"),
    ):
        with pytest.raises(cuvee.UsageError, match=re.escape(told)):
            after.attribute(before, "total", **wrong)
    with pytest.raises(cuvee.UsageError, match="one after another"):
        after.attribute(before, ["total"])


def test_runs_that_cannot_be_mixed_are_told(checkout):
    checkout.cuvee("run", "flow.py", "--set", "score.weight=4", "--size", "9")
    newest = checkout.report("runs", "--limit", "1")["runs"][0]["run"]
    same = checkout.cuvee("attribute", "5", str(newest), "total", code=2).stderr
    assert "have the same code, parameters and data" in same
    other = "from cuvee import *\n@task\ndef one() -> float:\n    log_metric('total', 1.0)\n    return 1.0\n"
    checkout.write(other_py=other + "@pipeline\ndef main():\n    return one()\n")
    checkout.cuvee("run", "other.py")
    apart = checkout.cuvee("attribute", "5", str(newest + 1), "total", code=2).stderr
    assert "no task in common" in apart
