import pickle
from pathlib import Path

import work
from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain

STATE = Path("state")


def calls(n):
    def task_square():
        for i in range(n):
            yield {"name": str(i), **_node(lambda i=i: work.square(i), f"s{i}")}

    def task_total():
        return _node(lambda *xs: work.total(xs), "total", [f"s{i}" for i in range(n)])

    _run({"task_square": task_square, "task_total": task_total})
    return _load("total")


def wine():
    _run(
        {
            "task_loaded": lambda: _node(work.wine_load, "load"),
            "task_cleaned": lambda: _node(work.wine_clean, "clean", ["load"]),
            "task_parts": lambda: _node(work.wine_split, "split", ["clean"]),
            "task_model": lambda: _node(work.wine_train, "train", ["split"]),
            "task_score": lambda: _node(work.wine_evaluate, "evaluate", ["train", "split"]),
        }
    )
    return _load("evaluate")


def frame():
    _run(
        {
            "task_make": lambda: _node(work.frame_make, "make"),
            "task_widen": lambda: _node(work.frame_widen, "widen", ["make"]),
            "task_means": lambda: _node(work.frame_means, "means", ["widen"]),
        }
    )
    return _load("means")


def burn(loops):
    def task_burn():
        for i in range(40):
            yield {"name": str(i), **_node(lambda i=i: work.burn(i, loops), f"b{i}")}

    _run({"task_burn": task_burn}, "-n", "2")
    return sum(_load(f"b{i}") for i in range(40))


def _path(name):
    return STATE / f"{name}.pkl"


def _load(name):
    with _path(name).open("rb") as file:
        return pickle.load(file)


def _node(function, name, deps=()):
    """A task whose result is a file, made of the files of others."""

    def act():
        with _path(name).open("wb") as file:
            pickle.dump(function(*map(_load, deps)), file, protocol=5)

    node = {"actions": [(act,)], "file_dep": [str(_path(dep)) for dep in deps], "targets": [str(_path(name))]}
    return node if deps else {**node, "uptodate": [True]}


def _run(tasks, *options):
    words = ["run", "-v0", "--reporter=zero", "--db-file=state/doit.db", *options]
    code = DoitMain(ModuleTaskLoader(tasks)).run(words)
    if code:
        raise SystemExit(code)


if __name__ == "__main__":
    work.main(globals())
