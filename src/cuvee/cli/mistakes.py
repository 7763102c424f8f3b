"""What was typed wrong, said so that it can be put right: commands and flags that there are not."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Iterator, Sequence

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.program import program


def mistake_text(error: click.ClickException, arguments: Sequence[str]) -> str:
    """The message for an error of click's; `arguments` are what was typed after `cuvee`."""
    text = _message(error, arguments)
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return as_typed(text, arguments)
    separator = " " if text.endswith("?") else "; "
    shown = f"`{error.ctx.command_path} --help` shows what there is"
    return as_typed(f"{text.rstrip('.')}{separator}{shown}", arguments)


def as_typed(text: str, arguments: Sequence[str]) -> str:
    """The text with each flag as it was typed: `--max_depth` is the same one as `--max-depth`."""
    for word in arguments:
        flag = word.partition("=")[0]
        if flag.startswith("--") and "_" in flag:
            text = text.replace(flag.replace("_", "-"), flag)
    return text


def _message(error: click.ClickException, arguments: Sequence[str]) -> str:
    if isinstance(error, click.NoSuchOption):
        meant = _closest([*_in_other_case(error), *(error.possibilities or ())])
        return f"there is no option {error.option_name}{meant}"
    if isinstance(error, click.BadOptionUsage):
        switch = _switch(error)
        if switch is not None:
            return f"{error.option_name} takes no value: write {' or '.join(switch)}"
    if isinstance(error, click.UsageError) and error.ctx is not None and error.ctx.parent is None:
        word = next((word for word in arguments if not word.startswith("-")), "")
        if word and word not in COMMANDS:
            return _unknown_command(word, arguments)
    return error.format_message()


def _in_other_case(error: click.NoSuchOption) -> Iterator[str]:
    """`--C` for `--c`."""
    for option in error.ctx.command.params if error.ctx is not None else ():
        for flag in option.opts:
            if flag.casefold() == error.option_name.casefold():
                yield flag


def _closest(known: Iterable[str]) -> str:
    first = next(iter(known), None)
    return f": did you mean {first}?" if first else ""


def _switch(error: click.BadOptionUsage) -> list[str] | None:
    """Both forms of a switch that was given a value; None if the option is none."""
    for option in error.ctx.command.params if error.ctx is not None else ():
        flags = [*option.opts, *option.secondary_opts]
        if isinstance(option, click.Option) and option.is_flag and error.option_name in flags:
            return flags
    return None


def _unknown_command(word: str, arguments: Sequence[str]) -> str:
    if word.endswith(".py") or ":" in word:
        return f"{word!r} is no command: did you mean `{program()} run {shlex.join(arguments)}`?"
    close = difflib.get_close_matches(word, COMMANDS, n=1)
    return f"there is no command {word!r}{_closest(close)}"
