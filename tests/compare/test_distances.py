"""How far distributions are from each other, by what profiles tell, beside what their values tell."""

from __future__ import annotations

import numpy as np
import pytest

from cuvee.compare.distances import common_bins, kolmogorov_smirnov, stability_index
from cuvee.compare.profiles import profile_difference
from cuvee.model.digest import digest_bytes
from cuvee.model.profile import ColumnProfile, Histogram, Profile, Top
from cuvee.profiles.distribution import histogram_of, quantiles_of


def column(values: np.ndarray, name: str = "x", **more: object) -> ColumnProfile:  # type: ignore[type-arg]
    ordered = np.sort(values.astype(float))
    return ColumnProfile(
        name,
        "float64",
        "number",
        0,
        mean=float(values.mean()),
        quantiles=quantiles_of(ordered),
        histogram=histogram_of(ordered),
        **more,  # type: ignore[arg-type]
    )


def numbers(shift: float = 0.0, scale: float = 1.0) -> np.ndarray:  # type: ignore[type-arg]
    return np.random.default_rng(7).normal(shift, scale, 20_000)


def test_equal_distributions_are_no_distance_apart() -> None:
    assert stability_index(column(numbers()), column(numbers())) == pytest.approx(0, abs=1e-12)
    assert kolmogorov_smirnov(column(numbers()), column(numbers())) == 0


@pytest.mark.parametrize(("shift", "scale"), [(0.1, 1), (0.5, 1), (0, 2), (3, 1)])
def test_the_distances_are_those_of_the_values(shift: float, scale: float) -> None:
    a, b = numbers(), np.random.default_rng(8).normal(shift, scale, 20_000)
    together = np.sort(np.concatenate([a, b]))
    below = [np.searchsorted(np.sort(each), together, "right") / each.size for each in (a, b)]
    exact = np.abs(below[0] - below[1]).max()
    assert kolmogorov_smirnov(column(a), column(b)) == pytest.approx(exact, abs=0.03)
    edges = np.quantile(a, np.arange(1, 10) / 10)
    shares = [np.bincount(np.searchsorted(edges, each), minlength=10) / each.size for each in (a, b)]
    shares = [np.maximum(each, 1e-4) for each in shares]
    index = float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
    assert stability_index(column(a), column(b)) == pytest.approx(index, rel=0.3, abs=0.01)


def test_a_value_that_most_have_is_no_reason_to_be_apart() -> None:
    zeros = np.zeros(1000)
    assert kolmogorov_smirnov(column(zeros), column(zeros)) == 0
    assert kolmogorov_smirnov(column(zeros), column(np.ones(1000))) == 1


def test_categories_are_compared_by_their_shares() -> None:
    a, b = (
        ColumnProfile("c", "str", "text", 0, top=tuple(Top(*each) for each in top), seen=100)
        for top in ([("red", 50), ("white", 50)], [("red", 90), ("white", 10)])
    )
    index = 0.4 * np.log(0.9 / 0.5) - 0.4 * np.log(0.1 / 0.5)
    assert stability_index(a, b) == pytest.approx(index)
    assert kolmogorov_smirnov(a, b) is None


def test_histograms_are_put_over_one_range_and_keep_what_they_count() -> None:
    a, b = common_bins(Histogram(0, 10, (100,) * 20), Histogram(5, 15, (100,) * 20))
    assert (a.low, a.high) == (b.low, b.high) == (0, 15)
    assert sum(a.counts) == pytest.approx(2000, abs=20)
    assert a.counts[-1] == b.counts[0] == 0
    assert common_bins(Histogram(3, 3, (5,)), Histogram(0, 10, (1,) * 20))[0].counts.count(0) == 19


def frame(*columns: ColumnProfile, rows: int = 10) -> Profile:
    return Profile("frame", "DataFrame", shape=(rows, len(columns)), columns=columns, width=len(columns))


def test_columns_with_one_digest_hold_the_same_and_others_do_not() -> None:
    a = frame(column(numbers(), "x"), column(numbers(), "y"), column(numbers(), "old"))
    b = frame(column(numbers(), "x"), column(numbers(), "y"), column(numbers(), "new"))
    one, two = digest_bytes(b"1"), digest_bytes(b"2")
    found = profile_difference("f", a, b, ({"x": one, "y": one}, {"x": one, "y": two}))
    assert [(each.name, each.mark) for each in found.columns] == [
        ("y", "changed"),
        ("new", "new"),
        ("old", "gone"),
    ]
    assert (found.same, found.unknown) == (1, 0)


def test_without_digests_columns_of_one_profile_may_have_changed() -> None:
    a = frame(column(numbers(), "x"), column(numbers(), "y"))
    b = frame(column(numbers(), "x"), column(numbers(1), "y"))
    found = profile_difference("f", a, b)
    assert [each.name for each in found.columns] == ["y"]
    assert (found.same, found.unknown) == (0, 1)


def test_parameters_of_a_model_that_differ_are_told() -> None:
    a = Profile("model", "Forest", parameters=(("depth", "8"), ("trees", "100"), ("old", "1")))
    b = Profile("model", "Forest", parameters=(("depth", "12"), ("trees", "100")))
    assert profile_difference("m", a, b).parameters == (("depth", "8", "12"), ("old", "1", ""))
