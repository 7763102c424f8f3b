"""What the script of a pipeline has set of a library holds wherever its tasks run, and is in their keys."""

from __future__ import annotations

import subprocess
import sys

import pytest
from checkouts import Checkout

WORK = """
from decimal import Decimal
from cuvee import task

@task{options}
def third(n: int) -> str:
    return str(Decimal(n) / 3)
"""
FLOW = """
import decimal
import threading
from cuvee import pipeline
from work import third

decimal.getcontext().prec = 3

@pipeline
def flow(n: int = 1) -> str:
    return third(n)

if __name__ == "__main__":
    threading.Thread(target=threading.Event().wait, daemon=True).start()  # no worker can be a fork then
    print(flow.run().result)
"""


@pytest.fixture
def checkout(tmp_path):
    made = Checkout(tmp_path / "project")
    made.write(work_py=WORK.format(options=""), flow_py=FLOW)
    return made


def result(checkout, *words):
    return checkout.report(*words)["result"]


def test_an_edit_of_it_is_never_answered_with_what_was_before(checkout):
    assert result(checkout, "run", "flow.py") == "0.333"
    checkout.write(flow_py=FLOW.replace("prec = 3", "prec = 5"))
    assert result(checkout, "run", "flow.py") == "0.33333"
    checkout.write(flow_py=FLOW.replace("prec = 3", "prec = 3  # digits"))
    report = checkout.report("run", "flow.py")
    assert (report["result"], report["calls"][0]["decision"]) == ("0.333", "reused")


def test_it_holds_in_a_worker_that_starts_afresh(checkout):
    checkout.write(work_py=WORK.format(options="(isolated=True)"))
    done = subprocess.run(
        [sys.executable, "flow.py"], cwd=checkout.folder, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.returncode) == (["0.333"], 0), done.stderr


def test_a_call_that_is_run_again_alone_has_it_too(checkout):
    result(checkout, "run", "flow.py")
    assert result(checkout, "rerun", "1", "third", "--set", "n=2") == "0.667"


def test_a_script_that_cannot_be_imported_any_more_is_named_and_not_the_task(checkout):
    result(checkout, "run", "flow.py")
    checkout.write(flow_py=FLOW + "\nimport nowhere_at_all\n")
    told = checkout.cuvee("rerun", "1", "third", code=2).stderr
    assert "flow.py cannot be imported" in told
    assert "the task of third" not in told
