"""`cuvee plan TARGET`: what `run` with the same flags would do."""

from __future__ import annotations

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.explanation_page import explanation_lines
from cuvee.cli.output import Output
from cuvee.cli.plan_page import plan_lines
from cuvee.cli.summary import Page
from cuvee.cli.target_command import Request, TargetCommand
from cuvee.model.plan import Plan
from cuvee.model.record import RunRecord
from cuvee.operations.references import find_run
from cuvee.operations.report import plan_report
from cuvee.operations.session import Session
from cuvee.operations.unchanged import Unchanged, planned

_HELP = """What would run, what is reused, why, and how long it should take. Nothing is run.

\b
TARGET  wine.py, wine.py:predict_wine_quality or package.module:name

It takes the flags of `cuvee run`: `cuvee plan TARGET --help` shows those of the pipeline.
"""


def plan_request(output: Output, request: Request) -> int:
    """Plan what was asked for, and show it."""
    # What a plan that is answered from the records has no use for.
    from cuvee.cli.opening import opened
    from cuvee.operations.plan import plan

    with opened(request) as opening:
        runnable = request.target.object
        found = plan(
            opening.session,
            runnable,
            opening.arguments,
            overrides=opening.overrides,
            loaded=opening.loaded,
            explain=request.options["explain"],
            against=_against(opening.session, request),
            seed=request.seed,
            swaps=opening.swaps,
        )
    return _tell(output, found)


def recall_plan(output: Output, _: Session, found: Unchanged) -> int:
    """Plan a run of which all stands."""
    return _tell(output, planned(found))


def _tell(output: Output, plan: Plan) -> int:
    page = Page(output.width, output.paint)
    if output.json:
        output.object(plan_report(plan))
    elif plan.explanation is not None:
        output.lines(*explanation_lines(plan.explanation, page))
    else:
        output.lines(*plan_lines(plan, page))
    return 0


def _against(session: Session, request: Request) -> RunRecord | None:
    text = request.options["against"]
    if text is None:
        return None
    if request.options["explain"] is None:
        raise click.UsageError("--against says what a call is compared with: add --explain PATH")
    return find_run(session.queries, text)


_OWN = [
    click.Option(["--explain"], metavar="PATH", help="All that the key of one call is made of, old and new."),
    click.Option(["--against"], metavar="RUN", help="With --explain: compare with that run, not the last."),
]

command = TargetCommand(
    "plan", act=plan_request, recall=recall_plan, own=_OWN, help=_HELP, short_help=COMMANDS["plan"]
)
