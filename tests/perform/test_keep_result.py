"""A result that is kept is the same artifact as ever, with a profile of each frame, array and model in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cuvee.model.profile import Profile
from cuvee.perform.pack import MOST_PROFILES, Kept, keep_result, pack_result
from cuvee.perform.unpack import unpack
from cuvee.stores.filesystem import FilesystemStore
from cuvee.testing.codecs import no_project

LARGE = pd.DataFrame(np.random.default_rng(0).normal(size=(60_000, 8)), columns=list("abcdefgh"))
VALUES = [
    LARGE,
    pd.DataFrame({"a": [1]}),
    (LARGE, LARGE * 2),
    {"x": np.arange(300_000), "y": [np.arange(3), "text"]},
    pd.DataFrame(np.random.default_rng(0).normal(size=(300, 500))),
    3,
    "text" * 100_000,
]


@pytest.fixture
def store(tmp_path: Path) -> FilesystemStore:
    return FilesystemStore(tmp_path / "home")


def kept(value: Any, store: FilesystemStore, **options: Any) -> Kept:
    return keep_result(value, store, str, class_digest=no_project, **options)


@pytest.mark.parametrize("at", range(len(VALUES)))
def test_it_is_stored_as_without_a_profile(at: int, store: FilesystemStore, tmp_path: Path) -> None:
    artifact = kept(VALUES[at], store).artifact
    plain = pack_result(VALUES[at], FilesystemStore(tmp_path / "other"), class_digest=no_project)
    assert artifact == plain
    assert repr(unpack(artifact, store, tmp_path)) == repr(VALUES[at])


def test_each_frame_in_it_has_a_profile_under_its_own_digest(store: FilesystemStore) -> None:
    whole = kept((LARGE, {"inner": LARGE * 2}, 3), store, elements=("0", "1", "2"))
    artifact = whole.artifact
    by_digest: dict[bytes, Profile] = dict(whole.profiles)
    assert by_digest.keys() == {artifact.child("0").digest, artifact.child("1").child("inner").digest}
    assert by_digest[artifact.child("0").digest].columns[0].minimum == LARGE["a"].min()


def test_plain_values_have_none(store: FilesystemStore) -> None:
    assert kept({"a": [1, 2.0, "x"]}, store).profiles == ()


def test_of_very_many_frames_only_the_first_are_looked_at(store: FilesystemStore) -> None:
    assert len(kept([np.arange(at + 1) for at in range(MOST_PROFILES + 9)], store).profiles) == MOST_PROFILES


def test_a_secret_is_in_no_profile(store: FilesystemStore) -> None:
    frame = pd.DataFrame({"token": ["hunter2"] * 3})
    ((_, profile),) = keep_result(
        frame, store, lambda text: text.replace("hunter2", "***"), class_digest=no_project
    ).profiles
    assert profile.columns[0].minimum == profile.columns[0].top[0].value == "***"
    assert "hunter2" not in repr(profile)
