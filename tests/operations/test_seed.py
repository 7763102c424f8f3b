"""The seed of a run varies what draws random numbers, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cuvee.errors import DefinitionError
from cuvee.operations.plan import plan
from cuvee.operations.run import run

TEXT = """
    import random
    from random import shuffle, random as drawn

    def helper():
        return random.random()

    @task
    def load(n: int) -> list[int]:
        return list(range(n))

    @task
    def mix(xs: list[int]) -> list[int]:
        shuffle(xs)
        return xs

    @task
    def noise(n: int) -> float:
        return helper() + drawn()

    @task
    def total(xs: list[int], z: float) -> float:
        return sum(xs) + z

    @pipeline
    def main(n: int = 9) -> tuple[list[int], float]:
        xs = mix(load(n))
        return xs, total(xs, noise(n))

    @pipeline
    def turned(n: int = 9) -> tuple[list[int], float]:
        z = noise(n)
        return mix(load(n)), z

    @pipeline
    def of_one_call(n: int = 9) -> tuple[float, float, float]:
        return noise(n), noise.options(seed=1)(n), noise.options(seed=2)(n)

    @pipeline
    def nested(n: int = 9) -> list[tuple[list[int], float]]:
        return [main(n), main.options(seed=4, name="other")(n), main.options(name="third")(n)]
"""


def decisions(run):
    return {call.path: call.decision for call in run}


def seeded(project, name, seed):
    """The run of a pipeline with a seed."""
    from cuvee.api.run import Run

    return Run(project.session, run(project.session, getattr(project.module, name), {}, seed=seed))


def test_without_a_seed_everything_is_as_it_was(project):
    project.write(TEXT)
    first, again = project.run(), project.run()
    assert first.result == again.result
    assert first.seed is None
    assert not [part for call in first for part in call.components if part.kind == "chance"]


def test_a_seed_is_in_the_key_of_what_may_draw_and_of_nothing_else(project):
    project.write(TEXT)
    first = project.run()
    other = seeded(project, "main", 3)
    assert decisions(other) == {"load": "reused", "mix": "executed", "noise": "executed", "total": "executed"}
    assert {call.path for call in other for part in call.components if part.kind == "chance"} == {
        "mix",
        "noise",
    }
    assert other["mix"].reason == "seed: none → 3"
    assert other.result[0] != first.result[0]
    assert sorted(other.result[0]) == sorted(first.result[0])
    assert other.result[1] != first.result[1]
    assert other.seed == 3


def test_the_same_seed_is_the_same_result_and_reused(project):
    project.write(TEXT)
    results = [seeded(project, "main", seed) for seed in (3, 4, 3)]
    assert results[0].result == results[2].result != results[1].result
    assert set(decisions(results[2]).values()) == {"reused"}
    assert results[1]["noise"].reason == "seed: 3 → 4"


def test_the_order_in_which_calls_run_changes_nothing(project):
    project.write(TEXT)
    one = seeded(project, "main", 5)
    project.write(TEXT + "\n    # so that nothing is reused:\n    noise.function.x = mix.function.x = 1\n")
    two = seeded(project, "turned", 5)
    assert decisions(two) == {"noise": "executed", "load": "reused", "mix": "executed"}
    assert [two["mix"].output, two["noise"].output] == [one["mix"].output, one["noise"].output]


def test_one_call_can_have_a_seed_of_its_own(project):
    project.write(TEXT)
    plain, one, two = project.run("of_one_call").result
    assert len({plain, one, two}) == 3
    assert seeded(project, "of_one_call", 1).result == (one, one, two)


def test_a_pipeline_in_a_pipeline_can_have_one(project):
    project.write(TEXT)
    first, second, third = seeded(project, "nested", 3).result
    assert first == third == seeded(project, "main", 3).result
    assert second == seeded(project, "main", 4).result


def test_python_gives_it_as_an_option(project):
    module = project.write(TEXT)
    assert module.main.options(seed=3).run().result == seeded(project, "main", 3).result
    assert module.noise.options(seed=3).run(9).result == seeded(project, "main", 3)["noise"].output
    assert module.main.options(seed=3).run().seed == 3


@pytest.mark.parametrize("seed", [-1, True, 1.5, "3", 2**63])
def test_what_is_no_seed_is_refused(project, seed):
    module = project.write(TEXT)
    for runnable in (module.main, module.noise):
        with pytest.raises(DefinitionError, match=re.escape(f"seed={seed!r} is ")):
            runnable.options(seed=seed)


def test_a_plan_with_a_seed_says_what_the_run_does(project):
    project.write(TEXT)
    project.run()
    planned = plan(project.session, project.module.main, {}, seed=3)
    assert {call.path: call.decision for call in planned.calls} == {
        "load": "reuse",
        "mix": "execute",
        "noise": "execute",
        "total": "depends",
    }
    assert planned.calls[-1].reason == "follows from mix, noise"


MODELS = """
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import RandomForestRegressor

    @task
    def frame(n: int) -> pd.DataFrame:
        x = np.arange(n, dtype=float)
        return pd.DataFrame({"x": x, "y": x % 7})

    @task
    def train(data: pd.DataFrame) -> float:
        model = RandomForestRegressor(n_estimators=3)
        model.fit(data[["x"]].to_numpy(), data["y"])
        return float(model.predict(np.linspace(0, 200, 999)[:, None]).sum())

    @task
    def sampled(data) -> list[float]:
        return data.sample(3)["x"].tolist()

    @pipeline
    def main(n: int = 200) -> tuple[float, list[float]]:
        data = frame(n)
        return train(data), sampled(data)
"""


def test_a_model_without_a_random_state_follows_the_seed(project):
    pytest.importorskip("sklearn")
    project.write(MODELS)
    plain, other = project.run().result, seeded(project, "main", 3).result
    assert plain[0] != other[0]
    # Nothing in the code of this one leads to a generator: its argument does.
    assert plain[1] != other[1]
    assert project.run().result == plain


def test_whether_the_seed_counts_is_open_while_an_argument_is_not_there(project):
    pytest.importorskip("pandas")
    project.write(MODELS)
    seeded(project, "main", 3)
    planned = plan(project.session, project.module.main, {"n": 300}, seed=3)
    assert {call.path: call.reason for call in planned.calls} == {
        "frame": "n: 200 → 300",
        "train": "follows from frame",
        "sampled": "follows from frame",
    }
    varied = plan(project.session, project.module.main, {"n": 300}, seed=4)
    assert varied.calls[1].reason == "seed: 3 → 4; follows from frame"


SCRIPT = """
import sys
from pathlib import Path
from cuvee.wiring import open_session
from cuvee.operations.run import run
sys.path.insert(0, sys.argv[1])
import drawn
from cuvee.api.run import Run
session = open_session(Path(sys.argv[1]))
for seed in (None, 3):
    print(Run(session, run(session, getattr(drawn, sys.argv[2]), {}, seed=seed)).result)
session.close()
"""


def test_another_process_draws_the_same_and_reuses_it(tmp_path):
    import textwrap

    (tmp_path / "drawn.py").write_text("from cuvee import *\n" + textwrap.dedent(TEXT))

    def told(hash_seed: str, folder: Path, name: str = "main") -> str:
        (folder / "drawn.py").write_text((tmp_path / "drawn.py").read_text())
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(folder), name],
            env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    first = told("1", tmp_path / "one")
    # Elsewhere, and in a process that hashes otherwise.
    assert told("2", tmp_path / "two") == first
    from cuvee.wiring import open_session

    session = open_session(tmp_path / "one")
    assert told("3", tmp_path / "one") == first
    calls = session.queries.calls(3)
    session.close()
    assert {call.decision for call in calls} == {"reused"}
