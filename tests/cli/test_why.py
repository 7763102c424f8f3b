"""What `plan` and `run` say of a helper three modules away that is edited, then only reformatted."""

from __future__ import annotations

import re

from distant import REFORMATTED, SCALE, Distant


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
    assert re.search(r"… \d+ more lines\n\n  All of it: add --explain train\n", page)
