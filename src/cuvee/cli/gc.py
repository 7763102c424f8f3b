"""`cuvee gc`: delete what nobody needs, and old runs with what only they need."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import bytes_text, count_text
from cuvee.cli.records import open_records, this_machine
from cuvee.cli.scalars import SCALARS
from cuvee.cli.summary import short_name
from cuvee.errors import ParameterError
from cuvee.model.sizes import parse_size
from cuvee.operations.collect import Collected, Policy, collect
from cuvee.operations.report import Json

_RUNS_NAMED = 12


@click.command("gc", short_help=COMMANDS["gc"], params=[json_option(), *setting_options("store")])
@click.option("--older-than", metavar="DURATION", help="Runs may go that began so long ago: 30d, 12h.")
@click.option(
    "--keep-runs",
    type=click.IntRange(min=0),
    metavar="N",
    help="All runs may go but the newest N of each pipeline.",
)
@click.option(
    "--max-size",
    metavar="SIZE",
    help="Of the runs that may go, the oldest go until results take no more than this: 20GB.",
)
@click.option("--mixtures", is_flag=True, help="The mixtures that `cuvee attribute` has made go, too.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go, and how much that is.")
@click.pass_obj
def command(
    output: Output,
    older_than: str | None,
    keep_runs: int | None,
    max_size: str | None,
    mixtures: bool,
    dry_run: bool,
    store: str | None,
) -> None:
    """Delete what nobody needs: blobs that nothing on record names, what processes that died have left.

    With --older-than, --keep-runs or --max-size, runs too, and the results that only they have made
    or used. Where several are given, a run goes only if all of them let it. Runs with a tag or a
    note stay, and so do runs that go on.

    \b
    cuvee gc --dry-run
    cuvee gc --older-than 30d --keep-runs 50
    cuvee gc --max-size 20GB

    A result that is gone is made again when it is needed. No other one is touched.
    """
    policy = Policy(
        None if older_than is None else _seconds(older_than),
        keep_runs,
        None if max_size is None else _bytes(max_size),
        mixtures,
    )
    with open_records(store) as session:
        collected = collect(session, policy, this_machine(session.boot), dry_run=dry_run)
    if output.json:
        output.object(gc_report(collected, dry_run))
    else:
        output.lines(*gc_lines(collected, policy, dry_run))


def gc_report(collected: Collected, dry_run: bool) -> Json:
    """What `gc --json` prints."""
    return {
        "dry_run": dry_run,
        "runs": [run.number for run in collected.runs],
        "entries": collected.entries,
        "blobs": collected.blobs,
        "blob_bytes": collected.blob_bytes,
        "leftovers": [
            {"kind": one.kind, "path": str(one.path), "bytes": one.bytes} for one in collected.leftovers
        ],
        "claims": collected.claims,
        "records_bytes": collected.compacted,
        "freed_bytes": collected.freed,
        "left_bytes": collected.left,
    }


def gc_lines(collected: Collected, policy: Policy, dry_run: bool) -> list[str]:
    """What went, what that freed, and what stays and why."""
    would = "would be " if dry_run else ""
    lines = []
    if collected.runs:
        lines.append(f"{count_text(len(collected.runs), 'run')} {would}deleted: {_listed(collected)}")
    if collected.entries:
        lines.append(f"{count_text(collected.entries, 'result')} that only they used {would}forgotten")
    if collected.blobs:
        lines.append(
            f"{count_text(collected.blobs, 'blob')} {would}deleted: {bytes_text(collected.blob_bytes)}"
        )
    for kind, count in sorted(Counter(one.kind for one in collected.leftovers).items()):
        size = sum(one.bytes for one in collected.leftovers if one.kind == kind)
        lines.append(f"{_LEFT[kind]}: {count}, {bytes_text(size)}")
    if collected.claims:
        lines.append(f"claims of runs that died: {collected.claims}")
    if collected.compacted:
        lines.append(f"{bytes_text(collected.compacted)} of records given back")
    if not lines:
        lines.append("Nothing to delete.")
    else:
        done = "would be freed" if dry_run else "freed"
        lines.append(f"{bytes_text(collected.freed)} {done}, {bytes_text(collected.left)} of results left.")
    return [*lines, *_why_more_stays(collected, policy)]


_LEFT = {
    "scratch": "scratch folders of runs that ended",
    "unfinished": "blobs that were never finished",
    "quarantine": "damaged blobs, set aside more than 7 days ago",
}


def _why_more_stays(collected: Collected, policy: Policy) -> list[str]:
    stays = [
        *([f"{collected.named} with a tag or a note"] if collected.named else []),
        *([f"{collected.going_on} that go on"] if collected.going_on else []),
    ]
    lines = [f"Runs that stay whatever is asked: {', '.join(stays)}."] if stays and policy.takes_runs else []
    if policy.max_size is not None and collected.left > policy.max_size:
        lines.append(
            f"That is more than {bytes_text(policy.max_size)}, but no other run may go: "
            "`cuvee du` shows who needs it."
        )
    return lines


def _listed(collected: Collected) -> str:
    """`12 to 40 of train, 13 of predict`."""
    by_pipeline: dict[str, list[int]] = {}
    for run in collected.runs:
        by_pipeline.setdefault(short_name(run.pipeline), []).append(run.number)
    return "; ".join(f"{_span(numbers)} of {name}" for name, numbers in by_pipeline.items())


def _span(numbers: list[int]) -> str:
    if len(numbers) <= _RUNS_NAMED:
        return ", ".join(map(str, numbers))
    return f"{len(numbers)} from {numbers[0]} to {numbers[-1]}"


def _seconds(text: str) -> float:
    try:
        duration: dt.timedelta = SCALARS[dt.timedelta].read(text)
    except ValueError:
        raise ParameterError(f"--older-than {text!r} is not a duration: write 30d, 12h or 1w") from None
    return duration.total_seconds()


def _bytes(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError:
        raise ParameterError(f"--max-size {text!r} is not a size: write 20GB, 500MB or 1GiB") from None
