"""`cuvee lineage REF [PATH]`: what a result came from, and what was made of it."""

from __future__ import annotations

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.lineage_page import lineage_lines
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records, store_flag
from cuvee.cli.summary import Page
from cuvee.operations.lineage import lineage
from cuvee.operations.lineage_report import lineage_report

_RUNS = 200
_DEPTH = 20
_COUNT = click.IntRange(min=1)


@click.command("lineage", short_help=COMMANDS["lineage"], params=[json_option(), *setting_options("store")])
@click.argument("reference", metavar="REF")
@click.argument("path", required=False)
@click.option("--up", is_flag=True, help="Only what it came from.")
@click.option("--down", is_flag=True, help="Only what was made of it.")
@click.option("--depth", type=_COUNT, default=_DEPTH, show_default=True, help="How many steps to go.")
@click.option(
    "--runs", type=_COUNT, default=_RUNS, show_default=True, help="How many runs to look at, the newest."
)
@click.pass_obj
def command(
    output: Output,
    reference: str,
    path: str | None,
    up: bool,
    down: bool,
    depth: int,
    runs: int,
    store: str | None,
) -> None:
    """What a result came from: calls, files, parameters, code; and over runs, what was made of it.

    Of a file, all that was made of each content that it had.

    \b
    REF   12:train, @last:split.0, @best:rmse:min:train, a tag, wine_quality.csv
    PATH  the call, where REF is a run: 12 train
    """
    reference = reference if path is None else f"{reference}:{path}"
    with open_records(store) as session:
        both = up == down
        found = lineage(session, reference, up=both or up, down=both or down, depth=depth, runs=runs)
        if output.json:
            output.object(lineage_report(found))
        else:
            page = Page(output.width, output.paint, store_flag(session.home))
            output.lines(*lineage_lines(found, page))
