"""What `--explain` prints: the whole key of a call, old and new."""

from __future__ import annotations

import re

import pytest
from cli_project import Project
from distant import REFORMATTED, SCALE, Distant

EDITED = SCALE.replace("x * factor", "x ** factor").replace("factor=2", "factor=3")


def page(distant: Distant, *arguments: str) -> str:
    """The page with digests that are the same in every test, without the environment's items."""
    out = re.sub(r"\b[0-9a-f]{8}\b", "DIGEST", distant.page(*arguments))
    out = re.sub(r"^ {5}\S.*", lambda row: re.sub("(?<=.{6})  +", "  ", row[0]), out, flags=re.MULTILINE)
    return re.sub(r"\nenvironment\n(  .*\n)+", "\n", out)


def test_a_plan_explains_each_component_and_each_item_old_and_new(distant: Distant) -> None:
    distant.scale(EDITED)
    head, _, rest = page(distant, "plan", "FILE", "--explain", "train").partition(
        "  Why: rates.scale() changed"
    )
    assert (
        head + rest[rest.index("  Compared") :]
        == """\
train (wine:train): runs
  Compared with run 1; ~ changed, + new, - gone.

depends on
     task  DIGEST  wine:train
  ~  code  DIGEST → DIGEST  5 items, 2 changed
     environment  DIGEST  2 items
     input  xs  DIGEST  list, from load
     parameter  depth  DIGEST  8

code
  ~  function  rates.scale()  DIGEST → DIGEST  rates.py:2
  ~  default  rates.scale(factor)  DIGEST → DIGEST  2 → 3  rates.py:2
     function  wine.train()  DIGEST  wine.py:10
     function  feats.scaled()  DIGEST  feats.py:3
     function  prep.prepare()  DIGEST  prep.py:3

rates.scale() changed
  wine.train() → prep.prepare() → feats.scaled() → rates.scale()
    - def scale(x, factor=2):
    + def scale(x, factor=3):
          \"""How much of it.\"""
    -     y = x * factor
    +     y = x ** factor
          return y + 1

rates.scale(factor): 2 → 3
  wine.train() → prep.prepare() → feats.scaled() → rates.scale() →
  rates.scale(factor)

"""
    )


def test_what_was_only_reformatted_is_reused_and_the_explanation_says_so(distant: Distant) -> None:
    distant.scale(REFORMATTED)
    out = page(distant, "plan", "FILE", "--explain", "train")
    assert out.splitlines()[:5] == [
        "train (wine:train): reused",
        "  Why: nothing it depends on changed since run 1",
        "  Compared with run 1: nothing changed.",
        "  Only written differently, and the same in what it does: rates.scale().",
        "",
    ]
    report = distant.run("plan", "FILE", "--explain", "train", "--json").json["explanation"]
    assert report["reformatted"] == [f"{distant.names[2]}.scale"]
    assert {item["mark"] for item in (*report["code"], *report["components"])} == {"same"}


def test_a_call_that_has_not_run_before_has_nothing_beside_it(project: Project) -> None:
    distant = Distant(project)
    out = page(distant, "plan", "FILE", "--explain", "load")
    assert "There is no call before it to compare with." in out
    assert "~" not in out
    assert "+" not in out


def test_a_call_on_record_is_compared_with_the_one_before_it(distant: Distant) -> None:
    distant.scale(EDITED)
    distant.run("run", "FILE")
    then = page(distant, "show", "2", "train", "--explain")
    assert "Compared with run 1; ~ changed" in then
    assert "+     y = x ** factor" in then
    # And the first one with none, whatever came after it.
    assert "There is no call before it" in page(distant, "show", "1", "train", "--explain")


def test_an_input_that_changed_leads_to_the_call_that_gave_it_and_why(distant: Distant) -> None:
    distant.scale(EDITED)
    distant.run("run", "FILE")
    out = " ".join(page(distant, "show", "@last", "score", "--explain").split())
    assert "~ input model DIGEST → DIGEST int, from train" in out
    assert "where what changed is from train executed: rates.scale() changed (rates.py:2)" in out


def test_another_run_than_the_last_can_be_compared_with(distant: Distant) -> None:
    distant.run("run", "FILE", "--set", "train.depth=9")
    distant.run("run", "FILE", "--set", "train.depth=10")
    for against, words in ((1, "8 → 10"), (2, "9 → 10")):
        out = page(distant, "show", "3", "train", "--explain", "--against", str(against))
        assert words in out
    assert "10 → 8" in page(distant, "plan", "FILE", "--explain", "train")
    assert "9 → 8" in page(distant, "plan", "FILE", "--explain", "train", "--against", "2")


def test_what_waits_is_explained_as_far_as_it_is_known(distant: Distant) -> None:
    distant.scale(EDITED)
    out = page(distant, "plan", "FILE", "--explain", "score")
    assert "score (wine:score): may run\n  Why: follows from train\n" in out
    assert "Not there yet, since calls before it have to run: model.\n" in out


def test_a_call_that_was_skipped_has_no_key(distant: Distant) -> None:
    distant.scale(SCALE.replace("y = x * factor", "raise ValueError"))
    assert distant.run("run", "FILE").code == 1
    assert page(distant, "show", "2", "score", "--explain").splitlines() == [
        "score (wine:score): skipped",
        "  Why: train did not succeed",
        "  It has no key: what it depends on was not all there.",
    ]
    assert "~  function  rates.scale()" in page(distant, "show", "2", "train", "--explain")


READS = """
from pathlib import Path

@task
def load() -> str:
    return Path("rates.txt").read_text()

@pipeline
def main() -> str:
    return load()
"""


def test_what_a_call_used_without_being_given_it_is_listed(project: Project) -> None:
    project.write(READS)
    (project.folder / "rates.txt").write_text("1")
    project.run("run", "FILE")
    assert re.search(
        r"used without being given it\n +read +rates.txt +\w{8}\n",
        project.run("show", "1", "load", "--explain").out,
    )
    (project.folder / "rates.txt").write_text("2")
    out = project.run("plan", "FILE", "--explain", "load").out
    assert re.search(r"read +rates.txt +\w{8} +rates.txt, which it read, has changed", out)
    report = project.run("plan", "FILE", "--explain", "load", "--json").json["explanation"]
    [seen] = report["observed"]
    assert (seen["kind"], seen["path"], seen["change"]) == (
        "read",
        "rates.txt",
        "rates.txt, which it read, has changed",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "FILE", "--explain", "trian"], "did you mean train? It has load, train, score"),
        (["plan", "FILE", "--against", "1"], "--against says what a call is compared with: add --explain"),
        (["plan", "FILE", "--explain", "train", "--against", "7"], "there is no run 7: the last is 1"),
        (["show", "1", "--explain"], "--explain takes a call: add its PATH"),
        (["show", "1", "trian", "--explain"], "run 1 has no call 'trian': did you mean train?"),
        (["show", "1", "train", "--against", "x"], "'x' does not name a run"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained_says_what_is_there(
    distant: Distant, arguments: list[str], said: str
) -> None:
    done = distant.run(*arguments)
    assert done.code == 2
    assert said in done.err
