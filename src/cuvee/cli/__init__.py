"""The command line: one file for a command, each loaded when it is used.

This file and `commands.py` are all that `cuvee --help` loads beside click.
"""

from __future__ import annotations

from typing import NoReturn


def main() -> NoReturn:
    """The `cuvee` command: run it on the process's arguments and end the process."""
    import sys

    from cuvee.cli.ending import run_command

    sys.exit(run_command(sys.argv[1:]))
