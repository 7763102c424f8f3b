"""A performer whose values are in a store: in this process and in a worker alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cuvee.codecs.codec import Models
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.model.artifact import Artifact
from cuvee.perform.capture import Hear
from cuvee.perform.imports import imports
from cuvee.perform.interrupts import Interrupts
from cuvee.perform.kept import Kept
from cuvee.perform.mutation import LARGEST_BYTES, Mutations
from cuvee.perform.observation import Observer
from cuvee.perform.performer import Performer
from cuvee.perform.unmoved import Unmoved
from cuvee.ports.blobs import BlobStore
from cuvee.profiles.known import KnownColumns


def performer_on_store(
    root: Path,
    home: Path,
    blobs: BlobStore,
    code: ProcessCode,
    hear: Hear,
    interrupts: Interrupts,
    *,
    models: Models,
    watched: int = LARGEST_BYTES,
    hand_on: bool = False,
) -> Performer:
    """A performer of a project's calls.

    `models` says how models are kept; `watched`: bytes up to which an input is looked at for what the task
    did to it; `hand_on`: a large result may go on to its only consumer as it is.
    """
    known, unmoved = KnownColumns(), Unmoved()

    # Many a run has nothing larger than a number, for which none of this has to be loaded.

    def load(artifact: Artifact, scratch: str) -> Any:
        from cuvee.perform.unpack import unpack

        return unpack(artifact, blobs, scratch)

    def keep(value: Any, elements: tuple[str, ...] | None, redact: Callable[[str], str]) -> Kept:
        from cuvee.perform.pack import keep_result

        return keep_result(
            *(value, blobs, redact),
            class_digest=code.class_digest,
            elements=elements,
            known=known,
            unmoved=unmoved,
            models=models,
        )

    def keep_picture(figure: Any) -> Artifact:
        from cuvee.perform.pack import pack_picture

        return pack_picture(figure, blobs)

    return Performer(
        load=load,
        keep=keep,
        keep_picture=keep_picture,
        mutations=Mutations(code.class_digest, watched),
        observer=Observer(root, home, imports),
        hear=hear,
        interrupts=interrupts,
        hand_on=hand_on,
    )
