from work import (
    burn as burn_one,
)
from work import (
    frame_make,
    frame_means,
    frame_widen,
    square,
    total,
    wine_clean,
    wine_evaluate,
    wine_load,
    wine_split,
    wine_train,
)

from cuvee import pipeline, task

squared, summed, burnt = task(square), task(total), task(burn_one)
load, clean, split, train = map(task, (wine_load, wine_clean, wine_split, wine_train))
evaluate = task(wine_evaluate)
make, widen, means = map(task, (frame_make, frame_widen, frame_means))


@pipeline
def calls(n: int):
    return summed([squared(i) for i in range(n)])


@pipeline
def wine():
    parts = split(clean(load()))
    return evaluate(train(parts), parts)


@pipeline
def frame():
    return means(widen(make()))


@pipeline
def burn(n: int):
    return summed([burnt(i, n) for i in range(40)])
