"""`cuvee attribute`: shares of pipelines whose effects are known, and mixtures beside those made by hand."""

from __future__ import annotations

from itertools import product

import pytest
from checkouts import Checkout

from cuvee.compare.shares import exact_parts

FLOW = '''\
from pathlib import Path

from cuvee import File, log_metric, pipeline, task
from tools import shifted, tidy

LIMIT = 9


@task
def load(data: File) -> list[int]:
    """The numbers."""
    return [int(word) for word in Path(data).read_text().split()]


@task
def scale(rows: list[int]) -> list[int]:
    return [shifted(row) for row in tidy(rows)]


@task
def cut(rows: list[int]) -> list[int]:
    return [min(shifted(row), LIMIT) for row in rows]


@task
def score(rows: list[int], weight: int = 1, bonus: int = 0) -> float:
    total = float(sum(rows) * weight + bonus)
    log_metric("total", total)
    log_metric("count", len(rows))
    return total


@pipeline
def main(data: File = File("data.txt"), weight: int = 1) -> float:
    return score(cut(scale(load(data))), weight=weight)
'''

TOOLS = """\
def shifted(row):
    return row + 1


def tidy(rows):
    found = []
    for row in rows:
        found.append(row)
    return found
"""

# A refactored helper: the same in other words.
REFACTORED = TOOLS.replace(
    "    found = []\n    for row in rows:\n        found.append(row)\n    return found\n",
    "    return list(rows)\n",
)
SHIFTED = REFACTORED.replace("row + 1", "row + 3")
REWORDED = FLOW.replace('"""The numbers."""', '"""All numbers."""')


def total(shift: bool, data: bool, weight: bool) -> float:
    """What the pipeline comes to, worked out by hand."""
    by = 3 if shift else 1
    rows = [2, 4, 6, 8] if data else [2, 4, 6]
    return float(sum(min(row + 2 * by, 9) for row in rows) * (2 if weight else 1))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Two runs with four changes between them, one of which does nothing, and what came of mixing them."""
    checkout = Checkout(tmp_path_factory.mktemp("mixed"))
    checkout.write(flow_py=FLOW, tools_py=TOOLS, data_txt="2 4 6")
    checkout.cuvee("run", "flow.py")
    checkout.write(flow_py=REWORDED, tools_py=SHIFTED, data_txt="2 4 6 8")
    checkout.cuvee("run", "flow.py", "--weight", "2")
    return checkout, checkout.report("attribute", "1", "2", "total", "count", "--yes")


def by_name(report):
    return {each["name"]: each for each in report["changes"]}


def test_each_change_gets_its_share_and_a_refactored_helper_gets_nothing(mixed):
    _, report = mixed
    changes = by_name(report)
    assert set(changes) == {"shifted", "tidy", "data.txt", "weight"}
    names = ("shifted", "data.txt", "weight")
    values = {
        frozenset(at for at, taken in enumerate(chosen) if taken): total(*chosen)
        for chosen in product((False, True), repeat=3)
    }
    for name, part in zip(names, exact_parts([frozenset([at]) for at in range(3)], values), strict=True):
        assert changes[name]["share"] == pytest.approx(part.share, abs=1e-9), name
        assert (changes[name]["alone"], changes[name]["last"]) == (part.alone, part.last)
    assert changes["tidy"]["share"] == 0
    assert {name: each["kind"] for name, each in changes.items()} == {
        "shifted": "code", "tidy": "code", "data.txt": "data", "weight": "parameter"
    }  # fmt: skip


def test_the_shares_sum_to_what_the_runs_have_on_record(mixed):
    _, report = mixed
    assert (report["a"], report["b"]) == (total(*[False] * 3), total(*[True] * 3))
    assert report["recorded"] == {"a": report["a"], "b": report["b"]}
    assert report["steady"]
    assert sum(each["share"] for each in report["changes"]) == pytest.approx(report["delta"], abs=1e-9)


def test_several_metrics_come_from_the_same_mixtures(mixed):
    _, report = mixed
    assert report["mixtures"] == 16
    count = next(each for each in report["metrics"] if each["metric"] == "count")
    assert {name: each["share"] for name, each in by_name(count).items()} == {
        "shifted": 0, "tidy": 0, "data.txt": 1, "weight": 0
    }  # fmt: skip


def test_no_call_is_executed_twice_over_all_mixtures(mixed):
    checkout, report = mixed
    executed = checkout.executed()
    assert len(executed) == len(set(executed))
    assert report["executed_calls"] == len(executed) - 8


def test_a_mixture_is_what_is_made_by_hand_in_a_fresh_checkout(mixed, tmp_path):
    checkout, report = mixed
    by_hand = [
        ({"shifted", "weight"}, {"tools_py": TOOLS.replace("row + 1", "row + 3")}, ["--weight", "2"]),
        ({"tidy", "data.txt"}, {"tools_py": REFACTORED, "data_txt": "2 4 6 8"}, []),
    ]
    for number, (taken, files, words) in enumerate(by_hand):
        fresh = Checkout(tmp_path / str(number))
        fresh.write(**{"flow_py": FLOW, "tools_py": TOOLS, "data_txt": "2 4 6"} | files)
        fresh.cuvee("run", "flow.py", *words)
        made = next(each for each in report["made"] if set(each["taken"]) == taken)
        assert results(fresh, 1) == results(checkout, made["run"])


def results(checkout, run):
    """Key and result of each call: the same to the bit."""
    with checkout.session() as session:
        return [
            (call.path, call.key, call.artifact.digest, call.metrics) for call in session.queries.calls(run)
        ]


def test_mixtures_are_runs_that_are_looked_at_on_request(mixed):
    checkout, report = mixed
    assert [run["run"] for run in checkout.report("runs")["runs"]] == [2, 1]
    assert len(checkout.report("runs", "--all", "--limit", "99")["runs"]) == 18
    assert checkout.report("show", "@last")["run"] == 2
    last = report["made"][-1]["run"]
    assert checkout.report("show", str(last))["run"] == last


def test_the_other_way_round_all_is_on_record_and_the_shares_have_the_other_sign(mixed):
    checkout, report = mixed
    back = checkout.report("attribute", "2", "1", "total", "--yes")
    assert back["executed_calls"] == 0
    assert {name: each["share"] for name, each in by_name(back).items()} == pytest.approx(
        {name: -each["share"] for name, each in by_name(report).items()}
    )


def test_mixtures_go_when_they_are_collected_and_the_runs_stay(mixed):
    checkout, _ = mixed
    checkout.cuvee("gc", "--mixtures")
    assert [run["run"] for run in checkout.report("runs", "--all")["runs"]] == [2, 1]
    plan = checkout.report("attribute", "1", "2", "total", "--plan")
    assert (plan["mixtures"], plan["source_trees"], plan["calls"] > 0) == (16, 4, True)
