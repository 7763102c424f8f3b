"""What a command's run stood on is kept for the next one, unless somebody has deleted the run meanwhile."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from cuvee.cli.unchanged import remember
from cuvee.errors import RecordsFault
from cuvee.operations import footing as module
from cuvee.testing.record_values import footing
from cuvee.tracking.sqlite.ledger import SQLiteLedger
from cuvee.wiring import open_session


def test_of_a_run_that_is_deleted_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = open_session(tmp_path)
    command = SimpleNamespace(root=session.root, words=["run", "flow.py"], before=None)
    monkeypatch.setattr(module, "footing_of", lambda *_: footing(7))
    asked: list[int] = []
    stand = SQLiteLedger.stand

    def noting(ledger: SQLiteLedger, digest: object, kept: object) -> None:
        asked.append(kept.run)
        stand(ledger, digest, kept)

    monkeypatch.setattr(SQLiteLedger, "stand", noting)
    remember(session, command, None)
    assert asked == [7]
    with pytest.raises(RecordsFault, match="7"):
        session.ledger.stand(b"x" * 33, footing(7))
