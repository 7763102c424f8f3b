"""What of a difference can be mixed, and what is told of the rest."""

from __future__ import annotations

from cuvee.compare.sources import Sources
from cuvee.model.change import Change, Side
from cuvee.model.difference import Difference, RootChange
from cuvee.model.digest import digest_bytes
from cuvee.model.record import Argued, RunRecord, RunStart, Versions
from cuvee.operations.ingredients import find_ingredients


def run(number: int, depth: str) -> RunRecord:
    start = RunStart(
        "wine:study", "wine.py", 1.0, (Argued("depth", depth),), Versions("3.12", "linux", "1"), "h", 1, "b"
    )
    return RunRecord(number, start, None)


def side(text: str) -> Side:
    return Side(digest_bytes(text.encode()), text)


def test_another_version_of_what_is_installed_is_told_and_not_mixed() -> None:
    installed = Change("environment", "numpy", side("1.0"), side("2.0"), part="distribution")
    reached = Change("code", "scipy", None, side("1.0"), part="distribution")
    depth = Change("parameter", "depth", side("3"), side("8"))
    roots = (
        RootChange("parameter", "train", "depth: 3 → 8", "depth went from 3 to 8", ("train",), depth),
        RootChange("environment", "train", "numpy 1.0 → 2.0", "numpy went up", ("train",), installed),
        RootChange("code", "train", "scipy is reached now", "scipy is reached now", ("train",), reached),
    )
    found = find_ingredients(
        Difference(run(1, "3"), run(2, "8"), "", roots, (), ()), Sources({}, {}), (), seeds_vary=False
    )
    assert [each.name for each in found.found] == ["depth"]
    assert found.unmixed == ("numpy 1.0 → 2.0",)
