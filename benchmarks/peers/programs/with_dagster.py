import work
from dagster import (
    DagsterInstance,
    DynamicOut,
    DynamicOutput,
    FilesystemIOManager,
    execute_job,
    job,
    multiprocess_executor,
    op,
    reconstructable,
)

RESOURCES = {"io_manager": FilesystemIOManager(base_dir="state")}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@op(out=DynamicOut(), config_schema={"n": int})
def items(context):
    for i in range(context.op_config["n"]):
        yield DynamicOutput(i, mapping_key=str(i))


@op
def square(i):
    return work.square(i)


@op
def total(xs):
    return work.total(xs)


@op(config_schema={"loops": int})
def burn_one(context, i):
    return work.burn(i, context.op_config["loops"])


@op
def load():
    return work.wine_load()


@op
def clean(wines):
    return work.wine_clean(wines)


@op
def split(wines):
    return work.wine_split(wines)


@op
def train(parts):
    return work.wine_train(parts)


@op
def evaluate(model, parts):
    return work.wine_evaluate(model, parts)


@op
def make():
    return work.frame_make()


@op
def widen(frame):
    return work.frame_widen(frame)


@op
def means(frame):
    return work.frame_means(frame)


@job(resource_defs=RESOURCES)
def all_calls():
    total(items().map(square).collect())


@job(resource_defs=RESOURCES)
def all_wine():
    parts = split(clean(load()))
    evaluate(train(parts), parts)


@job(resource_defs=RESOURCES)
def all_frame():
    means(widen(make()))


@job(resource_defs=RESOURCES, executor_def=multiprocess_executor)
def all_burns():
    total(items().map(burn_one).collect())


def here(job, last, config=None):
    run = job.execute_in_process(instance=DagsterInstance.get(), run_config={**QUIET, **(config or {})})
    return run.output_for_node(last)


def burn(loops):
    config = {
        **QUIET,
        "execution": {"config": {"max_concurrent": 2}},
        "ops": {"items": {"config": {"n": 40}}, "burn_one": {"config": {"loops": loops}}},
    }
    with execute_job(reconstructable(all_burns), instance=DagsterInstance.get(), run_config=config) as run:
        return run.output_for_node("total")


WORKS = {
    "calls": lambda n: here(all_calls, "total", {"ops": {"items": {"config": {"n": n}}}}),
    "wine": lambda: here(all_wine, "evaluate"),
    "frame": lambda: here(all_frame, "means"),
    "burn": burn,
}

if __name__ == "__main__":
    work.main(WORKS)
