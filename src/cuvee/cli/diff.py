"""`cuvee diff A B`: what two runs differ in, why, and what followed."""

from __future__ import annotations

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.diff_markdown import markdown_lines
from cuvee.cli.diff_page import diff_page_lines
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records, store_flag
from cuvee.cli.summary import Page
from cuvee.operations.diff import diff, run_before
from cuvee.operations.difference_report import difference_report
from cuvee.operations.references import find_run

_ALL_HELP = "Everything: each source and each column in full, what is the same, what reached no call."
_ROWS_HELP = "Read frames that differ, and compare them by rows."
_KEY_HELP = "With --rows: the column that names a row; may be given again."
_MD_HELP = "As Markdown, for a pull request."


@click.command("diff", short_help=COMMANDS["diff"], params=[json_option(), *setting_options("store")])
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--md", "markdown", is_flag=True, help=_MD_HELP)
@click.option("--all", "whole", is_flag=True, help=_ALL_HELP)
@click.option("--rows", is_flag=True, help=_ROWS_HELP)
@click.option("--key", multiple=True, metavar="COLUMN", help=_KEY_HELP)
@click.pass_obj
def command(
    output: Output,
    a: str | None,
    b: str | None,
    markdown: bool,
    whole: bool,
    rows: bool,
    key: tuple[str, ...],
    store: str | None,
) -> None:
    """What two runs differ in: what somebody changed, what followed, and what came of it.

    With one run, it is compared with the run of its pipeline before it; without any, the last one is.
    Nothing that the runs gave is read: data is told by its profiles. With --rows
    frames that differ are read and compared by rows, with --key by their key.

    \b
    A, B   12, @last, @last~1, @best:rmse:min, a tag
    """
    if markdown and output.json:
        raise click.UsageError("--md and --json are two forms of the answer: give one of them")
    if key and not rows:
        raise click.UsageError("--key tells rows apart: add --rows, which reads the frames")
    with open_records(store) as session:
        queries = session.queries
        second = find_run(queries, b or a or "@last")
        first = find_run(queries, a) if a and b else run_before(session, second)
        found = diff(session, first, second, key if rows else None)
        page = Page(output.width, output.paint, store_flag(session.home))
        if output.json:
            output.object(difference_report(found))
        elif markdown:
            output.lines(*markdown_lines(found, page, whole=whole))
        else:
            output.lines(*diff_page_lines(found, page, whole=whole))
