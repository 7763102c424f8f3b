"""`cuvee reproduce RUN`: a run once more, and whether it comes to the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import click
from msgspec.structs import replace

from cuvee.cli.commands import COMMANDS
from cuvee.cli.diff_data import data_lines
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.past_task import function_of, run_in_past, runnable_of
from cuvee.cli.progress import watching
from cuvee.cli.quantities import count_text
from cuvee.cli.records import open_records, store_flag
from cuvee.cli.summary import Page
from cuvee.cli.values import value_parser
from cuvee.codecs.text import text_of
from cuvee.model.record import RunRecord
from cuvee.operations.diff import diff
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.past_swaps import past_swaps
from cuvee.operations.references import find_run
from cuvee.operations.reproduce import Compared, compare_calls, differing_versions, reproduce, what_changed
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact

_HERE_HELP = "With the source in the current folder, not with the run's snapshot of it."
_VERSIONS_SHOWN = 8


@click.command(
    "reproduce", short_help=COMMANDS["reproduce"], params=[json_option(), *setting_options("store")]
)
@click.argument("run")
@click.option("--here", is_flag=True, help=_HERE_HELP)
@click.pass_obj
def command(output: Output, run: str, here: bool, store: str | None) -> int:
    """A run once more, and whether it comes to the same.

    \b
      cuvee reproduce 12

    With the source of the run, from its snapshot; on its parameters, its seed and the files as they
    were, by digest; nothing is reused. What each call gave is compared with what it had given. The
    installed distributions are those of today: where they differ from those of the run, that is said
    first. Exit code 1 if anything differs.
    """
    with open_records(store) as session:
        original = find_run(session.queries, run)
        if not here:
            return run_in_past(output, session, original, ["reproduce", str(original.number), "--here"])
        versions = differing_versions(original.start.versions, session.versions())
        if not output.json:
            output.lines(*_version_lines(versions))
        runnable = runnable_of(session, original)
        loaded = LoadedValues(session)
        swaps = past_swaps(session, original, partial(function_of, session))
        parse = value_parser(loaded.load)
        with watching(output) as watcher:
            again = reproduce(session, original, runnable, loaded, parse, observe=watcher, swaps=swaps)
        calls = session.queries.calls(original.number), session.queries.calls(again.number)
        compared = compare_calls(*calls, what_changed(session, original))
        page = Page(output.width, output.paint, store_flag(session.home))
        details = [] if output.json else _details(session, (original, again), compared, page)
    identical = all(each.became == "identical" for each in compared) and original.status == again.status
    if output.json:
        output.object(_report(original, again, versions, compared) | {"identical": identical})
    else:
        output.lines("", *_lines(original, again, compared, page), *details)
    return 0 if identical else 1


def _version_lines(versions: Sequence[tuple[str, str, str]]) -> list[str]:
    if not versions:
        return []
    told = versions[:_VERSIONS_SHOWN]
    shown = [f"  {name}  {then or 'none'} → {now or 'none'}" for name, then, now in told]
    if len(versions) > _VERSIONS_SHOWN:
        shown.append(f"  … and {len(versions) - _VERSIONS_SHOWN} more")
    return ["What is installed is not what the run had:", *shown, ""]


def _lines(original: RunRecord, again: RunRecord, compared: Sequence[Compared], page: Page) -> list[str]:
    same = sum(each.became == "identical" for each in compared)
    of = f"{same} of {len(compared)}"
    first = next((each for each in compared if each.became != "identical"), None)
    which = f"run {original.number}, again as run {again.number}"
    if first is None and original.status == again.status:
        return [f"Identical, {of}: {which}."]
    if first is None:
        return [f"Identical calls, {of}, but it {again.status}, and {original.status} before: {which}."]
    others = len(compared) - same - 1
    more = f", and {count_text(others, 'call')} after it" if others else ""
    return [
        f"Different: {first.path} {_became(first)}{more}. {of} are identical: {which}.",
        f"More: {page.show(again.number, first.path)} --explain --against {original.number}",
    ]


def _details(
    session: Session, runs: tuple[RunRecord, RunRecord], compared: Sequence[Compared], page: Page
) -> list[str]:
    """What the first call that differs gave then and now."""
    first = next((each for each in compared if each.became == "different"), None)
    if first is None:
        return []
    artifacts = [call.artifact for run in runs if (call := session.queries.call(run.number, first.path))]
    if all(artifact is not None and artifact.codec == "plain" for artifact in artifacts):
        texts = [text_of(load_artifact(session, artifact)) for artifact in artifacts if artifact]
        return ["", f"  {first.path}  {' → '.join(texts)}"]
    found = diff(session, *runs)
    data = tuple(each for each in found.data if _is_of(each.path, first.path))
    return ["", *data_lines(replace(found, data=data), page)] if data else []


def _is_of(path: str, call: str) -> bool:
    """Whether a path is the call's, or that of an element of what it gave."""
    return path == call or path.startswith(f"{call}.")


def _became(call: Compared) -> str:
    if call.became == "missing":
        return "was not called"
    if call.became == "new":
        return "was not called before"
    if call.became == "not run":
        return f"came to another end ({call.text})"
    outputs = ", ".join(f"{call.path}.{name}" for name in call.outputs)
    what = f"gave another {outputs or 'result'}"
    if not call.steady:
        return f"{what}, on the same inputs with the same code: it is not deterministic"
    return f"{what} ({call.text})"


def _report(
    original: RunRecord,
    again: RunRecord,
    versions: Sequence[tuple[str, str, str]],
    compared: Sequence[Compared],
) -> dict[str, Any]:
    return {
        "run": original.number,
        "again": again.number,
        "status": again.status,
        "versions": [{"name": name, "then": then, "now": now} for name, then, now in versions],
        "calls": [
            {
                "path": each.path,
                "became": each.became,
                "outputs": list(each.outputs),
                "deterministic": each.steady,
                "text": each.text,
            }
            for each in compared
        ],
    }
