"""What a person sees of the items of a ledger: the source as it was loaded, and short values."""

from __future__ import annotations

import importlib
import itertools
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cuvee.fingerprint.code import described_code, fingerprint_code
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope

_numbers = itertools.count()


class Seen(NamedTuple):
    """What is seen of one item: its source text, "" for none, and its value."""

    source: str
    value: str


See = Callable[[str], dict[str, Seen]]


@pytest.fixture
def see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., dict[str, Seen]]]:
    """Loads a module with this text, which has `main`; what is seen of each item, by name."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    name = f"excerpts_{next(_numbers)}"

    def look(text: str, edit: Callable[[str], str] = str, prelude: str = "") -> dict[str, Seen]:
        file = tmp_path / f"{name}.py"
        file.write_text(textwrap.dedent(text))
        importlib.invalidate_caches()
        module: Any = importlib.import_module(name)
        exec(prelude, vars(module))
        if edit is not str:
            before = file.stat()
            file.write_text(edit(file.read_text()))
            # So that it is seen however coarse the clock of the disk is.
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))
        memo = Memo()
        ledger = fingerprint_code(module.main, Scope(tmp_path), memo)
        described, sources = described_code(ledger, memo)
        assert described.digest == ledger.digest
        return {
            item.name.removeprefix(f"{name}."): Seen(sources[item.source] if item.source else "", item.text)
            for item in described.items
        }

    yield look
    sys.modules.pop(name, None)


FUNCTIONS = '''
    from functools import cache

    RATE = 1.5


    @cache
    def scale(x):
        """How much."""
        # Half of it.
        return x * (
            RATE
        )
        # That was it.


    def main(x):
        return scale(x)
    '''


def test_of_what_a_module_does_to_others_each_statement_is_seen_in_a_few_words(see: See) -> None:
    seen = see("""
        import pandas as pd, numpy as np
        import pyarrow
        pd.set_option("display.width", 100)
        pd.api.extensions.register_dataframe_accessor(
            "a_name_that_is_long_enough_to_be_cut_off"
        )(type("Accessor", (), {}))
        np.seterr(
            all="ignore"
        )
        pd.io.api_key = "hush"
        pd.io.configure_it_all = dict(timeout=30, password="a long one that is cut off")
        @pd.api.extensions.register_series_accessor("mine")
        class Mine:
            def __init__(self, series):
                pass

        def main():
            return pd, np
    """)
    [value] = [each.value for name, each in seen.items() if name.endswith(" (import)")]
    assert value.split("; ") == [
        "import pyarrow",
        "pd.set_option('display.width', 100)",
        "pd.api.extensions.register_dataframe_accessor('a_name_that_i …",
        "np.seterr(all='ignore')",
        "pd.io.api_key = '***'",
        "pd.io.configure_it_all = dict(timeout=30, password='***')",
        "class Mine",
    ]


def test_a_function_is_seen_from_its_decorators_to_its_last_comment(see: See) -> None:
    seen = see(FUNCTIONS)
    assert seen["scale"].source == textwrap.dedent(
        '''\
        @cache
        def scale(x):
            """How much."""
            # Half of it.
            return x * (
                RATE
            )
            # That was it.
        '''
    )
    assert seen["main"].source == "def main(x):\n    return scale(x)\n"


def test_a_constant_is_seen_by_its_statement_and_its_value(see: See) -> None:
    assert see(FUNCTIONS)["RATE"] == Seen("RATE = 1.5\n", "1.5")


def test_a_value_is_the_one_that_is_loaded_not_the_one_that_is_written(see: Any) -> None:
    assert see(FUNCTIONS, prelude="RATE = 2.5")["RATE"].value == "2.5"


@pytest.mark.parametrize("value", ["'a' * 500", "list(range(1000))", "{'a': object}"])
def test_a_value_that_is_long_or_no_plain_one_is_not_seen(see: See, value: str) -> None:
    seen = see(f"RATE = {value}\n\ndef main(x):\n    return RATE\n")
    assert seen["RATE"] == Seen(f"RATE = {value}\n", "")


def test_defaults_and_captured_values_are_seen(see: See) -> None:
    seen = see(
        """
        def times(factor):
            def inner(x, shift=3):
                return x * factor + shift
            return inner

        double = times(2)

        def main(x):
            return double(x)
        """
    )
    assert {name: each.value for name, each in seen.items() if each.value and "import" not in name} == {
        "times.<locals>.inner[factor]": "2",
        "times.<locals>.inner(shift)": "3",
    }


def test_a_class_is_seen_without_the_bodies_of_its_methods_which_are_items_of_their_own(see: See) -> None:
    seen = see(
        '''
        class Model:
            """A model."""

            rate = 0.1

            def fit(self, xs):
                total = sum(xs)
                return total * self.rate

            @staticmethod
            def name(): return "m"

        def main(xs):
            return Model().fit(xs)
        '''
    )
    assert seen["Model"].source == textwrap.dedent(
        '''\
        class Model:
            """A model."""

            rate = 0.1

            def fit(self, xs):
                …

            @staticmethod
            def name(): return "m"
        '''
    )
    assert seen["Model.fit"].source.startswith("    def fit(self, xs):\n        total = sum(xs)\n")


def test_a_file_that_was_edited_since_its_import_does_not_lie(see: Any) -> None:
    seen = see(FUNCTIONS, edit=lambda text: text.replace("# Half of it.", "x = 2 * x").replace("1.5", "9"))
    assert seen["scale"].source == ""
    assert seen["RATE"] == Seen("", "1.5")
    # This one is told by its code: it is what is written there still.
    assert seen["main"].source == "def main(x):\n    return scale(x)\n"


SECRETS = """
    API_KEY = "sk-123456"
    SETTINGS = {"password": "hunter2", "user": "ada"}
    tokenizer = "bert"

    def main(x, *, auth_token="t0ps3cret"):
        secret: str = 'swordfish'
        return API_KEY, SETTINGS, tokenizer, secret
    """


def test_what_looks_like_a_password_is_not_seen(see: See) -> None:
    seen = see(SECRETS)
    everything = " ".join(text for each in seen.values() for text in each)
    assert not [word for word in ("sk-123456", "hunter2", "t0ps3cret", "swordfish") if word in everything]
    assert '"password": "***", "user": "ada"' in everything
    assert seen["tokenizer"].value == "'bert'"
