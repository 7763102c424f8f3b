"""What the database's errors mean, in words for people. Knows no table."""

from __future__ import annotations

from pathlib import Path

import apsw

from cuvee.errors import RecordsFault

_MOVE = (
    "Nothing was changed or deleted. Bring it back from a backup, or move it away (with its -wal and -shm "
    "files) to begin anew: results are then computed again, and `sqlite3 FILE .recover` may save the history."
)

# The first class that fits counts. {path}, {error} and {doing} are filled in.
_MEANINGS: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.NotADBError, "{path} is no database of records: {error}. " + _MOVE),
    (apsw.CorruptError, "The records in {path} are damaged: {error}. " + _MOVE),
    (
        apsw.FullError,
        "The disk of {path} is full: cuvee could not {doing}, and nothing of it was kept. "
        "Make room, then run again: what was committed before is reused.",
    ),
    (
        apsw.BusyError,
        "Another process has kept {path} locked: cuvee could not {doing} ({error}). "
        "Wait for it to end, or find it with `fuser {path}`, then run again.",
    ),
    (
        apsw.ReadOnlyError,
        "{path} cannot be written to: cuvee could not {doing} ({error}). "
        "Give yourself write permission on the file and its folder, or set CUVEE_HOME to another folder.",
    ),
    (
        apsw.CantOpenError,
        "{path} cannot be opened: {error}. "
        "Check that its folder exists and is yours to write to, or set CUVEE_HOME to another folder; "
        "where few files may be open, raise the limit (ulimit -n).",
    ),
    (
        apsw.IOError,
        "Reading or writing {path} failed: cuvee could not {doing} ({error}). Check the disk.",
    ),
)
_OTHER = "The database {path} refused: cuvee could not {doing} ({error}). Please report this."


def records_fault(error: apsw.Error, path: Path, doing: str) -> RecordsFault:
    """The fault to raise for a database error that came while we tried to do `doing` (an infinitive)."""
    for kind, text in _MEANINGS:
        if isinstance(error, kind):
            return RecordsFault(text.format(path=path, error=error, doing=doing))
    return RecordsFault(_OTHER.format(path=path, error=f"{type(error).__name__}: {error}", doing=doing))


def beyond_repair(path: Path, what: str) -> RecordsFault:
    """The fault for damage with which nothing in the file can be trusted."""
    return RecordsFault(f"The records in {path} are damaged: {what}. {_MOVE}")


def damaged(path: Path, what: str) -> RecordsFault:
    """The fault for content that we cannot have written."""
    return RecordsFault(
        f"The records in {path} are damaged: {what}. Nothing was changed or deleted. `cuvee fsck` tells all "
        "that is wrong, and `cuvee fsck --repair` puts right what can be."
    )
