"""Random edits of random programs: nothing stale, next to nothing needless; and the hunt can see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hunting import Hunt

# A line that leaves something out of fingerprints, and the gadgets in which that can be seen.
BLINDERS = {
    "closures": (
        "import cuvee.fingerprint.names as m; m.cell_part = lambda *a, **k: b''; "
        "import cuvee.fingerprint.imports as m; m.effects_node = lambda *a: None",
        ("closure", "nonlocal that shadows a global", "decorators that take arguments, stacked"),
    ),
    "defaults": (
        "import cuvee.fingerprint.functions as m; m.default_part = lambda *a, **k: b''",
        ("defaults", "mutable default", "plain helper at depth"),
    ),
    "globals": (
        "import cuvee.fingerprint.slots as m; m._fill = lambda *a: [b'']",
        ("module constants", "dispatch table"),
    ),
    "bases": (
        "import cuvee.fingerprint.classes as m; f = m._fill; "
        "m._fill = lambda e, n: f(e, n) if n.subject.__bases__ == (object,) else [b'']",
        ("inheritance", "inherited through modules", "metaclass"),
    ),
    "constants in code": (
        "import cuvee.fingerprint.behaviour as m; m.constant_bytes = lambda *a: b''",
        ("plain helper at depth", "generators and comprehensions"),
    ),
    "what imports do": (
        "import cuvee.fingerprint.imports as m; m.effects_node = lambda *a: None",
        ("monkeypatch of the standard library",),
    ),
}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nothing_stale_and_nothing_needless(hunt: Callable[..., Hunt], seed: int) -> None:
    hunting = hunt(seed)
    hunting.go(125)
    assert hunting.catches == [], hunting.figures
    assert hunting.counts["changed"] > 4, f"it hardly sees anything: {hunting.figures}"


@pytest.mark.parametrize("blinder", BLINDERS)
def test_a_fingerprint_that_leaves_something_out_is_caught(hunt: Callable[..., Hunt], blinder: str) -> None:
    hunting = hunt(7, *BLINDERS[blinder])
    hunting.go(200, stop_at="stale")
    assert hunting.counts["stale"]


def test_a_fingerprint_that_looks_at_lines_is_caught(hunt: Callable[..., Hunt]) -> None:
    hunting = hunt(
        7,
        "import cuvee.fingerprint.functions as m\nfill = m._code\n"
        "m._code = lambda e, n: [*fill(e, n), b'%d' % n.line]",
    )
    hunting.go(200, stop_at="needless")
    assert hunting.counts["needless"]


def test_a_fingerprint_that_is_different_each_time_is_caught(hunt: Callable[..., Hunt]) -> None:
    hunting = hunt(7, "import cuvee.fingerprint.slots as m, os\nm._fill = lambda *a: [os.urandom(8)]")
    hunting.go(200, stop_at="missed")
    assert hunting.counts["missed"]
