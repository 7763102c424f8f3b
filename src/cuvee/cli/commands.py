"""The commands by name, and the group that loads one when it is used.

Listing them costs no import of theirs: the line that `--help` shows of each stands here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# name: what `--help` says of it. The module `cuvee.cli.<name>` has it as `command`.
COMMANDS = {
    "run": "Run a pipeline, or one task, reusing what is unchanged.",
    "plan": "What would run, what is reused, why, and how long it should take.",
    "runs": "The runs on record, newest first.",
    "diff": "What two runs differ in, why, and what followed.",
    "attribute": "How much of what a metric moved each change did.",
    "lineage": "What a result came from, and what was made of it.",
    "show": "One run, or one call of it: decisions, metrics, results, logs.",
    "rerun": "One call of an earlier run again, on what it was given then.",
    "debug": "The debugger in one call of an earlier run, on what it was given then.",
    "shell": "A Python with what one call was given, and what it gave.",
    "verify": "Each call of a run again, twice: which are not deterministic.",
    "reproduce": "A run once more, with its own source, and whether it comes to the same.",
    "export": "Write what a call gave to a file: .parquet, .csv, .npy, .joblib …",
    "tag": "Give a run, or what a call gave, a name.",
    "tags": "The tags, and what they stand for.",
    "note": "Keep a note on a run.",
    "rm": "Take runs off the record.",
    "du": "Who takes how much room in the store.",
    "gc": "Delete what nobody needs, and old runs with what only they need.",
    "fsck": "Check every byte in the store, and every record.",
    "config": "Each setting, its value, and where that came from.",
    "demo": "Write an example project into a folder, and run it.",
}

_EXIT_CODES = """\b
Exit codes:
  0    done
  1    a task failed, or the disk or the database did
  2    your input is wrong; nothing was run
  70   a bug of cuvee
  130  cancelled
"""


class LazyGroup(click.Group):
    """A group whose commands are modules of this package, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from cuvee.ports.loading import loading_ours  # `--help` does without

        with loading_ours():
            command: click.Command = import_module(f"cuvee.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"cuvee {installed_version()}")
        ctx.exit()


def installed_version() -> str:
    """The version of cuvee that is installed."""
    from importlib.metadata import version

    return version("cuvee")


@click.command(
    "cuvee",
    cls=LazyGroup,
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Show the version and exit.",
        )
    ],
)
def group(**_nothing: Any) -> None:
    """Machine-learning pipelines from plain functions: nothing runs twice, every run is on record.

    `cuvee COMMAND --help` tells more of each; `cuvee run FILE --help` shows the flags of the
    pipeline in that file.
    """
