"""What the user's files came to goes from one process to the next."""

from __future__ import annotations

import os
import time

from cuvee.codecs import content
from cuvee.codecs.content import digest_file
from cuvee.model.digest import digest_bytes
from cuvee.tracking.sqlite.known_files import SQLiteKnownFiles
from cuvee.wiring import open_session


def test_a_store_remembers_large_files_that_nobody_touched(tmp_path, monkeypatch):
    monkeypatch.delenv("CUVEE_HOME", raising=False)
    path = tmp_path / os.fsdecode(b"l\xc3\xa4rge \xff")
    path.write_bytes(b"a" * (1 << 20))
    now = time.time()
    monkeypatch.setattr(content.time, "time", lambda: now + 60)
    for read_at_all in (True, False):
        with monkeypatch.context() as patch:
            patch.setattr(content, "_known", {})
            if not read_at_all:
                patch.setattr(content, "_digest_stream", None)
            session = open_session(tmp_path)
            assert digest_file(path) == (digest_bytes(b"a" * (1 << 20)), 1 << 20)
            session.close()
            session.close()
    monkeypatch.setattr(content, "_known", {})
    path.write_bytes(b"b" * (1 << 20))
    session = open_session(tmp_path)
    assert digest_file(path)[0] == digest_bytes(b"b" * (1 << 20))
    session.close()


def test_what_was_read_long_ago_is_forgotten_when_the_store_is_swept(sqlite):
    now = time.time()
    files = SQLiteKnownFiles(sqlite.database)
    days = {b"/old": 91, b"/new": 89}
    files.keep([(path, b"stat", digest_bytes(path), now - ago * 86400) for path, ago in days.items()])
    sqlite.holdings.remove([], [])
    assert files.find(b"/old") is None
    assert files.find(b"/new") is not None
