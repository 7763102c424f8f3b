"""What lies in the database: values once, what must stay is found by SQL, look-ups use their indexes."""

from __future__ import annotations

import re

import msgspec
import pytest

from cuvee.model.artifact import Blob, Part, Within, make_artifact
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.entry import Figure, Observation
from cuvee.model.order import LogChunk
from cuvee.model.record import Argued, ResultItem
from cuvee.testing.record_values import (
    batch,
    branch,
    call,
    components,
    end,
    entry,
    frame,
    ledger,
    metrics,
    name,
    plain,
    start,
)
from cuvee.tracking.sqlite import open_records
from cuvee.tracking.sqlite.calls import SELECT_CALL
from cuvee.tracking.sqlite.entries import _DROP, _FIND, _FIND_FIGURES, _KEEP_ENTRY, _VOUCH
from cuvee.tracking.sqlite.holdings import _REMEMBER_USE, _USERS
from cuvee.tracking.sqlite.latest import _BEFORE, _OF_ROW, _OF_RUN, LATEST
from cuvee.tracking.sqlite.originals import _WITH_ENTRIES
from cuvee.tracking.sqlite.queries import _CALL, _CALL_AT, _CALLS, _HAS_ENDED, _RUNS, _RUNS_OF_PIPELINE
from cuvee.tracking.sqlite.repeats import _LAST, _OF
from cuvee.tracking.sqlite.runs import _READ_METRICS

# The blobs that anything on record names, by artifact: entries and runs are where it starts.
REACHABLE_BLOBS = """
WITH RECURSIVE kept (artifact) AS (
    SELECT artifact FROM entry UNION SELECT artifact FROM entry_figure
    UNION SELECT artifact FROM call UNION SELECT artifact FROM call_figure
    UNION SELECT artifact FROM run_parameter UNION SELECT artifact FROM run_result
    UNION SELECT child FROM kept JOIN artifact_child ON parent = kept.artifact
)
SELECT DISTINCT blob, size FROM kept JOIN artifact_blob USING (artifact)
"""


def scalar(records, sql, *values):
    return records.database.execute(sql, values).fetchone()[0]


def test_a_value_that_many_hold_is_kept_once(sqlite):
    run = sqlite.ledger.begin(start(parameters=()))
    long = plain(1, padding=1000)
    holders = [branch(long, plain(n)) for n in range(5)] + [branch(branch(long, long), long)]
    sqlite.ledger.commit(
        run,
        batch(
            entries=[entry(str(n), holder) for n, holder in enumerate([*holders, long])],
            calls=[call(0, artifact=long, figures=(Figure("f", long),))],
        ),
    )
    assert scalar(sqlite, "SELECT count(*) FROM artifact WHERE digest = ?", long.digest) == 1
    assert scalar(sqlite, "SELECT sum(length(body)) FROM artifact") < 2 * 1000
    for one in (long, holders[-1]):
        assert scalar(sqlite, "SELECT size FROM artifact WHERE digest = ?", one.digest) == one.size


def test_a_list_that_grows_does_not_keep_its_items_again(sqlite):
    run = sqlite.ledger.begin(start(parameters=()))
    items = [plain(n, padding=2000) for n in range(60)]
    grown = [entry(str(n), branch(*items[:n])) for n in range(60)]
    sqlite.ledger.commit(run, batch(entries=grown))
    names_of_items = 60 * 60 / 2 * 45
    assert scalar(sqlite, "SELECT sum(length(body)) FROM artifact") < 60 * 2100 + names_of_items
    found = sqlite.entries.find([one.key for one in grown])
    assert [found[one.key] for one in grown] == [(one,) for one in grown]


def test_a_short_value_needs_no_row(sqlite):
    run = sqlite.ledger.begin(start(parameters=(Argued("x", "1", plain(1)),)))
    short = branch(plain(0.63), plain("white"))
    sqlite.ledger.commit(run, batch(entries=[entry("a", short)], calls=[call(0, artifact=short)]))
    sqlite.ledger.end(run, end(result=ResultItem(short)))
    assert scalar(sqlite, "SELECT count(*) FROM artifact") == 0
    assert scalar(sqlite, "SELECT count(*) FROM run_result") == 0


def test_the_form_of_the_newest_writer_counts(sqlite):
    """What was a blob once may be inline now, and the other way round: the digest is the same."""
    run = sqlite.ledger.begin(start())
    content = b"x" * 400
    for inline in (None, content, None):
        part = Part("all", digest_bytes(content), len(content), inline)
        one = make_artifact("bytes", "bytes", parts=(part,))
        sqlite.ledger.commit(run, batch(calls=[call(0, artifact=one)]))
        assert sqlite.queries.calls(run)[0].artifact == one


def test_parts_that_share_a_blob_come_back_and_need_it_once(sqlite):
    run = sqlite.ledger.begin(start())
    blob = Blob(name("shared"), 9000)
    parts = tuple(Part(f"{n}", name(f"part {n}"), 40, within=Within(blob, 64 * n)) for n in range(3))
    one = make_artifact("frame", "frame", parts=parts)
    sqlite.ledger.commit(run, batch(calls=[call(0, artifact=one)]))
    assert sqlite.queries.calls(run)[0].artifact == one
    needed = sqlite.database.execute("SELECT blob, size FROM artifact_blob WHERE artifact = ?", (one.digest,))
    assert list(needed) == [(blob.digest, blob.size)]


def test_every_blob_on_record_is_found_by_sql(sqlite):
    run = sqlite.ledger.begin(start(parameters=(Argued("csv", "", frame("parameter")),)))
    wide = [f"wide{n}" for n in range(20)]
    deep = branch(branch(branch(frame("deep"), plain(1, padding=999)), frame(*wide)))
    sqlite.ledger.commit(
        run,
        batch(
            entries=[entry("a", deep, figures=(Figure("f", branch(frame("entry figure"))),))],
            calls=[call(0, artifact=branch(frame("call")), figures=(Figure("g", frame("call figure")),))],
        ),
    )
    result = ResultItem(kind="list", items=(ResultItem(frame("result")),))
    sqlite.ledger.end(run, end(result=result))
    named = ["parameter", "deep", *wide, "entry figure", "call", "call figure", "result"]
    expected = {(name(f"column {column}"), 1000 + len(column)) for column in named} | {(name("source"), 10)}
    assert set(sqlite.database.execute(REACHABLE_BLOBS)) == expected


def test_a_result_told_again_holds_only_the_newer_artifacts(sqlite):
    run = sqlite.ledger.begin(start())
    for column in ("old", "new"):
        sqlite.ledger.end(run, end(result=ResultItem(frame(column))))
    assert list(sqlite.database.execute("SELECT artifact FROM run_result")) == [(frame("new").digest,)]


def fill(records, runs=3):
    for n in range(runs):
        run = records.ledger.begin(start())
        calls = [
            call(
                position,
                f"train#{position}",
                metrics=metrics(a=1.0, b=2.0),
                figures=(Figure("f", frame("png")),),
                logs=(LogChunk("stdout", "hello", 0.0),),
                components=components(str(position)),
                artifact=frame("x"),
            )
            for position in range(4)
        ]
        seen = (Observation("read", "f", name(str(n))),)
        figures = (Figure("f", frame("png")),)
        kept = entry("key", frame("x", str(n)), observed=seen, figures=figures, metrics=metrics(a=1))
        records.ledger.commit(run, batch(entries=[kept], calls=calls, ledgers=(("code", ledger(str(n))),)))
        records.ledger.end(run, end())


def test_all_history_deleted_changes_no_entry(sqlite):
    fill(sqlite)
    before = sqlite.entries.find([name("key")])
    assert len(before[name("key")]) == 3
    sqlite.database.execute("DELETE FROM run; DELETE FROM ledger; DELETE FROM versions")
    for table in ("call", "metric", "call_figure", "log", "run_parameter", "run_result", "run_ledger"):
        assert scalar(sqlite, f"SELECT count(*) FROM {table}") == 0, table
    assert sqlite.queries.runs() == ()
    assert sqlite.queries.latest_calls([("wine:train", "train")]) == {}
    assert sqlite.entries.find([name("key")]) == before


def test_all_entries_deleted_change_no_history(sqlite):
    fill(sqlite)
    before = sqlite.queries.runs(), sqlite.queries.calls(2), sqlite.queries.call(3, "train#1")
    sqlite.database.execute("DELETE FROM entry")
    assert scalar(sqlite, "SELECT count(*) FROM entry_figure") == 0
    assert (sqlite.queries.runs(), sqlite.queries.calls(2), sqlite.queries.call(3, "train#1")) == before
    assert sqlite.entries.find([name("key")]) == {}


def test_a_number_is_never_used_again(home, sqlite):
    fill(sqlite)
    sqlite.database.execute("DELETE FROM run WHERE number >= 2")
    assert sqlite.ledger.begin(start()) == 4
    sqlite.database.execute("DELETE FROM run")
    sqlite.close()
    again = open_records(home, boot="b")
    assert again.ledger.begin(start()) == 5
    again.close()


def test_a_later_process_reads_what_an_earlier_one_wrote(home, sqlite):
    fill(sqlite)
    before = sqlite.queries.runs(), sqlite.queries.calls(3), sqlite.entries.find([name("key")])
    sqlite.close()
    again = open_records(home, boot="b")
    assert (again.queries.runs(), again.queries.calls(3), again.entries.find([name("key")])) == before
    again.close()


def test_versions_and_ledgers_are_kept_once(sqlite):
    for _ in range(3):
        run = sqlite.ledger.begin(start())
        sqlite.ledger.commit(run, batch(ledgers=(("code", ledger()),)))
    assert scalar(sqlite, "SELECT count(*) FROM versions") == 1
    assert scalar(sqlite, "SELECT count(*) FROM ledger") == 1
    assert scalar(sqlite, "SELECT count(*) FROM run_ledger") == 3


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (_FIND, "entry_by_key"),
        (_KEEP_ENTRY, "entry_by_key"),
        (_DROP, "entry_by_key"),
        (_VOUCH, "entry_by_key"),
        (_FIND_FIGURES, "PRIMARY KEY"),
        (_CALLS, "sqlite_autoindex_call_1"),
        (_CALL, "call_by_use"),
        (_CALL_AT, "sqlite_autoindex_call_1"),
        (_OF_ROW, "INTEGER PRIMARY KEY"),
        (LATEST, "call_by_use"),
        (_OF_RUN, "call_by_use (task=? AND <expr>=? AND path=? AND run=?)"),
        (_HAS_ENDED, "call_by_use"),
        (_BEFORE, "call_by_use"),
        (_RUNS_OF_PIPELINE, "run_by_pipeline"),
        (_READ_METRICS, "metric_last"),
        (_WITH_ENTRIES, "entry_by_key"),
        (_LAST, "repeat_by_of (of=? AND run<?)"),
        (_OF, "repeat_by_of"),
    ],
)
def test_a_look_up_takes_its_index_and_sorts_nothing(sqlite, sql, index):
    plan = plan_of(sqlite, sql)
    assert any(index in line for line in plan), plan
    # The tasks that were used, and the values that are given, are few.
    few = ("latest", ")", "used", "original", "CONSTANT ROW")
    assert not [line for line in plan if line.startswith("SCAN") and not line.endswith(few)], plan
    assert not [line for line in plan if "TEMP B-TREE" in line], plan


def test_calls_of_a_task_lie_in_the_order_of_their_numbers(sqlite):
    run = sqlite.ledger.begin(start())
    paths = ["add", *(f"add#{n}" for n in range(2, 120))]
    sqlite.ledger.commit(run, batch(calls=tuple(call(n, path) for n, path in enumerate(paths))))
    sql = "SELECT path FROM call INDEXED BY call_by_use WHERE task = ? AND length(path) > 0"
    task = scalar(sqlite, "SELECT max(task) FROM call")
    assert [path for (path,) in sqlite.database.execute(sql, (task,))] == paths


@pytest.mark.parametrize("sql", [_USERS, _REMEMBER_USE])
def test_what_used_entries_is_found_without_a_look_at_all_of_them(sqlite, sql):
    plan = plan_of(sqlite, sql)
    assert any("entry_by_key" in line for line in plan), plan
    assert "SCAN entry" not in plan


def plan_of(sqlite, sql):
    numbers = [int(number) for number in re.findall(r"\?(\d+)", sql)]
    values = (None,) * max(numbers, default=len(re.findall(r"\?(?!\d)", sql)))
    return [row[3] for row in sqlite.database.execute("EXPLAIN QUERY PLAN " + sql, values)]


def test_entries_whose_keys_begin_alike_are_told_apart(sqlite):
    first, second, third = (Digest(b"\x01" + b"12345678" + bytes([n]) * 24) for n in range(3))
    run = sqlite.ledger.begin(start())
    kept = [msgspec.structs.replace(entry("a"), key=key) for key in (first, second)]
    sqlite.ledger.commit(run, batch(entries=kept))
    assert sqlite.entries.find([third, first, second]) == {each.key: (each,) for each in kept}
    sqlite.ledger.commit(run, batch(dropped=[(first, kept[0].artifact.digest)]))
    assert sqlite.entries.find([first, second]) == {second: (kept[1],)}


def test_runs_are_read_from_the_newest_without_a_sort(sqlite):
    plan = [row[3] for row in sqlite.database.execute("EXPLAIN QUERY PLAN " + _RUNS, (False, 1))]
    assert plan == ["SCAN run"]
    assert SELECT_CALL.startswith("\nSELECT run, position")


def test_metrics_of_all_runs_can_be_asked_for(sqlite):
    for value in (3.0, 1.0, 2.0):
        run = sqlite.ledger.begin(start())
        sqlite.ledger.commit(run, batch(calls=[call(0, metrics=metrics(rmse=value))]))
    best = "SELECT run FROM metric WHERE name = 'rmse' AND last = 1 ORDER BY value LIMIT 1"
    assert scalar(sqlite, best) == 2


def test_power_means_synced(home):
    records = open_records(home, boot="b", durability="power")
    assert scalar(records, "PRAGMA synchronous") == 2
    run = records.ledger.begin(start())
    records.ledger.commit(run, batch(entries=[entry("a", boot="b")]))
    assert records.entries.find([name("a")])[name("a")] == (entry("a", boot=""),)
    records.close()


def test_a_process_is_outlived_by_default(sqlite):
    assert scalar(sqlite, "PRAGMA synchronous") == 1
    assert scalar(sqlite, "PRAGMA journal_mode") == "wal"


def test_text_that_is_no_unicode_is_kept_legibly(sqlite):
    odd = "caf\udce9"
    run = sqlite.ledger.begin(start(target=odd, parameters=(Argued("csv", odd, frame("x")),)))
    seen = (Observation("read", odd, None),)
    logs = (LogChunk("stdout", odd, 0.0),)
    sqlite.ledger.commit(
        run,
        batch(
            calls=[call(0, reason=odd, logs=logs, artifact=frame("x"), doubts=(odd,))],
            entries=[entry("a", frame("x"), path=odd, observed=seen)],
        ),
    )
    sqlite.ledger.end(run, end(error=odd))
    found = sqlite.queries.run(run)
    legible = "caf\\udce9"
    assert (found.start.target, found.start.parameters[0].text, found.end.error) == (legible,) * 3
    assert found.start.parameters[0].artifact == frame("x")
    only = sqlite.queries.call(run, "train")
    assert (only.reason, only.logs[0].text, only.doubts) == (legible, legible, (legible,))
    assert only.artifact == frame("x")
    (kept,) = sqlite.entries.find([name("a")])[name("a")]
    assert (kept.path, kept.observed, kept.artifact) == (legible, seen, frame("x"))
