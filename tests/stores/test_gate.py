"""Who deletes is alone; who uses what is there is never alone for long."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cuvee.errors import StoreFault
from cuvee.stores.gate import Gate

HOLDER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from cuvee.stores.gate import Gate
    gate = Gate(Path(sys.argv[1]))
    gate.hold()
    print("held", flush=True)
    sys.stdin.readline()
    gate.release()
    print("released", flush=True)
    sys.stdin.readline()
    """
)


def holder(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def is_free(home: Path) -> bool:
    try:
        with Gate(home).shut(patience=0.0):
            return True
    except StoreFault:
        return False


def test_another_process_keeps_it_open_until_it_lets_go(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        assert not is_free(tmp_path)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "released\n"
        assert is_free(tmp_path)
        process.stdin.write("\n")


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert is_free(tmp_path)


def test_nobody_comes_in_while_it_is_shut(tmp_path: Path) -> None:
    with (
        Gate(tmp_path).shut(patience=0.0),
        (tmp_path / "gate" / "entrance").open("rb") as entrance,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(entrance, fcntl.LOCK_SH | fcntl.LOCK_NB)
    gate = Gate(tmp_path)
    gate.hold()
    gate.release()


def test_a_child_does_not_give_back_what_its_parent_holds(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.hold()
    child = os.fork()
    if not child:
        gate.release()
        gate.hold()
        gate.release()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert not is_free(tmp_path)
    gate.release()
    assert is_free(tmp_path)


def test_who_holds_may_delete_and_still_holds_after(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.hold()
    with gate.shut(patience=0.0):
        assert not is_free(tmp_path)
    assert not is_free(tmp_path)
    gate.release()
    assert is_free(tmp_path)


def test_says_that_it_is_in_use(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.hold()
    with pytest.raises(StoreFault, match="in use"), Gate(tmp_path).shut(patience=0.03):
        pass
    gate.release()
