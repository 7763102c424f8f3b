"""What `CacheEntries` must do, as tests."""

from __future__ import annotations

import math

import pytest

from cuvee.model.artifact import Artifact
from cuvee.model.entry import Figure, Metric, Observation
from cuvee.testing.record_values import BOOT, Records, batch, branch, entry, frame, name, plain, start


class CacheEntriesSuite:
    """What `CacheEntries` promises, together with `RunLedger.commit`."""

    @pytest.fixture
    def run(self, records: Records) -> int:
        return records.ledger.begin(start())

    def test_a_key_that_is_not_on_record_is_left_out(self, records: Records, run: int) -> None:
        records.ledger.commit(run, batch(entries=[entry("a")]))
        assert records.entries.find([name("b")]) == {}
        assert records.entries.find([]) == {}

    def test_a_key_that_is_on_record_may_have_an_entry_at_once(self, records: Records, run: int) -> None:
        for text in ("a", "b"):
            records.entries.may_have([name(text)], anew=False)
            records.ledger.commit(run, batch(entries=[entry(text)]))
            assert name(text) in records.entries.may_have([name("a"), name("b")], anew=False)

    def test_an_entry_comes_back_as_it_was_committed(self, records: Records, run: int) -> None:
        whole = entry(
            "a",
            frame("x", "y"),
            run=run,
            path="features/train#2",
            seconds=1.25,
            created=1.7e9 + 0.123456,
            metrics=(Metric("rmse", 0.5, 3), Metric("rmse", -0.25), Metric("pi", math.pi, -(2**62))),
            figures=(Figure("loss", frame("png")), Figure("note", plain("short"))),
            observed=(Observation("read", "data/a.csv", name("csv")), Observation("read", "/etc/none", None)),
            boot="yesterday",
            memory=310_000_000,
        )
        records.ledger.commit(run, batch(entries=[whole]))
        assert records.entries.find([name("a")]) == {name("a"): (whole,)}

    def test_numbers_that_are_not_finite_survive(self, records: Records, run: int) -> None:
        values = (math.nan, math.inf, -math.inf)
        odd = entry("a", metrics=tuple(Metric("loss", value) for value in values))
        records.ledger.commit(run, batch(entries=[odd]))
        (found,) = records.entries.find([name("a")])[name("a")]
        assert [repr(metric.value) for metric in found.metrics] == ["nan", "inf", "-inf"]

    def test_a_path_that_is_no_text_comes_back_exactly(self, records: Records, run: int) -> None:
        odd = entry("a", observed=(Observation("read", "caf\udce9.csv", None),))
        records.ledger.commit(run, batch(entries=[odd]))
        assert records.entries.find([name("a")])[name("a")] == (odd,)

    @pytest.mark.parametrize(
        "artifact",
        [
            plain(1),
            plain(1, padding=10_000),
            branch(),
            branch(plain(1), plain(2)),
            branch(plain(1, padding=300), plain(1, padding=300), plain(2)),
            branch(frame("x"), frame("x", "y"), branch(frame(*"abcdefgh"), branch(plain(3)))),
            branch(*(branch(plain(n, padding=n), plain(n)) for n in range(300))),
        ],
        ids=["short", "long", "empty", "short branch", "long twice", "frames", "wide"],
    )
    def test_an_artifact_of_any_shape_survives(self, records: Records, run: int, artifact: Artifact) -> None:
        records.ledger.commit(run, batch(entries=[entry("a", artifact)]))
        (found,) = records.entries.find([name("a")])[name("a")]
        assert found.artifact == artifact

    def test_thousands_of_keys_at_once(self, records: Records, run: int) -> None:
        kept = [entry(f"key {n}", plain(n % 7)) for n in range(3000)]
        records.ledger.commit(run, batch(entries=kept))
        asked = [name(f"key {n}") for n in range(4000)] * 2
        assert records.entries.find(asked) == {one.key: (one,) for one in kept}

    def test_states_of_a_key_come_newest_first(self, records: Records, run: int) -> None:
        states = [
            entry("a", plain(n), created=n, observed=(Observation("read", "f", name(str(n))),))
            for n in range(3)
        ]
        records.ledger.commit(run, batch(entries=states[:2]))
        records.ledger.commit(run, batch(entries=states[2:]))
        assert records.entries.find([name("a")])[name("a")] == (states[2], states[1], states[0])

    def test_the_first_entry_of_a_key_and_state_stays(self, records: Records, run: int) -> None:
        seen = (Observation("read", "a", name("a")), Observation("read", "b", None))
        first = entry("a", plain(1), observed=seen)
        second = entry("a", plain(2), observed=seen[::-1], figures=(Figure("f", plain(3)),))
        records.ledger.commit(run, batch(entries=[first, second]))
        records.ledger.commit(run, batch(entries=[second]))
        assert records.entries.find([name("a")])[name("a")] == (first,)

    def test_what_is_dropped_goes_before_what_comes(self, records: Records, run: int) -> None:
        bad = entry("a", plain("bad"), figures=(Figure("f", plain(3)),))
        records.ledger.commit(run, batch(entries=[bad, entry("b", plain("bad"))]))
        good = entry("a", plain("good"))
        dropped = ((bad.key, bad.artifact.digest), (name("unknown"), bad.artifact.digest))
        records.ledger.commit(run, batch(entries=[good], dropped=dropped))
        found = records.entries.find([name("a"), name("b")])
        assert found == {name("a"): (good,), name("b"): (entry("b", plain("bad")),)}

    def test_only_entries_with_that_artifact_are_dropped(self, records: Records, run: int) -> None:
        states = [entry("a", plain(n), observed=(Observation("read", str(n), None),)) for n in range(2)]
        records.ledger.commit(run, batch(entries=states))
        records.ledger.commit(run, batch(dropped=((name("a"), plain(0).digest),)))
        assert records.entries.find([name("a")])[name("a")] == (states[1],)

    def test_a_key_with_all_entries_dropped_is_left_out(self, records: Records, run: int) -> None:
        records.ledger.commit(run, batch(entries=[entry("a")]))
        records.ledger.commit(run, batch(dropped=((name("a"), entry("a").artifact.digest),)))
        assert records.entries.find([name("a")]) == {}

    def test_vouching_takes_an_earlier_boot_off(self, records: Records, run: int) -> None:
        states = [
            entry("a", plain(n), boot="yesterday", observed=(Observation("read", str(n), None),))
            for n in range(2)
        ]
        records.ledger.commit(run, batch(entries=states))
        records.entries.vouch([states[0], entry("unknown")])
        found = records.entries.find([name("a")])[name("a")]
        assert {one.artifact.digest: one.boot for one in found} == {
            plain(0).digest: "",
            plain(1).digest: "yesterday",
        }

    def test_vouching_says_nothing_of_what_this_boot_wrote(self, records: Records, run: int) -> None:
        fresh = entry("a", boot=BOOT)
        records.ledger.commit(run, batch(entries=[fresh]))
        records.entries.vouch([fresh])
        assert records.entries.find([name("a")])[name("a")] == (fresh,)
