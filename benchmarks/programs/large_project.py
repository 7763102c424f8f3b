"""python large_project.py FOLDER [TASKS [LINES]]: writes a project of that many tasks and lines.

A package of modules: in each, helpers that call helpers of modules before it, constants, a class with a base
in another module, and tasks. `flow.TASKS` lists all tasks.
"""

from __future__ import annotations

import sys
from pathlib import Path

_TASKS_A_MODULE = 5

# Modules stand on one another in towers of so many.
_TOWER = 5

_HEAD = '''\
"""Module {number} of the project."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

{imports}
from cuvee import task

RATE_{number} = {number}.5
NAMES_{number} = {{"a": [1, 2, 3], "b": [4, 5], "c": list(range(20))}}


{base}


@dataclass
class Setting{number}:
    """What the tasks of this module go by."""

    rate: float = RATE_{number}
    names: dict[str, list[int]] = field(default_factory=lambda: dict(NAMES_{number}))

    def scaled(self, value: float) -> float:
        """The value, scaled."""
        return value * self.rate + len(self.names)

'''

_BASE = """\
class Base{number}{parent}:
    def __init__(self, scale: float) -> None:
        self.scale = scale

    def apply(self, value: float) -> float:
        return value * self.scale + {number}


class Model{number}(Base{number}):
    def apply(self, value: float) -> float:
        return super().apply(value) + RATE_{number}"""

_HELPER = '''
def helper_{number}_{each}(value: float, times: int = {each}) -> float:
    """Work of a kind: number {each}."""
    # Some lines of comment, as there are in most code,
    # which change nothing.
    total = 0.0
    for index in range(times):
        if index % 2:
            total += math.sqrt(abs(value)) * RATE_{number}
        else:
            total -= value / (index + 1)
    try:
        scaled = Setting{number}().scaled(total)
    except ZeroDivisionError:
        scaled = 0.0
    parts = [scaled * part for part in NAMES_{number}["a"] if part != {each}]
    return sum(parts) + {calls}

'''

_TASK = '''
@task
def task_{number}_{each}(value: float, scale: float = {each}.0) -> float:
    """Task {each} of module {number}."""
    model = Model{number}(scale)
    found = helper_{number}_{last}(value) + model.apply(value)
    return found * RATE_{number}

'''


def write_project(folder: Path, tasks: int = 200, lines: int = 20_000) -> None:
    """Write it into a folder that is there."""
    package = folder / "big"
    package.mkdir()
    (package / "__init__.py").write_text("")
    modules = -(-tasks // _TASKS_A_MODULE)
    helpers = max(1, round((lines / modules - 87) / 17))
    for number in range(modules):
        (package / f"part{number}.py").write_text(_module(number, helpers))
    names = [
        f"part{number}.task_{number}_{each}" for number in range(modules) for each in range(_TASKS_A_MODULE)
    ]
    imports = "\n".join(f"from big import part{number}" for number in range(modules))
    (folder / "flow.py").write_text(f"{imports}\n\nTASKS = [{', '.join(names[:tasks])}]\n")


def _module(number: int, helpers: int) -> str:
    before = number - 1
    founded = number % _TOWER != 0
    imports = (
        f"from big.part{before} import Base{before}, helper_{before}_0, helper_{before}_1" if founded else ""
    )
    parent = f"(Base{before})" if founded else ""
    base = _BASE.format(number=number, parent=parent)
    text = _HEAD.format(number=number, imports=imports, base=base)
    for each in range(helpers):
        own = f"helper_{number}_{each - 1}(value)" if each else "0.0"
        other = f" + helper_{before}_{each % 2}(value)" if founded and each % 7 == 0 else ""
        text += _HELPER.format(number=number, each=each, calls=own + other)
    for each in range(_TASKS_A_MODULE):
        last = helpers - 1 - each * (helpers // _TASKS_A_MODULE)
        text += _TASK.format(number=number, each=each, last=last)
    return text


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write_project(target, *map(int, sys.argv[2:]))
