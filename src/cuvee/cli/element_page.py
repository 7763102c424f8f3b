"""An element of what a call gave, as `cuvee show RUN PATH.ELEMENT` prints it."""

from __future__ import annotations

from cuvee.cli.profile_page import profile_lines
from cuvee.cli.quantities import bytes_text
from cuvee.cli.run_page import output_row
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, table_lines
from cuvee.codecs.text import text_of
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.artifact import Artifact
from cuvee.model.digest import digest_text
from cuvee.model.profile import Profile
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.json_values import Load


def element_lines(
    run: RunRecord,
    call: CallRecord,
    name: str,
    artifact: Artifact,
    load: Load,
    page: Page,
    *,
    profile: Profile | None = None,
) -> list[str]:
    """The whole page: class, size, digest, what it looks like, and elements of its own."""
    path = f"{call.path}.{name}"
    rows: list[Row] = [
        [Cell("type", "dim"), Cell(artifact.type)],
        [Cell("size", "dim"), Cell(bytes_text(artifact.size))],
        [Cell("digest", "dim"), Cell(digest_text(artifact.digest))],
        *([[Cell("value", "dim"), Cell(_value_text(artifact, load))]] if profile is None else []),
    ]
    lines = [f"{page.paint(path, 'bold')} of run {run.number}: part of what {call.path} gave", ""]
    lines += table_lines(rows, width=page.width, paint=page.paint, most_lines=3)
    if profile is not None:
        lines += ["", *profile_lines(profile, page, page.show(run.number, path))]
    if artifact.children:
        elements = [output_row(child, element) for child, element in artifact.children]
        lines += [
            "",
            page.paint("elements", "dim"),
            *table_lines(elements, width=page.width, paint=page.paint),
        ]
    example = f"{run.number}:{path}"
    lines += ["", f"As a parameter: @{example}. In Python: cuvee.load({str(run.number)!r}, {path!r})"]
    return [*lines, f"The call that made it: {page.show(run.number, call.path)}"]


def _value_text(artifact: Artifact, load: Load) -> str:
    try:
        return text_of(load(artifact))
    except (CannotDecode, DamagedBlob) as error:
        return f"cannot be read: {error}"
