"""`cuvee tag`: give a run, or what a call gave, a name."""

from __future__ import annotations

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records
from cuvee.cli.tags import tag_report
from cuvee.errors import ParameterError
from cuvee.model.record import Tag
from cuvee.operations.naming import tag, untag


@click.command("tag", short_help=COMMANDS["tag"], params=[json_option(), *setting_options("store")])
@click.argument("words", nargs=-1, metavar="REFERENCE NAME")
@click.option("--delete", metavar="NAME", help="Take a tag away.")
@click.pass_obj
def command(output: Output, words: tuple[str, ...], delete: str | None, store: str | None) -> None:
    """Give a run, or what a call of it gave, a name that can be used wherever a reference can.

    \b
    cuvee tag 12 baseline             then: cuvee show baseline
    cuvee tag 12:train champion       then: cuvee run wine.py:evaluate --model @champion
    cuvee tag @best:rmse:min champion it moves there; `cuvee tags champion` tells where it was
    cuvee tag --delete baseline

    A run that has a tag is not deleted by `cuvee gc` or `cuvee rm`.
    """
    if delete is not None and words:
        raise ParameterError("--delete NAME takes a tag away, and needs no other word")
    if delete is None and len(words) != 2:
        raise ParameterError("write what the tag stands for, then its name: cuvee tag 12 baseline")
    with open_records(store) as session:
        placed: Tag | None = None
        before: Tag | None
        if delete is not None:
            before = untag(session, delete)
        else:
            placed, before = tag(session, *words)
    if output.json:
        output.object(
            {"tag": tag_report(placed) if placed else None, "before": tag_report(before) if before else None}
        )
    elif placed is None and before is not None:
        output.lines(f"{before.name} stood for {before.reference}, and stands for nothing now")
    elif placed is not None:
        moved = (
            f" (it stood for {before.reference})" if before and before.reference != placed.reference else ""
        )
        output.lines(f"{placed.name} stands for {placed.reference}{moved}")
