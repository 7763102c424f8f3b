import sys
import types
import typing

import work
from hamilton import driver
from hamilton.function_modifiers import group, inject, parameterize, source, value
from hamilton.htypes import Collect, Parallelizable


def calls(n):
    @parameterize(**{f"s{i}": {"i": value(i)} for i in range(n)})
    def s(i: int) -> int:
        return work.square(i)

    @inject(xs=group(*[source(f"s{i}") for i in range(n)]))
    def gathered(xs: list[int]) -> int:
        return work.total(xs)

    return _cached(_module("calls_nodes", s, gathered), "gathered")


def wine():
    import pandas as pd

    def raw() -> pd.DataFrame:
        return work.wine_load()

    def cleaned(raw: pd.DataFrame) -> pd.DataFrame:
        return work.wine_clean(raw)

    def parts(cleaned: pd.DataFrame) -> tuple:
        return work.wine_split(cleaned)

    def model(parts: tuple) -> typing.Any:
        return work.wine_train(parts)

    def accuracy(model: typing.Any, parts: tuple) -> float:
        return work.wine_evaluate(model, parts)

    return _cached(_module("wine_nodes", raw, cleaned, parts, model, accuracy), "accuracy")


def frame():
    import pandas as pd

    def made() -> pd.DataFrame:
        return work.frame_make()

    def wider(made: pd.DataFrame) -> pd.DataFrame:
        return work.frame_widen(made)

    def averages(wider: pd.DataFrame) -> dict:
        return work.frame_means(wider)

    return _cached(_module("frame_nodes", made, wider, averages), "averages")


LOOPS = int(sys.argv[2]) if len(sys.argv) > 2 else 0


def item() -> Parallelizable[int]:
    yield from range(40)


def burned(item: int) -> int:
    return work.burn(item, LOOPS)


def all_burned(burned: Collect[int]) -> int:
    return sum(burned)


def burn(loops):
    from hamilton.execution.executors import MultiProcessingExecutor

    builder = driver.Builder().enable_dynamic_execution(allow_experimental_mode=True)
    nodes = _module("burn_nodes", item, burned, all_burned)
    made = builder.with_modules(nodes).with_remote_executor(MultiProcessingExecutor(max_tasks=2)).build()
    return made.execute(["all_burned"])["all_burned"]


def _module(name, *functions):
    module = types.ModuleType(name)
    for function in functions:
        function.__module__ = name  # by which Hamilton takes it for one of the module's own
        setattr(module, function.__name__, function)
    sys.modules[name] = module
    return module


def _cached(module, wanted):
    made = driver.Builder().with_modules(module).with_cache(path="state/hamilton").build()
    return made.execute([wanted])[wanted]


if __name__ == "__main__":
    work.main(globals())
