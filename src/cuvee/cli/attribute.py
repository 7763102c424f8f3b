"""`cuvee attribute A B METRIC`: how much of a metric's difference each change did."""

from __future__ import annotations

import sys

import click

from cuvee.cli.attribution_page import attribution_lines, cost_text, plan_lines
from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, read_duration, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import seconds_text
from cuvee.cli.records import open_records, store_flag
from cuvee.cli.summary import Page
from cuvee.errors import UsageError
from cuvee.model.attribution import Attribution, AttributionPlan, MadeMixture
from cuvee.operations.attribute import Attributing, Wanted, attributing
from cuvee.operations.attribution_report import attribution_report, plan_report
from cuvee.operations.references import find_run

_ASKED_ABOVE = 300.0  # seconds of work
_ASKED_ABOVE_MIXTURES = 64

_RUNS_HELP = "At most so many mixtures, for each seed; with fewer than all, orders are sampled."
_TIME_HELP = "Begin no more mixtures after so long (90s, 10m, 1h)."
_JOBS_HELP = "So many source trees side by side; as many as there are workers, unless given."
_REPEATS_HELP = "Make each mixture under so many seeds, and show each share with its interval."
_VARY_HELP = "With --repeats: a parameter that is a seed, too (split.seed); may be given again."


@click.command(
    "attribute",
    short_help=COMMANDS["attribute"],
    params=[json_option(), *setting_options("store")],
)
@click.argument("a")
@click.argument("b")
@click.argument("metrics", nargs=-1, required=True, metavar="METRIC...")
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True, help=_REPEATS_HELP)
@click.option("--vary", multiple=True, metavar="NAME", help=_VARY_HELP)
@click.option("--max-runs", type=click.IntRange(2), default=64, show_default=True, help=_RUNS_HELP)
@click.option("--max-time", metavar="DURATION", callback=read_duration, help=_TIME_HELP)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help=_JOBS_HELP)
@click.option("--plan", "only_plan", is_flag=True, help="Only tell what would be run.")
@click.option("--yes", is_flag=True, help="Do not ask, however much there is to do.")
@click.option("--md", "markdown", is_flag=True, help="As Markdown, for a pull request.")
@click.pass_obj
def command(
    output: Output,
    a: str,
    b: str,
    metrics: tuple[str, ...],
    repeats: int,
    vary: tuple[str, ...],
    max_runs: int,
    max_time: float | None,
    jobs: int | None,
    only_plan: bool,
    yes: bool,
    markdown: bool,
    store: str | None,
) -> None:
    """How much of what a metric moved between two runs each change did.

    \b
      cuvee attribute @last~1 @last rmse
      cuvee attribute 12 15 rmse mae --repeats 5 --vary split.seed

    The runs are mixed: the code of one with the data of the other, and so on. Each mixture is a run on
    the same store, so only what is new in it is executed. `cuvee runs --all` lists them.

    \b
    A, B     12, @last, @last~1, @best:rmse:min, a tag
    METRIC   a metric of both runs; rmse stands for score.rmse, test.rmse … where these are all
    """
    if markdown and output.json:
        raise click.UsageError("--md and --json are two forms of the answer: give one of them")
    _check_vary(vary, repeats)
    wanted = Wanted(max_runs, max_time, repeats, vary, jobs)
    with open_records(store) as session:
        runs = find_run(session.queries, a), find_run(session.queries, b)
        page = Page(output.width, output.paint, store_flag(session.home))
        with attributing(session, *runs, metrics, wanted) as planned:
            if only_plan:
                _tell_plan(planned.plan, output, page)
            else:
                _tell(_perform(planned, output, yes=yes), output, page, markdown=markdown)


def _check_vary(vary: tuple[str, ...], repeats: int) -> None:
    if vary and repeats == 1:
        raise click.UsageError("--vary says what differs between repeats: add --repeats 5")


def _perform(planned: Attributing, output: Output, *, yes: bool) -> Attribution:
    plan = planned.plan
    if not output.json:
        output.note(*plan_lines(plan, Page(output.width, output.paint_note)), "")
    _consent(plan, output, yes=yes)
    return planned.perform(_Telling(output, plan))


def _tell_plan(plan: AttributionPlan, output: Output, page: Page) -> None:
    if output.json:
        output.object(plan_report(plan))
    else:
        output.lines(*plan_lines(plan, page))


def _tell(found: Attribution, output: Output, page: Page, *, markdown: bool) -> None:
    if output.json:
        output.object(attribution_report(found))
    elif markdown:
        from cuvee.cli.attribution_markdown import attribution_markdown  # on request only

        output.lines(*attribution_markdown(found))
    else:
        output.lines(*attribution_lines(found, page))


def _consent(plan: AttributionPlan, output: Output, *, yes: bool) -> None:
    """Ask where there is much to do. Raises UsageError where nobody can be asked."""
    much = (plan.seconds or 0.0) > _ASKED_ABOVE or plan.mixtures > _ASKED_ABOVE_MIXTURES
    if yes or not much:
        return
    if output.json or not (sys.stdin.isatty() and output.notes.isatty()):
        raise UsageError(
            f"that is much to do: {cost_text(plan)} Add --yes to do it, or --max-runs to do less"
        )
    click.confirm("Go on?", abort=True, err=True)


class _Telling:
    """Tells of each mixture as it is made."""

    def __init__(self, output: Output, plan: AttributionPlan) -> None:
        self._output = output
        self._names = [each.name for each in plan.ingredients]
        self._b = plan.b
        self._count = 0

    def __call__(self, made: MadeMixture, total: int) -> None:
        self._count += 1
        if self._output.json:
            return
        taken = ", ".join(self._names[at] for at in made.taken) or "nothing"
        became = made.problem.partition("\n")[0] or (
            f"{made.executed} executed, {seconds_text(made.seconds)}" if made.executed else "all reused"
        )
        self._output.note(f"  {self._count}/{total}  {taken} of run {self._b}: {became}")
