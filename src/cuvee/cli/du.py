"""`cuvee du`: who takes how much room in the store."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import bytes_text, count_text
from cuvee.cli.records import open_records, store_flag
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, table_lines
from cuvee.operations.report import Json
from cuvee.operations.usage import Share, Usage, usage

_SHOWN = 10


@click.command("du", short_help=COMMANDS["du"], params=[json_option(), *setting_options("store")])
@click.option("--all", "all_", is_flag=True, help="All pipelines, tasks and types, not the largest alone.")
@click.pass_obj
def command(output: Output, all_: bool, store: str | None) -> None:
    """Who takes how much room in the store: by pipeline, by task, by type of value, the largest first.

    Bytes that several values share are there once, and count once in each share; `alone` is what
    nobody else needs.
    """
    with open_records(store) as session:
        found = usage(session)
        page = Page(output.width, output.paint, store_flag(session.home))
        if output.json:
            output.object(du_report(found))
        else:
            output.lines(*du_lines(found, str(session.home), page, all_=all_))


def du_report(found: Usage) -> Json:
    """What `du --json` prints."""
    return {
        "total_bytes": found.total,
        "blobs": found.blobs,
        "blob_bytes": found.blob_bytes,
        "records_bytes": found.records,
        "unneeded_bytes": found.unneeded,
        "set_aside_bytes": found.set_aside,
        **{
            name: [
                {"name": share.name, "bytes": share.bytes, "alone_bytes": share.own, "blobs": share.blobs}
                for share in shares
            ]
            for name, shares in (
                ("pipelines", found.pipelines),
                ("tasks", found.tasks),
                ("types", found.types),
            )
        },
    }


def du_lines(found: Usage, home: str, page: Page, *, all_: bool) -> list[str]:
    """The totals, and a table for each way to share them out."""
    rows: list[Row] = [
        [Cell("results"), Cell(bytes_text(found.blob_bytes)), Cell(count_text(found.blobs, "blob"), "dim")],
        [Cell("records"), Cell(bytes_text(found.records)), Cell("runs, and small results", "dim")],
    ]
    if found.unneeded:
        note = f"nobody needs it: {page.program} gc{page.store_flag}"
        rows.append([Cell("left over"), Cell(bytes_text(found.unneeded)), Cell(note, "dim")])
    if found.set_aside:
        note = "damaged blobs in quarantine/, until they have been there for a week"
        rows.append([Cell("set aside"), Cell(bytes_text(found.set_aside)), Cell(note, "dim")])
    lines = [f"{page.paint(bytes_text(found.total), 'bold')} in {home}", ""]
    lines += table_lines(rows, width=page.width, paint=page.paint, right=(1,))
    for title, shares in (("pipeline", found.pipelines), ("task", found.tasks), ("type", found.types)):
        lines += _table(title, shares if all_ else shares[:_SHOWN], len(shares), page)
    return lines


def _table(title: str, shares: Sequence[Share], count: int, page: Page) -> list[str]:
    if not shares:
        return []
    rows: list[Row] = [[Cell(name, "dim") for name in (title, "bytes", "alone", "blobs")]]
    rows += [
        [
            Cell(share.name, "bold"),
            Cell(bytes_text(share.bytes)),
            Cell(bytes_text(share.own)),
            Cell(str(share.blobs)),
        ]
        for share in shares
    ]
    lines = ["", *table_lines(rows, width=page.width, paint=page.paint, right=(1, 2))]
    more = count - len(shares)
    return [*lines, f"  … and {more} more: {page.program} du --all{page.store_flag}"] if more else lines
