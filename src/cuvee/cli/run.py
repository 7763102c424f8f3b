"""`cuvee run TARGET`: run a pipeline or one task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cuvee.cli.commands import COMMANDS
from cuvee.cli.events import events_option, tell_event
from cuvee.cli.output import Output
from cuvee.cli.progress import watching
from cuvee.cli.records import store_flag
from cuvee.cli.results import result_text
from cuvee.cli.summary import Page, summary_lines
from cuvee.cli.target_command import Request, TargetCommand
from cuvee.cli.unchanged import remember
from cuvee.model.artifact import Artifact
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.report import run_report
from cuvee.operations.session import Session
from cuvee.operations.unchanged import Unchanged, answer
from cuvee.operations.values import load_artifact

if TYPE_CHECKING:
    from cuvee.cli.opening import Opened
    from cuvee.operations.footing import Ended

After = Callable[[Session, RunRecord, Sequence[CallRecord]], list[str]]
"""From the session, the run and its calls, lines to end with."""

EXIT_CODES = {"succeeded": 0, "failed": 1, "cancelled": 130}

_HELP = """Run a pipeline, or one task on its own; what is unchanged is not run again.

\b
TARGET  wine.py, wine.py:predict_wine_quality or package.module:name

The flags of the pipeline come after TARGET, and are those of its parameters:
`cuvee run TARGET --help` shows them.

\b
  cuvee run wine.py --max-depth 12
  cuvee run wine.py --set split.test_size=0.2
  cuvee run wine.py --swap train=boosting.py:train
  cuvee run wine.py:evaluate --model @12:train --wines holdout.csv
"""


def run_request(output: Output, request: Request, after: After | None = None) -> int:
    """Run what was asked for, show how it goes and what came of it; the exit code.

    `after` gives the last lines, where the run succeeded.
    """
    # What a run that is answered from the records has no use for.
    from cuvee.cli.opening import opened
    from cuvee.operations.run import run

    with opened(request) as opening:
        with watching(output) as watcher:
            record = run(
                opening.session,
                request.target.object,
                opening.arguments,
                target=request.target.text,
                overrides=opening.overrides,
                observe=watcher,
                loaded=opening.loaded,
                seed=request.seed,
                then=_remembering(opening, request),
                swaps=opening.swaps,
            )
        shown = Shown(record, watcher.told_calls, request.import_seconds)
        tell_run(output, opening.session, shown)
        _tell_last(output, opening.session, record, after)
    return EXIT_CODES[record.status]


def recall_run(output: Output, session: Session, found: Unchanged, after: After | None = None) -> int:
    """Answer a run from the records, and show it as any other; the exit code."""
    with watching(output) as watcher:
        record = answer(session, found, watcher)
    tell_run(output, session, Shown(record, watcher.told_calls, imported=False))
    _tell_last(output, session, record, after)
    return EXIT_CODES[record.status]


def _tell_last(output: Output, session: Session, record: RunRecord, after: After | None) -> None:
    if after is not None and record.status == "succeeded" and not output.json:
        calls = session.queries.calls(record.number)
        output.lines("", *after(session, record, calls))


def _remembering(opening: Opened, request: Request) -> Callable[[Ended], None] | None:
    """What keeps that on which the run stood; None where the command is not one to be answered again."""
    command = request.command
    if command is None:
        return None

    def remember_unless_referred(ended: Ended) -> None:
        # A tag among the words can stand for something else the next time.
        if not opening.loaded.referred:
            remember(opening.session, command, ended)

    return remember_unless_referred


class Shown(NamedTuple):
    """A run to be shown. `told`: its calls stand above already. `imported`: its target was."""

    record: RunRecord
    told: bool
    import_seconds: float = 0.0
    imported: bool = True


def tell_run(output: Output, session: Session, shown: Shown) -> None:
    """Print what came of a run."""
    record = shown.record
    calls = session.queries.calls(record.number)

    def load(artifact: Artifact) -> object:
        return load_artifact(session, artifact)

    if output.json:
        report = run_report(record, calls, load)
        report |= {"import_seconds": shown.import_seconds, "imported": shown.imported}
        if output.events:
            tell_event(output, {"event": "run_ended", **report})
        else:
            output.object(report)
        return
    result = result_text(record.end.result, load) if record.end else ""
    page = Page(output.width, output.paint, store_flag(session.home))
    lines = summary_lines(
        record, calls, record.metrics, result, page, told=shown.told, import_seconds=shown.import_seconds
    )
    output.lines(*lines)


command = TargetCommand(
    "run",
    act=run_request,
    recall=recall_run,
    own=[events_option()],
    help=_HELP,
    short_help=COMMANDS["run"],
)
