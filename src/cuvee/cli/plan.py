"""`cuvee plan TARGET`: what `run` with the same flags would do."""

from __future__ import annotations

from cuvee.cli.commands import COMMANDS
from cuvee.cli.opening import opened
from cuvee.cli.output import Output
from cuvee.cli.plan_page import plan_lines
from cuvee.cli.summary import Page
from cuvee.cli.target_command import Request, TargetCommand
from cuvee.operations.plan import plan
from cuvee.operations.report import plan_report

_HELP = """What would run, what is reused, why, and how long it should take. Nothing is run.

\b
TARGET  wine.py, wine.py:predict_wine_quality or package.module:name

It takes the flags of `cuvee run`: `cuvee plan TARGET --help` shows those of the pipeline.
"""


def plan_request(output: Output, request: Request) -> int:
    """Plan what was asked for, and show it."""
    with opened(request) as opening:
        runnable = request.target.object
        planned = plan(
            opening.session,
            runnable,
            opening.arguments,
            overrides=opening.overrides,
            loaded=opening.loaded,
        )
    if output.json:
        output.object(plan_report(planned))
    else:
        output.lines(*plan_lines(planned, Page(output.width, output.paint)))
    return 0


command = TargetCommand("plan", act=plan_request, help=_HELP, short_help=COMMANDS["plan"])
