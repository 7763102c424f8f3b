"""Past data: the files of the project that a run used beside its source, put where they were.

A file is put there with the bytes that it had: from the store, or from the project where it is the same
still. One that is to be had nowhere is as it is in the project today, and is named.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from cuvee.codecs.listing import FILE
from cuvee.codecs.plain import decode_plain
from cuvee.errors import DamagedBlob, ParameterError, StoreFault
from cuvee.fingerprint.files import current_digest
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.directory import Directory
from cuvee.model.entry import Observation
from cuvee.model.file import File
from cuvee.model.located import Located
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.session import Session
from cuvee.perform.pack import pack


class _File(NamedTuple):
    """A file as it was: its path in the project, its bytes' digest."""

    path: str
    digest: Digest


def restore_data(
    session: Session, run: RunRecord, calls: Sequence[CallRecord], folder: Path
) -> tuple[str, ...]:
    """Put the files that these calls used into a folder that has the run's source; those of them that are
    not as they were, since they have changed and were not kept.

    Files outside of the project stay where they are.
    """
    changed: dict[str, None] = {}
    wrote, read = _used(session, run, calls)
    for file in dict.fromkeys((*_given(session, run, calls), *read)):
        if file.path in wrote:
            continue
        target = folder / file.path
        if PurePath(file.path).is_absolute() or not target.resolve().is_relative_to(folder):
            continue
        if current_digest(target) != file.digest and not _put(session, file, target):
            changed[file.path] = None
    return tuple(changed)


def lying_there(session: Session, path: str, artifact: Artifact) -> Located | None:
    """A file or folder that was given by this path, if it is there as it was; None of anything else."""
    kind = {"file": File, "directory": Directory}.get(artifact.codec)
    if kind is None:
        return None
    located = kind(path, by=decode_plain(artifact.meta)[0])
    try:
        now = pack(located, session.blobs, class_digest=lambda _: None, root=session.root, keep_inputs=0)
    except (ParameterError, StoreFault):
        return None
    return located if now.digest == artifact.digest else None


def _put(session: Session, file: _File, target: Path) -> bool:
    """Whether the file is there now as it was."""
    here = session.root / file.path
    same = current_digest(here) == file.digest
    target.parent.mkdir(parents=True, exist_ok=True)
    if not same:
        target.unlink(missing_ok=True)
        try:
            session.blobs.copy(file.digest, target)
        except DamagedBlob:
            same = False
        else:
            return True
    if here.is_file():
        shutil.copy2(here, target)
    return same


def _given(session: Session, run: RunRecord, calls: Sequence[CallRecord]) -> Iterator[_File]:
    """The files that the run, or one of these calls, was given."""
    known = {each.digest: each for each in session.queries.given(run.number)}
    for argued in run.start.parameters:
        if argued.artifact is not None:
            yield from _files_of(argued.text, argued.artifact)
    for call in calls:
        for part in call.components:
            artifact = known.get(part.digest)
            if part.kind == "file" and artifact is not None:
                yield from _files_of(part.text, artifact)


def _files_of(text: str, artifact: Artifact) -> Iterator[_File]:
    digests = {part.name: part.digest for part in artifact.parts}
    if artifact.codec == "file":
        yield _File(text, digests["content"])
    elif artifact.codec == "directory":
        _, _, entries = decode_plain(artifact.meta)
        names = [name for name, kind, *_ in entries if kind == FILE]
        for number, name in enumerate(names):
            yield _File(f"{text}/{name}", digests[str(number)])


def _used(session: Session, run: RunRecord, calls: Sequence[CallRecord]) -> tuple[set[str], list[_File]]:
    """The files that these calls wrote, and those that they read, without being given them."""
    wrote: set[str] = set()
    read: list[_File] = []
    for call in calls:
        for seen in observed_by(session, run, call):
            if seen.kind == "wrote":
                wrote.add(seen.path)
            elif seen.kind == "read" and seen.digest is not None:
                read.append(_File(seen.path, seen.digest))
    return wrote, read


def observed_by(session: Session, run: RunRecord, call: CallRecord) -> tuple[Observation, ...]:
    """What the execution that made the call's result asked of the world; () where that is not known."""
    key, maker = Digest(call.key), call.made_by or (run.number, call.path)
    entries = session.entries.find([key]).get(key, ()) if call.key else ()
    entry = next((each for each in entries if (each.run, each.path) == maker), None)
    return entry.observed if entry else ()
