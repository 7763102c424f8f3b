"""What a task is handed brings the packages along that its methods are from."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

SOURCE = """
    @task
    def make(n: int):
        import gadgets
        return {wrapped}

    @task
    def use(gadget) -> int:
        return {turned}

    @task
    def count(n: int) -> int:
        return n + 1

    @pipeline
    def main():
        counted = count(3)
        return use(make(20)), counted
"""


class Library:
    """An installed distribution of one module, which can be upgraded."""

    def __init__(self, site: Path) -> None:
        self.site = site
        site.mkdir()

    def install(self, version: str, factor: int) -> None:
        for old in self.site.glob("gadgets-*"):
            (old / "METADATA").unlink()
            (old / "RECORD").unlink()
            old.rmdir()
        info = self.site / f"gadgets-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: gadgets\nVersion: {version}\n\n")
        (info / "RECORD").write_text("gadgets.py,,\n")
        (self.site / "gadgets.py").write_text(
            "class Gadget:\n"
            "    def __init__(self, n): self.n = n\n"
            f"    def turn(self): return self.n * {factor}\n"
        )
        sys.modules.pop("gadgets", None)
        importlib.invalidate_caches()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    site = tmp_path / "lib" / "site-packages"
    site.parent.mkdir()
    library = Library(site)
    monkeypatch.syspath_prepend(site)
    yield library
    sys.modules.pop("gadgets", None)


@pytest.mark.parametrize(
    ("wrapped", "turned"),
    [
        ("gadgets.Gadget(n)", "gadget.turn()"),
        ("[gadgets.Gadget(n)]", "gadget[0].turn()"),
        ("{'a': {'b': gadgets.Gadget(n)}}", "gadget['a']['b'].turn()"),
        # Kept by pickle as a whole: only the stream knows what is in it.
        ("[[each] * 2 for each in [gadgets.Gadget(n)]]", "gadget[0][1].turn()"),
        ("{gadgets.Gadget(n)}", "max(each.turn() for each in gadget)"),
    ],
)
def test_an_upgrade_runs_what_was_handed_a_value_of_the_package(
    project: Any, library: Library, wrapped: str, turned: str
) -> None:
    library.install("1.0", 2)
    project.write(SOURCE.format(wrapped=wrapped, turned=turned))
    before = project.run()
    assert before.result == (40, 4)
    library.install("2.0", 3)
    project.write(SOURCE.format(wrapped=wrapped, turned=turned))
    run = project.run()
    assert run.result == (60, 4)
    assert "gadgets 1.0 → 2.0" in run["use"].reason
    assert run["count"].components == before["count"].components


def test_what_is_not_upgraded_is_reused_by_the_next_process(project: Any, library: Library) -> None:
    library.install("1.0", 2)
    text = SOURCE.format(wrapped="gadgets.Gadget(n)", turned="gadget.turn()")
    project.write(text)
    project.run()
    sys.modules.pop("gadgets")
    project.write(text)
    assert {call.decision for call in project.run().calls} == {"reused"}


def test_the_environment_of_a_call_is_on_record_item_by_item(project: Any, library: Library) -> None:
    library.install("1.0", 2)
    project.write(SOURCE.format(wrapped="gadgets.Gadget(n)", turned="gadget.turn()"))
    call = project.run()["use"]
    digest = next(part.digest for part in call.components if part.kind == "environment")
    ledger = project.session.queries.ledger(digest)
    assert ledger is not None
    assert "gadgets 1.0" in {item.name for item in ledger.items}
