from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from cuvee.errors import DamagedBlob
from cuvee.model.artifact import Artifact, Within, blobs_of
from cuvee.perform.pack import pack_result
from cuvee.perform.unpack import unpack
from cuvee.stores.filesystem import FilesystemStore
from cuvee.testing.codecs import no_project


@pytest.fixture
def store(tmp_path: Path) -> FilesystemStore:
    return FilesystemStore(tmp_path)


def packed(frame: pd.DataFrame, store: FilesystemStore) -> Artifact:
    return pack_result(frame, store, class_digest=no_project)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("columns", "rows", "most"), [(1000, 1000, 30), (1000, 20, 3), (12, 5000, 12), (20, 9, 0)]
)
def test_many_short_columns_are_few_files(
    columns: int, rows: int, most: int, store: FilesystemStore, tmp_path: Path
) -> None:
    frame = pd.DataFrame(np.arange(columns * rows, dtype="f8").reshape(rows, columns))
    artifact = packed(frame, store)
    assert len(files_in(tmp_path)) == len(list(blobs_of(artifact))) <= most
    pd.testing.assert_frame_equal(unpack(artifact, store, tmp_path), frame)


@pytest.mark.parametrize("place", [0, 500, 1000])
def test_a_new_short_column_costs_little_wherever_it_comes(
    place: int, store: FilesystemStore, tmp_path: Path
) -> None:
    frame = pd.DataFrame(np.random.default_rng(0).random((1000, 1000)))
    packed(frame, store)
    before = sum(file.stat().st_size for file in files_in(tmp_path))
    frame.insert(place, "new", 1.5)
    packed(frame.copy(), store)
    assert sum(file.stat().st_size for file in files_in(tmp_path)) - before < 0.3 * before


def test_sharing_a_blob_is_no_part_of_the_digest(store: FilesystemStore) -> None:
    frame = pd.DataFrame(np.random.default_rng(0).random((1000, 20)))
    artifact = packed(frame, store)
    assert artifact.parts[-1].within is not None
    few = packed(frame[[0, 1]], store)
    assert few.parts[-1].within is None
    by_digest = {part.digest: part for part in artifact.parts}
    assert all(by_digest[part.digest].within for part in few.parts if part.size == 8000)


def test_parts_that_share_a_blob_begin_where_arrays_want_it(store: FilesystemStore) -> None:
    artifact = packed(pd.DataFrame(np.zeros((1001, 100), "i1")).assign(x=1.5, y=2), store)
    offsets = [part.within.offset for part in artifact.parts if part.within]
    assert len(offsets) > 100
    assert all(offset % 64 == 0 for offset in offsets)


def test_a_part_that_is_looked_for_in_the_wrong_place_is_not_taken(
    store: FilesystemStore, tmp_path: Path
) -> None:
    artifact = packed(pd.DataFrame(np.random.default_rng(0).random((1000, 20))), store)
    [first, *others] = artifact.parts
    assert first.within is not None
    moved = msgspec.structs.replace(first, within=Within(first.within.blob, first.within.offset + 64))
    with pytest.raises(DamagedBlob, match="not where it should be") as raised:
        unpack(msgspec.structs.replace(artifact, parts=(moved, *others)), store, tmp_path)
    assert raised.value.digest == first.within.blob.digest
