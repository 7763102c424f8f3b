import logging

import work
from redun import Scheduler, task
from redun.config import Config

redun_namespace = "bench"
logging.disable(logging.CRITICAL)

square, total, burn_one = task()(work.square), task()(work.total), task()(work.burn)
load, clean, split = task()(work.wine_load), task()(work.wine_clean), task()(work.wine_split)
train, evaluate = task()(work.wine_train), task()(work.wine_evaluate)
make, widen, means = task()(work.frame_make), task()(work.frame_widen), task()(work.frame_means)


@task()
def all_calls(n):
    return total([square(i) for i in range(n)])


@task()
def all_wine():
    parts = split(clean(load()))
    return evaluate(train(parts), parts)


@task()
def all_frame():
    return means(widen(make()))


@task()
def all_burns(loops):
    return total([burn_one(i, loops) for i in range(40)])


def run(expression, mode="thread"):
    executor = {"type": "local", "mode": mode, "max_workers": "2"}
    backend = {"db_uri": "sqlite:///state/redun.db"}
    scheduler = Scheduler(config=Config({"backend": backend, "executors.default": executor}))
    scheduler.load()
    return scheduler.run(expression)


WORKS = {
    "calls": lambda n: run(all_calls(n)),
    "wine": lambda: run(all_wine()),
    "frame": lambda: run(all_frame()),
    "burn": lambda loops: run(all_burns(loops), "process"),
}

if __name__ == "__main__":
    work.main(WORKS)
