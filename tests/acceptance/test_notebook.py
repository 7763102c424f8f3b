"""A real notebook in a real kernel."""

from __future__ import annotations

import nbclient
import nbformat
import pytest

DEFINITIONS = """
from cuvee import pipeline, runs, task

FACTOR = 2

def scale(x):
    return x * FACTOR

@task
def load(n: int) -> list[int]:
    return list(range(n))

@task
def total(xs: list[int]) -> int:
    return scale(sum(xs))

@pipeline
def main(n: int = 4):
    return total(load(n))
"""
ASYNC = """
import asyncio

@task
async def fetch(n: int) -> int:
    await asyncio.sleep(0)
    return n

@pipeline
async def both() -> list[int]:
    return await fetch.map([1, 2])

print(both.run().result, await both())
"""
DECISIONS = "[call.decision for call in main.run().calls], main.run().result"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    cells = [
        DEFINITIONS,
        "main.run()",
        DECISIONS,
        "FACTOR = 3",
        DECISIONS,
        "@task\ndef total(xs: list[int]) -> int:\n    return scale(2 * sum(xs))",
        DECISIONS,
        "@pipeline\ndef wrong():\n    if load(3) is None:\n        return 1\nwrong.run()",
        "runs()[0]['total'].output",
        ASYNC,
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    folder = tmp_path_factory.mktemp("notebook")
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return [_text(cell) for cell in notebook.cells]


def _text(cell):
    return "\n".join(
        output.get("evalue") or output.get("text") or output["data"]["text/plain"] for output in cell.outputs
    )


def test_a_run_is_readable_as_the_last_line_of_a_cell(outputs):
    assert outputs[1].startswith("<run 1 of __main__:main: succeeded in ")
    assert outputs[1].endswith("2 executed, 0 reused>")


def test_the_same_cell_again_reuses_everything(outputs):
    assert outputs[2] == "(['reused', 'reused'], 12)"


def test_a_global_that_another_cell_changed_runs_what_reaches_it(outputs):
    assert outputs[4] == "(['reused', 'executed'], 18)"


def test_a_task_that_was_defined_again_runs(outputs):
    assert outputs[6] == "(['reused', 'executed'], 36)"


def test_a_mistake_is_told_at_its_line(outputs):
    assert "`is` would compare the handle of `load(3)`" in outputs[7]
    assert "Cell In[8]:3: " in outputs[7]


def test_an_output_is_a_value(outputs):
    assert outputs[8] == "36"


def test_async_tasks_run_where_the_kernel_has_a_loop(outputs):
    assert outputs[9] == "[1, 2] [1, 2]\n"
