"""`cuvee export RUN [PATH] FILE`: a stored value as a file."""

from __future__ import annotations

from pathlib import Path

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import bytes_text
from cuvee.cli.records import open_records
from cuvee.errors import ParameterError, ReferenceNotFound
from cuvee.model.artifact import Artifact
from cuvee.model.digest import digest_text
from cuvee.model.record import RunRecord
from cuvee.operations.export import export
from cuvee.operations.references import find_part, find_run, names_call, run_and_path, tag_expanded
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact
from cuvee.project.importing import last_on_path


@click.command("export", short_help=COMMANDS["export"], params=[json_option(), *setting_options("store")])
@click.argument("words", nargs=-1, required=True, metavar="RUN [PATH] FILE")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.pass_obj
def command(output: Output, words: tuple[str, ...], force: bool, store: str | None) -> None:
    """Write what a call gave, or an element of it, to a file; without PATH, the run's result.

    The ending of FILE says in which form: .parquet, .csv, .feather, .json, .npy, .joblib, .png and
    others, as they fit the value. A Directory becomes a folder. The file is written whole or not at all.

    \b
      cuvee export 12 clean wines.parquet
      cuvee export @last split.0 train.csv
      cuvee export @best:rmse:min train model.joblib
    """
    if len(words) not in (2, 3):
        raise ParameterError("give a run, a path in it and a file: cuvee export 12 clean wines.parquet")
    *named, file = words
    with open_records(store) as session:
        run, path, artifact = _found(session, named)
        target = Path(file)
        # A value of one of the project's classes is read where that class is.
        with last_on_path(*_code_of(session, run)):
            size = export(load_artifact(session, artifact), target, force=force)
    if output.json:
        output.object(
            {
                "run": run.number,
                "path": path or None,
                "type": artifact.type,
                "digest": digest_text(artifact.digest),
                "file": str(target.absolute()),
                "bytes": size,
            }
        )
    else:
        what = f"{path} of run {run.number}" if path else f"the result of run {run.number}"
        output.lines(f"{target}: {what}, {artifact.type}, {bytes_text(size)}")


def _code_of(session: Session, run: RunRecord) -> list[Path]:
    """Folders that the run's code may have been imported from."""
    file = run.start.target.partition(":")[0]
    ran = [(session.root / file).parent] if file.endswith(".py") else []
    return [*ran, session.root, session.root / "src"]


def _found(session: Session, named: list[str]) -> tuple[RunRecord, str, Artifact]:
    """The run, the path in it, and what they name."""
    queries = session.queries
    named = [tag_expanded(queries, named[0]), *named[1:]]
    if len(named) == 1 and not names_call(named[0]):
        run = find_run(queries, named[0])
        return run, "", _result(run)
    run, path = (
        run_and_path(queries, named[0]) if len(named) == 1 else (find_run(queries, named[0]), named[1])
    )
    return run, path, find_part(queries, run, path)[2]


def _result(run: RunRecord) -> Artifact:
    result = run.end.result if run.end else None
    if result is not None and result.artifact is not None:
        return result.artifact
    kind = (
        "no result" if result is None or result.kind in ("absent", "none") else f"a {result.kind} of results"
    )
    raise ReferenceNotFound(
        f"run {run.number} gave {kind}: name a call of it, as in "
        f"`cuvee export {run.number} train out.joblib`; `cuvee show {run.number}` lists them"
    )
