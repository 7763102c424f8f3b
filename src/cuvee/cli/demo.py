"""`cuvee demo`: an example project, written into a folder and run."""

from __future__ import annotations

import os
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.output import Output
from cuvee.cli.run import run_request
from cuvee.cli.target_command import Request, TargetCommand
from cuvee.errors import UsageError
from cuvee.project.target import load_target

_EXAMPLE = "wine"
_NEEDS = {"pandas": "pandas", "sklearn": "scikit-learn"}

_HELP = """Write an example project into a folder, and run it: how good is a white wine?

What is in the folder already stays as it is. The flags of the pipeline work here too:

\b
  cuvee demo
  cuvee demo                    again: everything is reused
  cuvee demo --max-depth 12     what does not depend on it is reused
"""


class DemoCommand(TargetCommand):
    """The run of an example: TARGET is the file that was written."""

    def __init__(self) -> None:
        super().__init__("demo", act=_run_demo, help=_HELP, short_help=COMMANDS["demo"])
        self.folder = click.Option(
            ["--folder"],
            metavar="DIR",
            default=f"{_EXAMPLE}-demo",
            show_default=True,
            help="Where to write it.",
        )
        self.params = [self.folder, *self.engine]

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the command that the example's pipeline makes, with `--folder` beside its flags."""
        if parent is None or {"-h", "--help"} & set(args):
            return click.Command.make_context(self, info_name, args, parent, **extra)
        folder, rest = take_folder(args, str(self.folder.default))
        target = load_target(str(_write(Path(folder))), Path.cwd())
        command = self.command_of(str(info_name), target, parent.obj)
        return command.make_context(info_name, rest, parent=parent, **extra)


def take_folder(args: list[str], folder: str) -> tuple[str, list[str]]:
    """The folder that the arguments name, else the one given, and the arguments without it."""
    rest: list[str] = []
    words = iter(args)
    for word in words:
        name, equals, value = word.partition("=")
        if name != "--folder":
            rest.append(word)
            continue
        folder = value if equals else next(words, "")
        if not folder:
            raise click.UsageError("--folder takes the folder to write the example to")
    return folder, rest


def _write(folder: Path) -> Path:
    from cuvee.examples import write_example

    missing = [package for module, package in _NEEDS.items() if find_spec(module) is None]
    if missing:
        raise UsageError(
            f"the example needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} "
            "not installed: pip install 'cuvee[demo]'"
        )
    return write_example(_EXAMPLE, folder)


def _run_demo(output: Output, request: Request) -> int:
    folder = os.path.relpath(request.target.file.parent)
    if not output.json:
        output.lines(*_opening_lines(request, folder), "")
    code = run_request(output, request)
    if code == 0 and not output.json:
        output.lines("", *next_lines(folder))
    return code


def _opening_lines(request: Request, folder: str) -> list[str]:
    from cuvee.examples import changed_files

    lines = [f"The example project is in {folder}: wine.py is all of its code."]
    changed = changed_files(_EXAMPLE, request.target.file.parent)
    if changed:
        lines.append(f"Run as it is there, with your changes to {', '.join(changed)}.")
    return lines


def next_lines(folder: str) -> list[str]:
    """What to try next, as commands that can be copied."""
    flag = "" if folder == f"{_EXAMPLE}-demo" else f" --folder {shlex.quote(folder)}"
    tries = [
        (f"cuvee demo{flag}", "again: everything is reused"),
        (f"cuvee demo{flag} --max-depth 12", "two tasks run: what max_depth reaches"),
        (f"cd {shlex.quote(folder)}", "and then, as in any project:"),
        ("cuvee plan wine.py", "what would run, and why: edit wine.py first"),
        ("cuvee runs", "the runs so far, with their metrics"),
        ("cuvee show @last train", "all of one call: what it depends on, what it gave"),
    ]
    width = max(len(command) for command, _ in tries)
    return ["Try next:", *(f"  {command:<{width}}  {what}" for command, what in tries)]


command = DemoCommand()
