"""What a pipeline gave, as one line."""

from __future__ import annotations

from cuvee.cli.quantities import bytes_text
from cuvee.codecs.text import text_of
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.artifact import Artifact
from cuvee.model.record import ResultItem
from cuvee.operations.json_values import Load, is_cheap

_LARGEST_SHOWN = 10_000


def result_text(item: ResultItem, load: Load) -> str:
    """`{'rmse': 0.63}`, `pandas.DataFrame (264 kB)`, `(int, …)`; "" where there is no result, or None."""
    if item.kind == "absent" or item.kind == "none":
        return ""
    text = _text(item, load)
    return "" if text == "None" else text


def _text(item: ResultItem, load: Load) -> str:
    if item.artifact is not None:
        return _artifact_text(item.artifact, load)
    texts = [_text(part, load) for part in item.items]
    if item.kind == "dict":
        return (
            "{" + ", ".join(f"{name!r}: {text}" for name, text in zip(item.names, texts, strict=True)) + "}"
        )
    listed = ", ".join(texts)
    return f"[{listed}]" if item.kind == "list" else f"({listed})"


def _artifact_text(artifact: Artifact, load: Load) -> str:
    if is_cheap(artifact) and artifact.size <= _LARGEST_SHOWN:
        try:
            return text_of(load(artifact))
        except (CannotDecode, DamagedBlob):
            pass  # its type and size say what it is
    return f"{artifact.type} ({bytes_text(artifact.size)})"
