"""calls_cuvee.py loop|chain|map COUNT: so many tracked calls of a task that does next to nothing."""

import sys

from cuvee import pipeline, task


@task
def add(a: int, b: int) -> int:
    return a + b


@pipeline
def loop(count: int) -> None:
    for number in range(count):
        add(number, 1)


@pipeline
def chain(count: int) -> int:
    value = 0
    for _ in range(count):
        value = add(value, 1)
    return value


@pipeline
def mapped(count: int) -> None:
    add.map(range(count), b=1)


shape, count = sys.argv[1], int(sys.argv[2])
if shape == "loop":
    loop.run(count)
elif shape == "chain":
    chain.run(count)
else:
    mapped.run(count)
