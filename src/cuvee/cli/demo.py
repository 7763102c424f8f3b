"""`cuvee demo`: an example project, written into a folder and run."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Collection, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.output import Output
from cuvee.cli.program import program
from cuvee.cli.run import recall_run, run_request
from cuvee.cli.table import wrapped
from cuvee.cli.target_command import Request, TargetCommand, recalled
from cuvee.errors import UsageError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.session import Session
from cuvee.operations.unchanged import Unchanged
from cuvee.project.target import load_target

_EXAMPLE = "wine"
_FOLDER = "wine-demo"
_PARAMETER = "max_depth"
# The first is the pipeline's own.
_DEPTHS = ("8", "12", "16", "4", "20")
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
            default=_FOLDER,
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
        folder, rest = take_folder(args, "." if _is_example(Path.cwd()) else _FOLDER)
        file = _write(Path(folder))
        typed, code = recalled([str(info_name), *rest], str(file), parent.obj, partial(_recall_demo, file))
        if code is not None:
            raise click.exceptions.Exit(code)
        began = time.perf_counter()
        target = load_target(str(file), Path.cwd())
        seconds = time.perf_counter() - began
        command = self.command_of(str(info_name), target, parent.obj, seconds, typed)
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


def _is_example(folder: Path) -> bool:
    """Whether an example was written there before: then it is that which is run."""
    return all((folder / name).is_file() for name in ("wine.py", "wine_quality.csv"))


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
    file = request.target.file
    _tell_opening(output, file)

    def after(session: Session, run: RunRecord, calls: Sequence[CallRecord]) -> list[str]:
        return _after(output, file, session, run, calls)

    return run_request(output, request, after)


def _recall_demo(file: Path, output: Output, session: Session, found: Unchanged) -> int:
    _tell_opening(output, file)

    def after(session: Session, run: RunRecord, calls: Sequence[CallRecord]) -> list[str]:
        return _after(output, file, session, run, calls)

    return recall_run(output, session, found, after)


def _tell_opening(output: Output, file: Path) -> None:
    if not output.json:
        opening = _opening_lines(file)
        output.lines(*(line for text in opening for line in wrapped(text, output.width)))
        output.lines("")


def _after(
    output: Output, file: Path, session: Session, run: RunRecord, calls: Sequence[CallRecord]
) -> list[str]:
    depths = [_depth(each) for each in session.queries.runs()]
    anew = any(call.decision == "executed" for call in calls)
    return next_lines(_folder_of(file), _depth(run), depths, anew=anew, width=output.width)


def _folder_of(file: Path) -> Path:
    """Where the example is, as seen from here."""
    return Path(os.path.relpath(file.parent))


def _depth(run: RunRecord) -> str:
    return next((argued.text for argued in run.start.parameters if argued.name == _PARAMETER), "")


def _opening_lines(file: Path) -> list[str]:
    from cuvee.examples import changed_files

    folder = _folder_of(file)
    where = "this folder" if folder == Path() else folder
    lines = [f"The example project is in {where}: wine.py is all of its code."]
    changed = changed_files(_EXAMPLE, file.parent)
    if changed:
        lines.append(f"Run as it is there, with your changes to {', '.join(changed)}.")
    return lines


def next_lines(
    folder: Path, depth: str, depths: Collection[str], *, anew: bool, width: int = 140
) -> list[str]:
    """What to try next, as commands that can be copied.

    `depth` is the max_depth of the run that has just ended, `depths` are those of all runs; `anew`
    says whether anything was executed.
    """
    demo = f"{program()} demo"
    if folder not in (Path(), Path(_FOLDER)):
        demo += f" --folder {shlex.quote(str(folder))}"
    same = f"{demo} --max-depth {depth}" if depth != _DEPTHS[0] else demo
    tries = [(same, "again: everything is reused")] if anew else []
    other = next((each for each in _DEPTHS if each not in depths), None)
    if other is not None:
        tries.append((f"{demo} --max-depth {other}", "two tasks run: what max_depth reaches"))
    if folder != Path():
        tries.append((f"cd {shlex.quote(str(folder))}", "and then, as in any project:"))
    there = program(folder)
    tries += [
        (f"{there} plan wine.py", "what would run, and why: edit wine.py first"),
        (f"{there} runs", "the runs so far, with their metrics"),
        (f"{there} show @last train", "all of one call: what it depends on, what it gave"),
    ]
    return ["Try next:", *_side_by_side(tries, width)]


def _side_by_side(tries: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Commands and what each is for; one below the other where there is no room, for to be copied a
    command has to be whole.
    """
    size = max(len(command) for command, _ in tries)
    lines = [f"  {command:<{size}}  {what}" for command, what in tries]
    if max(map(len, lines)) <= width:
        return lines
    return [line for command, what in tries for line in (f"  {command}", f"      {what}")]


command = DemoCommand()
