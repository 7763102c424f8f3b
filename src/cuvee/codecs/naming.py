"""Names of classes and functions that hold in another process, and back.

What runs as a script has the module `__main__`; its name here is the one it would be imported by,
so that an artifact made by `python wine.py` can be read by whoever imports `wine`.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from cuvee.errors import CannotDecode

# A worker that multiprocessing spawns loads the main script under the second name.
MAIN = ("__main__", "__mp_main__")


def module_name(module: str) -> str:
    """The name that a module can be imported by; `__main__` where there is none (a notebook, a prompt)."""
    if module not in MAIN:
        return module
    main = sys.modules[module]
    spec = getattr(main, "__spec__", None)
    if spec is not None and spec.name not in MAIN:
        return str(spec.name)
    file = getattr(main, "__file__", None)
    return _importable_name(Path(file)) if file else "__main__"


def name_of(thing: Any) -> str | None:
    """`module:qualname` of a class or function, or None where that name does not lead back to it."""
    module, qualname = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(qualname, str) or "<" in qualname:
        return None
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return f"{module_name(module)}:{qualname}" if found is thing else None


def thing_named(name: str) -> Any:
    """The class or function of that name. Raises CannotDecode when there is none (any more)."""
    module, _, qualname = name.partition(":")
    try:
        found = _module_named(module)
        for part in qualname.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise CannotDecode(
            f"the value was made with {name}, which is not there now ({error}): bring it back, or run again"
        ) from error
    return found


def _module_named(module: str) -> Any:
    for main in MAIN:
        if main in sys.modules and module == module_name(main):
            return sys.modules[main]
    return importlib.import_module(module)


def _importable_name(file: Path) -> str:
    """With the packages that the file lies in: folders with an `__init__.py`, upwards."""
    names = [] if file.stem == "__init__" else [file.stem]
    for folder in file.absolute().parents:
        if not (folder / "__init__.py").is_file():
            break
        names.insert(0, folder.name)
    return ".".join(names)
