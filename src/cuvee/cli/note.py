"""`cuvee note`: keep a note on a run."""

from __future__ import annotations

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records
from cuvee.errors import ParameterError
from cuvee.operations.naming import note
from cuvee.operations.references import find_run


@click.command("note", short_help=COMMANDS["note"], params=[json_option(), *setting_options("store")])
@click.argument("run")
@click.argument("text", required=False)
@click.option("--delete", is_flag=True, help="Take the note away.")
@click.pass_obj
def command(output: Output, run: str, text: str | None, delete: bool, store: str | None) -> None:
    """Keep a note on a run, which `cuvee runs` and `cuvee show` print; without TEXT, print it.

    \b
    cuvee note 12 "before the new labels"
    cuvee note @last --delete

    A run that has a note is not deleted by `cuvee gc`.
    """
    if delete and text is not None:
        raise ParameterError("--delete takes the note away: give no text with it")
    if text is not None and not text.strip():
        raise ParameterError("the note is empty: `cuvee note RUN --delete` takes one away")
    with open_records(store) as session:
        if delete or text is not None:
            number, kept = note(session, run, text or "").number, text or ""
        else:
            found = find_run(session.queries, run)
            number, kept = found.number, found.note
    if output.json:
        output.object({"run": number, "note": kept or None})
    elif delete or text is not None:
        output.lines(f"Run {number} has {'a note' if kept else 'no note'} now.")
    else:
        output.lines(kept or f"Run {number} has no note.")
