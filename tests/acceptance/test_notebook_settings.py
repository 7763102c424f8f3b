"""What cells set of a library holds in the worker processes of a notebook, which none can be a copy of."""

from __future__ import annotations

import nbclient
import nbformat

WORK = """
from decimal import Decimal
from cuvee import task

@task(isolated=True)
def third(n: int) -> str:
    return str(Decimal(n) / 3)

@task
def third_here(n: int) -> str:
    return str(Decimal(n) / 3)
"""
CELLS = [
    "import decimal\nfrom decimal import Decimal\nfrom cuvee import pipeline, task\nimport work",
    "DIGITS = 4\ndecimal.getcontext().prec = DIGITS",
    "@task(isolated=True)\ndef seventh(n: int) -> str:\n    return str(Decimal(n) / 7)",
    "@pipeline\ndef main(n: int = 1) -> tuple[str, str, str]:\n"
    "    return seventh(n), work.third(n), work.third_here(n)",
    "main.run().result",
    "DIGITS = 2\ndecimal.getcontext().prec = DIGITS",
    "main.run().result",
    "[call.decision for call in main.run().calls]",
]


def test_it_holds_and_counts(tmp_path):
    (tmp_path / "work.py").write_text(WORK)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    shown = [cell.outputs[-1]["data"]["text/plain"] if cell.outputs else "" for cell in notebook.cells]
    assert shown[4] == "('0.1429', '0.3333', '0.3333')"
    assert shown[6] == "('0.14', '0.33', '0.33')"
    assert shown[7] == "['reused', 'reused', 'reused']"
