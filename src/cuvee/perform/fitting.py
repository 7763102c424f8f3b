"""Fitting: an artifact whose classes have another version here becomes one of the classes that are loaded.

It does so only where each of these classes says how, by a method `__cuvee_migrate__`: an instance has the
attributes that another version of its class has set, and the method makes them this version's.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cuvee.codecs.naming import thing_named
from cuvee.codecs.versions import code_in
from cuvee.errors import CannotDecode
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_text
from cuvee.perform.pack import Packing, pack_result
from cuvee.perform.unpack import unpack

if TYPE_CHECKING:
    from cuvee.codecs.codec import ClassDigest
    from cuvee.ports.blobs import BlobStore

METHOD = "__cuvee_migrate__"

_SHOWN = len("blake3:") + 12


def fit(
    artifact: Artifact, blobs: BlobStore, *, class_digest: ClassDigest, scratch: Path | None = None
) -> Artifact:
    """The artifact itself where its classes are those that are loaded; else what they say that it becomes.

    Raises CannotDecode for a class of another version that does not say how, or is not there; DamagedBlob.
    """
    foreign = _foreign(artifact, class_digest)
    if artifact.codec == "plain":
        _check_members(artifact, blobs, class_digest)
    if not foreign:
        return artifact
    value = migrated(artifact, blobs, foreign, class_digest=class_digest, scratch=scratch)
    return pack_result(value, blobs, class_digest=class_digest)


def migrated(
    artifact: Artifact,
    blobs: BlobStore,
    foreign: dict[str, Any],
    *,
    class_digest: ClassDigest,
    scratch: Path | None = None,
) -> Any:
    """The value, each instance of a class in `foreign` made one of the class that is loaded."""
    value = unpack(artifact, blobs, scratch or _scratch())
    for instance in _instances(value, foreign.values(), class_digest):
        try:
            getattr(instance, METHOD)()
        except Exception as error:  # it is the user's code, which may raise anything
            name = f"{type(instance).__module__}:{type(instance).__qualname__}"
            raise CannotDecode(
                f"{name}.{METHOD} raised {type(error).__name__}: {error}, for one of another version"
            ) from error
    return value


def _foreign(artifact: Artifact, class_digest: ClassDigest) -> dict[str, Any]:
    """The classes in a value that have another version here, by name. Raises CannotDecode where one does not
    say how its instances become those of this version."""
    found: dict[str, Any] = {}
    for name, then in code_in(artifact).items():
        thing = thing_named(name)
        now = class_digest(thing)
        if now == then:
            continue
        if not isinstance(thing, type) or not callable(getattr(thing, METHOD, None)):
            raise CannotDecode(_other_version(artifact, name, then, now, is_class=isinstance(thing, type)))
        found[name] = thing
    return found


def _other_version(artifact: Artifact, name: str, then: Digest, now: Digest | None, *, is_class: bool) -> str:
    here = digest_text(now)[:_SHOWN] if now is not None else "not the project's"
    before = digest_text(then)[:_SHOWN]
    message = f"a {artifact.type} was made with another version of {name}: {before} there, {here} here"
    if not is_class:
        return message
    return f"{message}. A method {METHOD}(self) of the class says how one becomes the other"


def _instances(value: Any, classes: Iterable[type], class_digest: ClassDigest) -> Iterator[Any]:
    """Every instance of these classes in a value, each once."""
    from cuvee.codecs.pickling import pickle_value  # cloudpickle takes 10 ms, and few values are fitted

    met: dict[int, Any] = {}

    def meet(instance: Any) -> Any:
        met.setdefault(id(instance), instance)
        return NotImplemented

    # Whatever pickling comes by is in the value, and nothing else.
    pickle_value(value, Packing(class_digest, None), dict.fromkeys(classes, meet))
    return iter(met.values())


def _check_members(artifact: Artifact, blobs: BlobStore, class_digest: ClassDigest) -> None:
    """Raise CannotDecode where a plain value has a member of an Enum in it that has another version here."""
    value = unpack(artifact, blobs, _scratch())
    members = dict.fromkeys(type(member) for member in _members(value))
    if not members or pack_result(value, blobs, class_digest=class_digest).digest == artifact.digest:
        return
    names = ", ".join(f"{each.__module__}:{each.__qualname__}" for each in members)
    raise CannotDecode(f"{artifact.type} has members of {names} in it, which has another version here")


def _members(value: Any) -> Iterator[enum.Enum]:
    if isinstance(value, enum.Enum):
        yield value
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from _members(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _members(item)


def _scratch() -> Path:
    import os
    from tempfile import gettempdir  # 2 ms, and few values are fitted

    return Path(gettempdir()) / f"cuvee-{os.urandom(8).hex()}"
