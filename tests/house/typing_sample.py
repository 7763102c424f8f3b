"""A user's file, as type checkers have to understand it. Read by test_typing.py, never run.

A line that has to be refused says by which rules: mypy's, then pyright's.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, TypedDict, assert_type

from cuvee import (
    File,
    Pipeline,
    Run,
    Secret,
    Task,
    load,
    log_figure,
    log_metric,
    pipeline,
    result,
    runs,
    task,
)


class Parts(NamedTuple):
    train: list[float]
    test: list[float]


@dataclass
class Model:
    mean: float


class Scores(TypedDict):
    rmse: float


@task
def read(csv: File, token: Secret | None = None) -> list[float]:
    """Read the numbers of a file."""
    log_metric("rows", 2.0)
    log_metric("loss", 0.5, step=1)
    log_figure("curve", b"")
    return [1.0, float(len(csv.name))]


@task
def split(values: list[float], share: float = 0.5, *, seed: int = 7) -> tuple[list[float], list[float]]:
    at = int(len(values) * share)
    return values[:at], values[at:]


@task
def cut(values: list[float]) -> Parts:
    return Parts(values, values)


@task(name="fit", cache=False)
def train(values: list[float]) -> Model:
    return Model(sum(values) / len(values))


@task
def score(model: Model, values: list[float]) -> Scores:
    return {"rmse": model.mean}


@task
def square(value: float, factor: float = 1.0) -> float:
    return factor * value * value


@task
async def fetch(url: str) -> list[float]:
    return [float(len(url))]


@task(retries=2)
async def store(values: list[float]) -> int:
    return len(values)


@task(cache=timedelta(days=1))
def total(values: list[float]) -> float:
    return sum(values)


@pipeline
def features(csv: File) -> list[float]:
    return read(csv)


@pipeline(name="all")
def everything(csv: File = File("a.csv"), share: float = 0.5) -> Scores:
    values = features(csv)
    assert_type(values, list[float])
    first, second = split(values, share, seed=3)
    assert_type(first, list[float])
    parts = cut(values)
    assert_type(parts.train, list[float])
    model = train.options(name="big")(first)
    assert_type(model, Model)
    squares = square.map(second, factor=2.0)
    assert_type(squares, list[float])
    if result(total(squares)) > 1.0:
        return score(model, parts.test)
    assert_type(result(model), Model)
    assert_type(score(model, second)["rmse"], float)
    return score(model=model, values=second)


@pipeline
async def download(urls: list[str]) -> int:
    values = await fetch(urls[0])
    assert_type(values, list[float])
    first, second = await asyncio.gather(fetch("a"), store(values))
    assert_type(first, list[float])
    assert_type(second, int)
    assert_type(await fetch.map(urls), list[list[float]])
    assert_type(await fetch.options(name="big")("b"), list[float])
    return await store(values)


@pipeline
async def all_of_it(csv: File = File("a.csv")) -> int:
    everything(csv)
    return await download(["a", "b"])


def what_they_are() -> None:
    assert_type(download.run(["a"]), Run[int])
    assert_type(all_of_it.run().result, int)
    assert_type(fetch.run("a").result, list[float])
    assert_type(fetch.options(cache=False).run("a").result, list[float])
    assert_type(store.options(name="s").run([1.0]).result, int)
    assert_type(square(2.0), float)
    square_as_task: Task[..., float] = square
    all_as_pipeline: Pipeline[..., Scores] = everything
    run = everything.run(File("b.csv"), share=0.2)
    assert_type(run, Run[Scores])
    assert_type(run.result, Scores)
    assert_type(run.metrics, dict[str, float])
    assert_type(run["fit"].path, str)
    assert_type(square.run(2.0).result, float)
    assert_type(everything.options(name="b").run().result["rmse"], float)
    assert_type(square.options(cache=False).run(2.0).result, float)
    assert_type(square.options(cache=True).run(2.0).result, float)
    assert_type(square.options(cache=timedelta(hours=1)).run(2.0).result, float)
    assert_type(square.options(cache="2024-06").run(2.0).result, float)
    assert_type(runs(limit=3)[0].number, int)
    print(load("@last", "fit"), load(12), square_as_task, all_as_pipeline)


async def what_is_refused_of_async() -> None:
    total(fetch("a"))  # refused: arg-type, reportArgumentType
    await fetch(1)  # refused: arg-type, reportArgumentType
    await total([1.0])  # refused: misc, reportGeneralTypeIssues
    store.run("a")  # refused: call-overload, reportArgumentType
    number: str = await store([1.0])  # refused: assignment, reportAssignmentType
    print(number)


def what_is_refused() -> None:
    square("2")  # refused: arg-type, reportArgumentType
    square(2.0, faktor=1.0)  # refused: call-arg, reportCallIssue
    square()  # refused: call-arg, reportCallIssue
    split([1.0], seed="7")  # refused: arg-type, reportArgumentType
    split([1.0], 0.5, 7)  # refused: call-arg, reportCallIssue
    score(square(2.0), [1.0])  # refused: arg-type, reportArgumentType
    score(train([1.0]), train([1.0]))  # refused: arg-type, reportArgumentType
    everything.run(share="a lot")  # refused: arg-type, reportArgumentType
    everything.run(speed=1)  # refused: call-arg, reportCallIssue
    square.run("2")  # refused: arg-type, reportArgumentType
    number: str = square(2.0)  # refused: assignment, reportAssignmentType
    model: Model = score(train([1.0]), [1.0])  # refused: assignment, reportAssignmentType
    square.options(gpus=4)  # refused: call-arg, reportCallIssue
    square.options(cache=3600)  # refused: arg-type, reportArgumentType
    task(cache=1.5)  # refused: call-overload, reportArgumentType
    square.options(name="big")("2")  # refused: arg-type, reportArgumentType
    everything.options(name="b").run(share="a")  # refused: arg-type, reportArgumentType
    parts = cut([1.0]).validation  # refused: attr-defined, reportAttributeAccessIssue
    log_metric("rows", "many")  # refused: arg-type, reportArgumentType
    log_metric(2.0, "rows")  # refused: arg-type, reportArgumentType
    text: list[str] = square.map([1.0])  # refused: assignment, reportAssignmentType
    name: int = everything.run().result  # refused: assignment, reportAssignmentType
    print(number, model, parts, text, name)
