import work
from prefect import flow, task
from prefect.cache_policies import INPUTS, NO_CACHE, TASK_SOURCE
from prefect.task_runners import ProcessPoolTaskRunner


def cached(function):
    return task(function, persist_result=True, cache_policy=INPUTS + TASK_SOURCE)


square, total = cached(work.square), cached(work.total)
steps = (work.wine_load, work.wine_clean, work.wine_split, work.wine_train, work.wine_evaluate)
load, clean, split, train, evaluate = map(cached, steps)
make, widen, means = map(cached, (work.frame_make, work.frame_widen, work.frame_means))
burn_one = task(work.burn, cache_policy=NO_CACHE)


@flow
def calls(n):
    return total([square(i) for i in range(n)])


@flow
def wine():
    parts = split(clean(load()))
    return evaluate(train(parts), parts)


@flow
def frame():
    return means(widen(make()))


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def burn(loops):
    return sum(burn_one.map(range(40), loops).result())


if __name__ == "__main__":
    work.main(globals())
