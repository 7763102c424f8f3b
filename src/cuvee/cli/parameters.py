"""A signature as the flags of a command, and what was typed as the arguments of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import click

from cuvee.authoring.declared_parameters import MISSING
from cuvee.authoring.signature import Parameter, Signature, suggestion
from cuvee.cli.flags import BY_NAME, Flag, flags_of, help_row, option_of
from cuvee.cli.forms import metavar_of
from cuvee.cli.values import parse_text, parse_texts
from cuvee.contracts.annotation import describe
from cuvee.contracts.elements import entry_annotation
from cuvee.errors import CheckError, ParameterError
from cuvee.model.problem import Problem

_NOTE = (
    "Repeat a flag for each item of a list. `none` stands for None, and @12:train for the result of an "
    f"earlier call. Every parameter can be given as {BY_NAME} NAME=VALUE too."
)
# For values that are not written out.
_FORM_HINTS = {"FILE": ". Give a file or @RUN:CALL", "@RUN:CALL": ". Give @RUN:CALL"}
_BY_NAME_HELP = "A parameter by name, whatever its flag."


def command_for(
    signature: Signature,
    name: str,
    engine: Sequence[click.Parameter],
    callback: Callable[..., Any],
) -> click.Command:
    """A command whose flags are a signature's parameters and the engine's own options.

    `callback(arguments, **engine_values)` gets the arguments by parameter, complete with
    defaults (a tuple for `*frames`, a dict for `**options`); some may be, or hold, a
    `ByReference`. Raises CheckError with everything that is wrong with them at once. Relative
    paths are relative to the folder in which the command is called.
    """
    engine = [_yielding(option, signature) for option in engine]
    flags = flags_of(
        signature, {text for option in engine for text in (*option.opts, *option.secondary_opts)}
    )

    def invoke(**values: Any) -> Any:
        typed = {flag.parameter.name: values.pop(flag.key, None) for flag in flags}
        named = values.pop("parameter_by_name")
        arguments = arguments_from(signature, flags, typed, named, Path.cwd())
        return callback(arguments, **values)

    return _ParameterCommand(
        name,
        title=f"Parameters of {signature.function.__name__}",
        flags=flags,
        help_of=signature.help,
        callback=invoke,
        help=signature.summary,
        params=[*map(option_of, filter(lambda flag: flag.on, flags)), _by_name_option(), *engine],
        # `--max_depth` is the same flag as `--max-depth`.
        context_settings={"token_normalize_func": lambda token: token.replace("_", "-")},
    )


def _yielding(option: click.Parameter, signature: Signature) -> click.Parameter:
    """An option of the engine without those of its names that a parameter has; it keeps one at least."""
    claimed = {f"--{parameter.name.strip('_').replace('_', '-')}" for parameter in signature.parameters}
    left = [name for name in option.opts if name not in claimed]
    if not left or left == option.opts:
        return option
    yielding = copy(option)
    yielding.opts = left
    return yielding


def arguments_from(
    signature: Signature, flags: Sequence[Flag], typed: dict[str, Any], named: Sequence[str], cwd: Path
) -> dict[str, Any]:
    """The arguments by parameter from what was typed: texts by parameter, and `NAME=VALUE` texts.

    Raises CheckError with every problem: bad text, unknown names, what is given twice or not at all.
    """
    problems: list[str] = []
    texts, others = _collected(signature, flags, typed, named, problems)
    given: dict[str, Any] = {}
    for flag in flags:
        name = flag.parameter.name
        if name in texts:
            _read(flag, texts[name], given, problems, cwd)
        elif flag.parameter.required:
            problems.append(f"{flag.text} is missing: {signature.function.__name__} takes {_wanted(flag)}")
    rest = next((p for p in signature.parameters if p.kind == "VAR_KEYWORD"), None)
    if rest is not None:
        given[rest.name] = _read_others(rest, others, problems, cwd)
    if problems:
        raise CheckError([Problem(problem) for problem in problems])
    return signature.bind_named(given)[0]


def _collected(
    signature: Signature,
    flags: Sequence[Flag],
    typed: dict[str, Any],
    named: Sequence[str],
    problems: list[str],
) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """What was typed for each parameter, by flag or by name, and for names that `**options` takes."""
    by_name = {flag.parameter.name: flag for flag in flags}
    texts = {name: _listed(value) for name, value in typed.items() if value not in (None, ())}
    others: dict[str, str] = {}
    open_end = any(parameter.kind == "VAR_KEYWORD" for parameter in signature.parameters)
    for item in named:
        name, equals, text = item.partition("=")
        key = name if name in by_name else name.replace("-", "_")
        if not equals:
            problems.append(f"{BY_NAME} {item}: write {BY_NAME} NAME=VALUE")
        elif key in by_name and (key not in texts or by_name[key].repeats):
            texts.setdefault(key, []).append(text)
        elif key in by_name or key in others:
            problems.append(f"{BY_NAME} {name}: {key} is given twice")
        elif open_end:
            others[key] = text
        else:
            problems.append(f"{BY_NAME} {name}: there is no such parameter{suggestion(key, list(by_name))}")
    return texts, others


def _read(flag: Flag, texts: list[Any], given: dict[str, Any], problems: list[str], cwd: Path) -> None:
    parameter = flag.parameter
    try:
        if isinstance(texts[0], bool):
            given[parameter.name] = texts[0]
        elif flag.repeats:
            given[parameter.name] = parse_texts(texts, flag.annotation, parameter.default, cwd)
        else:
            given[parameter.name] = parse_text(texts[0], flag.annotation, parameter.default, cwd)
    except ParameterError as error:
        problems.append(f"{flag.text.rstrip('=')}: {error}{_as_items(flag, texts)}")


def _as_items(flag: Flag, texts: list[Any]) -> str:
    """How to write what was meant by `1,2`."""
    if not flag.repeats or len(texts) != 1 or not isinstance(texts[0], str) or "," not in texts[0]:
        return ""
    separator = "" if flag.text.endswith("=") else " "
    items = " ".join(f"{flag.text}{separator}{item.strip()}" for item in texts[0].strip("[]()").split(","))
    return f"; repeat the flag for each item: {items}"


def _read_others(rest: Parameter, others: dict[str, str], problems: list[str], cwd: Path) -> dict[str, Any]:
    values = {}
    for name, text in others.items():
        try:
            values[name] = parse_text(text, entry_annotation(rest.annotation, name), MISSING, cwd)
        except ParameterError as error:
            problems.append(f"{BY_NAME} {name}: {error}")
    return values


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _wanted(flag: Flag) -> str:
    name, annotation = flag.parameter.name, flag.parameter.annotation
    if annotation is Any:
        return name
    return f"{name}: {describe(annotation)}{_FORM_HINTS.get(metavar_of(flag.annotation), '')}"


def _by_name_option() -> click.Option:
    return click.Option(
        [BY_NAME, "parameter_by_name"], multiple=True, metavar="NAME=VALUE", help=_BY_NAME_HELP
    )


class _ParameterCommand(click.Command):
    """A command whose help tells the function's parameters apart from the engine's options."""

    def __init__(
        self, name: str, *, title: str, flags: Sequence[Flag], help_of: Mapping[str, str], **settings: Any
    ) -> None:
        super().__init__(name, **settings)
        self._title = title
        self._flags = flags
        self._help_of = help_of

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            error.ctx = error.ctx or ctx  # click's parser leaves it out
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self._flags:
            with formatter.section(self._title):
                formatter.write_dl(
                    [help_row(flag, self._help_of.get(flag.parameter.name, "")) for flag in self._flags]
                )
        own = {flag.key for flag in self._flags}
        records = [option.get_help_record(ctx) for option in self.get_params(ctx) if option.name not in own]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self._flags:
            formatter.write_paragraph()
            formatter.write_text(_NOTE)
