"""A value becomes an artifact: encoded, its long parts put into the store."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cuvee.codecs import registry
from cuvee.codecs.column_digests import may_have_columns
from cuvee.codecs.leaves import SCALARS
from cuvee.codecs.text import class_name
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.model.digest import Digest
from cuvee.model.profile import Profile
from cuvee.perform.handing import LEAST_BYTES as HANDED_BYTES
from cuvee.perform.kept import Kept
from cuvee.perform.parts import is_long, stored_parts
from cuvee.perform.recalling import Described, recalling, remember
from cuvee.perform.small import pack_small
from cuvee.perform.unmoved import Unmoved
from cuvee.perform.unpack import unpack
from cuvee.perform.unstored import unstored
from cuvee.perform.writing import BESIDE, write_and_look, write_while
from cuvee.perform.writing import LEAST_BYTES as WORTH_THREADS
from cuvee.profiles.describing import describe, has_profile, passing_of
from cuvee.profiles.texts import NOTHING_HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cuvee.codecs.codec import Buffer, ClassDigest, Encoded, Models
    from cuvee.perform.parts import Content, Written
    from cuvee.ports.blobs import BlobStore
    from cuvee.profiles.known import KnownColumns
    from cuvee.profiles.passing import Passing
    from cuvee.profiles.texts import Redact

# Of a result of many frames the first so many are described when it is kept, the others when they are
# looked at.
MOST_PROFILES = 50


def pack(
    value: Any, store: BlobStore, *, class_digest: ClassDigest, root: Path, keep_inputs: int
) -> Artifact:
    """An argument as an artifact.

    A `File` is looked up from `root`, stays where it is, and its content is also kept in the store
    if it has at most `keep_inputs` bytes. `class_digest` is asked about each class in the value.
    Raises CannotEncode, ParameterError for a `File` that cannot be read, StoreFault.
    """
    if type(value) in SCALARS:
        small = pack_small(value)
        if small is not None:
            return small
    return _stored(registry.encode(value, Packing(class_digest, root)), store, keep_inputs)


def pack_result(
    value: Any, store: BlobStore, *, class_digest: ClassDigest, elements: tuple[str, ...] | None = None
) -> Artifact:
    """A task's result as an artifact, all of it in the store.

    `elements` names what must be artifacts of their own: "0", "1" of a tuple, the fields of a
    NamedTuple, dataclass or TypedDict. Raises CannotEncode, StoreFault.
    """
    return _stored(_encoded(value, elements, Packing(class_digest, None)), store, 0)


def keep_result(
    value: Any,
    store: BlobStore,
    redact: Redact,
    *,
    class_digest: ClassDigest,
    elements: tuple[str, ...] | None = None,
    known: KnownColumns | None = None,
    unmoved: Unmoved | None = None,
    models: Models = "pickle",
) -> Kept:
    """A task's result as `pack_result` stores it, with the profiles of what is in it.

    They are made while it is written. `redact` hides the secrets in a text; without any it is
    NOTHING_HIDDEN, and then `known` has the profiles of columns that were met before. `unmoved` knows where
    what was kept last lay in memory. `models` says how models are kept.
    """
    if elements is None and type(value) in SCALARS:
        small = pack_small(value)
        if small is not None:
            return Kept(small)
    packing = _Describing(class_digest, None, models)
    encoded = _encoded(value, elements, packing)
    shared = () if elements is None else _shared(encoded)
    if not packing.described:
        return Kept(_stored(encoded, store, 0), shared=shared)
    if redact is not NOTHING_HIDDEN or not packing.have_columns:
        known = None
    contents = list(_long_parts(encoded))
    written, profiles = _write_and_look(
        contents, store, packing.described, redact, known, unmoved or Unmoved()
    )
    storing = _Storing(store, 0, iter(written))
    artifact = storing.artifact(encoded)
    named = [storing.digests[id(node)] for _, node in packing.described]
    return Kept(artifact, tuple(zip(named, profiles, strict=True)), frozenset(storing.live), shared)


def _write_and_look(
    contents: list[Buffer],
    store: BlobStore,
    described: Described,
    redact: Redact,
    known: KnownColumns | None,
    unmoved: Unmoved,
) -> tuple[list[Written], list[Profile]]:
    """Put these contents into the store, and make the profiles of what is in them meanwhile."""
    views = [memoryview(content).cast("B") for content in contents]
    passing = passing_of([value for value, _ in described]) if _are_many(views) else None
    measure = partial(unmoved.digest, store=store, passing=passing, beside=BESIDE)
    order = sorted(range(len(views)), key=lambda at: (bool(unmoved.guess(views[at])), -views[at].nbytes))
    if not (contents and (known or passing)):
        written, profiles = write_while(views, store, _looking(described, redact), measure, order)
        if contents and known is not None:
            remember(described, profiles, _by_identity(contents, [each.digest for each in written]), known)
    else:
        # Digests first: they tell which columns are new, and these are looked at while they pass by.
        def look(digests: Sequence[Digest]) -> list[Profile]:
            if known is None:
                return _looking(described, redact, passing)()
            return recalling(described, _by_identity(contents, digests), known, passing)

        written, profiles = write_and_look(views, store, look, measure, order)
    unmoved.note(views, written)
    return written, profiles


def _are_many(views: Sequence[memoryview]) -> bool:
    """Whether several threads share them about equally: else it is better to digest one while another
    looks at it."""
    sizes = [view.nbytes for view in views]
    return sum(sizes) >= WORTH_THREADS and 2 * max(sizes) <= sum(sizes)


def digest_value(value: Any, *, class_digest: ClassDigest) -> Digest:
    """The digest that the value would have as a task's result; nothing is stored. Raises CannotEncode."""
    return unstored(Packing(class_digest, None).encode(value)).digest


def pack_picture(figure: Any, store: BlobStore) -> Artifact:
    """A logged figure as an artifact: what a page can show. Raises CannotEncode, StoreFault."""
    from cuvee.codecs.picture import encode_picture

    return _stored(encode_picture(figure), store, 0)


def explode(
    artifact: Artifact, store: BlobStore, scratch: Path, *, class_digest: ClassDigest
) -> tuple[Artifact, ...]:
    """The items of a stored list or tuple, each an artifact; those of a set in a fixed order.

    Raises CannotEncode for a value of any other type, and whatever `unpack` raises.
    """
    from cuvee.codecs.composite import is_sequence

    if artifact.codec == "items" or (artifact.codec == "composite" and is_sequence(artifact.meta)):
        return tuple(child for _, child in artifact.children)

    value = unpack(artifact, store, scratch)
    if type(value) not in (list, tuple, set, frozenset, range):
        raise CannotEncode(
            f"map() walks a list, and this is of type {artifact.type}: have the task return a list"
        )
    items = tuple(pack_result(item, store, class_digest=class_digest) for item in value)
    return (
        items if type(value) in (list, tuple, range) else tuple(sorted(items, key=lambda item: item.digest))
    )


class Packing:
    """What codecs may ask while a value is encoded."""

    def __init__(self, class_digest: ClassDigest, root: Path | None, models: Models = "pickle") -> None:
        self.class_digest = class_digest
        self.root = root
        self.models = models

    def encode(self, value: Any) -> Encoded:
        return registry.encode(value, self)


class _Describing(Packing):
    """Notes which values have a profile: a frame has one, and its columns have not."""

    def __init__(self, class_digest: ClassDigest, root: Path | None, models: Models) -> None:
        super().__init__(class_digest, root, models)
        self.described: Described = []
        self._within = False

    @property
    def have_columns(self) -> bool:
        """Whether there is a frame among them."""
        return any(may_have_columns(encoded.codec) for _, encoded in self.described)

    def encode(self, value: Any) -> Encoded:
        if self._within or len(self.described) == MOST_PROFILES or not has_profile(value):
            return registry.encode(value, self)
        self._within = True
        try:
            encoded = registry.encode(value, self)
        finally:
            self._within = False
        self.described.append((value, encoded))
        return encoded


def _encoded(value: Any, elements: tuple[str, ...] | None, packing: Packing) -> Encoded:
    if elements is None:
        return packing.encode(value)

    from cuvee.codecs.composite import encode_elements

    return encode_elements(value, elements, packing)


def _looking(
    described: Described, redact: Redact, passing: Passing | None = None
) -> Callable[[], list[Profile]]:
    return lambda: [describe(value, redact, passing=passing) for value, _ in described]


def _by_identity(contents: Sequence[Buffer], digests: Sequence[Digest]) -> dict[int, Digest]:
    return dict(zip(map(id, contents), digests, strict=True))


def _shared(encoded: Encoded) -> tuple[str, ...]:
    from cuvee.codecs.sharing import shared_between

    found = shared_between(encoded)
    return () if found is None else (found.first, found.second, class_name(type(found.held)))


def _stored(encoded: Encoded, store: BlobStore, keep_inputs: int) -> Artifact:
    return _Storing(store, keep_inputs).artifact(encoded)


def _long_parts(encoded: Encoded) -> Iterator[Buffer]:
    """The buffers that are blobs of their own, in the order in which `_Storing` comes to them."""
    yield from (content for _, content in encoded.parts if is_long(content))
    for _, child in encoded.children:
        yield from _long_parts(child)


class _Storing:
    """Puts what was encoded into the store. `written` are the long buffers, where these are there already."""

    def __init__(self, store: BlobStore, keep_inputs: int, written: Iterator[Written] | None = None) -> None:
        self._store = store
        self._keep_inputs = keep_inputs
        self._written = written
        self.digests: dict[int, Digest] = {}
        self.live: set[Digest] = set()

    def artifact(self, encoded: Encoded) -> Artifact:
        contents: Sequence[tuple[str, Content]] = encoded.parts
        if self._written is not None:
            written = self._written
            contents = [(name, next(written) if is_long(part) else part) for name, part in encoded.parts]
        parts = stored_parts(contents, self._store, self._keep_inputs)
        children = tuple([(name, self.artifact(child)) for name, child in encoded.children])
        artifact = make_artifact(encoded.codec, encoded.type, encoded.meta, parts, children)
        self.digests[id(encoded)] = artifact.digest
        if encoded.live and artifact.size >= HANDED_BYTES:
            self.live.add(artifact.digest)
        return artifact
