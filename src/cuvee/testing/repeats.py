"""What runs that repeat others must come to, as tests. Records may also know none, and repeat nothing."""

from __future__ import annotations

from msgspec.structs import replace

from cuvee.model.graph import STRIDE, GraphPrint
from cuvee.model.record import CallRecord
from cuvee.testing.record_values import Records, batch, call, end, entry, metrics, name, plain, start

GRAPH = GraphPrint(name("graph"), 2, {0: name("first")})
NOW = 2e9


class RepeatsSuite:
    """What `RunLedger.keep_graph` and `RunLedger.repeat` promise."""

    def test_a_graph_that_no_run_has_kept_is_not_repeated(self, records: Records) -> None:
        _original(records)
        run = records.ledger.begin(start())
        assert records.ledger.repeat(run, replace(GRAPH, digest=name("other")), NOW) is None
        assert records.ledger.repeat(run, replace(GRAPH, calls=3), NOW) is None
        assert records.ledger.repeat(run, replace(GRAPH, keys={0: name("other")}), NOW) is None
        assert records.queries.calls(run) == ()

    def test_a_run_that_repeats_another_has_its_calls_as_reused(self, records: Records) -> None:
        first, second = _original(records)
        run = records.ledger.begin(start())
        saved = records.ledger.repeat(run, GRAPH, NOW)
        if saved is None:
            assert records.queries.calls(run) == ()
            return
        assert saved == first.seconds + second.seconds
        again = (_reused(first), _reused(second))
        assert records.queries.calls(run) == again
        assert records.queries.call(run, second.path) == again[1]
        assert records.queries.latest_calls([(first.task, first.path)]) == {
            (first.task, first.path): again[0]
        }
        assert records.queries.call_before(run + 1, first.task, first.path) == (run, again[0])
        assert records.queries.call_before(run, first.task, first.path) == (1, first)
        assert records.queries.given(run) == records.queries.given(1)

    def test_what_a_repeat_gave_comes_back(self, records: Records) -> None:
        first, second = _original(records)
        run = records.ledger.begin(start())
        told = run if records.ledger.repeat(run, GRAPH, NOW) is not None else 1
        results = records.queries.results(told, [second.position, 7])
        assert results == {second.position: second.artifact}
        assert [one.path for one in records.queries.calls(told, after=first.position)] == [second.path]
        assert [one.path for one in records.queries.calls(told, limit=1)] == [first.path]

    def test_without_an_entry_there_is_no_repeat(self, records: Records) -> None:
        _, second = _original(records)
        assert second.artifact is not None
        dropped = ((name("second"), second.artifact.digest),)
        records.ledger.commit(1, batch(dropped=dropped))
        assert records.ledger.repeat(records.ledger.begin(start()), GRAPH, NOW) is None

    def test_what_logged_metrics_is_not_repeated(self, records: Records) -> None:
        _original(records, metrics=metrics(rmse=1))
        assert records.ledger.repeat(records.ledger.begin(start()), GRAPH, NOW) is None

    def test_a_repeat_is_no_original_of_another_number_of_calls(self, records: Records) -> None:
        _original(records)
        records.ledger.commit(1, batch(calls=[call(2 * STRIDE, "third")]))
        assert records.ledger.repeat(records.ledger.begin(start()), GRAPH, NOW) is None


def _original(records: Records, **more: object) -> tuple[CallRecord, CallRecord]:
    """A run with two calls, each with an entry, and the graph of both."""
    run = records.ledger.begin(start())
    calls, entries = [], []
    for place, path in enumerate(("first", "second")):
        kept = entry(path, plain(path), run=run, path=path, **more)
        entries.append(kept)
        calls.append(
            call(
                place * STRIDE,
                path,
                key=kept.key,
                artifact=kept.artifact,
                seconds=kept.seconds,
                metrics=kept.metrics,
            )
        )
    records.ledger.commit(run, batch(entries=entries, calls=calls))
    records.ledger.keep_given(run, [plain("long")])
    records.ledger.end(run, end())
    records.ledger.keep_graph(run, GRAPH)
    return calls[0], calls[1]


def _reused(original: CallRecord) -> CallRecord:
    return replace(
        original,
        decision="reused",
        reason_code="unchanged",
        reason="nothing it depends on changed since run 1",
        started=NOW,
        seconds=0.0,
        saved=original.seconds,
        made_by=(1, original.path),
    )
