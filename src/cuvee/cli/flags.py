"""The flags of a signature: what each parameter is called on the command line, and its line of help."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any

import click

from cuvee.authoring.signature import MISSING, Parameter, Signature
from cuvee.cli.forms import collection_in, effective_annotation, metavar_of
from cuvee.codecs.text import text_of
from cuvee.model.file import File
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
        words.append(f"[default: {_shown(flag.parameter.default)}]")
    separator = "" if flag.text.endswith("=") else " "
    left = f"{flag.on} / {flag.off}" if flag.off else f"{flag.text}{separator}{metavar_of(flag.annotation)}"
    return left, "  ".join(filter(None, words))


def _shown(default: Any) -> str:
    """A default as it would be typed."""
    if default is None:
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, File):
        return default.path
    if isinstance(default, Secret):
        return "***"
    if isinstance(default, str):
        return default or "''"
    if type(default) in (list, tuple):
        return ", ".join(map(_shown, default)) or "none given"
    return default.name if isinstance(default, Enum) else text_of(default)
