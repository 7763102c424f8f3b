"""The wine example: the data is what its README says, the science honest, the numbers those that it shows."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cuvee
from cuvee import File

FOLDER = Path(cuvee.__file__).parent / "examples" / "wine"
CSV = FOLDER / "wine_quality.csv"
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "wine_plain.py"


@pytest.fixture(scope="module")
def wine():
    spec = importlib.util.spec_from_file_location("wine_example", FOLDER / "wine.py")
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.fixture(scope="module")
def scores(wine):
    """By depth, from plain calls."""
    return {depth: wine.predict_wine_quality(File(CSV), max_depth=depth) for depth in (8, 12)}


@pytest.fixture(scope="module")
def sets(wine):
    return wine.split(wine.clean(wine.get_wine_quality(File(CSV))))


class TestData:
    def test_is_the_file_as_it_was_published(self):
        assert CSV.stat().st_size == 264_426
        digest = hashlib.sha256(CSV.read_bytes()).hexdigest()
        assert digest == "66b071bfe464e02aaef19d61fe28ce99b6f75efebb81be0fb58555713c3ab7a6"

    def test_is_what_the_readme_says(self):
        wines = pd.read_csv(CSV)
        assert wines.shape == (4898, 12)
        assert wines.columns[-1] == "quality"
        assert (wines["quality"].min(), wines["quality"].max()) == (3, 9)
        assert wines.duplicated().sum() == 937
        assert not wines.isna().any(axis=None)

    def test_citation_and_licence_lie_beside_it(self):
        readme = (FOLDER / "README.md").read_text()
        for said in ("P. Cortez", "2009", "CC BY 4.0", "10.24432/C56S3T", "dbnd-examples", "937", "4,898"):
            assert said in readme


class TestScience:
    def test_no_wine_is_in_both_sets(self, sets):
        train_set, test_set = sets
        assert (len(train_set), len(test_set)) == (2971, 990)
        both = pd.concat([train_set, test_set])
        assert not both.duplicated().any()

    def test_scores_are_computed_as_named(self, wine, sets):
        train_set, test_set = sets
        model = wine.train(train_set, max_depth=2)
        scores = wine.evaluate(model, test_set)
        error = model.predict(test_set.drop(columns="quality")) - test_set["quality"].to_numpy()
        spread = test_set["quality"].to_numpy() - test_set["quality"].mean()
        assert scores["rmse"] == pytest.approx(math.sqrt(np.mean(error**2)))
        assert scores["mae"] == pytest.approx(np.mean(np.abs(error)))
        assert scores["r2"] == pytest.approx(1 - np.sum(error**2) / np.sum(spread**2))

    def test_the_baseline_knows_the_training_wines_only(self, wine, sets):
        train_set, test_set = sets
        error = test_set["quality"] - train_set["quality"].mean()
        assert wine.baseline(train_set, test_set) == pytest.approx(math.sqrt((error**2).mean()))

    def test_the_model_beats_it(self, wine, sets, scores):
        assert scores[8]["rmse"] < 0.8 * wine.baseline(*sets)

    def test_values_are_plain_floats(self, scores):
        assert {type(value) for value in scores[8].values()} == {float}


class TestReadme:
    @pytest.mark.parametrize("depth", [8, 12])
    def test_shows_the_scores(self, scores, depth):
        row = re.search(rf"^\| {depth} \| (.*) \| (.*) \| (.*) \|$", (FOLDER / "README.md").read_text(), re.M)
        shown = [float(cell) for cell in row.groups()]
        assert shown == pytest.approx([scores[depth][name] for name in ("rmse", "mae", "r2")], abs=0.002)

    def test_shows_the_baseline(self, wine, sets):
        shown = re.search(r"^\| baseline \| ([\d.]+) ", (FOLDER / "README.md").read_text(), re.M)[1]
        assert float(shown) == pytest.approx(wine.baseline(*sets), abs=0.0006)

    def test_shows_what_the_leak_would_have_looked_like(self, wine, scores):
        train_set, test_set = wine.split(wine.get_wine_quality(File(CSV)))
        leaky = wine.evaluate(wine.train(train_set, max_depth=12), test_set)["rmse"]
        told = re.search(r"look like ([\d.]+) instead of ([\d.]+)\.", (FOLDER / "README.md").read_text())
        assert float(told[1]) == pytest.approx(leaky, abs=0.002)
        assert float(told[2]) == pytest.approx(scores[12]["rmse"], abs=0.002)


def test_the_plain_script_computes_the_same(wine, sets, scores):
    done = subprocess.run([sys.executable, BENCHMARK, CSV, "12"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"baseline_rmse": wine.baseline(*sets), **scores[12]}
