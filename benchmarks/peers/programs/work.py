"""The work itself, the same for every tool; heavy libraries are loaded by the steps that use them.

`python work.py SECONDS` prints how many loops of `burn` take so long here, and how long they take.
"""

import sys
import time


def square(i):
    return i * i


def total(xs):
    return sum(xs)


def wine_load():
    from sklearn.datasets import load_wine

    return load_wine(as_frame=True).frame


def wine_clean(wines):
    return wines.dropna().drop_duplicates().reset_index(drop=True)


def wine_split(wines):
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(wines, test_size=0.25, random_state=0)
    return train, test


def wine_train(parts):
    from sklearn.ensemble import RandomForestClassifier

    train = parts[0]
    forest = RandomForestClassifier(n_estimators=50, random_state=0)
    return forest.fit(train.drop(columns="target"), train["target"])


def wine_evaluate(model, parts):
    test = parts[1]
    return float(model.score(test.drop(columns="target"), test["target"]))


def frame_make():
    import numpy as np
    import pandas as pd

    return pd.DataFrame(np.random.default_rng(0).random((5_000_000, 10)), columns=list("abcdefghij"))


def frame_widen(frame):
    return frame.assign(k=frame["a"] + frame["b"])


def frame_means(frame):
    return {name: float(mean) for name, mean in frame.mean().items()}


def burn(i, loops):
    x = i
    for k in range(loops):
        x = (x * 31 + k) & 0xFFFFFFFF
    return i


def check(work, size, answer):
    """Stop with an error unless the answer is the right one."""
    right = {
        "calls": lambda: answer == sum(i * i for i in range(size)),
        "wine": lambda: 0.9 < answer <= 1.0,
        "frame": lambda: len(answer) == 11 and 0.49 < answer["a"] < 0.51,
        "burn": lambda: answer == sum(range(40)),
    }
    if not right[work]():
        sys.exit(f"{work} gave {answer}")


def main(works):
    """Do the work that the command line names, and check its answer."""
    work, size = sys.argv[1], int(sys.argv[2])
    check(work, size, works[work](size) if work in ("calls", "burn") else works[work]())


def seconds_of(loops):
    began = time.perf_counter()
    burn(1, loops)
    return time.perf_counter() - began


if __name__ == "__main__":
    loops = int(1_000_000 * float(sys.argv[1]) / min(seconds_of(1_000_000) for _ in range(9)))
    print(loops, min(seconds_of(loops) for _ in range(5)))
