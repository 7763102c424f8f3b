"""Commands that take a TARGET and then the flags of what it names.

The target has to be imported before its flags are known. So the command line is cut at TARGET,
and a command of that target alone, with the engine's flags and its own, reads the whole.
"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cuvee.cli.options import json_option, seed_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.program import program
from cuvee.cli.swap_option import swap_option
from cuvee.project.root import find_project
from cuvee.project.target import Target, load_target

if TYPE_CHECKING:
    from cuvee.cli.unchanged import Command
    from cuvee.operations.session import Session
    from cuvee.operations.unchanged import Unchanged


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `arguments` may hold references; `overrides` and `swaps` are texts as they were
    typed.

    `settings` are flags by the setting's name, None where one was not given; `options` those that
    the command has for itself, `seed` the run's. `import_seconds` is how long it took to import the target.
    `command` is what was typed, where the run may be answered from the records another time.
    """

    target: Target
    arguments: Mapping[str, Any]
    overrides: tuple[str, ...]
    settings: Mapping[str, str | None]
    import_seconds: float = 0.0
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    command: Command | None = None
    swaps: tuple[str, ...] = ()


_PARAM_HELP = "A parameter of the pipeline by name, whatever its flag."

Act = Callable[[Output, Request], int]
"""Does what the command is for; gives the exit code."""


Recall = Callable[[Output, "Session", "Unchanged"], int]
"""Answers a run from the records, and shows it; gives the exit code."""


def recalled(words: Sequence[str], target: str, output: Output, recall: Recall) -> tuple[Command, int | None]:
    """What was typed, as things are now; and the exit code, if the run was answered from the records."""
    from cuvee.cli.unchanged import answered, command_of  # what `--help` has no use for

    # A plan says what a run would do, whose process would have other words.
    planned = sys.argv[1:2] == ["plan"]
    command = command_of(words, target, [sys.argv[0], *words] if planned else sys.argv)
    return command, answered(command, lambda session, found: recall(output, session, found))


def run_words(command: str, args: Sequence[str]) -> list[str]:
    """The words of the run that a command is about: a plan is of the run with the same words."""
    if command == "plan":
        return ["run", *(word for word in args if word != "--json")]
    return [command, *args]


class Cut(NamedTuple):
    """A command line: what stands before TARGET, TARGET, and what stands after it."""

    before: list[str]
    target: str | None
    after: list[str]


class TargetCommand(click.Command):
    """A command of the form `cuvee NAME [engine flags] TARGET [engine flags and TARGET's own]`."""

    def __init__(
        self,
        name: str,
        *,
        act: Act,
        own: Sequence[click.Option] = (),
        recall: Recall | None = None,
        **settings: Any,
    ) -> None:
        self.own = {option.name for option in own}
        self.engine = [*own, *engine_options()]
        named = click.Option(["--param"], multiple=True, metavar="NAME=VALUE", help=_PARAM_HELP)
        super().__init__(name, params=[named, *self.engine, click.Argument(["target"])], **settings)
        self.act = act
        self.recall = recall

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the command that the target makes; of this one, for its help, without a target."""
        options = [option for option in self.params if isinstance(option, click.Option)]
        cut = cut_at_target(args, options)
        if cut.target is None:
            if not {"-h", "--help"} & set(args):
                raise click.UsageError(f"say what to run, as in `cuvee {info_name} wine.py`")
            return super().make_context(info_name, args, parent, **extra)
        if parent is None:
            raise TypeError("a command with a target runs under the group, which holds the output")
        typed = None
        if self.recall is not None:
            typed, code = recalled(run_words(str(info_name), args), cut.target, parent.obj, self.recall)
            if code is not None:
                raise click.exceptions.Exit(code)
        began = time.perf_counter()
        target = _load(cut.target, _again(str(info_name), cut))
        seconds = time.perf_counter() - began
        command = self.command_of(f"{info_name} {cut.target}", target, parent.obj, seconds, typed)
        return command.make_context(command.name, [*cut.before, *cut.after], parent=parent, **extra)

    def command_of(
        self,
        name: str,
        target: Target,
        output: Output,
        import_seconds: float = 0.0,
        typed: Command | None = None,
    ) -> click.Command:
        """The command whose flags are the engine's and the target's."""
        from cuvee.cli.parameters import command_for

        def act(arguments: Mapping[str, Any], overrides: tuple[str, ...], **values: Any) -> int:
            swaps: tuple[str, ...] = values.pop("swaps")
            seed: int | None = values.pop("run_seed")
            options = {name: value for name, value in values.items() if name in self.own}
            settings = {name: value for name, value in values.items() if name not in self.own}
            return self.act(
                output,
                Request(target, arguments, overrides, settings, import_seconds, options, seed, typed, swaps),
            )

        return command_for(target.object.signature, name, self.engine, act)


def engine_options() -> list[click.Option]:
    """The flags that are not the pipeline's: `--set`, `--swap`, `--seed`, `--json` and the settings."""
    return [
        click.Option(
            ["--set", "overrides"],
            multiple=True,
            metavar="TASK.PARAMETER=VALUE",
            help="Set a parameter of a task, for all its calls; it wins over what the pipeline says.",
        ),
        swap_option(),
        seed_option(),
        json_option(),
        *setting_options(),
    ]


def cut_at_target(args: Sequence[str], options: Sequence[click.Option]) -> Cut:
    """Find TARGET: the first word that is neither one of these flags nor the value of one.

    Raises click.UsageError for another flag before it: whether that takes a value is not known yet.
    """
    known = {text: option for option in options for text in option.opts}
    before: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            return Cut(before, word, rest)
        before.append(word)
        name, _, value = word.partition("=")
        option = known.get(name.replace("_", "-"))
        if option is None and name not in ("-h", "--help"):
            raise click.UsageError(_misplaced(name, rest))
        if option is not None and not option.is_flag and not value and rest:
            before.append(rest.pop(0))
    return Cut(before, None, [])


def _load(text: str, again: Callable[[str], str]) -> Target:
    """The target, and what its modules ask of the world while they are imported."""
    from cuvee.cli.unchanged import target_folder
    from cuvee.perform.imports import watching_imports  # what `--help` has no use for
    from cuvee.ports.room import with_room

    root = find_project(target_folder(text))
    with watching_imports(root, root / ".cuvee"):
        return with_room(lambda: load_target(text, Path.cwd(), again=again))


def _again(name: str, cut: Cut) -> Callable[[str], str]:
    """The same command with another target."""
    return lambda target: f"{program()} {shlex.join([name, *cut.before, target, *cut.after])}"


def _misplaced(flag: str, rest: Sequence[str]) -> str:
    target = next((word for word in rest if ".py" in word or ":" in word), "TARGET")
    return f"{flag} stands before {target}: flags of the pipeline come after it, as in `{target} {flag} …`"
