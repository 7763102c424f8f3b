"""`cuvee run TARGET`: run a pipeline or one task."""

from __future__ import annotations

from cuvee.cli.commands import COMMANDS
from cuvee.cli.opening import Opened, opened
from cuvee.cli.output import Output
from cuvee.cli.progress import watching
from cuvee.cli.records import store_flag
from cuvee.cli.results import result_text
from cuvee.cli.summary import Page, summary_lines
from cuvee.cli.target_command import Request, TargetCommand
from cuvee.model.artifact import Artifact
from cuvee.model.record import RunRecord
from cuvee.operations.report import run_report
from cuvee.operations.run import run
from cuvee.operations.values import load_artifact

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


def run_request(output: Output, request: Request) -> int:
    """Run what was asked for, show how it goes and what came of it; the exit code."""
    with opened(request) as opening:
        with watching(output) as watcher:
            record = run(
                opening.session,
                request.target.object,
                opening.arguments,
                target=request.target.text,
                overrides=opening.overrides,
                loaded=opening.loaded,
                observe=watcher,
            )
        _tell(output, opening, record, told=watcher.told_calls)
    return _EXIT_CODES[record.status]


def _tell(output: Output, opening: Opened, record: RunRecord, *, told: bool) -> None:
    def load(artifact: Artifact) -> object:
        return load_artifact(opening.session, artifact)

    calls = opening.session.queries.calls(record.number)
    if output.json:
        output.object(run_report(record, calls, load))
        return
    result = result_text(record.end.result, load) if record.end else ""
    page = Page(output.width, output.paint, store_flag(opening.session.home))
    output.lines(*summary_lines(record, calls, record.metrics, result, page, told=told))


command = TargetCommand("run", act=run_request, help=_HELP, short_help=COMMANDS["run"])
