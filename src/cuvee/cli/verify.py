"""`cuvee verify RUN`: which calls of a run are not deterministic."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, read_duration, setting_options
from cuvee.cli.output import Output
from cuvee.cli.past_task import CODE_HELP, run_in_past, task_of
from cuvee.cli.quantities import count_text, seconds_text
from cuvee.cli.records import open_records
from cuvee.errors import UsageError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.model.verified import Differing, Verified
from cuvee.operations.references import call_of, calls_of_map, find_run, listed
from cuvee.operations.session import Session
from cuvee.operations.verify import verify
from cuvee.operations.working_folder import working_folder

_TIME_HELP = "Ask no more after so long (90s, 10m, 1h); what was not asked is named."


@click.command(
    "verify",
    short_help=COMMANDS["verify"],
    params=[json_option(), *setting_options("store")],
)
@click.argument("run")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--max-time", metavar="DURATION", callback=read_duration, help=_TIME_HELP)
@click.option("--code", type=click.Choice(["today", "run"]), default="today", help=CODE_HELP)
@click.pass_obj
def command(
    output: Output, run: str, paths: tuple[str, ...], max_time: float | None, code: str, store: str | None
) -> int:
    """Each call of a run again, twice, in new processes: which are not deterministic, and in what.

    \b
      cuvee verify 12
      cuvee verify 12 train evaluate
      cuvee verify @last --max-time 10m

    Each is given what it was given in the run, and the same seed; the processes differ in the order of
    sets, and in the time. It is told, too, which calls changed their inputs in place. Nothing of it
    goes on record. Exit code 1 if anything is not deterministic.
    """
    with open_records(store) as session, working_folder("verify") as scratch:
        record = find_run(session.queries, run)
        calls = _calls(session, record, paths)
        if code == "run":
            bound = [] if max_time is None else ["--max-time", f"{max_time}s"]
            words = ["verify", str(record.number), *paths, *bound]
            return run_in_past(output, session, record, words, calls)
        if not output.json:
            output.lines(*_opening(record, calls), "")
        width = max(len(call.path) for call in calls)
        found = verify(
            session,
            record,
            calls,
            _task_of(session, record),
            scratch,
            max_seconds=math.inf if max_time is None else max_time,
            tell=_ignore if output.json else lambda each: output.lines(*_lines(output, each, width)),
        )
    if output.json:
        output.object(_report(record, found))
    else:
        output.lines("", *_closing(record, found))
    return _exit_code(found)


def _calls(session: Session, run: RunRecord, paths: Sequence[str]) -> list[CallRecord]:
    """Those that are to be verified. Raises ReferenceNotFound for a path that there is not."""
    queries = session.queries
    if not paths:
        calls = list(queries.calls(run.number))
        if not calls:
            raise UsageError(f"run {run.number} has no calls: there is nothing to verify")
        return calls
    found = {call.path: call for path in paths for call in _named(session, run, path)}
    return list(found.values())


def _named(session: Session, run: RunRecord, path: str) -> Sequence[CallRecord]:
    if session.queries.call(run.number, path) is None:
        mapped = calls_of_map(session.queries, run, path)
        if mapped:
            return mapped
    return [call_of(session.queries, run, path)]


def _task_of(session: Session, run: RunRecord) -> Callable[[CallRecord], Any]:
    tasks: dict[str, Any] = {}

    def find(call: CallRecord) -> Any:
        if call.task not in tasks:
            tasks[call.task] = task_of(session, run, call, "verify")
        return tasks[call.task]

    return find


def _ignore(_verified: Verified) -> None:
    """What came of a call is in the object that ends it."""


def _opening(run: RunRecord, calls: Sequence[CallRecord]) -> list[str]:
    took = sum(call.seconds or call.saved for call in calls)
    what = f"{count_text(len(calls), 'call')} of run {run.number} again, twice, in a new process each time."
    return [f"{what} In the run: {seconds_text(took)}."] if took > 1 else [what]


def _lines(output: Output, each: Verified, width: int) -> list[str]:
    word = {
        "deterministic": "deterministic",
        "different": output.paint("not deterministic", "bad"),
        "failed": "fails",
        "unverified": output.paint("not verified", "warn"),
    }[each.verdict]
    told = _told(each)
    lines = [f"  {each.path.ljust(width)}  {word}{': ' if told else ''}{told}"]
    if each.mutated:
        names = ", ".join(each.mutated)
        lines.append(f"  {' ' * width}  {output.paint('it changes', 'warn')} its input {names} in place")
    return lines


_CAUSES = {
    "order": "It depends on the order of a set, or on hash(), which is another in each process",
    "chance": "It depends on the time, or on random numbers that no seed reaches",
    "outside": (
        "It was the same both times, and something else in the run, with the same code and inputs: it "
        "depends on the date, or on something else outside"
    ),
}


def _told(each: Verified) -> str:
    if each.verdict != "different":
        return each.text
    what = listed([text for text in map(_what, each.differing) if text], 6)
    why = each.text if each.cause == "chance" and each.text else _CAUSES.get(each.cause, each.text)
    return f"{'another result' if what == 'none' else what}. {why}"


def _what(differing: Differing) -> str:
    """`element 1`, `column noise of element scores`; "" for all of it."""
    element = f"element {differing.name}" if differing.name else ""
    if not differing.columns:
        return element
    noun = "column" if len(differing.columns) == 1 else "columns"
    columns = f"{noun} {listed(list(differing.columns), 6)}"
    return f"{columns} of {element}" if element else columns


def _closing(run: RunRecord, found: Sequence[Verified]) -> list[str]:
    wrong = [each.path for each in found if each.verdict == "different"]
    good = sum(each.verdict == "deterministic" for each in found)
    rest = [each.path for each in found if each.verdict in ("failed", "unverified")]
    left = f" Not verified: {listed(rest)}." if rest else ""
    if wrong:
        return [f"Not deterministic, {len(wrong)} of {len(found)}: {listed(wrong)}.{left}"]
    return [f"Deterministic, {good} of {len(found)}: run {run.number}.{left}"]


def _exit_code(found: Sequence[Verified]) -> int:
    """2 where nothing could be asked at all."""
    if any(each.verdict == "different" for each in found):
        return 1
    return 2 if all(each.verdict == "unverified" for each in found) else 0


def _report(run: RunRecord, found: Sequence[Verified]) -> dict[str, Any]:
    return {
        "run": run.number,
        "deterministic": all(each.verdict == "deterministic" for each in found),
        "calls": [
            {
                "path": each.path,
                "task": each.task,
                "verdict": each.verdict,
                "differing": [
                    {"element": one.name or None, "columns": list(one.columns)} for one in each.differing
                ],
                "cause": each.cause or None,
                "mutated": list(each.mutated),
                "text": each.text or None,
            }
            for each in found
        ],
    }
