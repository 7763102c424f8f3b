"""Models by skops: exact or not at all, the same bytes each time, no code that runs when they are read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fitted import FEATURES, TARGET, Mean
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from cuvee.codecs.packages import packages_of
from cuvee.errors import CannotDecode
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.perform.pack import keep_result
from cuvee.perform.unpack import unpack
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project


def doubled(features: Any) -> Any:
    return features * 2


def kept(model: Any) -> tuple[Artifact, MemoryStore]:
    store = MemoryStore()
    return keep_result(model, store, str, class_digest=no_project, models="skops").artifact, store


def forest() -> Any:
    return RandomForestRegressor(n_estimators=5, random_state=0).fit(FEATURES, TARGET)


MODELS = {
    "forest": forest,
    "boosting": lambda: HistGradientBoostingRegressor(max_iter=5, random_state=0).fit(FEATURES, TARGET),
    "pipeline": lambda: make_pipeline(StandardScaler(), LinearRegression()).fit(FEATURES, TARGET),
    "of numpy": lambda: make_pipeline(FunctionTransformer(np.log1p), LinearRegression()).fit(
        FEATURES, TARGET
    ),
    "unfitted": lambda: RandomForestRegressor(max_depth=3),
}


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_a_model_comes_back_to_the_bit(make: Any) -> None:
    model = make()
    artifact, store = kept(model)
    assert artifact.codec == "skops"
    assert not any(part.name.startswith("pickle") for part in artifact.parts)
    back = unpack(artifact, store, Path("/nonexistent"))
    assert kept(back)[0].digest == artifact.digest
    if hasattr(model, "n_features_in_"):
        assert back.predict(FEATURES).tobytes() == model.predict(FEATURES).tobytes()


def test_it_is_named_as_what_it_is_and_needs_its_package() -> None:
    artifact, _ = kept(forest())
    assert artifact.type == "sklearn.ensemble.RandomForestRegressor"
    assert packages_of(artifact) >= {"sklearn"}


@pytest.mark.parametrize(
    "model",
    [
        Mean().fit(FEATURES, TARGET),
        make_pipeline(FunctionTransformer(doubled), LinearRegression()).fit(FEATURES, TARGET),
    ],
    ids=["class", "function"],
)
def test_one_with_code_of_the_project_in_it_is_pickled(model: Any) -> None:
    artifact, store = kept(model)
    assert artifact.codec == "sklearn"
    assert type(unpack(artifact, store, Path("/nonexistent"))) is type(model)


def test_without_the_setting_it_is_pickled() -> None:
    store = MemoryStore()
    assert keep_result(forest(), store, str, class_digest=no_project).artifact.codec == "sklearn"


DIGEST = """
from test_skops_codec import forest, kept
print(kept(forest())[0].digest.hex())
"""


def test_models_that_were_made_alike_have_one_digest_in_every_process() -> None:
    here = Path(__file__).parent
    said = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=here,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert said == {kept(forest())[0].digest.hex()}


def test_a_class_that_is_not_to_be_trusted_is_not_made(tmp_path: Path) -> None:
    """What somebody else has written into a store is read no further than its classes' names."""
    schema = {
        "__class__": "system",
        "__module__": "os",
        "__loader__": "FunctionNode",
        "__id__": 0,
        "protocol": 2,
        "_skops_version": "0.13",
    }
    artifact, store = kept(LinearRegression())
    data = json.dumps(schema).encode()
    part = artifact.parts[0]
    forged = make_artifact(
        "skops", artifact.type, artifact.meta, (type(part)(part.name, part.digest, len(data), inline=data),)
    )
    with pytest.raises(CannotDecode, match=r"not to be trusted: .*system"):
        unpack(forged, store, tmp_path)
