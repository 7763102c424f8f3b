"""Before a target is imported: whether its run can be answered from the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cuvee.errors import CuveeError, RecordsFault
from cuvee.fingerprint.surroundings import Before, look_around
from cuvee.operations.session import Session
from cuvee.operations.unchanged import Unchanged, command_digest, find_unchanged
from cuvee.project.root import find_project
from cuvee.project.settings import SETTINGS
from cuvee.wiring import has_records, open_session

if TYPE_CHECKING:
    from cuvee.operations.footing import Ended


class Command(NamedTuple):
    """What was typed, and how things were before anything was imported. `root`: of which project."""

    words: tuple[str, ...]
    root: Path
    before: Before


Show = Callable[[Session, Unchanged], int]
"""Answers a run from the records and shows it; gives the exit code."""


def command_of(words: Sequence[str], target: str, process: Sequence[str]) -> Command:
    """The command of these words, as things are now; `process` are the words of the whole process."""
    folder = target_folder(target)
    root = find_project(folder)
    looked = dict.fromkeys(map(str, (folder.resolve(), root, root / "src")))
    return Command(tuple(words), root, look_around(*looked, words=process))


def target_folder(target: str) -> Path:
    """The folder that a target's project is looked for from."""
    return (Path.cwd() / target.partition(":")[0]).parent if ".py" in target else Path.cwd()


def is_plain(words: Sequence[str]) -> bool:
    """Whether the words say the same each time: no reference to a run, no swap, and no setting among
    them, of which only the target's own parameters tell whose it is."""
    flags = {setting.flag for setting in SETTINGS} | {"--help", "-h", "--swap", "--swap-task"}
    return not any(
        word.startswith("@") or "=@" in word or word.partition("=")[0].replace("_", "-") in flags
        for word in words
    )


def answered(command: Command, show: Show) -> int | None:
    """The exit code of a run that was answered from the records; None if it is to go the ordinary way."""
    session = _session(command)
    if session is None:
        return None
    session.blobs.hold()  # what is there when it is looked for is there when it is shown
    try:
        found = _find(session, command)
        return None if found is None else show(session, found)
    finally:
        session.blobs.release()
        session.close()


def _session(command: Command) -> Session | None:
    """The project's store, if there is one; what is wrong with it, the ordinary way says."""
    if not is_plain(command.words):
        return None
    try:
        return open_session(command.root) if has_records(command.root) else None
    except CuveeError:
        return None


def _find(session: Session, command: Command) -> Unchanged | None:
    try:
        return find_unchanged(session, command_digest(session, command.words), command.before)
    except CuveeError:
        return None


def remember(session: Session, command: Command, ended: Ended) -> None:
    """Keep what a run stood on, so that the same command can be answered from the records."""
    from cuvee.operations.footing import footing_of

    if session.root != command.root or not is_plain(command.words):
        return
    footing = footing_of(session, ended, command.before)
    if footing is None:
        return
    try:
        session.ledger.stand(command_digest(session, command.words), footing)
    except RecordsFault:
        # Since it has ended, anybody may have deleted it: then it is asked for nothing.
        if session.queries.run(footing.run) is not None:
            raise
