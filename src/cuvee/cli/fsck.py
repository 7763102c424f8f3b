"""`cuvee fsck`: check every byte in the store, and every record."""

from __future__ import annotations

from collections.abc import Callable

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import bytes_text, count_text
from cuvee.cli.records import open_records, store_flag
from cuvee.cli.summary import Page
from cuvee.cli.table import wrapped
from cuvee.operations.inspect import Inspection, inspect
from cuvee.operations.report import Json

_LOST_NAMED = 8


@click.command("fsck", short_help=COMMANDS["fsck"], params=[json_option(), *setting_options("store")])
@click.option(
    "--repair", is_flag=True, help="Put right what can be; what is lost is made again by the next run."
)
@click.pass_obj
def command(output: Output, repair: bool, store: str | None) -> int:
    """Check the store: every blob's bytes against its name, every record, and that all is there.

    Ends with 1 if something is wrong. A damaged blob is set aside. --repair drops what is on record
    and cannot be read, and cache entries of results that are lost: the next run makes them again.
    """
    with open_records(store) as session:
        found = inspect(session, repair=repair, progress=_progress(output))
        page = Page(output.width, output.paint, store_flag(session.home))
        if output.json:
            output.object(fsck_report(found))
        else:
            output.lines(*fsck_lines(found, page))
    return 0 if found.clean else 1


def fsck_report(found: Inspection) -> Json:
    """What `fsck --json` prints."""
    return {
        "clean": found.clean,
        "blobs": found.blobs,
        "blob_bytes": found.blob_bytes,
        "records": found.records,
        "problems": [
            {"kind": one.kind, "text": one.text, "mended": one.mended or None} for one in found.problems
        ],
        "lost": list(found.lost),
        "unneeded": found.unneeded,
        "unneeded_bytes": found.unneeded_bytes,
    }


def fsck_lines(found: Inspection, page: Page) -> list[str]:
    """What is wrong, one line each, and what was looked at."""
    lines = []
    for problem in found.problems:
        mended = f": {problem.mended}" if problem.mended else ""
        lines.append(f"{page.paint(problem.kind, 'warn' if mended else 'bad')}: {problem.text}{mended}")
    if found.lost:
        more = len(found.lost) - _LOST_NAMED
        listed = ", ".join(found.lost[:_LOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        lines += wrapped(f"Lost, as results of past runs: {listed}.", page.width)
    looked_at = (
        f"{count_text(found.blobs, 'blob')} ({bytes_text(found.blob_bytes)}) and {found.records} records"
    )
    wrong = [problem for problem in found.problems if not problem.mended]
    if not found.problems:
        lines.append(f"{looked_at} are as they were written.")
    elif wrong:
        what = count_text(len(wrong), "problem")
        lines.append(f"{looked_at} looked at, {what}: {page.program} fsck --repair{page.store_flag}")
    else:
        lines.append(f"{looked_at} looked at; all that was wrong is put right.")
    if found.unneeded:
        takes = f"{page.program} gc{page.store_flag}"
        lines.append(f"{bytes_text(found.unneeded_bytes)} are left over, and nobody needs them: {takes}")
    return lines


def _progress(output: Output) -> Callable[[int, int], None] | None:
    """One line, drawn over itself, on a terminal."""
    if not output.live:
        return None
    shown = -1

    def show(read: int, total: int) -> None:
        nonlocal shown
        percent = 100 * read // max(total, 1)
        if percent != shown:
            shown = percent
            end = "\r\x1b[K" if read == total else ""
            output.notes.write(f"\r{percent} % of {bytes_text(total)} read{end}")
            output.notes.flush()

    return show
