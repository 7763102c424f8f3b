"""What `runs`, `show` and `plan` print, whole, from records made by hand."""

from __future__ import annotations

import pytest
from handmade import NOW, a_frame, a_run, executed, failed, plain_value, reused, skipped

from cuvee.cli.call_page import call_lines, log_lines
from cuvee.cli.element_page import element_lines
from cuvee.cli.map_page import map_lines
from cuvee.cli.plan_page import plan_lines
from cuvee.cli.quantities import date_text
from cuvee.cli.run_page import run_lines
from cuvee.cli.runs_page import runs_lines
from cuvee.cli.summary import Page
from cuvee.cli.table import plain
from cuvee.model.artifact import make_artifact
from cuvee.model.digest import digest_bytes, digest_text
from cuvee.model.entry import Figure, Metric
from cuvee.model.key import Component, Doubt, Item, make_ledger
from cuvee.model.order import LogChunk
from cuvee.model.plan import Plan, PlannedCall
from cuvee.model.record import CallRecord

PAGE = Page(100, plain)


def text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def test_runs_stand_in_a_table_with_their_metrics() -> None:
    runs = [
        (a_run(12), "succeeded"),
        (a_run(11, "failed", metrics=(("rmse", 0.7),), saved=0.0, git=None, max_depth=8), "failed"),
        (a_run(10, "running", metrics=()), "died"),
    ]
    assert (
        text(runs_lines(runs, NOW, Page(90, plain), more=True, leading=["mae", "rmse"]))
        == """\
Runs of predict_wine_quality
  all with csv=wine_quality.csv

  run  when       status     time   saved   max_depth  mae   rmse    commit
  12   3 min ago  succeeded  1.2 s  0.90 s  12         0.48  0.6312  1a2b3c4+
  11   3 min ago  failed     1.2 s          8                0.7
  10   3 min ago  died                      12

Older runs: cuvee runs --limit 6
"""
    )


def test_runs_of_several_pipelines_name_theirs_and_a_wide_page_has_the_date() -> None:
    other = a_run(11)
    other = type(other)(
        11, type(other.start)("wine:tune", *list(fields(other.start))[1:]), other.end, other.metrics
    )
    lines = runs_lines([(a_run(12), "succeeded"), (other, "succeeded")], NOW, Page(140, plain), more=False)
    assert lines[0].split() == [
        "run",
        "when",
        "pipeline",
        "status",
        "time",
        "saved",
        "rmse",
        "mae",
        "commit",
        "at",
    ]
    assert len(lines) == 3
    assert "tune" in lines[2]
    assert date_text(NOW - 200) in lines[1]


def fields(value: object) -> list[object]:
    return [getattr(value, name) for name in value.__struct_fields__]  # type: ignore[attr-defined]


def test_no_run_takes_more_than_its_line() -> None:
    long = {f"a_parameter_{at}": "a rather long value of it" for at in range(9)}
    runs = [(a_run(at, given={**long, "seed": str(at)}), "succeeded") for at in (12, 11)]
    lines = runs_lines(runs, NOW, PAGE, more=False)
    assert lines[1].startswith("  all with a_parameter_0=a rather long value of it, ")
    assert max(map(len, lines)) <= PAGE.width
    assert [line.split()[0] for line in lines[4:6]] == ["12", "11"]
    assert [line.split()[9] for line in lines[4:6]] == ["12", "11"]
    other = "wine:tune"
    runs += [(a_run(10, pipeline=other, given=long), "failed"), (a_run(9, pipeline=other), "succeeded")]
    lines = runs_lines(runs, NOW, PAGE, more=False)
    assert [line.split()[0] for line in lines if line] == ["run", "12", "11", "10", "9"]
    assert max(map(len, lines)) <= PAGE.width


def test_metrics_without_room_are_named() -> None:
    run = a_run(metrics=tuple((f"a_rather_long_metric_{i}", 0.5) for i in range(9)))
    lines = runs_lines([(run, "succeeded")], NOW, PAGE, more=False)
    note = " ".join(" ".join(lines).partition("Not enough")[2].split())
    assert note.startswith("room for a_rather_long_metric_2, a_rather_long_metric_3, ")
    assert note.endswith("and 1 more: `cuvee show RUN` has them.")


def test_without_runs_it_says_how_to_make_one() -> None:
    assert runs_lines([], NOW, PAGE, more=False) == [
        "No run is on record yet: `cuvee run FILE` makes the first."
    ]


def test_one_run() -> None:
    calls = [
        reused(0, "get_wine_quality", artifact=a_frame()),
        executed(1, "train", reason="max_depth: 8 → 12", artifact=make_artifact("pickle", "wine.Forest")),
        executed(
            2, "evaluate", 0.03, artifact=plain_value(0.5), figures=(Figure("residuals", a_frame(2000)),)
        ),
    ]
    [frame, forest, score, figure] = [
        digest_text(artifact.digest)[:19]
        for artifact in (a_frame(), make_artifact("pickle", "wine.Forest"), plain_value(0.5), a_frame(2000))
    ]
    assert (
        text(run_lines(a_run(), calls, "succeeded", NOW, PAGE))
        == f"""\
Run 12 of predict_wine_quality: succeeded, 1.2 s

  target      wine.py
  pipeline    wine:predict_wine_quality
  parameters  csv = wine_quality.csv
              max_depth = 12
  started     {date_text(NOW - 200)}, 3 min ago
  commit      1a2b3c4d5e on main, with changes that are not committed
  ran on      Python 3.12.1, linux-x86_64, laptop (process 4242)
  cuvee       0.1.0

  call              decision  time         why
  get_wine_quality  reused    saved 30 ms  nothing it depends on changed since run 11
  train             executed  0.41 s       max_depth: 8 → 12
  evaluate          executed  30 ms        its code changed

  rmse  0.631235
  mae   0.48

  result            type                size  content
  get_wine_quality  pandas.DataFrame  264 kB  {frame}
  train             wine.Forest          0 B  {forest}  (pickled)
  evaluate          float               10 B  {score}

  figure               type                size  content
  evaluate: residuals  pandas.DataFrame  2.0 kB  {figure}
  as files: cuvee show 12 --save-figures DIR

3 calls: 2 executed, 1 reused. 1.2 s, and 0.90 s saved by reuse.
All of one call: cuvee show 12 evaluate
"""
    )


def test_a_run_that_died_has_no_time_and_points_at_what_failed() -> None:
    calls = [failed(0, "train"), skipped(1, "score[0]", "train")]
    lines = run_lines(a_run(status="running", metrics=()), calls, "died", NOW, Page(100, plain, " --store x"))
    assert lines[0] == "Run 12 of predict_wine_quality: died"
    assert lines[-2:] == ["2 calls: 1 failed, 1 skipped.", "All of one call: cuvee show 12 train --store x"]


def test_a_run_without_an_end_tells_what_was_begun() -> None:
    run, page = a_run(status="running", metrics=()), Page(100, plain, "")
    lines = run_lines(run, [], "died", NOW, page, begun=["train", "train#2"])
    assert "Under way when it died, or about to begin: train and train#2." in lines
    lines = run_lines(run, [], "running", NOW, page, begun=[f"fit[{n}]" for n in range(20)])
    assert "Under way now, or about to begin: fit[0], fit[1], fit[2], " in "\n".join(lines)
    assert "and 8 more." in "\n".join(lines)


def test_one_call() -> None:
    item = Item("features.scale", "function", digest_bytes(b"s"), "features.py", 41)
    code = make_ledger("code", (item,), (Doubt("getattr(x, name)", "module", "wine.py", 9),))
    environment = make_ledger(
        "environment", tuple(Item(f"d{i} 1.0", "distribution", digest_bytes(b"d")) for i in range(3))
    )
    components = (
        Component("code", "", code.digest),
        Component("parameter", "max_depth", digest_bytes(b"12"), "12"),
    )
    call = executed(
        1, "train", reason="max_depth: 8 → 12", artifact=a_frame(), components=components,
        metrics=(Metric("rmse", 0.9, 0), Metric("rmse", 0.63, 1)),
        logs=(LogChunk("stdout", "fitting\ndone\n", 0.1), LogChunk("stderr", "careful\n", 0.2)),
        doubts=("it asks for the date",),
    )  # fmt: skip
    [code_digest, depth_digest] = [digest_text(part.digest)[7:19] for part in components]
    assert (
        text(call_lines(a_run(), call, [("code", code), ("environment", environment)], PAGE))
        == f"""\
train of run 12 (wine:train): executed in 0.41 s
  Why: max_depth: 8 → 12
  Not kept for reuse: it asks for the date

depends on
  code                  {code_digest}
  parameter  max_depth  {depth_digest}  12
  old beside new: cuvee show 12 train --explain

code: 1 function
  function  features.scale  features.py:41
  getattr(x, name) could not be resolved (wine.py:9): counted with its whole module

environment: 3 distributions

results
  result  pandas.DataFrame  264 kB  {digest_text(a_frame().digest)[:19]}

metrics
  rmse  step 0: 0.9
  rmse  step 1: 0.63

printed by train
  fitting
  done
  careful
"""
    )


def test_a_call_that_was_reused_says_who_made_its_result() -> None:
    call = reused(0, "clean", made_by=(3, "features/clean"))
    assert (
        text(call_lines(a_run(), call, [], PAGE))
        == """\
clean of run 12 (wine:clean): reused, which saved 30 ms
  Why: nothing it depends on changed since run 11
  Its result was made by features/clean in run 3.
"""
    )


def test_what_is_plain_of_what_a_call_gave_is_shown_with_its_value() -> None:
    call = executed(0, "clean", artifact=a_frame())
    lines = call_lines(a_run(), call, [], PAGE, values={"score": "0.5", "counts": "{'a': 1}"})
    at = lines.index("values")
    assert lines[at + 1 : at + 3] == ["  score   0.5", "  counts  {'a': 1}"]


def test_what_a_call_printed_moves_no_cursor_and_keeps_its_colours() -> None:
    printed = "\x1b[31mred\x1b[0m\x07\x1b]0;title\x1b[2J\t\x0e\r\nnext\0"
    lines = log_lines(executed(0, "clean", logs=(LogChunk("stdout", printed, 0.0),)), PAGE)
    assert lines[1:] == [
        "  \x1b[31mred\x1b[0m\\x07\\x1b]0;title\\x1b[2J\t\\x0e",
        "  next\\x00",
    ]


def test_a_call_that_failed_shows_the_traceback() -> None:
    lines = call_lines(a_run(), failed(0, "train"), [], PAGE)
    assert lines[0] == "train of run 12 (wine:train): failed after 0.20 s"
    assert lines[-1] == "ValueError: max_depth must be positive"


def test_many_values_of_a_metric_are_one_line() -> None:
    values = tuple(Metric("loss", 100.0 - i, i) for i in range(30))
    call = executed(0, "train", metrics=(*values, Metric("rmse", 0.5)))
    lines = call_lines(a_run(), call, [], PAGE)
    assert lines[3:] == [
        "metrics",
        "  loss  last 71, least 71, most 100: 30 values, steps 0 to 29",
        "  rmse  0.5",
    ]


def test_a_call_whose_maker_printed_says_where_that_is() -> None:
    call = reused(0, "clean", made_by=(3, "features/clean"))
    lines = call_lines(a_run(), call, [], PAGE, made_with_logs=True)
    assert lines[-1] == "It printed when it ran: cuvee show 3 features/clean --logs"


def test_a_map_as_a_whole() -> None:
    calls = [
        *(
            executed(i, f"fit[{i}]", 0.5 + i, metrics=(Metric("rmse", i / 4),), artifact=plain_value(i))
            for i in range(4)
        ),
        reused(4, "fit[4]", 2.0, metrics=(Metric("rmse", 1.0),), artifact=plain_value(0)),
        failed(5, "fit[5]"),
    ]
    shown = text(map_lines(a_run(), "fit", calls, PAGE))
    assert shown.startswith(
        f"fit of run 12 ({calls[0].task}): a map of 6 calls, 4 executed, 1 reused, 1 failed\n"
    )
    squeezed = [" ".join(line.split()) for line in shown.splitlines()]
    assert "4 calls its code changed" in squeezed
    assert "ran 8.2 s 0.20 s … 3.5 s each" in squeezed
    assert "saved 2.0 s 2.0 s each" in squeezed
    assert "rmse 0 … 1, mean 0.5 of 5 of them" in squeezed
    size = sum(plain_value(i).size for i in (0, 1, 2, 3, 0))
    assert f"fit[0…5] int {size} B 5 results, 4 different" in squeezed
    assert "fit[5] failed" in squeezed
    assert squeezed[-1] == "All of one call: cuvee show 12 'fit[5]'"


def test_the_results_of_a_map_are_one_line_of_a_run() -> None:
    calls = [executed(i, f"fit[{i}]", artifact=plain_value(i)) for i in range(100)]
    lines = run_lines(a_run(), calls, "succeeded", NOW, PAGE)
    assert [line.split() for line in lines if line.startswith("  fit[0…99]  int")] == [
        ["fit[0…99]", "int", "300", "B", "100", "results,", "all", "different"]
    ]


def test_an_element_of_a_result() -> None:
    pair = make_artifact("tuple", "tuple", children=(("0", plain_value(1)), ("1", plain_value(2.5))))
    call = executed(0, "split", artifact=pair)
    [(_, _), (_, element)] = pair.children
    lines = element_lines(a_run(), call, "1", element, lambda _: 2.5, PAGE)
    assert lines == [
        "split.1 of run 12: part of what split gave",
        "",
        "  type    float",
        "  size    10 B",
        f"  digest  {digest_text(element.digest)}",
        "  value   2.5",
        "",
        "As a parameter: @12:split.1. In Python: cuvee.load('12', 'split.1')",
        "The call that made it: cuvee show 12 split",
    ]
    whole = element_lines(a_run(), call, "x", pair, lambda _: (1, 2.5), PAGE)
    assert "elements" in whole


def planned(
    position: int, path: str, decision: str, seconds: float | None, reason: str = "why"
) -> PlannedCall:
    return PlannedCall(position, path, f"wine:{path}", decision, "first_run", reason, seconds)  # type: ignore[arg-type]


def test_a_plan() -> None:
    plan = Plan(
        "wine:predict",
        (
            planned(0, "clean", "reuse", 9.0, "nothing it depends on changed since run 11"),
            planned(1, "train", "execute", 0.4, "max_depth: 8 → 12"),
            *(planned(2 + i, f"score[{i}]", "depends", 0.1, "follows from train") for i in range(10)),
            planned(12, "report", "depends", None, "follows from train"),
        ),
        "the pipeline waits for the result of train",
    )
    assert (
        text(plan_lines(plan, PAGE))
        == """\
Plan of predict

  call        decision    time          why
  clean       reused                    nothing it depends on changed since run 11
  train       runs        about 0.40 s  max_depth: 8 → 12
  score[0…9]  10 may run  about 1.0 s   follows from train
  report      may run     not known     follows from train

The plan ends here: the pipeline waits for the result of train

13 calls: 1 to run, 11 that may have to, 1 reused. They should take about 1.4 s; how long 1 of them
takes is not known yet.
"""
    )


@pytest.mark.parametrize(
    ("calls", "last"),
    [
        ([], "It calls no task."),
        (["reuse", "reuse"], "Nothing has to run: the results of all 2 calls are reused."),
        (["execute"], "1 call: 1 to run. How long they take is not known yet."),
    ],
)
def test_the_last_line_of_a_plan_says_it_all(calls: list[str], last: str) -> None:
    plan = Plan(
        "wine:predict", tuple(planned(i, f"t{i}", decision, None) for i, decision in enumerate(calls))
    )
    assert plan_lines(plan, PAGE)[-1] == last


def test_pages_keep_to_a_narrow_terminal() -> None:
    calls: list[CallRecord] = [
        executed(i, f"features/of/some/kind_{i}", artifact=a_frame()) for i in range(3)
    ]
    for line in run_lines(a_run(), calls, "succeeded", NOW, Page(70, plain)):
        assert len(line) <= 72, line
