"""`cuvee diff`: what two runs differ in, as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_project import Project

from cuvee.cli.diff_page import diff_page_lines
from cuvee.cli.quantities import bytes_text
from cuvee.cli.summary import Page
from cuvee.cli.table import plain
from cuvee.model.difference import ColumnDifference, DataDifference, Difference, RootChange
from cuvee.model.record import RunRecord, RunStart, Versions

PIPELINE = """
import pandas as pd

def strength(frame):
    return frame["alcohol"] / frame["alcohol"].mean()

@task
def load(csv: File) -> pd.DataFrame:
    return pd.read_csv(csv)

@task
def features(wines: pd.DataFrame) -> pd.DataFrame:
    return wines.assign(strength=strength(wines))

@task
def fit(wines: pd.DataFrame, depth: int = 3) -> float:
    return float(wines["quality"].mean()) / depth

@task
def judge(model: float, wines: pd.DataFrame) -> float:
    log_metric("rmse", float(wines["quality"].mean()) - model)
    log_metric("rows", len(wines))
    return model

@pipeline
def study(csv: File = File("wines.csv"), depth: int = 3) -> float:
    wines = features(load(csv))
    return judge(fit(wines, depth=depth), wines)
"""


@pytest.fixture
def wines(project: Project) -> Project:
    rows = "".join(f"{8 + n % 7},{3 + n % 5}\n" for n in range(40))
    (project.folder / "wines.csv").write_text("alcohol,quality\n" + rows)
    project.write(PIPELINE)
    assert project.run("run", "FILE").code == 0
    return project


def page(project: Project, *arguments: str) -> str:
    """What is printed, without times and with a module's name that is the same in every test."""
    done = project.run("diff", *arguments)
    assert done.code == 0, done.err
    return re.sub(r"[\d.]+ m?s → [\d.]+ m?s", "TIME", done.out).replace(project.module, "wine")


def test_one_parameter(wines: Project) -> None:
    wines.run("run", "FILE", "--depth", "2")
    out = page(wines)
    assert out.startswith(
        "rmse fell from 3.33 to 2.50 (−0.83): depth went from 3 to 2; fit and judge followed.\n"
        "\nRun 2 of study beside run 1\n"
        "\nparameters\n  depth: 3 → 2  reaches fit\n"
        "\nknock-on\n  judge  follows from fit\n"
        "\nmetrics\n  rmse fell from 3.33 to 2.50 (−0.83)  better\n  rows did not move\n"
    )
    assert out.endswith("\n2 calls the same: load and features\n")


def test_code_data_and_graph_in_causal_order(wines: Project) -> None:
    source = PIPELINE.replace(".mean()\n\n@task\ndef load", ".median()\n\n@task\ndef load")
    wines.write(
        source.replace("    return judge(", "    spread(wines)\n    return judge(").replace(
            "@pipeline", "@task\ndef spread(wines: pd.DataFrame) -> int:\n    return 1\n\n@pipeline"
        )
    )
    with (wines.folder / "wines.csv").open("a") as file:
        file.write("20,9\n")
    assert wines.run("run", "FILE").code == 0
    out = page(wines, "1", "2")
    assert "code\n  wine.strength() changed (wine.py:5)  reaches features\n" in out
    assert '    -     return frame["alcohol"] / frame["alcohol"].mean()\n' in out
    assert '    +     return frame["alcohol"] / frame["alcohol"].median()\n' in out
    assert "data\n  file csv changed: the content of wines.csv  reaches load\n" in out
    assert "graph\n  spread is new\n" in out
    assert "  load  pandas.DataFrame, 40 → 41 rows, 2 of 2 columns changed\n" in out
    assert "  features  pandas.DataFrame, 40 → 41 rows, 3 of 3 columns changed\n" in out
    titles = [line for line in out.partition("beside run 1")[2].splitlines() if line[:1].strip()]
    assert titles[:7] == [
        "code",
        "data",
        "graph",
        "knock-on",
        "results",
        "metrics",
        "time of the work, whenever it was done, and memory that its process held",
    ]


def test_a_new_column_leaves_the_others_out(wines: Project) -> None:
    wines.write(PIPELINE.replace("strength=strength(wines))", "strength=strength(wines), one=1.5)"))
    wines.run("run", "FILE")
    out = page(wines)
    assert "  features  pandas.DataFrame, 40 rows, 0 of 3 columns changed, 1 new\n" in out
    assert "alcohol" not in out.partition("results")[2]
    assert "; its result is the same" in out


def test_a_run_of_reused_calls_alone_compares_as_any_other(wines: Project) -> None:
    wines.run("run", "FILE", "--depth", "2")
    wines.run("run", "FILE")
    out = page(wines, "2", "3")
    assert out.startswith(
        "rmse rose from 2.50 to 3.33 (+0.83): depth went from 2 to 3; fit and judge followed."
    )
    assert page(wines, "1", "3").startswith(
        "Nothing changed between run 1 and run 3, and every metric is the same.\n"
    )


def test_json(wines: Project) -> None:
    wines.run("run", "FILE", "--depth", "2")
    report = wines.run("diff", "1", "2", "--json").json
    assert (report["a"], report["b"]) == (1, 2)
    [root] = report["root_changes"]
    assert (root["kind"], root["path"], root["text"]) == ("parameter", "fit", "depth: 3 → 2")
    [follower] = report["knock_on"]
    assert (follower["path"], follower["follows_from"]) == ("judge", ["fit"])
    assert report["metrics"]["rmse"]["delta"] == pytest.approx(-0.8333, abs=1e-3)
    assert [call["state"] for call in report["calls"]] == ["same", "same", "root", "knock_on"]


HUNGRY = """
import time

@task
def hold(size: int) -> int:
    held = bytearray(size)
    held[::4096] = b"x" * len(held[::4096])
    time.sleep(0.02)  # of shorter calls it is not asked
    return len(held)

@pipeline
def study(size: int = 300_000_000) -> int:
    return hold(size)
"""


def test_memory_stands_beside_that_of_the_other_run_though_a_result_was_reused(project: Project) -> None:
    project.write(HUNGRY)
    for size in ("300_000_000", "500_000_000", "300_000_000"):
        assert project.run("run", "FILE", "--size", size).code == 0
    [small], [large], [reused] = (
        project.run("show", number, "--json").json["calls"] for number in ("1", "2", "3")
    )
    assert reused["decision"] == "reused"
    assert reused["memory_bytes"] == small["memory_bytes"] > 300_000_000
    assert large["memory_bytes"] > 500_000_000
    [compared] = project.run("diff", "2", "3", "--json").json["calls"]
    assert compared["memory_bytes"] == {"a": large["memory_bytes"], "b": small["memory_bytes"]}
    texts = [bytes_text(held["memory_bytes"]) for held in (large, small)]
    assert f"{texts[0]} → {texts[1]} at most" in page(project, "2", "3")
    assert f"memory: {texts[0]} → {texts[1]} at most." in page(project, "2", "3", "--md")
    assert f", with {texts[0]} of memory at most\n" in project.run("show", "2", "hold").out


def test_markdown_holds_a_table_and_no_sign_that_breaks_it(wines: Project) -> None:
    wines.run("run", "FILE", "--depth", "2")
    out = page(wines, "--md")
    assert "| metric | run 1 | run 2 | difference |  |\n|---|---|---|---|---|\n" in out
    assert "| rmse | 3.33 | 2.50 | −0.83 | better |\n" in out
    assert "- **parameter**: depth: 3 → 2, reaches `fit`\n" in out
    assert "- `judge` from `fit`\n" in out


def test_a_failure_opens_the_sentence(wines: Project) -> None:
    wines.write(PIPELINE.replace("/ depth", "/ (depth - depth)"))
    assert wines.run("run", "FILE").code == 1
    out = page(wines)
    assert out.startswith("Run 2 failed in fit (ZeroDivisionError: ")
    assert "not compared\n  judge  skipped in the second\n" in out


def test_nothing_in_common(wines: Project) -> None:
    wines.write(
        "@task\ndef other() -> int:\n    return 1\n@pipeline\ndef two() -> int:\n    return other()\n"
    )
    wines.run("run", "FILE:two")
    out = page(wines, "1", "2")
    assert " ".join(out.split()).startswith(
        "Runs 1 and 2 have no task in common: run 1 of study has load, features, fit and judge; "
        "run 2 of two has other."
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "run 1 is the first of study: name the run to compare it with; `cuvee runs` lists them"),
        (["1", "9"], "there is no run 9: the last is 1"),
        (["1", "lost"], "'lost' does not name a run"),
        (["1", "1", "--md", "--json"], "--md and --json are two forms of the answer"),
    ],
)
def test_bad_input(wines: Project, arguments: list[str], words: str) -> None:
    done = wines.run("diff", *arguments)
    assert done.code == 2
    assert words in " ".join((done.err + done.out).split())


def test_no_line_is_wider_than_the_page(wines: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    wines.write(PIPELINE.replace("mean()", "median()"))
    wines.run("run", "FILE", "--depth", "2")
    for form in ([], ["--all"]):
        lines = page(wines, *form).splitlines()
        assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("width", [40, 80, 120])
def test_long_names_fit_the_page(width: int) -> None:
    path = "features/" * 6 + "get_wine_quality"
    column = ColumnDifference("a column with a long name " * 3, "changed", ("float64", "datetime64[ns]"))
    data = DataDifference(path, "frame", ("a.Frame", "b.Frame"), ((4898, 2), (4597, 2)), (column,), 3, 1)
    run = RunRecord(1, RunStart("x:" + "p" * 90, "", 0, (), Versions("", "", ""), "", 0, ""), None)
    root = RootChange("parameter", path, "max_depth: 8 → 12", "", (path,))
    found = Difference(run, run, "word " * 40, (root,), (), (), (data,))
    for whole in (False, True):
        assert max(map(len, diff_page_lines(found, Page(width, plain), whole=whole))) <= width


def test_python_gives_the_same(wines: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import cuvee

    monkeypatch.chdir(tmp_path)
    wines.run("run", "FILE", "--depth", "2")
    new, old = cuvee.runs()
    found = old.diff(new)
    assert found.summary.startswith("rmse fell from 3.33 to 2.50")
    assert repr(found).splitlines()[1] == "  parameter: depth: 3 → 2>"
    assert [call.path for call in found.knock_on] == ["judge"]
    assert "<td>depth: 3 → 2</td>" in found._repr_html_()  # type: ignore[attr-defined]
    assert old.diff("@last").summary == old.diff(2).summary == found.summary
    with pytest.raises(cuvee.CuveeError, match="no run 9"):
        old.diff(9)


def test_by_rows_on_request(wines: Project) -> None:
    with (wines.folder / "wines.csv").open("a") as file:
        file.write("20,9\n")
    wines.run("run", "FILE")
    assert "    rows by all that is in them: 1 added, 0 removed, 40 the same\n" in page(wines, "--rows")
    report = wines.run("diff", "1", "2", "--rows", "--json").json
    assert [each["rows"]["added"] for each in report["data"] if each["path"] == "load"] == [1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--key", "id"], "--key tells rows apart: add --rows"),
        (["--rows", "--key", "id"], "--key id: no frame that differs has such columns in both runs"),
        (["--rows", "--key", "quality"], "--key quality is no key: "),
    ],
)
def test_a_key_that_will_not_do(wines: Project, arguments: list[str], words: str) -> None:
    with (wines.folder / "wines.csv").open("a") as file:
        file.write("20,9\n")
    wines.run("run", "FILE")
    done = wines.run("diff", *arguments)
    assert (done.code, words in " ".join(done.err.split())) == (2, True)


def test_all_tells_where_the_tenths_of_the_numbers_lie(wines: Project) -> None:
    rows = "".join(f"{20 + n % 7},{3 + n % 5}\n" for n in range(40))
    (wines.folder / "wines.csv").write_text("alcohol,quality\n" + rows)
    wines.run("run", "FILE")
    assert "10 %" not in page(wines)
    lines = page(wines, "--all").splitlines()
    at = next(
        n for n, line in enumerate(lines) if line.split() == ["column", "10", "%", "50", "%", "90", "%"]
    )
    assert lines[at + 1].split() == ["alcohol", "8", "→", "20", "11", "→", "23", "14", "→", "26"]
