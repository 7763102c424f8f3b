"""What a pipeline gave, as one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cuvee.cli.quantities import bytes_text, number_text
from cuvee.codecs.text import text_of
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.artifact import Artifact
from cuvee.model.record import ResultItem
from cuvee.operations.json_values import Load, is_cheap

_LARGEST_SHOWN = 10_000
_MOST_ITEMS = 20


def result_text(item: ResultItem, load: Load) -> str:
    """`{'rmse': 0.63}`, `pandas.DataFrame (264 kB)`, `(int, …)`; "" where there is no result, or None."""
    if item.kind == "absent" or item.kind == "none":
        return ""
    text = _text(item, load)
    return "" if text == "None" else text


def value_text(value: Any) -> str:
    """A value of few items in full, its floats at six digits that matter; any other as `text_of`."""
    kind = type(value)
    if kind is float:
        return number_text(value) if not value.is_integer() else repr(value)
    if kind not in (dict, list, tuple) or not 0 < len(value) <= _MOST_ITEMS:
        return text_of(value)
    if kind is dict:
        return "{" + ", ".join(f"{text_of(key)}: {value_text(item)}" for key, item in value.items()) + "}"
    listed = ", ".join(map(value_text, value))
    return f"[{listed}]" if kind is list else f"({listed}{',' if len(value) == 1 else ''})"


def plain_texts(named: Iterable[tuple[str, Artifact]], load: Load) -> dict[str, str]:
    """Of these values those that are plain and short, by name, as `value_text` says them."""
    texts = {name: _plain_text(artifact, load) for name, artifact in named}
    return {name: text for name, text in texts.items() if text is not None}


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
    text = _plain_text(artifact, load)
    return f"{artifact.type} ({bytes_text(artifact.size)})" if text is None else text


def _plain_text(artifact: Artifact, load: Load) -> str | None:
    if is_cheap(artifact) and artifact.size <= _LARGEST_SHOWN:
        try:
            return value_text(load(artifact))
        except (CannotDecode, DamagedBlob):
            pass  # its type and size say what it is
    return None
