"""What runs when modules are imported and a body is traced, looked through for what is never the same."""

from __future__ import annotations

import ast
import textwrap

import pytest

from cuvee.fingerprint.volatile import look_through, outline_of


def volatile(text: str, body: int | None = None, tasks: frozenset[int] = frozenset()) -> str | None:
    """The first volatile name of a module; `body` and `tasks` are lines where functions begin."""
    outline = outline_of(ast.parse(textwrap.dedent(text)))
    start = None if body is None else ("m.py", body)
    return look_through({"m.py": outline}, start, {("m.py", line) for line in tasks}).volatile


@pytest.mark.parametrize(
    "text",
    [
        "import time\nNOW = time.time()",
        "from time import time as clock\nNOW = clock()",
        "import datetime\nTODAY = getattr(datetime.date, 'today')()",
        "import datetime\nTODAY = getattr(datetime.date, 'to' + 'day')()",
        "def helper():\n    return uuid4()\nID = helper()",
        "class Settings:\n    def __init__(self):\n        self.id = uuid4()\nSETTINGS = Settings()",
        "def default(x=uuid4()): ...",
        "class Settings:\n    id = uuid4()",
        "MEMORY = open('/proc/meminfo').read()",
        "if ready:\n    X = np.random.rand()",
        "@stamped(uuid4)\ndef f(): ...",
        "from random import betavariate\nX = betavariate(1, 2)",
        "from secrets import randbelow\nX = randbelow(9)",
        "from os import times\nX = times()",
        "import resource\nMOST = resource.getrlimit(resource.RLIMIT_NOFILE)",
        "from email.utils import formatdate\nX = formatdate()",
        "import pandas as pd\nTODAY = pd.to_datetime('today')",
    ],
)
def test_what_is_never_the_same_is_found(text: str) -> None:
    assert volatile(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "import time, random, datetime\nfrom random import choice",
        "def helper():\n    return time.time()",
        "import random\nrandom.seed(0)\nnp.random.seed(0)",
        "import datetime\nDAY = datetime.date(2024, 1, 1)",
        "def f():\n    return uuid4()\nif __name__ == '__main__':\n    f()",
        "class A:\n    def f(self):\n        return uuid4()",
    ],
)
def test_what_does_not_run_then_or_is_steady_is_not(text: str) -> None:
    assert volatile(text) is None


def test_a_body_is_looked_through_and_the_tasks_that_it_calls_are_not() -> None:
    text = """\
    def train():
        return time.time()

    def flow():
        return train()
    """
    assert volatile(text, body=4, tasks=frozenset({1})) is None
    assert volatile(text, body=4) == "time"
    assert volatile(text.replace("return train()", "return now()"), body=4, tasks=frozenset({1})) == "now"
