"""A process is told from others that have its number at other times, and from what is left of one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cuvee.project import process
from cuvee.project.process import process_since


def test_one_text_for_as_long_as_it_lives_and_none_after():
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    since = process_since(other.pid)
    assert since
    assert since == process_since(other.pid)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert process_since(other.pid) is None  # ended, and not asked for yet
    other.communicate()
    assert process_since(other.pid) is None


def test_this_process_began_before_those_that_it_starts():
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_since(other.pid) != process_since(os.getpid())
    other.communicate(b"\n")


@pytest.mark.parametrize(
    ("told", "since"),
    [("S    Thu Nov 26 22:00:00 2026", "Thu Nov 26 22:00:00 2026"), ("Z  Thu Nov 26", None), ("", None)],
)
def test_macos(monkeypatch, tmp_path, told, since):
    tool = tmp_path / "ps"
    tool.write_text(f"#!/bin/sh\necho '{told}'\n")
    tool.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(process, "_PS", str(tool))
    assert process_since(4242) == since


def test_where_macos_does_not_tell_it_is_there_or_not(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(process, "_PS", str(tmp_path / "absent"))
    assert process_since(os.getpid()) == ""
