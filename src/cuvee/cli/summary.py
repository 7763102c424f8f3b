"""What a run leaves on the screen: its calls, metrics and time, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cuvee.cli.calls import call_rows, counts_text, outcome
from cuvee.cli.metrics import grouped_metrics
from cuvee.cli.program import program
from cuvee.cli.quantities import count_text, seconds_text
from cuvee.cli.table import Cell, Paint, shortened, table_lines, wrapped
from cuvee.model.record import Argued, CallRecord, RunRecord

_METRICS_SHOWN, _TRACEBACKS_SHOWN, _FAILURES_NAMED = 20, 3, 10
_RESULT, _RESULT_LINES = "  result  ", 3
_IMPORTS_WORTH_A_WORD = 0.5  # seconds
STATUS_STYLES = {
    "succeeded": "good",
    "failed": "bad",
    "cancelled": "warn",
    "running": "reused",
    "died": "bad",
}


@dataclass(frozen=True, slots=True)
class Page:
    """How wide to write, with which paint, what `cuvee show` takes to find the store (` --store DIR`),
    and what to type for `cuvee`.
    """

    width: int
    paint: Paint
    store_flag: str = ""
    program: str = field(default_factory=program)

    def show(self, run: int, path: str = "") -> str:
        """The command that shows a run, or a call of it."""
        return f"{self.program} show {run}{f' {shlex.quote(path)}' if path else ''}{self.store_flag}"


def summary_lines(
    run: RunRecord,
    calls: Sequence[CallRecord],
    metrics: Sequence[tuple[str, float]],
    result: str,
    page: Page,
    *,
    told: bool = False,
    import_seconds: float = 0.0,
) -> list[str]:
    """The whole summary; `result` is what the pipeline gave, as text, "" for nothing.

    `told`: the parameters and a line of each call stand above it already. `import_seconds` is how
    long it took to import the target, before the run.
    """
    lines = [*([""] if told else []), *_headline(run, page, import_seconds)]
    if run.start.parameters and not told:
        lines.append(
            page.paint(f"  {shortened(parameters_text(run.start.parameters), page.width - 2)}", "dim")
        )
    if calls and not told:
        rows = table_lines(call_rows(calls), width=page.width, paint=page.paint)
        lines += ["", *rows]
    if metrics:
        lines += ["", *metric_lines(metrics, page, page.show(run.number))]
    if result:
        lines += ["", *_result_lines(result, page)]
    lines += failure_lines(run, calls, page)
    return [*lines, "", *wrapped(totals(run, calls), page.width), *_next_lines(run, calls, page)]


def metric_lines(metrics: Sequence[tuple[str, float]], page: Page, more: str) -> list[str]:
    """Metrics, one a line, those of a map together; `more` is the command that shows what is left out."""
    grouped = grouped_metrics(metrics)
    rows = [[Cell(name, "bold"), Cell(text)] for name, text in grouped[:_METRICS_SHOWN]]
    lines = table_lines(rows, width=page.width, paint=page.paint)
    left = len(grouped) - len(rows)
    return [*lines, f"  … and {count_text(left, 'more metric')}: {more}"] if left > 0 else lines


def failure_lines(run: RunRecord, calls: Sequence[CallRecord], page: Page) -> list[str]:
    """The tracebacks of what failed, of the first few; the rest by name."""
    failed = [call for call in calls if call.failure is not None]
    lines: list[str] = []
    for call in failed[:_TRACEBACKS_SHOWN]:
        if call.failure is not None:
            lines += [
                "",
                page.paint(f"{call.path} failed", "bad"),
                *call.failure.traceback.rstrip().splitlines(),
            ]
    rest = [call.path for call in failed[_TRACEBACKS_SHOWN:]]
    if rest:
        more = len(rest) - _FAILURES_NAMED
        listed = ", ".join(rest[:_FAILURES_NAMED]) + (f" and {more} more" if more > 0 else "")
        lines += ["", page.paint(f"{count_text(len(rest), 'more call')} failed", "bad") + f": {listed}"]
    if run.end is not None and run.end.error and not failed:
        lines += ["", page.paint("The pipeline stopped", "bad"), *run.end.error.rstrip().splitlines()]
    return lines


def totals(run: RunRecord, calls: Sequence[CallRecord]) -> str:
    """`5 calls: 2 executed, 3 reused. 1.2 s, and 0.90 s saved.`"""
    counts = Counter(outcome(call) for call in calls)
    parts = counts_text(counts)
    text = f"{count_text(len(calls), 'call')}{': ' if parts else ''}{parts}."
    if run.end is None:
        return text
    saved = f", and {seconds_text(run.end.saved_seconds)} saved by reuse" if run.end.saved_seconds else ""
    return f"{text} {seconds_text(run.end.seconds)}{saved}."


def status_text(status: str, paint: Paint) -> str:
    """A run's status in its colour."""
    return paint(status, STATUS_STYLES.get(status, "bold"))


def parameters_text(parameters: Sequence[Argued]) -> str:
    """`csv=File('wine_quality.csv'), max_depth=12`."""
    return ", ".join(f"{argued.name}={argued.text}" for argued in parameters)


def short_name(name: str) -> str:
    """`predict_wine_quality` of `wine:predict_wine_quality`."""
    return name.rpartition(":")[2]


def _headline(run: RunRecord, page: Page, import_seconds: float) -> list[str]:
    """`Run 12 of predict succeeded in 1.2 s, after 2.1 s of imports`, in two lines if need be."""
    name = short_name(run.start.pipeline)
    well, took = run.status == "succeeded", ""
    if run.end is not None:
        took = f" {'in' if well else 'after'} {seconds_text(run.end.seconds)}"
    bold = page.paint(name, "bold")
    line = f"Run {run.number} of {bold} {status_text(run.status, page.paint)}{took}"
    if run.end is None or import_seconds <= _IMPORTS_WORTH_A_WORD:
        return [line]
    imports = f"{'after' if well else 'and'} {seconds_text(import_seconds)} of imports"
    plain_line = f"Run {run.number} of {name} {run.status}{took}, {imports}"
    return [f"{line}, {imports}"] if len(plain_line) <= page.width else [f"{line},", f"  {imports}"]


def _result_lines(result: str, page: Page) -> list[str]:
    first, *more = wrapped(result, page.width - len(_RESULT), _RESULT_LINES)
    return [f"  {page.paint('result', 'dim')}  {first}", *(" " * len(_RESULT) + line for line in more)]


def _next_lines(run: RunRecord, calls: Sequence[CallRecord], page: Page) -> list[str]:
    kept = any(call.status == "succeeded" and not call.doubts for call in calls)
    if run.status == "cancelled":
        return ["Finished calls are kept: run the same command to go on."] if kept else []
    if run.status != "failed":
        return []
    failed = next((call.path for call in calls if call.status == "failed"), None)
    lines = [f"Look further: {page.show(run.number, failed or '')}"]
    if kept:
        lines.append("Finished calls are kept: mend it, and the same command goes on from there.")
    return [line for text in lines for line in wrapped(text, page.width)]
