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


def shown_by(cells, folder):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return [cell.outputs[-1]["data"]["text/plain"] if cell.outputs else "" for cell in notebook.cells]


def test_it_holds_and_counts(tmp_path):
    (tmp_path / "work.py").write_text(WORK)
    shown = shown_by(CELLS, tmp_path)
    assert shown[4] == "('0.1429', '0.3333', '0.3333')"
    assert shown[6] == "('0.14', '0.33', '0.33')"
    assert shown[7] == "['reused', 'reused', 'reused']"


LIMIT = "import csv\ncsv.field_size_limit({})\ndef limit() -> int:\n    return csv.field_size_limit()\n"
TASKS = """
@task(isolated=True)
def early() -> int:
    return first.limit()
@task(isolated=True)
def late() -> int:
    return csv.field_size_limit()
@task
def here() -> int:
    return csv.field_size_limit()
@pipeline
def main() -> tuple[int, int, int]:
    return early(), late(), here()
"""
IN_ORDER = [
    "import csv, first\nfrom cuvee import pipeline, task",
    "csv.field_size_limit(2000)",
    TASKS,
    "main.run().result",
    "import last",  # which nothing uses
    "main.run().result",
]


def test_what_is_set_last_holds_there_too_whether_by_a_cell_or_by_what_it_imports(tmp_path):
    for name, limit in (("first", 1000), ("last", 3000)):
        (tmp_path / f"{name}.py").write_text(LIMIT.format(limit))
    shown = shown_by(IN_ORDER, tmp_path)
    assert shown[3] == "(2000, 2000, 2000)"
    assert shown[5] == "(3000, 3000, 3000)"
