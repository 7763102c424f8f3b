from __future__ import annotations

import datetime as dt

import pytest

from cuvee.model.durations import parse_duration

DURATIONS = {
    3: 3.0,
    0.5: 0.5,
    "90s": 90.0,
    "10m": 600.0,
    "1h30m": 5400.0,
    "1.5 h": 5400.0,
    "250ms": 0.25,
    "2d": 172800.0,
    "1h 5s": 3605.0,
    dt.timedelta(seconds=7): 7.0,
}
NONE = ["", "10", "s", "-1s", -1, True, None, "1h-5m", float("inf"), "1 year"]


@pytest.mark.parametrize(("given", "seconds"), DURATIONS.items(), ids=str)
def test_durations(given, seconds):
    assert parse_duration(given) == pytest.approx(seconds)


@pytest.mark.parametrize("given", NONE, ids=str)
def test_what_is_none(given):
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(given)
