"""Which boot this is: the same until the next one, and never the same by mistake."""

from __future__ import annotations

import subprocess
import sys

from cuvee.project import boot


def test_the_same_each_time_and_in_another_process():
    code = "from cuvee.project.boot import boot_id; print(boot_id())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == boot.boot_id() == boot.boot_id()
    assert not boot.boot_id().startswith("unknown")


def test_where_linux_does_not_tell_each_is_another(monkeypatch, tmp_path):
    monkeypatch.setattr(boot, "_LINUX", tmp_path / "absent")
    monkeypatch.setattr(sys, "platform", "linux")
    assert boot.boot_id() != boot.boot_id()


def test_macos(monkeypatch, tmp_path):
    tool = tmp_path / "sysctl"
    tool.write_text("#!/bin/sh\necho BOOT-$2\n")
    tool.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(boot, "_MACOS", (str(tool), "-n", "kern.bootsessionuuid"))
    assert boot.boot_id() == "BOOT-kern.bootsessionuuid"
    monkeypatch.setattr(boot, "_MACOS", (str(tmp_path / "absent"),))
    assert boot.boot_id().startswith("unknown-")
