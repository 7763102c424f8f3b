"""`cuvee rm`: take runs off the record."""

from __future__ import annotations

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import count_text
from cuvee.cli.records import open_records, store_flag, this_machine
from cuvee.cli.summary import Page
from cuvee.operations.naming import remove_runs


@click.command("rm", short_help=COMMANDS["rm"], params=[json_option(), *setting_options("store")])
@click.argument("runs", nargs=-1, required=True, metavar="RUN…")
@click.option("--results", is_flag=True, help="Also the results that no other run has made or reused.")
@click.pass_obj
def command(output: Output, runs: tuple[str, ...], results: bool, store: str | None) -> None:
    """Take runs off the record: what they were given, their calls, metrics and logs.

    \b
    cuvee rm 12
    cuvee rm 12 13 @last --results

    Their results can still be reused, so nothing runs again because of it; with --results, those
    that only they have made or reused are forgotten too. What others need stays. A run that has a
    tag or goes on is refused. `cuvee gc` gives the space back.
    """
    with open_records(store) as session:
        numbers, forgotten = remove_runs(session, runs, this_machine(session.boot), results=results)
        page = Page(output.width, output.paint, store_flag(session.home))
    if output.json:
        output.object({"runs": numbers, "entries": forgotten})
        return
    listed = ", ".join(map(str, numbers))
    plural = "s" if len(numbers) > 1 else ""
    if not results:
        output.lines(f"Run{plural} {listed} removed; the results can still be reused.")
        return
    with_them = f", and {count_text(forgotten, 'result')} that only they used" if forgotten else ""
    back = f"`{page.program} gc{page.store_flag}` gives their space back."
    output.lines(f"Run{plural} {listed} removed{with_them}. {back}")
