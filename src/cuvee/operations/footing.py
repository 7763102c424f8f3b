"""The footing of a run that has just ended: all that it stood on, where all of that is known for sure."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from cuvee.authoring.pipeline import Pipeline
from cuvee.authoring.runnable import Runnable
from cuvee.codecs.plain import decode_plain
from cuvee.fingerprint.environment import source_digest
from cuvee.fingerprint.explorer import Explorer
from cuvee.fingerprint.files import current_digest, name_file
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.surroundings import (
    Before,
    importable_digest,
    module_files,
    module_folders,
    modules_digest,
    untouched,
    untouched_folder,
)
from cuvee.fingerprint.volatile import Outline, Start, look_through, outline_of
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.entry import Observation
from cuvee.model.footing import Footing, Lying
from cuvee.model.graph import STRIDE, Fan, Given, Hidden, Node, leaves_of
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.observations import RunObservations
from cuvee.operations.session import Session

MOST_CALLS = 10_000
"""Of runs with more, no footing is kept: to look up each call takes longer than most imports."""


_VARYING = frozenset({"set", "frozenset", "repr"})


class Ended(NamedTuple):
    """A run that has ended, with all that was met on its way. `values` are the pipeline's arguments."""

    record: RunRecord
    runnable: Runnable[..., Any]
    nodes: Sequence[Node]
    observations: RunObservations
    memo: Memo


class _InDoubt(Exception):
    """Something that the run depended on cannot be told for sure. The message says what."""


def footing_of(session: Session, ended: Ended, before: Before) -> Footing | None:
    """What a run stood on; None where an equal run might come to something else, or nobody can tell."""
    try:
        return _footing(session, ended, before)
    except _InDoubt:
        return None


def _footing(session: Session, ended: Ended, before: Before) -> Footing:
    calls = session.queries.calls(ended.record.number)
    _check_calls(session, ended, calls)
    modules = module_files()
    sources = _sources(ended.memo.explorer(session.scope), modules)
    all_reused = all(call.decision == "reused" for call in calls)
    _check_code(ended, ended.memo.explorer(session.scope), sources, all_reused=all_reused)
    for file in (*modules, *sources):
        if not untouched(file):
            raise _InDoubt(f"{file} has been touched since")
    root = session.root
    observed = {Observation("read", name_file(Path(file), root), _content(file)): None for file in sources}
    observed.update(dict.fromkeys(_asked(ended.observations)))
    vouched = {node.id for node in ended.nodes if node.task.caching.vouched}
    return Footing(
        ended.record.number,
        len(calls),
        before.process,
        tuple(observed),
        tuple(_folders(sources, before)),
        tuple(modules),
        modules_digest(modules),
        tuple((str(folder), source_digest(folder)) for folder in ended.memo.installed.in_place()),
        tuple(dict.fromkeys(_given(ended, root))),
        tuple(call.position for call in calls if call.position // STRIDE * STRIDE in vouched),
    )


def _check_calls(session: Session, ended: Ended, calls: Sequence[CallRecord]) -> None:
    """Each has succeeded and left a result for all time, and none was given a secret."""
    if ended.record.status != "succeeded" or len(calls) > MOST_CALLS:
        raise _InDoubt("it did not succeed, or is too large")
    for node in ended.nodes:
        if node.task.caching.seconds is not None:
            raise _InDoubt(f"the result of {node.path} expires")
        over = node.over if isinstance(node, Fan) else ()
        for _, argument in (*over, *node.arguments):
            if any(isinstance(leaf, Hidden) for leaf in leaves_of(argument)):
                raise _InDoubt(f"{node.path} takes a secret")
    found = session.entries.find([Digest(call.key) for call in calls])
    for call in calls:
        kept = found.get(Digest(call.key), ())
        artifact = call.artifact
        if call.doubts or artifact is None or all(e.artifact.digest != artifact.digest for e in kept):
            raise _InDoubt(f"the result of {call.path} is not kept")


def _asked(observations: RunObservations) -> Iterator[Observation]:
    """What imports and the body have asked of the world."""
    for findings in (observations.traced, *observations.imported().values()):
        if findings.doubts or findings.outside:
            raise _InDoubt(" ".join((*findings.doubts, *findings.outside)))
        yield from findings.observed


def _sources(explorer: Explorer, modules: Sequence[str]) -> list[str]:
    """The project's files that were imported, or looked at for a fingerprint."""
    files = dict.fromkeys((*map(os.path.abspath, explorer.sources.files()), *modules))
    return [file for file in files if explorer.origins.of_file(file) == "project"]


def _check_code(ended: Ended, explorer: Explorer, sources: Sequence[str], *, all_reused: bool) -> None:
    """Nothing that runs while modules are imported and the body is traced gives something else each time."""
    for _, ledger in ended.memo.ledgers.values():
        if any(doubt.widened in ("package", "project") for doubt in ledger.doubts):
            raise _InDoubt("code counts that no name leads to")
    body = _start(ended.runnable.function) if isinstance(ended.runnable, Pipeline) else None
    tasks = {_start(node.task.function) for node in ended.nodes}
    seen = look_through({file: _outline(file, explorer) for file in sources}, body, tasks)
    if seen.volatile is not None or (body is not None and not seen.body):
        raise _InDoubt(f"{seen.volatile} may be something else each time")
    called = set(_called(seen.calls, sources))
    if ("cuvee.api.finding", "load") in called:
        raise _InDoubt("a result on record is loaded, which may be another each time")
    # What a library's function gives is known to be steady once two processes had the same of it; so is what
    # is made of a set, whose order is another in each, or of the text that tells an object's address.
    if not all_reused and _VARYING.intersection(seen.calls):
        raise _InDoubt("what is made of a set, or of an object's text, may be something else each time")
    if not all_reused and any(explorer.origins.of_module(module) == "installed" for module, _ in called):
        raise _InDoubt("a library's function is called")


def _start(function: Any) -> Start:
    return os.path.abspath(function.__code__.co_filename), function.__code__.co_firstlineno  # noqa: PTH100


def _outline(file: str, explorer: Explorer) -> Outline:
    """What the fingerprints have parsed is not parsed again, nor is it for the next run in this process."""
    source = explorer.sources.of_file(file)
    outline = source.outline if source is not None else _outline_of_script(file)
    if outline is None:
        raise _InDoubt(f"{file} is no source that can be read")
    return outline


def _outline_of_script(file: str) -> Outline | None:
    """Of a main module in a file that does not end in `.py`, as the installed command is."""
    try:
        return outline_of(ast.parse(Path(file).read_bytes()))
    except (OSError, SyntaxError, ValueError):
        return None


def _called(names: Iterable[str], sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The module and the name of what these names lead to, in any module of the project."""
    spaces = [vars(m) for m in list(sys.modules.values()) if getattr(m, "__file__", None) in sources]
    for root, _, attribute in (name.partition(".") for name in names):
        for value in (space[root] for space in spaces if root in space):
            found = getattr(value, attribute, value) if isinstance(value, ModuleType) else value
            module = getattr(found, "__module__", None) or getattr(value, "__name__", "")
            yield str(module), str(getattr(found, "__name__", attribute))


def _content(file: str) -> Digest | None:
    return current_digest(Path(file))


def _folders(sources: Sequence[str], before: Before) -> Iterator[tuple[str, Digest | None]]:
    """Where modules were looked for, as it was before the first of them was imported."""
    yield from before.folders.items()
    packages = {os.path.dirname(file) for file in sources}  # noqa: PTH120
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) is None:  # a package without __init__.py
            packages.update(os.path.abspath(each) for each in getattr(module, "__path__", ()))  # noqa: PTH100
    for folder in sorted({*packages, *module_folders()} - before.folders.keys()):
        names = importable_digest(folder)
        if names is not None and not untouched_folder(folder, packages):
            raise _InDoubt(f"something has come to {folder} since")
        yield folder, names


def _given(ended: Ended, root: Path) -> Iterator[Lying]:
    """Each File and Directory in an argument."""
    artifacts = [argued.artifact for argued in ended.record.start.parameters]
    for node in ended.nodes:
        over = node.over if isinstance(node, Fan) else ()
        for _, argument in (*over, *node.arguments):
            artifacts += [leaf.artifact for leaf in leaves_of(argument) if isinstance(leaf, Given)]
    for artifact in artifacts:
        if artifact is not None:
            yield from _lying(artifact, root)


def _lying(artifact: Artifact, root: Path) -> Iterator[Lying]:
    for _, child in artifact.children:
        yield from _lying(child, root)
    if artifact.codec not in ("file", "directory"):
        if any(part.source for part in artifact.parts):
            raise _InDoubt("a file is part of a value")
        return
    by, _, *entries = decode_plain(artifact.meta)
    source = artifact.parts[0].source if artifact.parts else ""
    if not source:
        raise _InDoubt("a file or folder whose place is not known")
    path = root / source
    if artifact.codec == "file":
        yield Lying(False, str(path), by, artifact.digest)
        return
    first = next((name for name, kind, *_ in entries[0] if kind == "file"), "")
    folder = path.parents[len(Path(first).parts) - 1]
    yield Lying(True, str(folder), by, artifact.digest)
