"""Columns that were handed on as they were are not digested again; one bit that differs, and they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cuvee.model.digest import Digest, digest_bytes, digest_passing
from cuvee.perform import unmoved as module
from cuvee.perform.pack import Kept, keep_result, pack_result
from cuvee.perform.unmoved import LEAST_BYTES, Unmoved
from cuvee.profiles.known import KnownColumns
from cuvee.profiles.texts import NOTHING_HIDDEN
from cuvee.stores.filesystem import FilesystemStore
from cuvee.testing.codecs import no_project

ROWS = LEAST_BYTES // 8


class Keeping:
    """Keeps one result after another, and counts what was digested for it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = FilesystemStore(folder / "store")
        self._other = FilesystemStore(folder / "other")
        self._known, self._unmoved = KnownColumns(), Unmoved()
        self.digested = 0
        monkeypatch.setattr(module, "digest_bytes", self._counted(digest_bytes))
        monkeypatch.setattr(module, "digest_passing", self._counted(digest_passing))

    def _counted(self, digest: Callable[..., Digest]) -> Callable[..., Digest]:
        def count(*args: Any, **options: Any) -> Digest:
            self.digested += 1
            return digest(*args, **options)

        return count

    def __call__(self, value: Any) -> Kept:
        """Keep it: as the same artifact as by a store that has never seen anything of it."""
        self.digested = 0
        kept = keep_result(
            *(value, self.store, NOTHING_HIDDEN),
            class_digest=no_project,
            known=self._known,
            unmoved=self._unmoved,
        )
        assert kept.artifact == pack_result(value, self._other, class_digest=no_project)
        for part in kept.artifact.parts:
            assert part.size < LEAST_BYTES or self.store.verify(part.digest)
        return kept


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    return Keeping(tmp_path, monkeypatch)


def numbers() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(1).random((4, ROWS)).T, columns=list("abcd"))


def _array(frame: pd.DataFrame) -> Any:
    return frame._mgr.blocks[0].values  # type: ignore[attr-defined]


def test_of_a_frame_that_got_a_column_that_column_alone_is_digested(keep: Keeping) -> None:
    frame = numbers()
    keep(frame)
    assert keep.digested == 4
    wider = frame.assign(k=frame["a"] + 1)
    keep(wider)
    assert keep.digested == 1
    keep(wider.assign(text="x"))
    assert keep.digested <= 2  # and what the text is kept as


def _flip(frame: pd.DataFrame) -> None:
    _array(frame)[2].view(np.uint8)[-1] ^= 1


def _sort(frame: pd.DataFrame) -> None:
    _array(frame)[2].sort()


def _swap(frame: pd.DataFrame) -> None:
    _array(frame)[[1, 2]] = _array(frame)[[2, 1]]


@pytest.mark.parametrize("change", [_flip, _sort, _swap])
def test_what_was_changed_in_place_is_digested(keep: Keeping, change: Callable[[Any], None]) -> None:
    frame = numbers()
    before = keep(frame).artifact
    change(frame)
    after = keep(frame).artifact
    assert after.digest != before.digest
    assert keep.digested >= 1


def test_what_came_to_lie_where_something_else_lay_is_digested(keep: Keeping) -> None:
    array = numbers()
    keep(array)
    _array(array)[:] = np.random.default_rng(2).random((4, ROWS))
    keep(array)
    assert keep.digested == 4


def test_a_blob_that_is_gone_or_was_touched_is_asked_no_more(keep: Keeping) -> None:
    frame = numbers()
    artifact = keep(frame).artifact
    long = [part for part in artifact.parts if part.size >= LEAST_BYTES]
    paths = [keep.store._path(part.digest) for part in long]
    paths[0].unlink()
    paths[1].touch()
    keep(frame)
    assert keep.digested == 2


def test_what_cannot_be_written_to_is_digested(keep: Keeping) -> None:
    array = np.frombuffer(np.random.default_rng(1).bytes(LEAST_BYTES), np.uint8)
    frame = pd.DataFrame({"a": array}, copy=False)
    keep(frame)
    keep(frame)
    assert keep.digested == 1
