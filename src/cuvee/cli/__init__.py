"""The command line: one file for a command, each loaded when it is used.

This file and `commands.py` are all that `cuvee --help` loads beside click.
"""

from __future__ import annotations

from typing import NoReturn


def script() -> NoReturn:
    """The `cuvee` command as a process of its own, in which nothing comes after it."""
    from cuvee.cli.leaving import Leaving

    leaving = Leaving()
    try:
        main()
    except SystemExit as end:
        leaving.code = end.code if isinstance(end.code, int) else None
        raise


def main() -> NoReturn:
    """The `cuvee` command: run it on the process's arguments and end the process."""
    import sys

    try:
        from cuvee.cli.ending import run_command

        code = run_command(sys.argv[1:])
    except KeyboardInterrupt:  # before there was anybody to take it, or a second time
        code = 130
    sys.exit(code)
