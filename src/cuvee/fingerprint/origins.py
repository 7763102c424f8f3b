"""Origins: whose a file, a module, a function or a class is.

`project`: its content counts. So does what lies outside of the project and is not installed either:
a folder on the path, an editable install. `installed` and `stdlib` count by version, `cuvee` not
at all.
"""

from __future__ import annotations

import os
import sys
from os import lstat  # itself, whoever watches what is asked of `os` later
from pathlib import Path
from stat import S_ISLNK
from types import FunctionType, ModuleType
from typing import Any, Literal

from cuvee.codecs.naming import module_name
from cuvee.fingerprint.scope import Scope

Origin = Literal["project", "installed", "stdlib", "cuvee"]

_CUVEE = str(Path(__file__).resolve().parents[1]) + os.sep
_SITE, _DIST = f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}"
_NO_NAMES = frozenset({"", ".", ".."})
_MAINS = frozenset({"__main__", "__mp_main__"})

# Where the files of loaded modules lie, links followed, by a module's name; with what it was loaded from,
# which is made anew when it is loaded again.
_lies: dict[str, tuple[object, str, str]] = {}


def standard_library() -> tuple[str, str]:
    """The folders of Python's own modules: what `sysconfig` says, which takes 2 ms to be asked."""
    own, name = os.path.split(os.path.dirname(os.__file__))  # noqa: PTH120
    return os.path.join(own, name), os.path.join(sys.exec_prefix, sys.platlibdir, name)  # noqa: PTH118


class Origins:
    """Answers for one project, and remembers."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._files: dict[str, Origin] = {}
        self._modules: dict[str, Origin] = {}
        self._folders: dict[str, str] = {}
        self._root = os.path.join(os.path.realpath(scope.root), "")  # noqa: PTH118
        self._holds_us = _CUVEE.startswith(self._root) or self._root.startswith(_CUVEE)
        folders = {os.path.realpath(folder) for folder in standard_library()}
        zipped = "python{}{}.zip".format(*sys.version_info)
        folders |= {os.path.realpath(entry) for entry in sys.path if entry.endswith(zipped)}
        self._stdlib = tuple(folder + os.sep for folder in folders)

    def of_file(self, file: str) -> Origin:
        """Whose a file is."""
        known = self._files.get(file)
        if known is None:
            known = self._files[file] = self._find_file(file)
        return known

    def is_inside(self, file: str) -> bool:
        """Whether a file lies in the project's own folder: not all that counts as the project's does."""
        return self._is_inside(self._real(file))

    def is_loaded_inside(self, name: str, module: ModuleType) -> bool | None:
        """The same of the file that a module was loaded from, under this name; None where it has no file.

        The disk is asked once in a process: what was loaded stays what it was, and there may be thousands.
        """
        file = file_of(module)
        if file is None:
            return None
        if file.startswith(_CUVEE) and not self._holds_us:
            return False  # nothing is asked of the disk for the hundreds of files that we have
        path = self._lies_at(name, file, getattr(module, "__spec__", None))
        self._files.setdefault(file, self._whose(path))
        return self._is_inside(path)

    def of_loaded_file(self, name: str, file: str, spec: object) -> Origin:
        """Whose the file is that a module was loaded from, by its name and its spec; asked of the disk once,
        too."""
        known = self._files.get(file)
        if known is None:
            ours = file.startswith(_CUVEE)
            known = self._files[file] = "cuvee" if ours else self._whose(self._lies_at(name, file, spec))
        return known

    def _lies_at(self, name: str, file: str, spec: object) -> str:
        known = _lies.get(name)
        if known is None or spec is None or known[0] is not spec or known[1] != file:
            known = _lies[name] = (spec, file, self._real(file))
        return known[2]

    def _is_inside(self, path: str) -> bool:
        if not path.startswith(self._root) or _is_installed(path):
            return False  # told at once of what is in an environment, for there is much of it
        return self.scope.is_project(path)

    def of_module(self, name: str) -> Origin:
        """Whose a module is, by its name. One that is not there is the project's: made by code of it."""
        known = self._modules.get(name)
        if known is None:
            known = self._find_module(name)
            if name in sys.modules:
                self._modules[name] = known
        return known

    def of_loaded(self, module: ModuleType) -> Origin:
        """Whose a module is that is there: by the name it was imported by, whatever it calls itself."""
        name = loaded_name(vars(module))
        if sys.modules.get(name) is module:
            return self.of_module(name)
        file = file_of(module)
        return self.of_file(file) if file is not None else self._find_namespace(module)

    def of_function(self, function: FunctionType) -> Origin:
        """Whose a function is: by the file it was written in, or the module that it lives in."""
        file = function.__code__.co_filename
        if not file.startswith("<"):
            if function.__globals__.get("__name__") in _MAINS:
                return "project"  # a notebook's cells have files of their own in a temporary folder
            return self.of_file(file)
        return self.of_module(str(function.__globals__.get("__name__", "")))

    def of_class(self, cls: type) -> Origin:
        """Whose a class is, by the module that it says it is of."""
        return self.of_module(cls.__module__) if isinstance(cls.__module__, str) else "stdlib"

    def _find_file(self, file: str) -> Origin:
        if file.startswith(_CUVEE):
            return "cuvee"  # and nothing is asked of the disk for the hundreds of files that we have
        return self._whose(self._real(file))

    def _whose(self, path: str) -> Origin:
        if path.startswith(_CUVEE):
            return "cuvee"
        if _is_installed(path):
            return "installed"
        return "stdlib" if path.startswith(self._stdlib) else "project"

    def _real(self, file: str) -> str:
        """The file's real path. Many files share few folders, whose links are followed once."""
        at = file.rfind(os.sep)  # `os.path.split` takes as long as asking the disk
        folder, name = (file[:at], file[at + 1 :]) if at > 0 else os.path.split(file)
        return _followed(f"{self._real_folder(folder)}{os.sep}{name}")

    def _real_folder(self, folder: str) -> str:
        """The folder's real path, without a slash at its end: the links of what it lies in are followed once,
        too."""
        real = self._folders.get(folder)
        if real is None:
            above, name = os.path.split(folder)
            if name in _NO_NAMES or not os.path.isabs(folder):  # noqa: PTH117
                real = os.path.realpath(folder).rstrip(os.sep)
            else:
                real = _followed(f"{self._real_folder(above)}{os.sep}{name}")
            self._folders[folder] = real
        return real

    def _find_module(self, name: str) -> Origin:
        if name in _MAINS:
            return "project"
        top = name.partition(".")[0]
        if top == "cuvee":
            return "cuvee"
        if top.startswith("_cython_"):
            return "stdlib"  # where compiled modules keep the types that they share
        file = file_of(sys.modules.get(name))
        if file is not None:
            return self.of_file(file)
        if top in sys.builtin_module_names or top in sys.stdlib_module_names:
            return "stdlib"
        parent = name.rpartition(".")[0]
        if name not in sys.modules and parent in sys.modules:
            return self.of_module(parent)  # `numpy.linalg.linalg` of what calls itself so
        return self._find_namespace(sys.modules.get(name))

    def _find_namespace(self, module: ModuleType | None) -> Origin:
        """Whose a module without a file is: a namespace package, or one made at run time."""
        for folder in getattr(module, "__path__", ()):
            return self.of_file(f"{folder}{os.sep}_.py")
        return "project"


def _is_installed(path: str) -> bool:
    """Whether a path leads into an environment. Asked of thousands, so by no loop."""
    return _SITE in path or _DIST in path


def _followed(path: str) -> str:
    """A path in a folder that is real, real itself."""
    try:
        is_link = S_ISLNK(lstat(path).st_mode)
    except (OSError, ValueError):
        return path
    return os.path.realpath(path) if is_link else path


def file_of(module: ModuleType | None) -> str | None:
    """The file that a module was loaded from."""
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) else None


def loaded_name(space: dict[str, Any]) -> str:
    """The name that the module with these globals was imported by; what it calls itself, if it was not."""
    own = space.get("__name__")
    for name in (own, getattr(space.get("__spec__"), "name", None)):
        if isinstance(name, str) and getattr(sys.modules.get(name), "__dict__", None) is space:
            return name
    return own if isinstance(own, str) else "?"


def module_of(space: dict[str, Any]) -> str:
    """The name of the module with these globals, as `import` would know it."""
    name = loaded_name(space)
    return module_name(name) if name in sys.modules else name
