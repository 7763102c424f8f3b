"""A difference in one sentence, as a person would say it."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.compare.metrics import differs
from cuvee.compare.phrases import listed
from cuvee.model.difference import CallDifference, MetricDifference, RootChange
from cuvee.model.record import CallRecord, RunRecord

_CAUSES = 4
_MESSAGE = 80
# How far from the difference that of what is shown may be, of it.
_OFF = 0.05
_MINUS = "−"


def summary_of(
    runs: tuple[RunRecord, RunRecord],
    records: tuple[Sequence[CallRecord], Sequence[CallRecord]],
    roots: Sequence[RootChange],
    calls: Sequence[CallDifference],
    metrics: Sequence[MetricDifference],
) -> str:
    """`rmse fell from 0.717 to 0.706 (−0.011): max_depth went from 8 to 12; train and evaluate followed.`"""
    if runs[0].number == runs[1].number:
        return f"Run {runs[0].number} beside itself: nothing differs."
    if not any(call.a and call.b for call in calls):
        return _nothing_in_common(runs, records)
    if runs[0].start.pipeline != runs[1].start.pipeline:
        return _two_pipelines(runs, roots, calls)
    effect = _failures(runs, records) or _metric(metrics)
    causes = _causes(roots)
    followed = _followed(roots, calls)
    if not effect and not causes:
        return f"Nothing changed between run {runs[0].number} and run {runs[1].number}{_same(metrics)}."
    if not causes:
        return f"{effect}, though nothing that the calls depend on changed."
    unmoved = "" if effect or not metrics else "; no metric moved"
    head = f"{effect}: {causes}" if effect else causes
    return f"{head}{followed}{unmoved}."


def digits(value: float) -> str:
    """A number in at most four digits that matter, with a real minus."""
    text = str(int(value)) if value == int(value) and abs(value) < 1e6 else f"{value:.4g}"
    return text.replace("-", _MINUS)


def signed(value: float) -> str:
    """With its sign: `+0.012`, `−0.011`; `±0` of nothing."""
    size = abs(value)
    text = (f"{value:.0f}" if size >= 100 else f"{value:.{3 if size >= 10 else 2}g}").replace("-", _MINUS)
    return "±0" if value == 0 else text if value < 0 else f"+{text}"


def moved_text(metric: MetricDifference) -> str:
    """`rmse fell from 0.717 to 0.706 (−0.011)`."""
    if metric.a is None and metric.b is not None:
        return f"{metric.name} is new{f' ({digits(metric.b)})' if _finite(metric.b) else ''}"
    if metric.a is None or metric.b is None or metric.delta is None:
        return f"{metric.name} is not logged any more"
    if not (_finite(metric.a) and _finite(metric.b)):
        return f"{metric.name} went from {metric.a:.4g} to {metric.b:.4g}"
    a, b = told_apart(metric.a, metric.b)
    verb = "rose" if metric.delta > 0 else "fell"
    return f"{metric.name} {verb} from {a} to {b} ({signed(metric.delta)})"


def told_apart(a: float, b: float, least: int = 3) -> tuple[str, str]:
    """As few digits as tell them apart, and by how much to a tenth or so; `least` at least."""
    if a == int(a) and b == int(b):
        return digits(a), digits(b)
    for count in range(least, 17):
        texts = tuple(f"{value:#.{count}g}".rstrip(".").replace("-", _MINUS) for value in (a, b))
        shown = float(f"{b:.{count}g}") - float(f"{a:.{count}g}")
        if abs(shown - (b - a)) <= _OFF * abs(b - a):
            break
    return texts[0], texts[1]


def _finite(value: float) -> bool:
    return value - value == 0


def _metric(metrics: Sequence[MetricDifference]) -> str:
    """That which counts most: of those that moved the first of which good and bad are known."""
    moved = [metric for metric in metrics if differs(metric)]
    # What the runs end in is logged last, and what a baseline came to is not what one asks for.
    # Nor is it one segment, where there is the whole.
    names = {metric.name for metric in metrics}
    ranked = sorted(
        moved,
        key=lambda metric: (
            metric.better is None,
            "baseline" in metric.name,
            metric.name.partition(".")[0] in names - {metric.name},
        ),
    )
    return moved_text(ranked[0]) if ranked else ""


def _causes(roots: Sequence[RootChange]) -> str:
    if not roots:
        return ""
    return listed([root.phrase for root in roots], _CAUSES)


def _followed(roots: Sequence[RootChange], calls: Sequence[CallDifference]) -> str:
    """The calls that came to be anew; a task is no consequence of its own code."""
    own = {root.path for root in roots if root.change and root.kind == "code" and len(root.change.route) == 1}
    named = [
        call.path
        for call in calls
        if call.state in ("root", "knock_on") and call.path not in own and call.same_result is not None
    ]
    paths = list(dict.fromkeys(path.partition("[")[0] for path in named))
    return f"; {listed(paths)} followed" if paths else ""


def _same(metrics: Sequence[MetricDifference]) -> str:
    return ", and every metric is the same" if metrics else ""


def _failures(
    runs: tuple[RunRecord, RunRecord], records: tuple[Sequence[CallRecord], Sequence[CallRecord]]
) -> str:
    """`Run 2 failed in train (ValueError: …)`, of the run that did not succeed where the other did."""
    states = [run.status for run in runs]
    if states[0] == states[1] == "succeeded":
        return ""
    told = [_ended(run, calls) for run, calls in zip(runs, records, strict=True) if run.status != "succeeded"]
    if len(told) > 1 and told[0] == told[1]:
        return f"Both runs {told[0]}"
    numbers = [run.number for run in runs if run.status != "succeeded"]
    return " and ".join(
        f"{'run' if at else 'Run'} {number} {text}"
        for at, (number, text) in enumerate(zip(numbers, told, strict=True))
    )


def _ended(run: RunRecord, calls: Sequence[CallRecord]) -> str:
    failed = next((call for call in calls if call.failure), None)
    if failed is None or failed.failure is None:
        became = {"running": "did not end", "cancelled": "was cancelled"}
        return became.get(run.status, run.status)
    message = failed.failure.message.partition("\n")[0]
    message = message if len(message) <= _MESSAGE else f"{message[:_MESSAGE]} …"
    kind = failed.failure.type.rpartition(".")[2]
    return f"failed in {failed.path} ({kind}{f': {message}' if message else ''})"


def _two_pipelines(
    runs: tuple[RunRecord, RunRecord], roots: Sequence[RootChange], calls: Sequence[CallDifference]
) -> str:
    """`counting and churn share read and clean, which came to the same in both.`"""
    names = [run.start.pipeline.rpartition(":")[2] for run in runs]
    if names[0] == names[1]:
        names = [run.start.pipeline for run in runs]
    shared = [call for call in calls if call.a and call.b]
    paths = dict.fromkeys(call.path.partition("[")[0] for call in shared)
    reached = {call.path for call in shared}
    causes = _causes([root for root in roots if reached.intersection(root.calls)])
    became = "came to the same in both" if not causes else f"differ: {causes}"
    if all(call.state == "not_run" for call in shared):
        became = "did not run in both"
    return f"{names[1]} and {names[0]} are two pipelines that share {listed(list(paths), 4)}; these {became}."


def _nothing_in_common(
    runs: tuple[RunRecord, RunRecord], records: tuple[Sequence[CallRecord], Sequence[CallRecord]]
) -> str:
    has = [
        f"run {run.number} of {run.start.pipeline.rpartition(':')[2]} has "
        f"{listed([call.path for call in calls], 6) or 'no calls'}"
        for run, calls in zip(runs, records, strict=True)
    ]
    return f"Runs {runs[0].number} and {runs[1].number} have no task in common: {has[0]}; {has[1]}."
