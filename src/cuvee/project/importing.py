"""Importing the user's code under the name that it has everywhere, and saying it well when that fails.

It knows files and modules, not what is looked for in them.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from cuvee.codecs.module_name import locate_module
from cuvee.errors import CuveeError, TargetError
from cuvee.perform.failures import describe_failure
from cuvee.ports.loading import loading
from cuvee.project.root import find_project

_INSTALLED = frozenset({"site-packages", "dist-packages"})


def import_file(file: Path) -> ModuleType:
    """The module of a file, with its packages: imported, or as it was imported before.

    Its folder (or the one that its outermost package lies in) goes to the front of `sys.path`.
    Raises TargetError if the name belongs to another module, or if the import fails.
    """
    name, folder = locate_module(str(file))
    if "." in file.stem:
        better = file.with_name(file.stem.replace(".", "_") + file.suffix)
        raise TargetError(f"{file.name} cannot be imported, for the dot in its name: call it {better.name}")
    _refuse_clash(name, file, Path(folder))
    module = _import(name, file.name, Path(folder))
    if not _is_file(module, file):
        raise TargetError(
            f"{file} is imported as {name!r}, and Python finds that name in {_origin(module)} first: "
            "rename the file, or uninstall the other"
        )
    return module


def import_name(name: str, cwd: Path) -> ModuleType:
    """The module of a dotted name: from `cwd`, its project's root, the root's `src`, or as installed.

    Raises TargetError if there is none, or if the import fails.
    """
    top = name.partition(".")[0]
    root = find_project(cwd)
    folders = dict.fromkeys((cwd.resolve(), root, root / "src"))
    folder = next((each for each in folders if _find_top(each, top)), None)
    if folder is not None:
        _refuse_clash(top, _find_top(folder, top) or folder, folder)
    try:
        return _import(name, name, folder)
    except _NoSuchModule as missing:
        looked = ", ".join(map(str, folders))
        raise TargetError(
            f"there is no module {missing.name!r}: it is neither installed nor in {looked}. "
            "Give a file (`wine.py`), or a module that can be imported (`package.module`)"
        ) from None


def is_installed(file: Path) -> bool:
    """Whether a file belongs to an installed distribution, not to the user's project."""
    return not _INSTALLED.isdisjoint(file.parts)


class _NoSuchModule(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


def _import(name: str, label: str, folder: Path | None) -> ModuleType:
    importlib.invalidate_caches()  # the file may have been written a moment ago
    with _first_on_path(folder), loading():
        try:
            __import__(name)  # importlib.import_module would show in the user's traceback
            return sys.modules[name]
        except CuveeError:
            raise  # it says itself what is wrong, and where
        except SystemExit as error:
            raise TargetError(
                f"{label} called exit({error.code!r}) while it was imported: put what only a script "
                "should do under `if __name__ == '__main__':`"
            ) from error
        except Exception as error:
            missing = error.name if isinstance(error, ModuleNotFoundError) else None
            if missing and (name == missing or name.startswith(f"{missing}.")):
                raise _NoSuchModule(missing) from None
            advice = _advice(missing, folder) if missing else ""
            told = describe_failure(error).traceback
            raise TargetError(f"{label} cannot be imported:\n\n{told}{advice}") from error


@contextmanager
def last_on_path(*folders: Path) -> Iterator[None]:
    """Have modules looked for in these folders, too, where they are nowhere else."""
    before = list(sys.path)
    sys.path += [text for folder in folders if (text := str(folder)) not in before]
    try:
        yield
    finally:
        sys.path[:] = before


@contextmanager
def _first_on_path(folder: Path | None) -> Iterator[None]:
    """Put the folder first on `sys.path`, and leave it there if all goes well: code imports late, too."""
    before = list(sys.path)
    if folder is not None and sys.path[:1] != [str(folder)]:
        sys.path.insert(0, str(folder))
    try:
        yield
    except BaseException:
        sys.path[:] = before
        raise


def _advice(missing: str, folder: Path | None) -> str:
    where = f", nor is it in {folder}" if folder else ""
    return (
        f"\n{missing.partition('.')[0]!r} is not installed for {sys.executable}{where}: "
        "install it, or mend the import\n"
    )


def _refuse_clash(name: str, file: Path, folder: Path) -> None:
    """Raise TargetError if the name, or the package that it begins with, is another module's."""
    top = name.partition(".")[0]
    ours = _find_top(folder, top) or file
    other = _other_module(top, ours, folder)
    if other:
        what = "package folder" if ours.name == "__init__.py" else "file"
        raise TargetError(
            f"{ours} would be imported as {top!r}, and that is {other}: one would hide the other. "
            f"Rename the {what}"
        )


def _other_module(top: str, ours: Path, folder: Path) -> str:
    loaded = sys.modules.get(top)
    if top in sys.stdlib_module_names or top == "__main__":
        return f"a module of Python's own ({_origin(loaded)})" if loaded else "a module of Python's own"
    if loaded is not None:
        return "" if _is_file(loaded, ours) else f"loaded already from {_origin(loaded)}"
    # Packages are left alone: a project's own is often installed, too, and the one here comes first.
    if ours.name == "__init__.py":
        return ""
    elsewhere = [entry for entry in sys.path if entry and Path(entry).resolve() != folder.resolve()]
    spec = PathFinder.find_spec(top, elsewhere)
    if spec is not None and spec.origin and is_installed(Path(spec.origin)):
        return f"installed ({spec.origin})"
    return ""


def _find_top(folder: Path, top: str) -> Path | None:
    """The file that `import top` would take from this folder; the folder of a package without one."""
    for candidate in (folder / top / "__init__.py", folder / f"{top}.py"):
        if candidate.is_file():
            return candidate
    return folder / top if (folder / top).is_dir() else None


def _is_file(module: ModuleType, file: Path) -> bool:
    origin = getattr(module, "__file__", None)
    if origin is None:  # a package without __init__.py has folders only
        return str(file) in [str(Path(entry)) for entry in getattr(module, "__path__", ())]
    return Path(origin).resolve() == file.resolve()


def _origin(module: ModuleType) -> str:
    return str(getattr(module, "__file__", None) or "built in")
