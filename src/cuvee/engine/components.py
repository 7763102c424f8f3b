"""Components: what each argument of a call is in its key. Pure: `lower` gives what is behind a reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from cuvee.errors import InternalError
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.graph import Argument, Fan, Gather, Given, Hidden, Narrowed, Node, Opaque, Ref, refs_of
from cuvee.model.key import Component, ComponentKind
from cuvee.model.order import Bundle, Live, Payload, artifacts_in

# Calls that are named where an input is put together from several.
_ORIGINS = 3

PathOf = Callable[[int], str]

_NO_VERSION = digest_parts("secret", [])

# What has no content has its place in the key by its parameter alone; the call is not reused.
_NO_CONTENT = digest_parts("live", [])


def stored_in(argument: Argument, lower: Callable[[Argument], Payload]) -> Iterable[Artifact]:
    """The stored values in an argument; of a frame that is narrowed, the whole."""
    if type(argument) is Given:
        return (argument.artifact,)
    return artifacts_in(lower(argument.frame if isinstance(argument, Narrowed) else argument))


def none_is_lowered(argument: Argument) -> Payload:
    raise InternalError(f"{argument} was to be known without a result")


def awaited_by(node: Node) -> tuple[str, ...]:
    """The arguments that a node takes of others, or of which it takes a part that is to be looked at."""
    over = node.over if isinstance(node, Fan) else ()
    return tuple(
        name
        for name, argument in (*over, *node.arguments)
        if isinstance(argument, Narrowed) or any(refs_of(argument))
    )


def component_of(
    name: str, argument: Argument, lower: Callable[[Argument], Payload], path_of: PathOf
) -> Component:
    if type(argument) is Given:
        digest = argument.identity or argument.artifact.digest
        return Component(argument.kind, name, digest, argument.text, argument.origin)
    if isinstance(argument, Hidden):
        version = argument.version
        digest = digest_parts("secret", [version.encode()]) if version is not None else _NO_VERSION
        return Component("secret", name, digest, f"version {version}" if version is not None else "***")
    if isinstance(argument, Opaque):
        return Component("parameter", name, argument.identity or _NO_CONTENT, argument.text)
    payload = lower(argument)
    text, origin = _input_text(argument, payload), origin_of(argument, path_of)
    return Component("input", name, _digest(argument, lower), text, origin)


def origin_of(argument: Argument, path_of: PathOf) -> str:
    """The call that an input is from, `split.0` where it is an element; the first ones of several."""
    if isinstance(argument, Ref):
        path = path_of(argument.node)
        return ".".join((path, *argument.select)) if argument.select else path
    nodes = dict.fromkeys(ref.node for ref in refs_of(argument))
    paths = [path_of(node) for node in islice(nodes, _ORIGINS)]
    return ", ".join(paths) + (", …" if len(nodes) > _ORIGINS else "")


def narrowed_components(
    name: str, argument: Narrowed, lower: Callable[[Argument], Payload], path_of: PathOf
) -> Iterator[Component]:
    """One for each column that is taken, so that a reason can name it, and one for what is beside them."""
    payload = lower(argument)
    kind: ComponentKind = "parameter" if isinstance(argument.frame, Given) else "input"
    frame = argument.frame
    origin = frame.origin if isinstance(frame, Given) else origin_of(frame, path_of)
    if not isinstance(payload, Artifact) or payload.codec != "columns":
        text = _input_text(argument.frame, payload)
        yield Component(kind, name, _payload_digest(payload), text, origin)
        return
    beside = make_artifact(payload.codec, payload.type, payload.meta, payload.parts)
    text = f"{len(payload.children)} of a {payload.type}'s columns"
    yield Component(kind, name, beside.digest, text, origin)
    for column, artifact in payload.children:
        yield Component(kind, f"{name}[{column}]", artifact.digest, "", origin)


def _digest(argument: Argument, lower: Callable[[Argument], Payload]) -> Digest:
    """The digest of an argument, or of a part of one."""
    if isinstance(argument, Given):
        return argument.identity or argument.artifact.digest
    if isinstance(argument, Opaque):
        return argument.identity or _NO_CONTENT
    if isinstance(argument, Gather):
        parts = argument.items if argument.keys is None else (*argument.items, argument.keys)
        return digest_parts(argument.kind, [_digest(part, lower) for part in parts])
    return _payload_digest(lower(argument))


def _payload_digest(payload: Payload) -> Digest:
    """The digest of what a call receives: an artifact's own, or that of all in a bundle."""
    if isinstance(payload, Artifact):
        return payload.digest
    if isinstance(payload, Bundle):
        pieces = [_payload_digest(item) for item in payload.items]
        if payload.keys is not None:
            pieces.append(_payload_digest(payload.keys))
        return digest_parts(payload.kind, pieces)
    return _NO_CONTENT


def _input_text(argument: Argument, payload: Payload) -> str:
    if isinstance(argument, Ref) and isinstance(payload, Artifact):
        return payload.type
    if isinstance(payload, Bundle):
        return f"{payload.kind} of {len(payload.items)}"
    return payload.value.__class__.__name__ if isinstance(payload, Live) else ""
