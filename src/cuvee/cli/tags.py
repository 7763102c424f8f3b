"""`cuvee tags`: the tags, and what they stand for; or all that one has stood for."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import ago_text, date_text
from cuvee.cli.records import open_records, store_flag
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, table_lines
from cuvee.errors import ReferenceNotFound
from cuvee.model.record import Tag
from cuvee.operations.naming import no_such_tag
from cuvee.operations.report import Json, iso_time


@click.command("tags", short_help=COMMANDS["tags"], params=[json_option(), *setting_options("store")])
@click.argument("name", required=False)
@click.pass_obj
def command(output: Output, name: str | None, store: str | None) -> None:
    """The tags, and what they stand for. With NAME, all that this one has stood for, the newest first."""
    with open_records(store) as session:
        tags = session.queries.tags() if name is None else session.queries.tag_moves(name)
        if name is not None and not tags:
            raise ReferenceNotFound(no_such_tag(session.queries, name))
        page = Page(output.width, output.paint, store_flag(session.home))
        if output.json:
            output.object({"tags": [tag_report(tag) for tag in tags]})
        else:
            output.lines(*tags_lines(tags, session.clock.now(), page))


def tag_report(tag: Tag) -> Json:
    """A tag as JSON has it; one that stands for nothing has null as its run."""
    return {"name": tag.name, "run": tag.run, "path": tag.path or None, "at": iso_time(tag.at)}


def tags_lines(tags: Sequence[Tag], now: float, page: Page) -> list[str]:
    """A table of tags, one line each."""
    if not tags:
        return [f"There are no tags: `{page.program} tag RUN NAME` gives one."]
    rows: list[Row] = [[Cell(name, "dim") for name in ("tag", "stands for", "since", "at")]]
    rows += [
        [
            Cell(tag.name, "bold"),
            Cell(tag.reference or "nothing"),
            Cell(ago_text(tag.at, now)),
            Cell(date_text(tag.at), "dim"),
        ]
        for tag in tags
    ]
    return table_lines(rows, width=page.width, paint=page.paint)
