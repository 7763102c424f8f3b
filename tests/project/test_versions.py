"""Which distributions are installed: the same as `importlib.metadata` says."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys

from cuvee.project.versions import collect_versions


def test_agrees_with_importlib_metadata():
    expected = {}
    for distribution in importlib.metadata.distributions():
        name = re.sub(r"[-_.]+", "-", distribution.name).lower()
        expected.setdefault(name, distribution.version)
    assert dict(collect_versions().distributions) == expected


def test_python_platform_and_ourselves():
    versions = collect_versions()
    assert versions.python == platform.python_version()
    assert versions.platform == f"{sys.platform}-{platform.machine()}"
    assert versions.cuvee == importlib.metadata.version("cuvee")


def test_names_are_normalised_and_sorted(tmp_path):
    for name in ("Zope.Interface-6.0", "a_b__C-1.0+local.1", "~roken-1.0"):
        (tmp_path / f"{name}.dist-info").mkdir()
    found = collect_versions([str(tmp_path)]).distributions
    assert found == (("a-b-c", "1.0+local.1"), ("zope-interface", "6.0"))


def test_the_first_on_the_path_counts(tmp_path):
    for folder, version in (("one", "1.0"), ("two", "2.0")):
        (tmp_path / folder / f"same-{version}.dist-info").mkdir(parents=True)
    found = collect_versions([str(tmp_path / "one"), str(tmp_path / "two")]).distributions
    assert found == (("same", "1.0"),)


def test_older_formats(tmp_path):
    (tmp_path / "six-1.16.0.egg-info").write_text("")
    (tmp_path / "old_one-2.0-py3.11.egg-info").mkdir()
    (tmp_path / "inside.egg-info").mkdir()
    (tmp_path / "inside.egg-info" / "PKG-INFO").write_text("Name: inside\nVersion: 3.1\n\nVersion: 9\n")
    (tmp_path / "empty.egg-info").mkdir()
    found = collect_versions([str(tmp_path)]).distributions
    assert found == (("inside", "3.1"), ("old-one", "2.0"), ("six", "1.16.0"))


def test_entries_that_lead_nowhere(tmp_path):
    (tmp_path / "archive.zip").write_bytes(b"PK")
    versions = collect_versions([str(tmp_path / "archive.zip"), str(tmp_path / "absent")])
    assert versions.distributions == ()
    assert versions.cuvee == "unknown"
