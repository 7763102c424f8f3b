from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.errors import CannotDecode, CannotEncode, DamagedBlob, StoreFault
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.model.digest import digest_bytes
from cuvee.model.file import File
from cuvee.perform.pack import Kept, explode, keep_result, pack, pack_result
from cuvee.perform.parts import INLINE_BYTES
from cuvee.perform.small import pack_small, unpack_small
from cuvee.perform.unpack import unpack
from cuvee.stores.filesystem import FilesystemStore
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project


@pytest.fixture
def store(tmp_path: Path) -> FilesystemStore:
    return FilesystemStore(tmp_path / "home")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path / "scratch"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def result(value: Any, store: FilesystemStore, **options: Any) -> Artifact:
    return pack_result(value, store, class_digest=no_project, **options)


def test_small_values_get_no_file(store: FilesystemStore, scratch: Path, tmp_path: Path) -> None:
    values = [3, "a", {"a": [1, 2]}, np.arange(INLINE_BYTES // 8), pd.DataFrame({"a": [1]}), [np.float64(1)]]
    for value in values:
        artifact = result(value, store)
        assert repr(unpack(artifact, store, scratch)) == repr(value)
    assert files_in(tmp_path) == []


def test_parts_up_to_4_kib_are_inline_and_longer_ones_blobs(store: FilesystemStore) -> None:
    for size, inline in ((INLINE_BYTES, True), (INLINE_BYTES + 1, False)):
        array = np.zeros(size, "u1")
        [part] = result(array, store).parts
        assert (part.size, part.digest) == (size, digest_bytes(array.tobytes()))
        assert (part.inline is not None) == inline
        assert store.present(part.digest, size) == (not inline)


def test_where_a_part_lies_is_no_part_of_the_digest(store: FilesystemStore) -> None:
    artifact = result(np.arange(3), store)
    [part] = artifact.parts
    assert part.inline is not None
    elsewhere = type(part)(part.name, part.digest, part.size)
    assert make_artifact(artifact.codec, artifact.type, artifact.meta, (elsewhere,)).digest == artifact.digest


def test_an_argument_and_a_result_are_one_artifact(store: FilesystemStore, tmp_path: Path) -> None:
    for value in (1, [1, "a"], pd.DataFrame({"a": [1]}), np.arange(10_000)):
        argument = pack(value, store, class_digest=no_project, root=tmp_path, keep_inputs=0)
        assert argument == result(value, store)


def test_the_size_is_that_of_all_that_is_stored(store: FilesystemStore) -> None:
    artifact = result([np.zeros(10_000), np.zeros(20_000, "u1")], store)
    assert 100_000 < artifact.size < 100_300


def test_a_damaged_blob_is_told_by_its_digest(store: FilesystemStore, scratch: Path, tmp_path: Path) -> None:
    artifact = result([np.arange(10_000), 1], store)
    [part] = artifact.child("0").parts
    [blob] = files_in(tmp_path / "home")
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:-1] + b"\xff")
    with pytest.raises(DamagedBlob) as caught:
        unpack(artifact, store, scratch)
    assert caught.value.digest == part.digest
    assert unpack(artifact.child("1"), store, scratch) == 1
    result([np.arange(10_000), 1], store)
    assert unpack(artifact, store, scratch)[0].sum() == 49_995_000


def test_a_codec_that_is_not_known_is_told(store: FilesystemStore, scratch: Path) -> None:
    with pytest.raises(CannotDecode, match="upgrade"):
        unpack(make_artifact("parquet7", "pandas.DataFrame"), store, scratch)


def test_readers_are_private_from_one_another(store: FilesystemStore, scratch: Path) -> None:
    values = [
        np.arange(100_000.0),
        np.arange(3.0),
        pd.DataFrame({"x": np.arange(500_000.0)}),
        [np.arange(3), {}],
    ]
    for value in values:
        artifact = result(value, store)
        one = unpack(artifact, store, scratch)
        if isinstance(value, list):
            one[0][0], one[1]["a"] = 99, 1
        elif isinstance(value, pd.DataFrame):
            one.loc[0, "x"] = 99
        else:
            one[0] = 99
        assert result(unpack(artifact, store, scratch), store).digest == artifact.digest


def test_a_scratch_folder_that_cannot_be_made_is_told(store: FilesystemStore, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("made")
    artifact = result(File(tmp_path / "out.csv"), store)
    (tmp_path / "scratch").write_text("a file")
    with pytest.raises(StoreFault, match="could not be made"):
        unpack(artifact, store, tmp_path / "scratch")


# The items of what a map walks.


@dataclasses.dataclass
class Fold:
    number: int


@pytest.mark.parametrize(
    "value",
    [
        [],
        [1, "a", None],
        (1.0, [2]),
        range(3),
        [np.arange(3), pd.DataFrame({"a": [1]})],
        (Fold(1), Fold(2)),
        [Fold(1)] * 2,
        [[1, 2], [3]],
    ],
)
def test_each_item_is_an_artifact(value: Any, store: FilesystemStore, scratch: Path) -> None:
    items = explode(result(value, store), store, scratch, class_digest=no_project)
    assert items == tuple(result(item, store) for item in value)


def test_named_elements_can_be_walked(store: FilesystemStore, scratch: Path) -> None:
    artifact = result((1, [2]), store, elements=("0", "1"))
    items = explode(artifact, store, scratch, class_digest=no_project)
    assert items == (result(1, store), result([2], store))


def test_the_items_of_a_set_have_an_order_that_does_not_depend_on_the_process(
    store: FilesystemStore, scratch: Path
) -> None:
    words = [f"word {number}" for number in range(20)]
    artifact = result(set(words), store)
    items = explode(artifact, store, scratch, class_digest=no_project)
    assert {unpack(item, store, scratch) for item in items} == set(words)
    assert [item.digest for item in items] == sorted(item.digest for item in items)


@pytest.mark.parametrize("value", [3, "abc", {"a": 1}, np.arange(3), pd.DataFrame({"a": [1]}), Fold(1)])
def test_what_is_no_list_cannot_be_walked(value: Any, store: FilesystemStore, scratch: Path) -> None:
    with pytest.raises(CannotEncode, match=r"map\(\) walks a list, and this is of type"):
        explode(result(value, store), store, scratch, class_digest=no_project)


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers()
    )
)
def test_numbers_and_words_come_to_the_same_by_the_short_way(value: Any) -> None:
    store = MemoryStore()
    short = keep_result(value, store, str, class_digest=no_project)
    assert short == Kept(pack_result(value, store, class_digest=no_project))
    assert pack_small(value) in (None, short.artifact)
    again = unpack(short.artifact, store, Path())
    assert type(again) is type(value)
    assert pack_result(again, store, class_digest=no_project) == short.artifact


@given(
    st.lists(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from([0, 0.0, -0.0])
        )
    )
)
def test_what_is_at_hand_is_what_its_bytes_say(values: list[Any]) -> None:
    for artifact in filter(None, [pack_small(value) for value in values]):
        known, read = unpack_small(artifact.meta), decode_plain(artifact.meta)
        assert (type(known), encode_plain(known)) == (type(read), encode_plain(read))


def test_a_value_that_nobody_packed_here_is_read() -> None:
    assert unpack_small(encode_plain("nobody packed this word")) == "nobody packed this word"
