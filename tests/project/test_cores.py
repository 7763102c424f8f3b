from __future__ import annotations

import os

from cuvee.project.cores import available_cores


def test_no_more_than_the_process_may_use(tmp_path):
    assert 1 <= available_cores(tmp_path / "absent") <= (os.cpu_count() or 1)


def test_no_more_than_the_control_group_has_time_for(tmp_path):
    limit = tmp_path / "cpu.max"
    limit.write_text("50000 100000\n")
    assert available_cores(limit) == 1


def test_a_control_group_without_a_limit_changes_nothing(tmp_path):
    limit = tmp_path / "cpu.max"
    limit.write_text("max 100000\n")
    assert available_cores(limit) == available_cores(tmp_path / "absent")
