"""What `RunLedger` and `Queries` must do, as tests."""

from __future__ import annotations

import math

import pytest

from cuvee.errors import RecordsFault
from cuvee.model.entry import Figure, Metric
from cuvee.model.order import Failure, LogChunk
from cuvee.model.record import CallRecord, Tag
from cuvee.model.snapshot import Snapshot
from cuvee.testing.record_values import (
    Records,
    batch,
    branch,
    call,
    components,
    end,
    entry,
    footing,
    frame,
    ledger,
    metrics,
    name,
    plain,
    profile,
    start,
)


class RunLedgerSuite:
    """What `RunLedger` promises."""

    def test_what_a_run_stood_on_is_kept_by_its_command(self, records: Records) -> None:
        for number in (1, 2):
            records.ledger.begin(start())
            records.ledger.stand(name("run it"), footing(number))
        assert records.queries.footing(name("run it")) == footing(2)
        assert records.queries.footing(name("run another")) is None

    def test_a_run_that_was_never_begun_stood_on_nothing(self, records: Records) -> None:
        with pytest.raises(RecordsFault, match="7"):
            records.ledger.stand(name("run it"), footing(7))
        assert records.queries.footing(name("run it")) is None

    def test_numbers_follow_each_other(self, records: Records) -> None:
        assert [records.ledger.begin(start()) for _ in range(3)] == [1, 2, 3]

    def test_a_run_that_was_never_begun_takes_nothing(self, records: Records) -> None:
        with pytest.raises(RecordsFault, match="7"):
            records.ledger.commit(7, batch(entries=[entry("a")], calls=[call(0)]))
        with pytest.raises(RecordsFault, match="7"):
            records.ledger.end(7, end())
        assert records.entries.find([name("a")]) == {}
        assert records.queries.calls(7) == ()

    def test_a_call_replaces_the_one_at_its_position(self, records: Records) -> None:
        run = records.ledger.begin(start())
        first = call(
            0,
            metrics=metrics(a=1, b=2),
            figures=(Figure("f", plain(1)),),
            logs=(LogChunk("stdout", "x", 0.0),),
        )
        records.ledger.commit(run, batch(calls=[first, call(1, "other")]))
        second = call(0, status="failed", artifact=plain(2), metrics=metrics(b=3))
        records.ledger.commit(run, batch(calls=[second, call(2, "third")]))
        assert records.queries.calls(run) == (second, call(1, "other"), call(2, "third"))
        assert records.queries.call(run, "train") == second

    def test_of_two_calls_of_a_position_in_a_batch_the_later_counts(self, records: Records) -> None:
        run = records.ledger.begin(start())
        first = call(0, metrics=metrics(a=1), logs=(LogChunk("stdout", "x", 0.0),))
        records.ledger.commit(run, batch(calls=[first, call(0)]))
        assert records.queries.call(run, "train") == call(0)

    def test_the_end_may_be_told_again(self, records: Records) -> None:
        run = records.ledger.begin(start())
        records.ledger.end(run, end())
        records.ledger.end(run, end(status="failed", error="Traceback …", git=None))
        found = records.queries.run(run)
        assert found is not None
        assert found.end == end(status="failed", error="Traceback …", git=None)

    def test_an_empty_batch_is_fine(self, records: Records) -> None:
        run = records.ledger.begin(start())
        records.ledger.commit(run, batch())
        assert records.queries.calls(run) == ()

    def test_a_ledger_is_kept_once(self, records: Records) -> None:
        for _ in range(2):
            run = records.ledger.begin(start())
            records.ledger.commit(run, batch(ledgers=(("code", ledger()), ("environment", ledger("2")))))
        assert records.queries.ledger(ledger().digest) == ledger()
        assert records.queries.ledger(ledger("2").digest) == ledger("2")

    def test_a_source_is_kept_once(self, records: Records) -> None:
        text, odd = "def f():\n    return 'é'\n", "lone \udc80 surrogate"
        for later in (text, "another text"):
            run = records.ledger.begin(start())
            records.ledger.commit(run, batch(sources=((name("f"), later), (name("odd"), odd))))
        found = records.queries.sources([name("f"), name("odd"), name("none")])
        assert found == {name("f"): text, name("odd"): odd}

    def test_the_source_of_a_run_comes_back(self, records: Records) -> None:
        run, other = records.ledger.begin(start()), records.ledger.begin(start())
        first = Snapshot(frame("source"), (("key.pem", "its name says that it holds secrets"),))
        for snapshot in (Snapshot(frame("early")), first):
            records.ledger.keep_snapshot(run, snapshot)
        assert records.queries.snapshot(run) == first
        assert records.queries.snapshot(other) is None

    def test_what_calls_were_given_comes_back(self, records: Records) -> None:
        run, other = records.ledger.begin(start()), records.ledger.begin(start())
        for given in ([frame("wines"), branch(frame("sizes"))], [frame("wines"), frame("more")]):
            records.ledger.keep_given(run, given)
        assert set(records.queries.given(run)) == {frame("wines"), branch(frame("sizes")), frame("more")}
        assert records.queries.given(other) == ()

    def test_the_first_profile_of_an_artifact_stays(self, records: Records) -> None:
        run = records.ledger.begin(start())
        for rows in (3, 4):
            records.ledger.commit(run, batch(profiles=((name("a"), profile(rows)), (name("b"), profile()))))
        assert records.queries.profile(name("a")) == profile(3)
        assert records.queries.profile(name("b")) == profile()

    def test_a_tag_stands_for_what_it_was_moved_to_last(self, records: Records) -> None:
        run = records.ledger.begin(start())
        for path, at in (("", 1.0), ("train", 2.0)):
            records.ledger.tag(Tag("champion", run, path, at))
        records.ledger.tag(Tag("a", run, "", 3.0))
        assert records.queries.tags() == (Tag("a", run, "", 3.0), Tag("champion", run, "train", 2.0))
        found = records.queries.run(run)
        assert found is not None
        assert found.tags == records.queries.tags()

    def test_numbers_of_any_kind_come_back(self, records: Records) -> None:
        run = records.ledger.begin(start(started=-0.0))
        logged = tuple(
            Metric("a", value, n) for n, value in enumerate((-0.0, 0.0, math.inf, -1e300, 5e-324, 1e16))
        )
        records.ledger.commit(
            run,
            batch(
                calls=[call(0, metrics=logged, seconds=-0.0, started=0.0)],
                entries=[entry("a", seconds=-0.0, created=-0.0, metrics=logged)],
            ),
        )
        records.ledger.end(run, end(seconds=-0.0))
        assert records.queries.calls(run) == (call(0, metrics=logged, seconds=0.0, started=0.0),)
        assert len(records.entries.find([name("a")])[name("a")]) == 1
        assert records.queries.run(run) is not None

    def test_all_moves_of_a_tag_stay_on_record(self, records: Records) -> None:
        run = records.ledger.begin(start())
        moves = [
            Tag("champion", run, "", 1.0),
            Tag("champion", None, "", 2.0),
            Tag("champion", run, "x", 3.0),
        ]
        for move in moves[:2]:
            records.ledger.tag(move)
        assert records.queries.tags() == ()
        records.ledger.tag(moves[2])
        assert list(records.queries.tag_moves("champion")) == moves[::-1]
        assert records.queries.tag_moves("other") == ()

    def test_a_run_that_was_never_begun_has_no_name(self, records: Records) -> None:
        with pytest.raises(RecordsFault, match="7"):
            records.ledger.tag(Tag("champion", 7, "", 1.0))
        with pytest.raises(RecordsFault, match="7"):
            records.ledger.note(7, "x")
        assert records.queries.tags() == ()

    def test_a_note_is_kept_changed_and_taken_away(self, records: Records) -> None:
        run = records.ledger.begin(start())
        for text in ("before the new labels", "ü — two\nlines", ""):
            records.ledger.note(run, text)
            found = records.queries.run(run)
            assert found is not None
            assert found.note == text


class QueriesSuite:
    """What `Queries` promises."""

    def test_a_run_comes_back_as_it_began_and_ended(self, records: Records) -> None:
        run = records.ledger.begin(start())
        found = records.queries.run(run)
        assert found is not None
        assert (found.number, found.start, found.end, found.metrics) == (run, start(), None, ())
        assert found.status == "running"
        records.ledger.end(run, end())
        found = records.queries.run(run)
        assert found is not None
        assert (found.start, found.end, found.status) == (start(), end(), "succeeded")

    def test_runs_newest_first(self, records: Records) -> None:
        for pipeline in ("a", "b", "a", "a"):
            records.ledger.begin(start(pipeline))
        assert [run.number for run in records.queries.runs()] == [4, 3, 2, 1]
        assert [run.number for run in records.queries.runs(limit=2)] == [4, 3]
        assert [run.number for run in records.queries.runs(pipeline="a")] == [4, 3, 1]
        assert [run.number for run in records.queries.runs(pipeline="a", limit=1)] == [4]
        assert records.queries.runs(pipeline="c") == ()
        assert records.queries.runs(limit=0) == ()
        assert records.queries.runs()[0] == records.queries.run(4)

    def test_what_is_not_on_record(self, records: Records) -> None:
        run = records.ledger.begin(start())
        assert records.queries.runs(pipeline="predict")
        assert records.queries.run(run + 1) is None
        assert records.queries.calls(run + 1) == ()
        assert records.queries.call(run, "train") is None
        assert records.queries.ledger(name("none")) is None
        assert records.queries.known_ledgers([name("none")]) == frozenset()
        assert records.queries.call_before(run, "wine:train", "train") is None
        assert records.queries.profile(name("none")) is None

    def test_a_call_comes_back_whole(self, records: Records) -> None:
        run = records.ledger.begin(start())
        whole = call(
            5 << 32,
            "features/train#2",
            status="failed",
            saved=2.5,
            key=name("key"),
            components=components("x"),
            artifact=branch(frame("x"), plain(1)),
            outputs=("train", "test"),
            metrics=(Metric("rmse", 0.5, 3), Metric("rmse", 0.25)),
            figures=(Figure("loss", frame("png")), Figure("note", plain(""))),
            logs=(LogChunk("stdout", "hello\n", 0.125), LogChunk("stderr", "nul \0 — ü\n", 1.0)),
            failure=Failure("ValueError", "no", "Traceback …\n", "wine.py", 12),
            doubts=("it asked for the date",),
            made_by=(3, "train"),
            memory=310_000_000,
        )
        records.ledger.commit(run, batch(calls=[whole]))
        assert records.queries.call(run, "features/train#2") == whole
        assert records.queries.calls(run) == (_without_logs(whole),)

    def test_a_call_that_was_skipped_has_little_to_tell(self, records: Records) -> None:
        run = records.ledger.begin(start())
        skipped = call(0, status="skipped", decision=None, reason_code=None, reason="train failed")
        records.ledger.commit(run, batch(calls=[skipped]))
        assert records.queries.calls(run) == (skipped,)

    def test_calls_in_the_order_of_tracing(self, records: Records) -> None:
        run = records.ledger.begin(start())
        records.ledger.commit(run, batch(calls=[call(7 << 32, "c"), call(2, "b")]))
        records.ledger.commit(run, batch(calls=[call(0, "a")]))
        assert [one.path for one in records.queries.calls(run)] == ["a", "b", "c"]

    def test_the_last_value_of_a_metric_stands(self, records: Records) -> None:
        run = records.ledger.begin(start())
        logged = (
            Metric("loss", 3.0, 1),
            Metric("accuracy", 0.1),
            Metric("loss", 1.0, 3),
            Metric("loss", 2.0, 2),
            Metric("accuracy", 0.2),
        )
        records.ledger.commit(run, batch(calls=[call(0, metrics=logged)]))
        assert self._metrics(records, run) == (("loss", 1.0), ("accuracy", 0.2))

    def test_a_metric_of_two_calls_has_their_paths(self, records: Records) -> None:
        run = records.ledger.begin(start())
        calls = [
            call(1, "b", decision="reused", metrics=metrics(rmse=2, only=3)),
            call(0, "a", metrics=metrics(rmse=1)),
        ]
        records.ledger.commit(run, batch(calls=calls))
        assert self._metrics(records, run) == (("a.rmse", 1.0), ("b.rmse", 2.0), ("only", 3.0))

    def test_a_metric_may_be_no_finite_number(self, records: Records) -> None:
        run = records.ledger.begin(start())
        logged = metrics(nan=math.nan, inf=math.inf, minus=-math.inf)
        records.ledger.commit(run, batch(calls=[call(0, metrics=logged)]))
        assert repr(self._metrics(records, run)) == "(('nan', nan), ('inf', inf), ('minus', -inf))"
        (found,) = records.queries.calls(run)
        assert repr(found.metrics) == repr(logged)

    def _metrics(self, records: Records, run: int) -> tuple[tuple[str, float], ...]:
        found = records.queries.run(run)
        assert found is not None
        return found.metrics

    def test_the_latest_calls(self, records: Records) -> None:
        runs = [records.ledger.begin(start()) for _ in range(3)]
        noisy = call(0, "train", reason="1", logs=(LogChunk("stdout", "x", 0.0),), metrics=metrics(a=1))
        records.ledger.commit(runs[0], batch(calls=[noisy, call(1, "train#2", reason="2", status="failed")]))
        reused = call(0, "train#2", reason="3", decision="reused", components=components("y"))
        other = call(1, "train", reason="4", task="wine:other")
        records.ledger.commit(runs[1], batch(calls=[reused, other]))
        never = [call(0, "train", status="skipped"), call(1, "train#2", status="cancelled")]
        records.ledger.commit(runs[2], batch(calls=never))
        train, again = ("wine:train", "train"), ("wine:train", "train#2")
        latest = records.queries.latest_calls([train, again, ("wine:unknown", "train"), train])
        assert latest == {("wine:train", "train"): _without_logs(noisy), ("wine:train", "train#2"): reused}
        assert set(records.queries.latest_calls([("wine:other", "train"), again])) == {
            ("wine:other", "train"),
            again,
        }
        assert records.queries.latest_calls([]) == {}

    def test_whether_a_task_has_a_latest_call(self, records: Records) -> None:
        run = records.ledger.begin(start())
        ends = {"succeeded": True, "failed": True, "skipped": False, "cancelled": False}
        calls = [call(n, status, task=f"wine:{status}", status=status) for n, status in enumerate(ends)]
        assert not any(records.queries.has_ended(f"wine:{status}") for status in ends)
        records.ledger.commit(run, batch(calls=calls))
        assert {status: records.queries.has_ended(f"wine:{status}") for status in ends} == ends

    def test_a_call_that_a_result_was_swapped_in_for_is_none_to_compare_with(self, records: Records) -> None:
        runs = [records.ledger.begin(start()) for _ in range(2)]
        records.ledger.commit(runs[0], batch(calls=[call(0, reason="ran")]))
        records.ledger.commit(runs[1], batch(calls=[call(0, reason="swapped", decision="given")]))
        (latest,) = records.queries.latest_calls([("wine:train", "train")]).values()
        assert latest.reason == "ran"
        found = records.queries.call_before(runs[1] + 1, "wine:train", "train")
        assert found == (runs[0], call(0, reason="ran"))

    def test_the_latest_call_is_of_the_latest_run(self, records: Records) -> None:
        earlier, later = records.ledger.begin(start()), records.ledger.begin(start())
        records.ledger.commit(later, batch(calls=[call(0, reason="later")]))
        records.ledger.commit(earlier, batch(calls=[call(0, reason="earlier")]))
        (latest,) = records.queries.latest_calls([("wine:train", "train")]).values()
        assert latest.reason == "later"

    def test_the_call_before_a_run(self, records: Records) -> None:
        runs = [records.ledger.begin(start()) for _ in range(4)]
        records.ledger.commit(runs[0], batch(calls=[call(0, reason="first"), call(1, "other")]))
        records.ledger.commit(runs[1], batch(calls=[call(0, reason="second", status="failed")]))
        records.ledger.commit(runs[2], batch(calls=[call(0, status="skipped")]))
        found = records.queries.call_before(runs[3], "wine:train", "train")
        assert found == (runs[1], call(0, reason="second", status="failed"))
        assert records.queries.call_before(runs[1], "wine:train", "train") == (
            runs[0],
            call(0, reason="first"),
        )
        assert records.queries.call_before(runs[0], "wine:train", "train") is None
        assert records.queries.call_before(runs[3], "wine:other", "train") is None

    def test_which_fingerprints_are_on_record(self, records: Records) -> None:
        run = records.ledger.begin(start())
        records.ledger.commit(run, batch(ledgers=(("code", ledger()),)))
        known = records.queries.known_ledgers([ledger().digest, ledger("2").digest])
        assert known == {ledger().digest}


def _without_logs(known: CallRecord) -> CallRecord:
    fields = {field: getattr(known, field) for field in known.__struct_fields__}
    return CallRecord(**{**fields, "logs": ()})
