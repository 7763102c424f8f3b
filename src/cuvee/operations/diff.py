"""Diff: two runs read and compared; of what they gave, what the profiles on record tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from cuvee.codecs.column_digests import column_digests
from cuvee.compare.alignment import CallPair
from cuvee.compare.keys import sources_of
from cuvee.compare.profiles import Columns, profile_difference, unique_names
from cuvee.compare.runs import compare_runs
from cuvee.errors import CannotDecode, DamagedBlob, ReferenceNotFound, UsageError
from cuvee.model.artifact import Artifact
from cuvee.model.decision import ReasonCode
from cuvee.model.difference import DataDifference, Difference
from cuvee.model.profile import Profile
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.recorded_ledgers import recorded_ledgers
from cuvee.operations.references import listed
from cuvee.operations.report import outputs_of
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact
from cuvee.perform.unpack import StoredParts

_MOST_DATA = 200
_TAKEN = ReasonCode.TAKEN.value


def diff(session: Session, a: RunRecord, b: RunRecord, by_rows: Sequence[str] | None = None) -> Difference:
    """What two runs differ in. Nothing that they gave is read: frames are told by their profiles and
    by the digests of their columns.

    With `by_rows` frames that differ are read and compared by rows, too: by these columns, the key, as
    far as a frame has them, or by all that is in a row where that is (). Raises UsageError where no frame
    has them, or rows share a key.
    """
    queries = session.queries
    calls = as_made(session, queries.calls(a.number)), as_made(session, queries.calls(b.number))
    found, pairs = compare_runs(a, b, calls, recorded_ledgers(session))
    changes = [change for root in found.root_changes for change in (root.change, *root.within) if change]
    sources = queries.sources(list(sources_of(changes)))
    data = tuple(_data(session, pairs))
    if by_rows is not None:
        data = tuple(_with_rows(session, pairs, data, by_rows))
    return replace(found, data=data, sources=tuple(sources.items()))


def as_made(session: Session, calls: Sequence[CallRecord]) -> tuple[CallRecord, ...]:
    """The calls, those that were taken from another run with the keys that made their results there.

    One whose maker is not on record any more stays without a key.
    """
    return tuple(_as_made(session, call) if call.decision == "given" else call for call in calls)


def _as_made(session: Session, call: CallRecord) -> CallRecord:
    maker = session.queries.call(*call.made_by) if call.made_by and call.reason_code == _TAKEN else None
    if maker is None or maker.artifact is None or maker.artifact != call.artifact:
        return call
    return replace(call, key=maker.key, components=maker.components, memory=maker.memory)


def run_before(session: Session, run: RunRecord) -> RunRecord:
    """The run of the same pipeline before this one. Raises ReferenceNotFound."""
    runs = session.queries.runs(pipeline=run.start.pipeline)
    before = next((each for each in runs if each.number < run.number), None)
    if before is None:
        name = run.start.pipeline.rpartition(":")[2]
        raise ReferenceNotFound(
            f"run {run.number} is the first of {name}: name the run to compare it with; "
            "`cuvee runs` lists them"
        )
    return before


def artifact_difference(session: Session, path: str, a: Artifact, b: Artifact) -> DataDifference | None:
    """What two results differ in; None of what has no profile on record, or is the same."""
    if a.digest == b.digest:
        return None
    profiles = session.queries.profile(a.digest), session.queries.profile(b.digest)
    if profiles[0] is None or profiles[1] is None:
        return None
    return profiled_difference(session, path, (a, profiles[0]), (b, profiles[1]))


def profiled_difference(
    session: Session, path: str, a: tuple[Artifact, Profile], b: tuple[Artifact, Profile]
) -> DataDifference:
    """What two results differ in, whose profiles are known."""
    return profile_difference(path, a[1], b[1], (_columns(session, *a), _columns(session, *b)))


def _data(session: Session, pairs: Sequence[CallPair]) -> Iterator[DataDifference]:
    """In causal order, the first of very many."""
    told = 0
    for path, a, b in changed_outputs(pairs):
        difference = artifact_difference(session, path, a, b)
        if difference is not None:
            yield difference
            told += 1
        if told == _MOST_DATA:
            return


def _with_rows(
    session: Session, pairs: Sequence[CallPair], data: Sequence[DataDifference], key: Sequence[str]
) -> Iterator[DataDifference]:
    """The same, frames with what their rows differ in."""
    from cuvee.operations.rows import rows_difference  # on request only

    artifacts = {path: (a, b) for path, a, b in changed_outputs(pairs)}
    frames = [each for each in data if each.kind == "frame"]
    keyed = [each for each in frames if all(_has_column(session, artifacts[each.path], name) for name in key)]
    if key and not keyed:
        paths = listed([each.path for each in frames])
        raise UsageError(
            f"--key {', '.join(key)}: no frame that differs has such columns in both runs; "
            f"the frames that differ are {paths}"
        )
    for each in data:
        if each not in keyed:
            yield each
            continue
        try:
            values = [load_artifact(session, artifact) for artifact in artifacts[each.path]]
        except (CannotDecode, DamagedBlob) as error:
            yield replace(each, problem=f"its rows cannot be read: {error}")
            continue
        yield replace(each, rows=rows_difference(values[0], values[1], key))


def _has_column(session: Session, artifacts: tuple[Artifact, Artifact], name: str) -> bool:
    profiles = [session.queries.profile(artifact.digest) for artifact in artifacts]
    return all(profile and any(column.name == name for column in profile.columns) for profile in profiles)


def changed_outputs(pairs: Sequence[CallPair]) -> Iterator[tuple[str, Artifact, Artifact]]:
    """Every result, or named element of one, that both runs have and that differs: `split.0`."""
    for a, b in pairs:
        if a is None or b is None or a.artifact is None or b.artifact is None:
            continue
        if a.artifact.digest == b.artifact.digest:
            continue
        before = dict(outputs_of(a))
        for name, after in _elements(outputs_of(b)):
            known = dict(_elements(list(before.items()))).get(name)
            if known is not None and known.digest != after.digest:
                yield b.path if name == "result" else f"{b.path}.{name}", known, after


def _elements(outputs: list[tuple[str, Artifact]]) -> list[tuple[str, Artifact]]:
    """The elements of a tuple, which has no profile of its own, by their places."""
    [(name, artifact), *others] = outputs
    if others or name != "result" or artifact.codec != "composite":
        return outputs
    return list(artifact.children)


def _columns(session: Session, artifact: Artifact, profile: Profile) -> Columns:
    digests = column_digests(artifact, StoredParts(artifact, session.blobs, "").read)
    if profile.kind != "frame" or digests is None:
        return {}
    return dict(zip(unique_names([column.name for column in profile.columns]), digests, strict=False))
