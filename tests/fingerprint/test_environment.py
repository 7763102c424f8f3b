"""Fingerprints of the environment: the distributions that code reaches, and what these require."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from cuvee.fingerprint.environment import fingerprint_environment
from cuvee.fingerprint.installed import Installed
from cuvee.fingerprint.memo import Memo


def _install(
    folder: Path,
    name: str,
    version: str,
    requires: tuple[str, ...] = (),
    files: tuple[str, ...] = (),
    url: str = "",
) -> None:
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {each}" for each in requires)]
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\n" + "\n".join(lines) + "\n\nRequires-Dist: not-this\n"
    )
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    if url:
        (info / "direct_url.json").write_text(json.dumps({"url": url, "dir_info": {"editable": True}}))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    _install(
        tmp_path,
        "Frames",
        "1.0",
        ("Arrays>=2", 'speed.up; extra == "fast"', 'checks; extra == "test"'),
        ("frames/__init__.py",),
    )
    _install(
        tmp_path,
        "arrays",
        "2.1",
        ("base ; python_version >= '3'", "gone"),
        ("arrays/__init__.py", "arraystools.py"),
    )
    _install(tmp_path, "speed-up", "3.0", (), ("speedy.cpython-311.so",))
    _install(tmp_path, "checks", "4.0", ("frames",))
    _install(tmp_path, "base", "5.0")
    _install(tmp_path, "space-one", "1.0", (), ("space/one/__init__.py",))
    _install(tmp_path, "space-two", "1.0", (), ("space/two/__init__.py",))
    return tmp_path


def _names(site: Path, *distributions: str) -> list[str]:
    memo = Memo()
    memo.installed = Installed([str(site)])
    return [
        item.name
        for item in fingerprint_environment(distributions, memo).items
        if item.kind == "distribution"
    ]


def test_all_that_is_required_at_any_depth_counts(site: Path) -> None:
    assert _names(site, "frames") == ["arrays 2.1", "base 5.0", "frames 1.0", "speed-up 3.0"]
    assert _names(site, "base") == ["base 5.0"]
    assert _names(site) == []
    assert _names(site, "unheard-of") == []


def test_an_upgrade_counts_and_so_does_one_far_below(site: Path) -> None:
    def digest(*names: str) -> bytes:
        memo = Memo()
        memo.installed = Installed([str(site)])
        return fingerprint_environment(names, memo).digest

    before, untouched = digest("frames"), digest("speed-up")
    (site / "base-5.0.dist-info").rename(site / "base-5.1.dist-info")
    (site / "base-5.1.dist-info" / "METADATA").write_text("Name: base\nVersion: 5.1\n\n")
    assert digest("frames") != before
    assert digest("speed-up") == untouched


def test_modules_are_found_by_what_was_installed_not_by_likeness(site: Path) -> None:
    installed = Installed([str(site)])
    assert installed.owners("frames") == ("frames",)
    assert installed.owners("arraystools") == ("arrays",)
    assert installed.owners("speedy") == ("speed-up",)
    assert installed.owners("space") == ("space-one", "space-two")
    assert installed.owners("array") == ()
    assert installed.owners("base") == ()


def test_modules_are_found_in_records_of_every_kind(site: Path) -> None:
    _install(site, "windows", "1.0")
    (site / "windows-1.0.dist-info" / "RECORD").write_bytes(b"pane/__init__.py,,\r\nsill.py,,\r\n")
    _install(site, "beside", "1.0")
    (site / "beside-1.0.dist-info" / "RECORD").write_text("../../../bin/beside,,\n../up/one.py,,\n")
    _install(site, "told", "1.0")
    (site / "told-1.0.dist-info" / "top_level.txt").write_text("said\n")
    installed = Installed([str(site)])
    assert installed.owners("pane") == installed.owners("sill") == ("windows",)
    assert installed.owners("up") == ("beside",)
    assert installed.owners("said") == ("told",)
    assert installed.owners("bin") == ()


def test_one_that_is_installed_in_place_counts_by_its_source(site: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "mine.py").write_text("A = 1\n")
    _install(site, "mine", "0.1", url=source.as_uri())

    def digest() -> bytes:
        memo = Memo()
        memo.installed = Installed([str(site)])
        return fingerprint_environment(["mine"], memo).digest

    before = digest()
    assert digest() == before
    (source / "mine.py").write_text("A = 2\n")
    assert digest() != before


def test_the_first_on_the_path_is_what_counts(site: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    _install(other, "base", "9.0")
    found = Installed([str(other), str(site)]).distribution("BASE")
    assert found is not None
    assert found.version == "9.0"


def test_it_has_python_and_the_platform() -> None:
    kinds = {item.kind for item in fingerprint_environment([], Memo()).items}
    assert kinds == {"python", "platform"}


def test_what_is_installed_here_is_looked_up_in_a_blink() -> None:
    began = time.perf_counter()
    installed = Installed()
    assert installed.owners("sklearn") == ("scikit-learn",)
    assert "numpy" in {each.name for each in installed.closure(["scikit-learn"])}
    assert time.perf_counter() - began < 1
