"""A run as a notebook shows it: one small table, no script and no style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cuvee.model.record import CallRecord, RunRecord

_MOST = 50


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
    reused = call.decision == "reused"
    became = call.decision if call.status == "succeeded" and call.decision else call.status
    time = f"saved {call.saved:.3g} s" if reused else f"{call.seconds:.3g} s" if call.decision else ""
    why = call.failure.message if call.failure else call.reason
    cells = "".join(f"<td>{escape(text)}</td>" for text in (call.path, became, time, why))
    return f"<tr>{cells}</tr>"
