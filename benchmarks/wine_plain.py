"""The wine example's steps as a plain script: what its wall time is measured against.

$ python benchmarks/wine_plain.py wine_quality.csv [max_depth]
"""

import json
import sys

import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

csv = sys.argv[1]
max_depth = int(sys.argv[2]) if len(sys.argv) > 2 else 8

wines = pd.read_csv(csv).drop_duplicates(ignore_index=True)
test_set = wines.sample(frac=0.25, random_state=7)
train_set = wines.drop(index=test_set.index)

guess = [train_set["quality"].mean()] * len(test_set)
model = RandomForestRegressor(n_estimators=100, max_depth=max_depth, random_state=7)
model.fit(train_set.drop(columns="quality"), train_set["quality"])
predicted = model.predict(test_set.drop(columns="quality"))

scores = {
    "baseline_rmse": float(root_mean_squared_error(test_set["quality"], guess)),
    "rmse": float(root_mean_squared_error(test_set["quality"], predicted)),
    "mae": float(mean_absolute_error(test_set["quality"], predicted)),
    "r2": float(r2_score(test_set["quality"], predicted)),
}
print(json.dumps(scores))
