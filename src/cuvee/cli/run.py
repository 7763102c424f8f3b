"""`cuvee run TARGET`: run a pipeline or one task."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cuvee.cli.commands import COMMANDS
from cuvee.cli.opening import opened
from cuvee.cli.output import Output
from cuvee.cli.progress import watching
from cuvee.cli.records import store_flag
from cuvee.cli.results import result_text
from cuvee.cli.summary import Page, summary_lines
from cuvee.cli.target_command import Request, TargetCommand
from cuvee.model.artifact import Artifact
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.report import run_report
from cuvee.operations.run import run
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact

After = Callable[[Session, RunRecord, Sequence[CallRecord]], list[str]]
"""From the session, the run and its calls, lines to end with."""

_EXIT_CODES = {"succeeded": 0, "failed": 1, "cancelled": 130}

_HELP = """Run a pipeline, or one task on its own; what is unchanged is not run again.

\b
TARGET  wine.py, wine.py:predict_wine_quality or package.module:name

The flags of the pipeline come after TARGET, and are those of its parameters:
`cuvee run TARGET --help` shows them.

\b
  cuvee run wine.py --max-depth 12
  cuvee run wine.py --set split.test_size=0.2
  cuvee run wine.py:evaluate --model @12:train --wines holdout.csv
"""


def run_request(output: Output, request: Request, after: After | None = None) -> int:
    """Run what was asked for, show how it goes and what came of it; the exit code.

    `after` gives the last lines, where the run succeeded.
    """
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
            )
        calls = opening.session.queries.calls(record.number)
        _tell(output, request, opening.session, record, calls, told=watcher.told_calls)
        if after is not None and record.status == "succeeded" and not output.json:
            output.lines("", *after(opening.session, record, calls))
    return _EXIT_CODES[record.status]


def _tell(
    output: Output,
    request: Request,
    session: Session,
    record: RunRecord,
    calls: Sequence[CallRecord],
    *,
    told: bool,
) -> None:
    def load(artifact: Artifact) -> object:
        return load_artifact(session, artifact)

    imports = request.import_seconds
    if output.json:
        output.object(run_report(record, calls, load) | {"import_seconds": imports})
        return
    result = result_text(record.end.result, load) if record.end else ""
    page = Page(output.width, output.paint, store_flag(session.home))
    lines = summary_lines(record, calls, record.metrics, result, page, told=told, import_seconds=imports)
    output.lines(*lines)


command = TargetCommand("run", act=run_request, help=_HELP, short_help=COMMANDS["run"])
