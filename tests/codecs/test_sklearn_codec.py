from __future__ import annotations

import os
import subprocess
import sys
import warnings
from typing import Any

import pytest
import sklearn
from fitted import FEATURES, TARGET, Mean
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cuvee.codecs.plain import decode_plain
from cuvee.model.digest import Digest
from cuvee.testing.codecs import digest_of, round_trip, stored


def fitted(model: Any) -> Any:
    return model.fit(FEATURES, TARGET)


MODELS = [
    lambda: RandomForestRegressor(n_estimators=5, random_state=0),
    lambda: GradientBoostingRegressor(n_estimators=5, random_state=0),
    lambda: make_pipeline(StandardScaler(), LinearRegression()),
    DummyRegressor,
    Mean,
]


@pytest.mark.parametrize("make", MODELS, ids=lambda make: getattr(make, "__name__", "model"))
def test_a_model_predicts_the_same_bits_when_it_is_loaded(make: Any) -> None:
    model = fitted(make())
    back = round_trip(model)
    assert type(back) is type(model)
    assert back.predict(FEATURES).tobytes() == model.predict(FEATURES).tobytes()


@pytest.mark.parametrize("make", MODELS, ids=lambda make: getattr(make, "__name__", "model"))
def test_models_that_were_made_alike_have_one_digest(make: Any) -> None:
    assert digest_of(fitted(make())) == digest_of(fitted(make()))
    assert digest_of(fitted(make())) != digest_of(make())


def test_it_is_the_codec_for_estimators_and_nothing_else_of_the_library() -> None:
    artifact, _ = stored(LinearRegression())
    assert (artifact.codec, artifact.type) == ("sklearn", "sklearn.linear_model.LinearRegression")
    assert stored(Mean())[0].codec == "sklearn"
    from sklearn.utils import Bunch

    assert stored(Bunch(a=1))[0].codec == "pickle"


def test_the_version_of_the_library_counts_and_is_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    artifact, _ = stored(LinearRegression())
    assert decode_plain(artifact.meta)[0] == sklearn.__version__
    monkeypatch.setattr(sklearn, "__version__", "0.0")
    with warnings.catch_warnings():
        assert digest_of(LinearRegression()) != artifact.digest


def test_an_estimator_of_the_project_counts_with_its_code() -> None:
    def version(number: bytes) -> Any:
        return lambda thing: Digest(number) if thing is Mean else None

    for model in (Mean(), make_pipeline(Mean())):
        assert digest_of(model, class_digest=version(b"1")) != digest_of(model, class_digest=version(b"2"))
    assert digest_of(DummyRegressor(), class_digest=version(b"1")) == digest_of(
        DummyRegressor(), class_digest=version(b"2")
    )


def test_a_forest_has_one_digest_in_every_process() -> None:
    code = (
        "import numpy as np\n"
        "from sklearn.ensemble import RandomForestRegressor\n"
        "from cuvee.testing.codecs import digest_of\n"
        "rng = np.random.default_rng(7)\n"
        "x, y = rng.random((300, 5)), rng.random(300)\n"
        "print(digest_of(RandomForestRegressor(n_estimators=5, random_state=0).fit(x, y)).hex())\n"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert seen == {digest_of(fitted(RandomForestRegressor(n_estimators=5, random_state=0))).hex() + "\n"}
