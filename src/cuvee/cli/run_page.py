"""One run as `cuvee show RUN` prints it."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.cli.calls import call_rows, swap_text
from cuvee.cli.grouping import grouped
from cuvee.cli.quantities import ago_text, bytes_text, count_text, date_text, seconds_text
from cuvee.cli.summary import Page, failure_lines, metric_lines, short_name, status_text, totals
from cuvee.cli.table import Cell, Row, table_lines, wrapped
from cuvee.codecs.registry import PICKLED
from cuvee.compare.phrases import listed
from cuvee.model.artifact import Artifact
from cuvee.model.digest import digest_text
from cuvee.model.record import CallRecord, GitState, Mixed, RunRecord, Tag
from cuvee.model.snapshot import Snapshot
from cuvee.operations.report import outputs_of

_OUTPUTS_SHOWN = 40
_LEFT_OUT_SHOWN = 5
_BEGUN_SHOWN = 12
_DIGEST_SHOWN = len("blake3:") + 12


def run_lines(
    run: RunRecord,
    calls: Sequence[CallRecord],
    status: str,
    now: float,
    page: Page,
    source: Snapshot | None = None,
    begun: Sequence[str] = (),
) -> list[str]:
    """The whole page: what it was given and where it ran, its calls, metrics, results, failures, totals.

    `begun` are the paths of long calls that have begun, or are next, and have no end.
    """
    name = page.paint(short_name(run.start.pipeline), "bold")
    took = f", {seconds_text(run.end.seconds)}" if run.end else ""
    lines = [f"Run {run.number} of {name}: {status_text(status, page.paint)}{took}", ""]
    lines += table_lines(
        [*_header(run, now), *_left_out(source)], width=page.width, paint=page.paint, most_lines=0
    )
    if calls:
        lines += ["", *table_lines(call_rows(calls), width=page.width, paint=page.paint, most_lines=0)]
    if begun:
        lines += ["", *wrapped(_begun_text(begun, status), page.width)]
    if run.metrics:
        lines += ["", *metric_lines(run.metrics, page, f"{page.show(run.number)} --json")]
    lines += _result_lines(run, calls, page)
    lines += failure_lines(run, calls, page)
    lines += ["", *wrapped(totals(run, calls), page.width)]
    if calls:
        example = next((call.path for call in calls if call.status == "failed"), calls[-1].path)
        lines.append(f"All of one call: {page.show(run.number, example)}")
    return lines


def _begun_text(begun: Sequence[str], status: str) -> str:
    when = "when it died" if status == "died" else "now"
    return f"Under way {when}, or about to begin: {listed(begun, _BEGUN_SHOWN)}."


def output_row(name: str, artifact: Artifact) -> Row:
    """A stored value in a table: its name, class, size and digest."""
    digest = digest_text(artifact.digest)[:_DIGEST_SHOWN]
    kind = Cell(artifact.type, end_tells=True)
    return [Cell(name, "bold"), kind, Cell(bytes_text(artifact.size)), Cell(digest + _badge(artifact), "dim")]


def _badge(artifact: Artifact) -> str:
    """What of the value only pickle could keep."""
    if artifact.codec in PICKLED:
        return "  (pickled)"
    return "  (in part pickled)" if _holds_pickled(artifact) else ""


def _holds_pickled(artifact: Artifact) -> bool:
    return any(child.codec in PICKLED or _holds_pickled(child) for _, child in artifact.children)


def git_text(git: GitState) -> str:
    """`1a2b3c4d5e on main, with changes that are not committed`."""
    branch = f" on {git.branch}" if git.branch else ""
    return f"{git.commit[:10]}{branch}{', with changes that are not committed' if git.dirty else ''}"


def tags_text(tags: Sequence[Tag]) -> str:
    """`baseline, champion (train)`."""
    return ", ".join(f"{tag.name} ({tag.path})" if tag.path else tag.name for tag in tags)


def mixed_text(mixed: Mixed) -> str:
    """`run 3, with clean and max_depth of run 4`."""
    return f"run {mixed.a}, with {listed(mixed.taken, 8) or 'nothing'} of run {mixed.b}"


def _header(run: RunRecord, now: float) -> list[Row]:
    start, end = run.start, run.end
    rows = [("note", run.note)] if run.note else []
    rows += [("tags", tags_text(run.tags))] if run.tags else []
    rows += [("target", start.target), ("pipeline", start.pipeline)]
    rows += [
        ("parameters" if at == 0 else "", f"{given.name} = {given.text}")
        for at, given in enumerate(start.parameters)
    ]
    rows += [("" if at else "set", text) for at, text in enumerate(start.overrides)]
    rows += [("seed", str(start.seed))] if start.seed is not None else []
    rows += [("swapped" if at == 0 else "", swap_text(swap)) for at, swap in enumerate(start.swaps)]
    rows += [("mixture", mixed_text(start.mixed))] if start.mixed else []
    rows.append(("started", f"{date_text(start.started)}, {ago_text(start.started, now)}"))
    if end is not None and not start.mixed:  # what that is made of has commits of its own
        rows.append(("commit", git_text(end.git) if end.git else "not in a git repository"))
    rows.append(
        (
            "ran on",
            f"Python {start.versions.python}, {start.versions.platform}, {start.host} (process {start.pid})",
        )
    )
    rows.append(("cuvee", start.versions.cuvee))
    return [[Cell(name, "dim"), Cell(text)] for name, text in rows]


def _left_out(source: Snapshot | None) -> list[Row]:
    """What of the project's source was not kept, if anything."""
    files = source.left_out if source is not None else ()
    texts = [f"{name}: {why}" for name, why in files[:_LEFT_OUT_SHOWN]]
    if len(files) > _LEFT_OUT_SHOWN:
        texts.append(f"… and {count_text(len(files) - _LEFT_OUT_SHOWN, 'more file')}")
    return [[Cell("" if at else "not kept", "dim"), Cell(text)] for at, text in enumerate(texts)]


def folded_rows(results: Sequence[tuple[str, Sequence[Sequence[tuple[str, Artifact]]]]]) -> list[Row]:
    """What calls gave, one row for each; of several calls under one label one for all.

    Each label comes with the outputs, by name, of its calls.
    """
    rows: list[Row] = []
    for label, calls in results:
        by_name: dict[str, list[Artifact]] = {}
        for outputs in calls:
            for name, artifact in outputs:
                by_name.setdefault(name, []).append(artifact)
        for name, artifacts in by_name.items():
            title = label if name == "result" else f"{label}.{name}"
            rows.append(_together(title, artifacts) if len(calls) > 1 else output_row(title, artifacts[0]))
    return rows


def _together(title: str, artifacts: Sequence[Artifact]) -> Row:
    types = list(dict.fromkeys(artifact.type for artifact in artifacts))
    kind = types[0] if len(types) == 1 else f"{types[0]}, …"
    different = len({artifact.digest for artifact in artifacts})
    alike = "all different" if different == len(artifacts) else f"{different} different"
    content = f"{len(artifacts)} results, {alike}"
    size = sum(artifact.size for artifact in artifacts)
    return [Cell(title, "bold"), Cell(kind, end_tells=True), Cell(bytes_text(size)), Cell(content, "dim")]


def _result_lines(run: RunRecord, calls: Sequence[CallRecord], page: Page) -> list[str]:
    groups = grouped(calls, lambda call: call.status == "failed")
    made = folded_rows([(group.label, [outputs_of(call) for call in group.calls]) for group in groups])
    drawn = [
        output_row(f"{call.path}: {figure.name}", figure.artifact)
        for call in calls
        for figure in call.figures
    ]
    lines: list[str] = []
    for title, rows in (("result", made), ("figure", drawn)):
        if not rows:
            continue
        header: Row = [Cell(name, "dim") for name in (title, "type", "size", "content")]
        shown = [header, *rows[:_OUTPUTS_SHOWN]]
        lines += ["", *table_lines(shown, width=page.width, paint=page.paint, right=(2,))]
        if len(rows) > _OUTPUTS_SHOWN:
            more = count_text(len(rows) - _OUTPUTS_SHOWN, f"more {title}")
            lines.append(f"  … and {more}: {page.show(run.number)} --json")
    return [*lines, *([f"  as files: {page.show(run.number)} --save-figures DIR"] if drawn else [])]
