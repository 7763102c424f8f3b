from __future__ import annotations

import pytest

from cuvee.errors import CheckError, UsageError
from cuvee.model.artifact import blobs_of

WINES = """
    from typing import Annotated
    import numpy as np
    import pandas as pd

    @task
    def load(ph: float, sugar: float = 1.0) -> pd.DataFrame:
        rows = np.arange(20_000.0)
        return pd.DataFrame({{"alcohol": rows, "ph": rows * ph + 1, "sugar": sugar}})

    @task
    def strength(wines: Annotated[pd.DataFrame, Columns({columns})]) -> list[str]:
        return [f"{{name}} {{wines[name].mean():.1f}}" for name in wines]

    @pipeline
    def main(ph: float = 1.0, sugar: float = 1.0):
        return strength(load(ph, sugar))
"""
TWO = WINES.format(columns='"ph", "alcohol"')


def test_a_task_sees_and_depends_on_its_columns_only(project):
    project.write(TWO)
    assert project.run().result == ["ph 10000.5", "alcohol 9999.5"]
    run = project.run(sugar=2.0)
    assert run["load"].decision == "executed"
    assert run["strength"].decision == "reused"
    run = project.run(ph=2.0)
    assert run["strength"].reason == "input wines[ph] from load changed"
    assert run.result == ["ph 20000.0", "alcohol 9999.5"]


def test_other_columns_are_asked_for_by_an_annotation_alone(project):
    project.write(TWO)
    project.run()
    project.write(WINES.format(columns='"sugar"'))
    run = project.run()
    assert run["load"].decision == "reused"
    assert run.result == ["sugar 1.0"]


def test_a_column_that_is_missing_fails_the_call_and_a_plan_tells(project):
    project.write(WINES.format(columns='"ph", "colour"'))
    message = "wines has no column 'colour': it has 'alcohol', 'ph', 'sugar'"
    run = project.run()
    assert run["load"].status == "succeeded"
    assert run["strength"].status == "failed"
    assert message in run["strength"]._record.failure.message
    with pytest.raises(CheckError, match=message):
        project.plan()


def test_only_these_columns_are_read(project):
    project.write(TWO)
    run = project.run()
    [sugar, alcohol, ph] = sorted(blobs_of(run["load"]._record.artifact), key=lambda blob: blob.digest)
    store = project.session.blobs
    project.write(TWO.replace(":.1f", ":.2f"))
    read = []
    get = store.get
    store.get = lambda digest: read.append(digest) or get(digest)
    assert project.run().result == ["ph 10000.50", "alcohol 9999.50"]
    assert len(set(read) & {sugar.digest, alcohol.digest, ph.digest}) == 2


def test_a_frame_that_is_given_is_narrowed_too(project):
    module = project.write(TWO)
    frame = module.load(1.0)
    run = project.run("strength", wines=frame)
    assert run.result == ["ph 10000.5", "alcohol 9999.5"]
    again = project.run("strength", wines=frame.assign(sugar=3.0))
    assert again["strength"].decision == "reused"
    with pytest.raises(CheckError, match="it has no column 'ph': it has 'alcohol'"):
        project.run("strength", wines=frame[["alcohol"]])


def test_a_map_narrows_each_frame(project):
    project.write(
        TWO
        + """
    @task
    def folds(n: int) -> list[pd.DataFrame]:
        return [load.function(1.0 + i) for i in range(n)]

    @pipeline
    def many(n: int = 2):
        return strength.map(folds(n))

    @pipeline
    def both():
        return strength.map([load(1.0), load(2.0)])
"""
    )
    assert project.run("many").result == [["ph 10000.5", "alcohol 9999.5"], ["ph 20000.0", "alcohol 9999.5"]]
    assert project.run("both").result == [["ph 10000.5", "alcohol 9999.5"], ["ph 20000.0", "alcohol 9999.5"]]


def test_none_passes_where_it_may(project):
    project.write(
        """
    from typing import Annotated, Optional
    import pandas as pd

    @task
    def nothing() -> Optional[pd.DataFrame]:
        return None

    @task
    def names(wines: Annotated[pd.DataFrame, Columns("a")] | None = None) -> str:
        return "none" if wines is None else "some"

    @pipeline
    def main():
        return names(nothing()), names()
"""
    )
    assert project.run().result == ("none", "none")


def test_a_damaged_column_is_made_again(project):
    project.write(TWO)
    run = project.run()
    for blob in blobs_of(run["load"]._record.artifact):
        path = project.session.blobs._path(blob.digest)
        path.chmod(0o644)
        path.write_bytes(bytes(blob.size))
    project.write(TWO.replace(":.1f", ":.2f"))
    run = project.run()
    assert run.result == ["ph 10000.50", "alcohol 9999.50"]


@pytest.mark.parametrize(
    "annotation", ['list[Annotated[int, Columns("a")]]', 'dict[str, Annotated[int, Columns("a")]]']
)
def test_columns_that_would_narrow_nothing_are_refused(project, annotation):
    project.write(
        f"""
    from typing import Annotated

    @task
    def one(wines: {annotation}) -> int:
        return 1

    @pipeline
    def main():
        return one([])

    @pipeline
    def whole(wines: Annotated[int, Columns("a")] = None):
        return one([])
"""
    )
    with pytest.raises(
        CheckError, match=r"`one` says Columns\('a'\) of its parameter wines, and only a whole"
    ):
        project.run()
    with pytest.raises(CheckError, match="a pipeline passes frames on whole"):
        project.run("whole")


def test_a_result_must_have_the_columns_that_it_is_annotated_with(project):
    project.write(
        """
    from typing import Annotated
    import pandas as pd

    @task
    def load(column: str) -> Annotated[pd.DataFrame, Columns("ph")]:
        return pd.DataFrame({column: [1], "other": [2]})

    @pipeline
    def main(column: str = "ph"):
        return load(column)
"""
    )
    assert list(project.run().result.columns) == ["ph", "other"]
    run = project.run(column="p")
    assert "it has no column 'ph': it has 'p', 'other'" in run["load"]._record.failure.message


def test_a_plain_call_narrows_as_a_run_does(project):
    module = project.write(TWO)
    frame = module.load(1.0)
    assert module.strength(frame) == module.strength(wines=frame) == ["ph 10000.5", "alcohol 9999.5"]
    assert module.strength.map([frame]) == [["ph 10000.5", "alcohol 9999.5"]]
    assert module.strength.function(frame) == ["alcohol 9999.5", "ph 10000.5", "sugar 1.0"]
    with pytest.raises(
        UsageError, match=r"`strength` takes Columns\('ph', 'alcohol'\) of wines, which has no"
    ):
        module.strength(frame[["ph"]])


def test_columns_are_named_once_each():
    from cuvee import Columns

    assert Columns("a", "b") == Columns("a", "b") != Columns("b", "a")
    assert repr(Columns("a", ("b", 1))) == "Columns('a', ('b', 1))"
    assert len({Columns("a"), Columns("a")}) == 1
    with pytest.raises(UsageError, match="names no column"):
        Columns()
    with pytest.raises(UsageError, match="names 'a' twice"):
        Columns("a", "b", "a")
