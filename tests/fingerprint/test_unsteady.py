"""Clocks and generators that no seed reaches are found in code before it runs, each use by its line."""

from __future__ import annotations

import importlib
import itertools
import textwrap
from pathlib import Path

import pytest

from cuvee.fingerprint.code import fingerprint_code
from cuvee.fingerprint.installed import Installed
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope

_numbers = itertools.count()
_HEAD = """
import datetime, email.utils, os, random, secrets, time, uuid
import datetime as dt
import numpy as np
import pandas as pd
from datetime import date
from numpy.random import default_rng as rng
"""


@pytest.fixture(scope="module")
def installed():
    """What is installed takes a while to find out."""
    return Installed()


@pytest.fixture
def found(tmp_path, monkeypatch, installed):
    """What is found in the body of a function, as (kind, reference, line of the body)."""
    monkeypatch.syspath_prepend(tmp_path)

    def find(body, head=_HEAD):
        name = f"unsteady_{next(_numbers)}"
        head = head + "\ndef f(x=None):\n"
        (tmp_path / f"{name}.py").write_text(head + textwrap.indent(textwrap.dedent(body).strip(), "    "))
        importlib.invalidate_caches()
        function = importlib.import_module(name).f
        memo = Memo()
        memo.installed = installed
        ledger = fingerprint_code(function, Scope(Path(tmp_path)), memo)
        first = head.count("\n")
        kinds = ("clock", "generator")
        return [(d.widened, d.reference, d.line - first) for d in ledger.doubts if d.widened in kinds]

    return find


@pytest.mark.parametrize(
    "use",
    [
        "time.time()", "time.time_ns()", "time.localtime()", "time.gmtime()", "time.ctime()",
        "time.strftime('%Y')", "datetime.datetime.now()", "datetime.datetime.today()",
        "dt.datetime.utcnow()", "date.today()", "pd.Timestamp.now()", "pd.Timestamp.today()",
        "pd.to_datetime('today')", "pd.Timestamp('now')", "pd.to_datetime(['now'])", "np.datetime64('today')",
        "np.datetime64('now', 's')", "pd.date_range('2024-01-01', 'today')", "pd.Period('now', freq='D')",
        "pd.date_range(periods=3, end='today')", "pd.to_datetime(arg='today', utc=True)",
        "email.utils.formatdate()", "email.utils.localtime()", "email.utils.make_msgid()",
    ],
)  # fmt: skip
def test_a_clock_is_found(found, use):
    expected = [("clock", use.partition("(")[0], 1)]
    assert found(use) == expected
    assert found(f"[{use} for _ in range(3)]") == expected
    assert found(f"(lambda: {use})()") == expected


def test_a_clock_that_is_handed_on_is_found(found):
    assert found("list(map(time.time, []))") == [("clock", "time.time", 1)]


@pytest.mark.parametrize(
    "use",
    [
        "time.perf_counter()", "time.monotonic()", "time.process_time()", "time.sleep(0)",
        "pd.to_datetime('2024-01-01')", "pd.to_datetime(x['today'])", "np.datetime64('2024', 'D')",
        "pd.date_range('2024', periods=3)", "email.utils.formatdate(3)", "pd.DataFrame({'today': [1]})",
        "time.localtime(3)", "time.strftime('%Y', x)", "datetime.datetime(2024, 1, 1)",
        "datetime.datetime.strptime('1', '%d')", "pd.Timestamp('2024')", "date.fromisoformat('2024-01-01')",
    ],
)  # fmt: skip
def test_what_measures_and_what_converts_is_no_clock(found, use):
    assert found(use) == []


@pytest.mark.parametrize(
    "use",
    [
        "rng()", "np.random.default_rng()", "np.random.default_rng(None)", "np.random.RandomState()",
        "random.Random()", "random.SystemRandom()", "uuid.uuid4()", "uuid.uuid1()", "os.urandom(4)",
        "secrets.token_hex()", "secrets.choice([1])",
    ],
)  # fmt: skip
def test_a_generator_that_no_seed_reaches_is_found(found, use):
    assert found(use) == [("generator", use.partition("(")[0], 1)]


@pytest.mark.parametrize(
    "use",
    [
        "rng(3)", "rng(seed=3)", "rng(x + 1)", "np.random.RandomState(7)", "random.Random(7)",
        "random.random()", "np.random.rand()", "isinstance(x, np.random.RandomState)", "uuid.UUID(int=3)",
        "secrets.compare_digest('a', 'b')", "uuid.uuid5(uuid.NAMESPACE_DNS, 'a')",
    ],
)  # fmt: skip
def test_a_seeded_one_is_not(found, use):
    assert found(use) == []


def test_each_unseeded_use_is_found_and_the_seeded_ones_between_are_not(found):
    uses = """
    a = rng(1)
    b = rng()
    c = rng(2)
    return [rng() for _ in range(3)]
    """
    assert found(uses) == [("generator", "rng", 2), ("generator", "rng", 4)]


def test_a_part_of_a_library_that_is_not_loaded_yet_is_known_by_its_name(found, monkeypatch):
    import sys

    import numpy as np

    monkeypatch.delitem(sys.modules, "numpy.random")
    monkeypatch.delattr(np, "random", raising=False)
    assert found("np.random.default_rng()", "import numpy as np") == [
        ("generator", "np.random.default_rng", 1)
    ]
    assert found("np.random.default_rng(3)", "import numpy as np") == []
