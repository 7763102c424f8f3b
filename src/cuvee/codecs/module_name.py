"""What a module is called by whoever imports it, also while it is being run as a script.

Every `@task` passes through here while user code is being imported: nothing but os.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

# A worker that multiprocessing spawns loads the main script under the second name.
MAIN = ("__main__", "__mp_main__")


def module_name_of(namespace: Mapping[str, Any]) -> str:
    """The name of the module with these globals, also when it is being run as `__main__`.

    `python wine.py` is `wine`, `python -m pkg.mod` is `pkg.mod`, `python pkg/mod.py` too; a prompt
    and a notebook, which no import can reach, stay `__main__`.
    """
    name = str(namespace.get("__name__", "__main__"))
    if name not in MAIN:
        return name
    spec = namespace.get("__spec__")
    if spec is not None and spec.name not in MAIN:
        return str(spec.name)
    file = namespace.get("__file__")
    if not file or str(file).startswith("<"):  # what comes from standard input says that it is <stdin>
        return "__main__"
    return locate_module(file)[0]


def importable(namespace: Mapping[str, Any]) -> tuple[str, str]:
    """The name of the module with these globals, and the folder that has to be on `sys.path` for another
    process to import it: "" where it is as here. A prompt or a notebook is `__main__`."""
    name, file = module_name_of(namespace), namespace.get("__file__")
    is_script = namespace.get("__name__", MAIN[0]) in MAIN and name not in MAIN
    return name, locate_module(file)[1] if is_script and file else ""


def locate_module(file: str) -> tuple[str, str]:
    """The name that a file is imported by, and the folder that has to be on `sys.path` for it.

    The name has the packages that the file lies in: folders with an `__init__.py`, upwards.
    """
    folder, base = os.path.split(os.path.abspath(file))  # noqa: PTH100 - pathlib takes 10 ms to import
    stem = os.path.splitext(base)[0]  # noqa: PTH122
    names = [] if stem == "__init__" else [stem]
    while os.path.isfile(os.path.join(folder, "__init__.py")):  # noqa: PTH113, PTH118
        folder, package = os.path.split(folder)
        if not package:  # the root of the file system
            break
        names.insert(0, package)
    return ".".join(names) or stem, folder
