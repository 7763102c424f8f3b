"""Export: a stored value as a file that other programs read, whole or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from cuvee.codecs.items import Items
from cuvee.codecs.text import class_name
from cuvee.errors import EnvironmentFault, ParameterError
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.operations.export_forms import Write, compresses, forms_of

_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst", ".zip"})
# The distribution to install where its name is not the one that is imported.
_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


def export(value: Any, target: Path, *, force: bool = False) -> int:
    """Write a value to a file by the ending of its name; how many bytes it has.

    A `File` is copied and bytes are written as they are, whatever the ending; a `Directory` becomes a
    folder. A file that is there is only replaced with `force`, and only when the new one is whole; a
    folder never is.

    Raises ParameterError when the ending does not fit the value (and says which do), when a library is
    missing (and says which), or when the file is there; EnvironmentFault when it cannot be written.
    """
    if isinstance(value, Directory):
        return _export_folder(value, target)
    _check_place(target, force)
    write = _writer(value, target)
    temporary = target.with_name(f".{os.urandom(4).hex()}-{target.name}")
    try:
        _written(write, value, temporary, target)
        _put_in_place(temporary, target, force)
    except OSError as error:
        raise EnvironmentFault(f"{target} could not be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return target.stat().st_size


def _export_folder(folder: Directory, target: Path) -> int:
    _check_parent(target)
    if os.path.lexists(target):
        raise ParameterError(f"{target} is there already: name a folder that is not there yet")
    temporary = target.with_name(f".{os.urandom(4).hex()}-{target.name}")
    try:
        shutil.copytree(folder.path, temporary, symlinks=True)
        temporary.rename(target)
    except (OSError, shutil.Error) as error:
        raise EnvironmentFault(f"{target} could not be written: {error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return sum(path.lstat().st_size for path in target.rglob("*") if path.is_file())


def _writer(value: Any, target: Path) -> Write:
    if isinstance(value, File):
        return lambda file, path: shutil.copyfile(file.path, path)
    if isinstance(value, bytes | bytearray):
        return lambda data, path: path.write_bytes(data)
    forms = forms_of(value)
    ending = _ending(target)
    compressed = target.suffix.lower() in _COMPRESSED
    if compressed and not compresses(value, ending):
        raise ParameterError(
            f"{target.name!r}: a {class_name(type(value))} cannot be compressed as {ending or 'it is'}"
        )
    if ending in forms:
        return forms[ending]
    said = f"{target.name!r} has no ending" if not ending else f"{ending} is no form for it"
    what = f"the value is of type {'Iterator' if isinstance(value, Items) else class_name(type(value))}"
    apart = isinstance(value, dict | list | tuple | Items) or is_dataclass(value)
    inside = "; export its elements one by one" if apart else ""
    raise ParameterError(f"{what}: {said}; it can be written as {', '.join(forms)}{inside}")


def _ending(path: Path) -> str:
    """The last suffix that is not one of compression: `.csv` of `wines.csv.gz`."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    known = [suffix for suffix in suffixes if suffix not in _COMPRESSED]
    return known[-1] if known else ""


def _check_place(target: Path, force: bool) -> None:
    if target.is_dir():
        raise ParameterError(f"{target} is a folder: name the file, as in {target / 'out.csv'}")
    _check_parent(target)
    if target.exists() and not force:
        raise _is_there(target)


def _check_parent(target: Path) -> None:
    if not target.parent.is_dir():
        raise ParameterError(f"there is no folder {target.parent}: make it first")


def _is_there(target: Path) -> ParameterError:
    return ParameterError(f"{target} is there already: give --force to replace it, or another name")


def _written(write: Write, value: Any, temporary: Path, target: Path) -> None:
    try:
        write(value, temporary)
    except ImportError as error:
        missing = (getattr(error, "name", None) or "pyarrow").partition(".")[0]
        install = _DISTRIBUTIONS.get(missing, missing)
        raise ParameterError(
            f"{target.name} cannot be written without {missing}: pip install {install}"
        ) from error
    except OSError:
        raise
    except Exception as error:
        others = [ending for ending in forms_of(value) if ending != _ending(target)]
        raise ParameterError(
            f"the {class_name(type(value))} cannot be written as {_ending(target)}: {error}; "
            f"other forms are {', '.join(others)}"
        ) from error


def _put_in_place(temporary: Path, target: Path, force: bool) -> None:
    if force:
        temporary.replace(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:  # somebody made it meanwhile
        raise _is_there(target) from None
    except OSError:  # a file system without links
        temporary.rename(target)
