"""The flag `--swap`."""

from __future__ import annotations

import click

_HELP = (
    "Put something else in the place of a task, or of a call by its path: a function (boosting.py:train), "
    "the version of an earlier run (@12), or what an earlier call gave (@12:train)."
)


def swap_option() -> click.Option:
    """`--swap`. Where the pipeline has a parameter of that name, the flag is that, and this `--swap-task`."""
    return click.Option(["--swap-task", "--swap", "swaps"], multiple=True, metavar="NAME=WHAT", help=_HELP)
