"""Targets: the task or pipeline that `file.py`, `file.py:name` or `package.module:name` names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from cuvee.authoring.pipeline import Pipeline
from cuvee.authoring.task import Task
from cuvee.errors import TargetError
from cuvee.model.value import Value
from cuvee.project.importing import import_file, import_name, is_installed
from cuvee.project.root import find_project
from cuvee.project.suggestion import suggest

FORMS = "`file.py`, `file.py:name` or `package.module:name`"


class Target(Value, frozen=True):
    """What to run. `text` names it as it was given, `object` is the Task or Pipeline called `name`.

    `module` is the name that the file is imported by, `root` the project that it belongs to.
    """

    text: str
    file: Path
    module: str
    name: str
    object: Any
    root: Path


def cuvee_run(target: str) -> str:
    """The command that runs a target."""
    return f"cuvee run {target}"


def load_target(text: str, cwd: Path, again: Callable[[str], str] = cuvee_run) -> Target:
    """Import what a target names and find the task or pipeline in it; paths are relative to `cwd`.

    `again` gives the command to type with another target, for messages that say which there are.
    Without a name it is the one pipeline that the module defines. Raises TargetError if there is
    no such file, module or name, if the choice is not clear, or if the import fails; errors of
    cuvee's own that the import meets (DefinitionError, say) pass through.
    """
    place, name = _split(text)
    is_file = place.endswith(".py")
    if not is_file:
        _refuse_source_folder(text, place, cwd)
    module = import_file(_find_file(place, cwd)) if is_file else import_name(place, cwd)
    found = _named(module, place, name, again) if name else _only_pipeline(module, place, again)
    file = Path(module.__file__ or cwd)
    root = find_project(cwd if is_installed(file) else file.parent)
    return Target(text, file, module.__name__, found, vars(module)[found], root)


def load_stand_in(text: str, cwd: Path) -> Any:
    """The function or task that `file.py:name` or `package.module:name` names; paths are relative to `cwd`.

    Raises TargetError as `load_target`, and for a file or module without a name.
    """
    place, name = _split(text)
    is_file = place.endswith(".py")
    module = import_file(_find_file(place, cwd)) if is_file else import_name(place, cwd)
    own = {each: thing for each, thing in vars(module).items() if _can_stand_in(thing, module)}
    if not name:
        raise TargetError(f"{text}: say which function of it{_named_choices(place, own)}")
    if not hasattr(module, name):
        raise TargetError(f"{place} has no {name!r}{suggest(name, own)}{_named_choices(place, own)}")
    found = vars(module)[name]
    if not isinstance(found, Task | FunctionType):
        raise TargetError(
            f"{place}:{name} is no function but a {type(found).__name__}{_named_choices(place, own)}"
        )
    return found


def _can_stand_in(thing: Any, module: ModuleType) -> bool:
    function = thing.function if issubclass(type(thing), Task) else thing
    return type(function) is FunctionType and function.__module__ == module.__name__


def _named_choices(place: str, names: Iterable[str]) -> str:
    return "".join(f"\n  {place}:{name}" for name in names)


def _split(text: str) -> tuple[str, str]:
    """The file or module, and the name in it or nothing."""
    if text.endswith(".py"):
        return text, ""
    place, colon, name = text.rpartition(":")
    if not colon:
        place, name = text, ""
    elif not name.isidentifier():
        raise TargetError(f"{text!r}: {name!r} cannot be a task's or pipeline's name; a target is {FORMS}")
    if place.endswith(".ipynb"):
        raise TargetError(
            f"{text!r} is a notebook, which runs its pipelines itself: `pipeline.run()` in a cell"
        )
    if not place.endswith(".py") and not all(part.isidentifier() for part in place.split(".")):
        raise TargetError(f"{text!r} is neither a Python file nor a module: a target is {FORMS}")
    return place, name


def _refuse_source_folder(text: str, place: str, cwd: Path) -> None:
    """`src.shop.flow` is there as a file, but its module is called `shop.flow`."""
    first, _, rest = place.partition(".")
    if first != "src" or not rest:
        return
    folder = find_project(cwd) / first
    inside = folder / rest.partition(".")[0]
    if (inside.is_dir() or inside.with_suffix(".py").is_file()) and not (folder / "__init__.py").exists():
        meant = text.removeprefix("src.")
        raise TargetError(f"{text!r}: src is the folder of the source, not a package: did you mean {meant}?")


def _find_file(place: str, cwd: Path) -> Path:
    file = (cwd / Path(place).expanduser()).resolve()
    if not file.is_file():
        beside = sorted(each.name for each in file.parent.glob("*.py"))
        raise TargetError(
            f"there is no file {place} in {cwd}{suggest(file.name, beside) or ': check the path'}"
        )
    return file


def _named(module: ModuleType, place: str, name: str, again: Callable[[str], str]) -> str:
    runnable = _runnable(module)
    if name in runnable:
        return name
    if hasattr(module, name):
        kind = type(getattr(module, name)).__name__
        raise TargetError(
            f"{place}:{name} is a {kind}, not a task or a pipeline: decorate it with @task or @pipeline, "
            f"or choose another{_listed(place, runnable, again)}"
        )
    raise TargetError(f"{place} has no {name!r}{suggest(name, runnable)}{_listed(place, runnable, again)}")


def _only_pipeline(module: ModuleType, place: str, again: Callable[[str], str]) -> str:
    runnable = _runnable(module)
    pipelines = {
        id(each): name
        for name, each in reversed(runnable.items())
        if isinstance(each, Pipeline) and each.function.__module__ == module.__name__
    }
    if len(pipelines) == 1:
        return next(iter(pipelines.values()))
    if pipelines:
        chosen = {name: runnable[name] for name in reversed(pipelines.values())}
        raise TargetError(f"{place} has {len(chosen)} pipelines: say which{_listed(place, chosen, again)}")
    if runnable:
        raise TargetError(
            f"{place} defines no pipeline of its own: say what to run{_listed(place, runnable, again)}"
        )
    raise TargetError(
        f"{place} has no task and no pipeline: decorate a function with @pipeline "
        "(`from cuvee import pipeline`)"
    )


def _runnable(module: ModuleType) -> dict[str, Task[..., Any] | Pipeline[..., Any]]:
    # By type: to ask some values what they are runs code of their own, which may refuse to answer.
    return {name: each for name, each in vars(module).items() if issubclass(type(each), Task | Pipeline)}


def _listed(
    place: str, runnable: dict[str, Task[..., Any] | Pipeline[..., Any]], again: Callable[[str], str]
) -> str:
    """The choices, one a line, pipelines first, as they are to be written."""
    names = sorted(runnable, key=lambda name: isinstance(runnable[name], Task))
    return "".join(f"\n  {again(f'{place}:{name}')}" for name in names)
