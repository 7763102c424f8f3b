"""Values: what is stored, read back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cuvee.model.artifact import Artifact
from cuvee.model.record import ResultItem
from cuvee.operations.session import Session
from cuvee.perform.unpack import unpack


def load_artifact(session: Session, artifact: Artifact) -> Any:
    """The value, a copy of the caller's own. A `File` is copied into a temporary folder that stays.

    Raises DamagedBlob when its bytes are no longer what they were.
    """
    from tempfile import gettempdir  # 2 ms, and most values come before anybody loads one

    folder = Path(gettempdir()) / f"cuvee-{os.urandom(8).hex()}"
    return unpack(artifact, session.blobs, folder)


class Picture(bytes):
    """A logged figure as the bytes of its file; a notebook shows it. `media_type`: `image/png`."""

    media_type: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, bytes | str]:
        text = self.media_type in ("image/svg+xml", "text/html")
        return {self.media_type: self.decode() if text else bytes(self)}

    def __repr__(self) -> str:
        return f"<{self.media_type} of {len(self)} bytes>"


def load_picture(session: Session, artifact: Artifact) -> Picture:
    """A logged figure. Raises DamagedBlob."""
    picture = Picture(load_artifact(session, artifact))
    picture.media_type = artifact.type
    return picture


def load_result(session: Session, item: ResultItem) -> Any:
    """What a pipeline returned. Raises DamagedBlob."""
    if item.artifact is not None:
        return load_artifact(session, item.artifact)
    items = [load_result(session, part) for part in item.items]
    if item.kind == "dict":
        return dict(zip(item.names, items, strict=True))
    return tuple(items) if item.kind == "tuple" else items if item.kind == "list" else None
