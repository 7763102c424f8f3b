"""Example projects, shipped with the package: they use cuvee as anyone does, by its public names."""

from __future__ import annotations

from pathlib import Path

from cuvee import UsageError

_HERE = Path(__file__).parent

# What to run of each.
_PIPELINES = {"wine": "wine.py"}


def write_example(name: str, folder: Path) -> Path:
    """Write an example project into a folder, made if it is not there; the file to run.

    A file that is there already stays as it is: `changed_files` tells which of them are not ours.
    Raises UsageError for a name that there is no example of, or a folder that cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in _files(name):
            target = folder / source.name
            if not target.exists():
                part = target.with_name(f".{source.name}.part")
                part.write_bytes(source.read_bytes())
                part.replace(target)
    except OSError as error:
        raise UsageError(
            f"the example cannot be written to {folder}: {error.strerror}. Choose another folder"
        ) from error
    return folder / _PIPELINES[name]


def changed_files(name: str, folder: Path) -> tuple[str, ...]:
    """The files of an example that are in the folder and are not as we would write them."""
    return tuple(
        source.name
        for source in _files(name)
        if (folder / source.name).is_file() and (folder / source.name).read_bytes() != source.read_bytes()
    )


def _files(name: str) -> list[Path]:
    if name not in _PIPELINES:
        raise UsageError(f"there is no example {name!r}: there is {', '.join(_PIPELINES)}")
    return sorted(file for file in (_HERE / name).iterdir() if file.is_file())
