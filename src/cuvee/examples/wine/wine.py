"""How good is a white wine? A random forest's answer, from eleven measures of its chemistry.

$ cuvee run wine.py
$ cuvee run wine.py --max-depth 12
"""

import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from cuvee import File, log_metric, pipeline, task


@task
def get_wine_quality(csv: File) -> pd.DataFrame:
    """One row a wine: eleven measures, and the quality that tasters gave it."""
    return pd.read_csv(csv)


@task
def clean(wines: pd.DataFrame) -> pd.DataFrame:
    """Each wine once: one that is in both sets tests what the model has learnt by heart."""
    return wines.drop_duplicates(ignore_index=True)


@task
def split(wines: pd.DataFrame, test_size: float = 0.25, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The wines to learn from, and the wines to be judged by."""
    test_set = wines.sample(frac=test_size, random_state=seed)
    return wines.drop(index=test_set.index), test_set


@task
def baseline(train_set: pd.DataFrame, test_set: pd.DataFrame) -> float:
    """The error of knowing nothing: every wine is guessed to be as good as the average one."""
    guess = [train_set["quality"].mean()] * len(test_set)
    rmse = float(root_mean_squared_error(test_set["quality"], guess))
    log_metric("baseline_rmse", rmse)
    return rmse


@task
def train(wines: pd.DataFrame, max_depth: int = 8, seed: int = 7) -> RandomForestRegressor:
    """A forest of a hundred trees that predicts the quality from everything else."""
    model = RandomForestRegressor(n_estimators=100, max_depth=max_depth, random_state=seed)
    return model.fit(wines.drop(columns="quality"), wines["quality"])


@task
def evaluate(model: RandomForestRegressor, wines: pd.DataFrame) -> dict[str, float]:
    """How far from the tasters' judgement the model is, on wines that it has not seen."""
    quality = wines["quality"]
    predicted = model.predict(wines.drop(columns="quality"))
    scores = {
        "rmse": float(root_mean_squared_error(quality, predicted)),
        "mae": float(mean_absolute_error(quality, predicted)),
        "r2": float(r2_score(quality, predicted)),
    }
    for name, score in scores.items():
        log_metric(name, score)
    return scores


@pipeline
def predict_wine_quality(csv: File = File("wine_quality.csv"), max_depth: int = 8) -> dict[str, float]:
    """Predict the quality of wines, and tell how well that works.

    Args:
        csv: The wines, one a row, with their `quality`.
        max_depth: How many questions a tree may ask about a wine.
    """
    train_set, test_set = split(clean(get_wine_quality(csv)))
    baseline(train_set, test_set)
    model = train(train_set, max_depth=max_depth)
    return evaluate(model, test_set)
