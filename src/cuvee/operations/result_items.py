"""Result items: what a pipeline returned, as its record names it."""

from __future__ import annotations

from cuvee.errors import InternalError
from cuvee.model.artifact import Artifact
from cuvee.model.graph import Argument, Gather
from cuvee.model.order import Bundle, Payload, artifacts_in
from cuvee.model.record import ResultItem


def result_item(argument: Argument, payload: Payload) -> ResultItem:
    """What was returned (`argument`), with the artifacts that it came to (`payload`)."""
    if isinstance(payload, Artifact):
        return ResultItem(payload)
    if not isinstance(payload, Bundle):
        raise InternalError("a pipeline's result was not checked for what cannot be kept")
    if isinstance(argument, Gather):
        items = tuple(
            result_item(item, part) for item, part in zip(argument.items, payload.items, strict=True)
        )
        names = _names(payload)
        return ResultItem(kind=payload.kind, items=items, names=names)
    # A fan's: one artifact for each of its calls.
    return ResultItem(kind=payload.kind, items=tuple(map(ResultItem, artifacts_in(payload))))


def _names(payload: Bundle) -> tuple[str, ...]:
    from cuvee.codecs.plain import decode_plain

    if not isinstance(payload.keys, Artifact) or payload.keys.codec != "plain":
        return tuple(map(str, range(len(payload.items)))) if payload.kind == "dict" else ()
    return tuple(map(str, decode_plain(payload.keys.meta)))
