"""The pictures that a run's calls logged, written into a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from cuvee.errors import EnvironmentFault
from cuvee.model.artifact import Artifact
from cuvee.model.record import CallRecord

_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
    "text/html": ".html",
}


def save_figures(calls: Sequence[CallRecord], folder: Path, load: Callable[[Artifact], bytes]) -> list[Path]:
    """Write each figure as `evaluate.roc.png`, making the folder; the files, in the order of the calls.

    Raises EnvironmentFault where one cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for call in calls:
            for figure in call.figures:
                file = folder / _file_name(f"{call.path}.{figure.name}", figure.artifact.type)
                file.write_bytes(load(figure.artifact))
                written.append(file)
    except OSError as error:
        raise EnvironmentFault(f"the figures cannot be written to {folder}: {error.strerror}") from error
    return written


def _file_name(name: str, media_type: str) -> str:
    """A name that every file system takes, with the ending that its kind of picture has."""
    ending = _ENDINGS.get(media_type, "")
    plain = re.sub(r"[^\w.()\[\]#+-]+", "_", name).lstrip(".")
    return plain if plain.endswith(ending) and ending else f"{plain}{ending}"
