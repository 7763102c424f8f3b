"""`cuvee plan TARGET`: what `run` with the same flags would do."""

from __future__ import annotations

import sys
from types import CodeType, TracebackType

from cuvee.cli.commands import COMMANDS
from cuvee.cli.opening import Opened, opened
from cuvee.cli.output import Output
from cuvee.cli.plan_page import plan_lines
from cuvee.cli.summary import Page
from cuvee.cli.target_command import Request, TargetCommand
from cuvee.errors import CuveeError, TaskFailed
from cuvee.model.plan import Plan
from cuvee.operations.plan import plan
from cuvee.operations.report import plan_report
from cuvee.perform.failures import describe_failure

_HELP = """What would run, what is reused, why, and how long it should take. Nothing is run.

\b
TARGET  wine.py, wine.py:predict_wine_quality or package.module:name

It takes the flags of `cuvee run`: `cuvee plan TARGET --help` shows those of the pipeline.
"""


def plan_request(output: Output, request: Request) -> int:
    """Plan what was asked for, and show it."""
    with opened(request) as opening:
        planned = _plan(request, opening)
    if output.json:
        output.object(plan_report(planned))
    else:
        output.lines(*plan_lines(planned, Page(output.width, output.paint)))
    return 0


def _plan(request: Request, opening: Opened) -> Plan:
    runnable = request.target.object
    try:
        return plan(opening.session, runnable, opening.arguments, overrides=opening.overrides)
    except CuveeError:
        raise
    except Exception as error:
        if not _went_through(runnable.function.__code__, sys.exc_info()[2]):
            raise
        told = describe_failure(error).traceback.rstrip()
        raise TaskFailed(f"the body of {runnable.short_name} raised:\n{told}") from error


def _went_through(code: CodeType, trace: TracebackType | None) -> bool:
    """Whether this code was running when the exception came: then it is the user's, not ours."""
    while trace is not None:
        if trace.tb_frame.f_code is code:
            return True
        trace = trace.tb_next
    return False


command = TargetCommand("plan", act=plan_request, help=_HELP, short_help=COMMANDS["plan"])
