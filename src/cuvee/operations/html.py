"""Runs, calls and profiles as a notebook shows them: small tables, no script and no style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from cuvee.compare.attribution_words import between_text, effect_text, kind_of, label_of, sentence
from cuvee.compare.summary import signed
from cuvee.model.attribution import Attribution, Share
from cuvee.model.difference import Difference
from cuvee.model.profile import ColumnProfile, Preview, Profile
from cuvee.model.record import CallRecord, RunRecord

_MOST = 50
_BARS = " ▁▂▃▄▅▆▇█"
_TOP_SHOWN = 5


def run_html(run: RunRecord, calls: Sequence[CallRecord]) -> str:
    """The run's calls, up to fifty of them, with decision, time and reason, and its metrics."""
    seconds = run.end.seconds if run.end else 0.0
    head = f"Run {run.number} of {run.start.pipeline}: {run.status} in {seconds:.3g} s"
    rows = [_row(call) for call in calls[:_MOST]]
    if len(calls) > _MOST:
        rows.append(f'<tr><td colspan="4">… {len(calls) - _MOST} more calls</td></tr>')
    metrics = ", ".join(f"{escape(name)} = {value:.6g}" for name, value in run.metrics)
    return (
        f"<b>{escape(head)}</b><table><thead><tr><th>call</th><th>decision</th><th>time</th><th>why</th></tr>"
        f"</thead><tbody>{''.join(rows)}</tbody></table>" + (f"<p>{metrics}</p>" if metrics else "")
    )


def _row(call: CallRecord) -> str:
    return "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in _call_cells(call)) + "</tr>"


def _call_cells(call: CallRecord) -> tuple[str, str, str, str]:
    reused = call.decision == "reused"
    became = call.decision if call.status == "succeeded" and call.decision else call.status
    time = f"saved {call.saved:.3g} s" if reused else f"{call.seconds:.3g} s" if call.decision else ""
    why = call.failure.message if call.failure else call.reason
    return call.path, became, time, why


def call_html(run: int, call: CallRecord, profiles: Mapping[str, Profile]) -> str:
    """A call: what became of it, and what it gave looks like."""
    table = _table(("call", "decision", "time", "why"), [_call_cells(call)])
    shown = [f"<p><b>{escape(name)}</b></p>{profile_html(profile)}" for name, profile in profiles.items()]
    return f"<b>{escape(call.path)} of run {run}</b>{table}{''.join(shown[:_MOST])}"


def difference_html(found: Difference) -> str:
    """What somebody changed, what followed, and the metrics of both runs."""
    roots = [(root.kind, root.text, ", ".join(root.calls[:_MOST])) for root in found.root_changes[:_MOST]]
    calls = [(call.path, ", ".join(call.follows)) for call in found.knock_on[:_MOST]]
    metrics = [
        (
            metric.name,
            *("" if value is None else f"{value:.6g}" for value in (metric.a, metric.b, metric.delta)),
        )
        for metric in found.metrics[:_MOST]
    ]
    runs = (f"run {found.a.number}", f"run {found.b.number}")
    tables = [
        _table(("changed", "what", "reaches"), roots) if roots else "",
        _table(("knock-on", "follows from"), calls) if calls else "",
        _table(("metric", *runs, "difference"), metrics) if metrics else "",
    ]
    return f"<b>{escape(found.summary)}</b>{''.join(tables)}"


def attribution_html(found: Attribution, remarks: Sequence[str]) -> str:
    """For each metric a sentence, and the share of each change; below them `remarks`."""
    titles = ("", "change", "share", "between", "alone", "last")
    tables = [
        f"<b>{escape(sentence(shares, found))}</b>"
        + _table(titles, [_share_cells(each, found) for each in shares.shares])
        for shares in found.metrics
    ]
    return "".join([*tables, *(f"<p>{escape(text)}</p>" for text in remarks)])


def _share_cells(share: Share, found: Attribution) -> tuple[str, ...]:
    changes = found.plan.ingredients
    between = f"{between_text(share)}{', inside the noise' if share.noise else ''}"
    effects = effect_text(share.alone), effect_text(share.last)
    return kind_of(share, changes), label_of(share, changes), signed(share.share), between, *effects


def profile_html(profile: Profile) -> str:
    """A line for each column, up to fifty of them, and the first rows."""
    extent = " × ".join(f"{length:,}" for length in profile.shape)
    head = f"<b>{escape(profile.type)}</b> {extent}"
    problem = f"<p>{escape(profile.problem)}</p>" if profile.problem else ""
    pairs = [*profile.facts, *profile.parameters, *profile.fitted]
    pairs += [(weight.name, f"{weight.value:.4g}") for weight in profile.weights]
    facts = _table(("", ""), [(name, text) for name, text in pairs[:_MOST]]) if pairs else ""
    columns = ""
    if profile.columns:
        titles = ("column", "dtype", "nulls", "min", "max", "mean", "distinct", "values")
        columns = _table(titles, [_column_cells(column) for column in profile.columns[:_MOST]])
    left = profile.width - len(profile.columns[:_MOST])
    more = f"<p>… {left} more columns</p>" if left > 0 else ""
    return head + problem + facts + columns + more + (_preview(profile.preview) if profile.preview else "")


def _preview(preview: Preview) -> str:
    rows = [tuple("" if cell is None else cell for cell in row) for row in preview.rows]
    return f"<p>first rows</p>{_table(preview.columns, rows)}"


def _column_cells(column: ColumnProfile) -> tuple[str, ...]:
    return (
        column.name,
        column.dtype,
        "?" if column.nulls is None else f"{column.nulls:,}",
        *("" if end is None else str(end) for end in (column.minimum, column.maximum)),
        "" if column.mean is None or column.kind == "time" else f"{column.mean:.4g}",
        "" if column.distinct is None else f"{column.distinct:,}",
        _values(column),
    )


def _values(column: ColumnProfile) -> str:
    if column.problem or column.histogram is None:
        return column.problem or ", ".join(f"{top.value} ({top.count:,})" for top in column.top[:_TOP_SHOWN])
    most = max(column.histogram.counts)
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in column.histogram.counts)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
