"""Where cuvee works."""

from __future__ import annotations

import pytest

from cuvee.errors import EnvironmentFault
from cuvee.project.platform import require_platform


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_linux_and_macos(platform):
    assert require_platform(platform, "cpython") is None


@pytest.mark.parametrize("platform", ["win32", "cygwin"])
def test_windows_is_refused_in_one_sentence(platform):
    with pytest.raises(EnvironmentFault, match=r"^cuvee does not work on Windows yet: [^.]*$"):
        assert require_platform(platform, "cpython") is None


def test_other_pythons_are_refused():
    with pytest.raises(EnvironmentFault, match="this is pypy"):
        require_platform("linux", "pypy")
