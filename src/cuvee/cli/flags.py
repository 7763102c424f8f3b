"""The flags of a signature: what each parameter is called on the command line, and its line of help."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any

import click
import msgspec

from cuvee.authoring.declared_parameters import MISSING
from cuvee.authoring.signature import Parameter, Signature
from cuvee.cli.forms import collection_in, effective_annotation, has_json_form, metavar_of
from cuvee.cli.scalars import duration_text
from cuvee.codecs.text import text_of
from cuvee.model.located import Located
from cuvee.model.secret import Secret

BY_NAME = "--param"
"""The flag that reaches every parameter: `--param NAME=VALUE`."""

_HELP_FLAGS = ("--help", "-h")


@dataclass(frozen=True, slots=True)
class Flag:
    """One parameter as it is typed: `on` (`--max-depth`) and, of a switch, `off`; both empty if the
    engine has that flag and only `--param` is left.
    """

    parameter: Parameter
    annotation: Any
    on: str
    off: str

    @property
    def key(self) -> str:
        """What click calls its value."""
        return f"parameter_{self.parameter.name}"

    @property
    def text(self) -> str:
        """How a person types it."""
        return self.on or f"{BY_NAME} {self.parameter.name}="

    @property
    def repeats(self) -> bool:
        return collection_in(self.annotation) is not None


def flags_of(signature: Signature, taken: Collection[str]) -> list[Flag]:
    """The flags of a signature's parameters; those in `taken` (`--json`) are not given again.

    `**options` has none: what goes there is given as `--param NAME=VALUE`.
    """
    used = {BY_NAME, *_HELP_FLAGS, *taken}
    flags = []
    for parameter in signature.parameters:
        if parameter.kind == "VAR_KEYWORD":
            continue
        annotation = effective_annotation(parameter.annotation, parameter.default)
        if parameter.kind == "VAR_POSITIONAL" and parameter.annotation is Any:
            annotation = tuple[str, ...]
        dashed = parameter.name.strip("_").replace("_", "-")
        on, off = f"--{dashed}", f"--no-{dashed}"
        if not dashed or on in used:
            on = off = ""
        elif annotation is not bool or off in used:
            off = ""
        used.update((on, off))
        flags.append(Flag(parameter, annotation, on, off))
    return flags


def option_of(flag: Flag) -> click.Option:
    """What click makes of it: texts, still to be read; None or () where it was not typed."""
    form = f"{flag.on}/{flag.off}" if flag.off else flag.on
    return click.Option(
        [form, flag.key],
        default=None,
        multiple=flag.repeats,
        metavar=None if flag.off else metavar_of(flag.annotation),
    )


def help_row(flag: Flag, described: str) -> tuple[str, str]:
    """`--max-depth INTEGER` and what the docstring says of it, with its default."""
    words = [described]
    if flag.repeats:
        words.append("[repeatable]")
    if flag.parameter.required:
        words.append("[required]")
    elif flag.parameter.default is not MISSING:
        words.append(f"[default: {_shown(flag)}]")
    separator = "" if flag.text.endswith("=") else " "
    left = f"{flag.on} / {flag.off}" if flag.off else f"{flag.text}{separator}{metavar_of(flag.annotation)}"
    return left, "  ".join(filter(None, words))


def _shown(flag: Flag) -> str:
    """The default as it would be typed after the flag; a list as the flag, repeated."""
    default = flag.parameter.default
    if type(default) in (list, tuple, set, frozenset) and flag.repeats:
        return " ".join(f"{flag.text} {_typed(item)}" for item in default) or "none given"
    return _typed(default)


def _typed(value: Any) -> str:
    """A value as a word of a command line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Secret):
        return "***"
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, str | PurePath | Located):
        return shlex.quote(os.fspath(value))
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta) and value >= dt.timedelta():
        return duration_text(value)
    if has_json_form(type(value)):
        return _as_json(value)
    return text_of(value)


def _as_json(value: Any) -> str:
    try:
        return shlex.quote(msgspec.json.encode(value).decode())
    except (TypeError, ValueError):  # there is something in it that JSON lacks, which cannot be typed
        return text_of(value)
