from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, Literal

import click
import pytest

from cuvee.authoring.signature import Signature
from cuvee.cli.flags import flags_of, help_row
from cuvee.cli.parameters import command_for
from cuvee.cli.values import ByReference, parse_text, parse_texts
from cuvee.errors import CheckError
from cuvee.model.file import File
from cuvee.model.secret import Secret


class Colour(Enum):
    RED = 1
    WHITE = 2


class Forest:
    pass


ENGINE = [click.Option(["--json"], is_flag=True, help="Print JSON."), click.Option(["--seed"], type=int)]


def given_to(function: Callable[..., Any], *argv: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments, and the engine's values, that a command line gives."""
    command = command_for(Signature(function), "run", ENGINE, lambda arguments, **engine: (arguments, engine))
    result: tuple[dict[str, Any], dict[str, Any]] = command.main(list(argv), standalone_mode=False)
    return result


def problems_of(function: Callable[..., Any], *argv: str) -> list[str]:
    with pytest.raises(CheckError) as raised:
        given_to(function, *argv)
    assert raised.value.exit_code == 2
    return [problem.message for problem in raised.value.problems]


def help_of(function: Callable[..., Any]) -> str:
    command = command_for(Signature(function), "run", ENGINE, lambda arguments: arguments)
    return command.get_help(click.Context(command, info_name="cuvee run wine.py", terminal_width=200))


def predict(
    csv: File = File("wine.csv"),  # noqa: B008
    max_depth: int = 8,
    *,
    rate: float,
    shuffle: bool = True,
    colour: Colour = Colour.RED,
    kind: Literal["fast", "exact"] = "fast",
    names: list[str] = ["a", "b"],  # noqa: B006
    token: Secret = Secret("hunter2"),  # noqa: B008
    model: Forest | None = None,
) -> None:
    """Predict wine quality.

    Args:
        max_depth: how deep a tree may grow.
    """


def test_flags_give_the_arguments_complete_with_defaults() -> None:
    arguments, engine = given_to(predict, "--max-depth", "12", "--rate=.5", "--no-shuffle", "--names", "x")
    assert arguments == {
        "csv": File("wine.csv"),
        "max_depth": 12,
        "rate": 0.5,
        "shuffle": False,
        "colour": Colour.RED,
        "kind": "fast",
        "names": ["x"],
        "token": arguments["token"],
        "model": None,
    }
    assert list(arguments)[:2] == ["csv", "max_depth"]
    assert engine == {"json": False, "seed": None}


def test_the_engine_gets_its_own_options() -> None:
    _, engine = given_to(predict, "--rate", "1", "--json", "--seed", "3")
    assert engine == {"json": True, "seed": 3}


def test_underscores_do_as_well_as_dashes() -> None:
    assert given_to(predict, "--max_depth", "3", "--rate", "1", "--no_shuffle")[0]["max_depth"] == 3


def test_a_negative_number_is_a_value() -> None:
    assert given_to(predict, "--rate", "-3")[0]["rate"] == -3.0


def test_every_parameter_can_be_given_by_name() -> None:
    arguments, _ = given_to(
        predict, "--param", "rate=1", "--param", "max-depth=3", "--param", "names=x", "--param", "names=y"
    )
    assert (arguments["rate"], arguments["max_depth"], arguments["names"]) == (1.0, 3, ["x", "y"])


def test_a_reference_is_left_to_be_resolved() -> None:
    arguments, _ = given_to(predict, "--rate", "1", "--model", "@12:train")
    assert arguments["model"] == ByReference("@12:train")


def test_every_problem_is_told_at_once() -> None:
    assert problems_of(
        predict, "--max-depth", "twelve", "--colour", "blue", "--param", "max_dept=3", "--param", "rate"
    ) == [
        "--param max_dept: there is no such parameter; did you mean `max_depth`?",
        "--param rate: write --param NAME=VALUE",
        "--max-depth: 'twelve' is not an integer",
        "--rate is missing: predict takes rate: float",
        "--colour: 'blue' is not one of RED, WHITE",
    ]


def test_a_parameter_given_twice() -> None:
    assert problems_of(predict, "--rate", "1", "--param", "rate=2") == ["--param rate: rate is given twice"]


def test_a_secret_is_never_repeated() -> None:
    (problem,) = problems_of(predict, "--rate", "1", "--token", "hunter2")
    assert problem.startswith("--token: a secret is not written on the command line")
    assert "hunter2" not in problem + help_of(predict)


def test_an_unknown_flag_suggests_the_one_that_was_meant() -> None:
    with pytest.raises(click.NoSuchOption) as raised:
        given_to(predict, "--max-dept", "3")
    assert "--max-depth" in raised.value.format_message()


def test_files_are_relative_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.csv").write_text("a\n")
    monkeypatch.chdir(tmp_path)
    assert given_to(predict, "--rate", "1", "--csv", "other.csv")[0]["csv"] == File(tmp_path / "other.csv")


def test_a_flag_of_the_engine_stays_the_engines() -> None:
    def collides(json: bool = False, seed: int = 1, help: str = "", param: str = "") -> None: ...

    arguments, engine = given_to(
        collides, "--json", "--seed", "5", "--param", "json=yes", "--param", "help=me", "--param", "param=p"
    )
    assert arguments == {"json": True, "seed": 1, "help": "me", "param": "p"}
    assert engine == {"json": True, "seed": 5}
    assert "--param json=true|false" in help_of(collides)
    assert problems_of(collides, "--param", "seed=x") == ["--param seed: 'x' is not an integer"]


def test_names_that_meet_on_the_command_line_stay_apart() -> None:
    def function(cache: bool = True, no_cache: int = 0, x: int = 1, _x: int = 2, _: int = 3) -> None: ...

    arguments, _ = given_to(
        function, "--no-cache", "--x", "5", "--param", "no_cache=7", "--param", "_x=6", "--param", "_=8"
    )
    assert arguments == {"cache": False, "no_cache": 7, "x": 5, "_x": 6, "_": 8}


def test_parameters_of_every_kind() -> None:
    def function(a: int, /, b: int = 2, *rest: int, c: str, **others: float) -> None: ...

    arguments, _ = given_to(
        function, "--a", "1", "--rest", "3", "--rest", "4", "--c", "x", "--param", "more=5"
    )
    assert arguments == {"a": 1, "b": 2, "rest": (3, 4), "c": "x", "others": {"more": 5.0}}
    assert problems_of(function, "--param", "more=x", "--param", "more=1") == [
        "--param more: more is given twice",
        "--a is missing: function takes a: int",
        "--c is missing: function takes c: str",
        "--param more: 'x' is not a number",
    ]


def test_parameters_without_annotations() -> None:
    def function(a, b=3, *rest):  # type: ignore[no-untyped-def]
        return None

    assert given_to(function, "--a", "1", "--b", "4", "--rest", "5")[0] == {"a": "1", "b": 4, "rest": ("5",)}


def test_an_optional_list_is_repeated_too() -> None:
    def function(sizes: list[int] | None = None, deep: bool | None = None) -> None: ...

    assert given_to(function)[0] == {"sizes": None, "deep": None}
    assert given_to(function, "--sizes", "1", "--sizes", "2")[0]["sizes"] == [1, 2]
    assert given_to(function, "--sizes", "none", "--deep", "no")[0] == {"sizes": None, "deep": False}


def test_help_shows_types_defaults_choices_and_the_docstring() -> None:
    lines = [" ".join(line.split()) for line in help_of(predict).splitlines()]
    assert lines[:3] == ["Usage: cuvee run wine.py [OPTIONS]", "", "Predict wine quality."]
    for line in [
        "Parameters of predict:",
        "--csv FILE [default: wine.csv]",
        "--max-depth INTEGER how deep a tree may grow. [default: 8]",
        "--rate NUMBER [required]",
        "--shuffle / --no-shuffle [default: true]",
        "--colour [RED|WHITE] [default: RED]",
        "--kind [fast|exact] [default: fast]",
        "--names TEXT [repeatable] [default: --names a --names b]",
        "--token env:NAME|file:PATH [default: ***]",
        "--model @RUN:CALL|none [default: none]",
        "Options:",
        "--json Print JSON.",
    ]:
        assert line in lines
    assert lines.index("Options:") > lines.index("--model @RUN:CALL|none [default: none]")
    assert "--param NAME=VALUE" in lines[-1]


def test_a_function_without_parameters_has_the_engines_options_only() -> None:
    def function() -> None:
        """Do it."""

    assert given_to(function, "--json") == ({}, {"json": True, "seed": None})
    assert "Parameters" not in help_of(function)
    assert problems_of(function, "--param", "a=1") == ["--param a: there is no such parameter; it takes none"]


class Size(Enum):
    SMALL = 1


@dataclass
class Options:
    depth: int = 3
    name: str = "it's"


@pytest.mark.parametrize(
    "default",
    [
        Path("a b/c"),
        File("the wines.csv"),
        Size.SMALL,
        timedelta(days=1, hours=2, seconds=1.5),
        timedelta(microseconds=1),
        timedelta(),
        timedelta(minutes=90),
        Options(),
        {"a": [1, 2]},
        "it's",
        "",
        None,
        True,
        date(2026, 1, 2),
        datetime(2026, 1, 2, 18, 30),
        2.5,
        [1, 2],
        ["a b", "c"],
    ],
    ids=repr,
)
def test_a_default_in_help_can_be_pasted_back(
    default: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "the wines.csv").touch()

    def function(value=default): ...  # type: ignore[no-untyped-def]

    [flag] = flags_of(Signature(function), ())
    shown = help_row(flag, "")[1].rpartition("[default: ")[2].removesuffix("]")
    words = shlex.split(shown)
    if flag.repeats:
        read = parse_texts([word for word in words if word != flag.on], flag.annotation, default, tmp_path)
    else:
        read = parse_text(words[0], flag.annotation | NoneType if default is None else flag.annotation)
    assert read == (File(tmp_path / default.path) if isinstance(default, File) else default)
