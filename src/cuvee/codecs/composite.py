"""Tuples, lists, dicts, NamedTuples and dataclass instances whose elements are artifacts of their own.

An element can then be passed on, mapped over and compared without its siblings. A class goes by
its name and its fingerprint. What is not a tree is left to pickle, which keeps it as it is.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.elements import Taken, make_instance, take_apart
from cuvee.codecs.naming import name_of, thing_named
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.codecs.sharing import find_shared, pickled_leaves
from cuvee.codecs.text import class_name
from cuvee.codecs.tree import is_tree
from cuvee.errors import CannotDecode, CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts
    from cuvee.model.digest import Digest

name = "composite"

_WITH_CLASS = ("namedtuple", "dataclass")


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    taken = take_apart(value)
    if taken is None or not taken.items or not is_tree(value):
        return None
    if taken.kind in _WITH_CLASS and name_of(type(value)) is None:
        return None
    try:
        encoded = _encoded(value, taken, _names(taken), encoding)
    except _KeysNotPlain:
        return None
    # Kept one by one, what is one object in two elements would be two when it is read.
    leaves = [(str(at), leaf) for at, leaf in enumerate(pickled_leaves(encoded))]
    return encoded if find_shared(leaves) is None else None


def encode_elements(value: Any, names: tuple[str, ...], encoding: Encoding) -> Encoded:
    """The value with each element of these names a child, plain or not.

    `names` are "0", "1", … of a tuple, and of a NamedTuple, a dataclass or a dict the fields or
    keys (a dict may lack some). Raises CannotEncode when the value does not have them.
    """
    taken = take_apart(value)
    what = f"a {class_name(type(value))}"
    if taken is None or taken.kind == "list":
        raise CannotEncode(f"{what} has no elements {', '.join(names)}")
    own = _names(taken)
    if taken.kind in ("tuple", "namedtuple"):
        if len(taken.items) != len(names):
            raise CannotEncode(f"{len(names)} elements are expected, and {what} has {len(taken.items)}")
        own = names
    elif taken.kind == "dataclass":
        taken = _with_defaults(value, taken, names)
        own = _names(taken)
    try:
        return _encoded(value, taken, own, encoding)
    except _KeysNotPlain as error:
        raise CannotEncode(f"{what} has keys that are not plain values: {error}") from error


def _with_defaults(value: Any, taken: Taken, names: tuple[str, ...]) -> Taken:
    """A field that `__init__` does not set may have its value in the class."""
    absent = [field for field in names if field not in taken.keys]
    if not all(hasattr(value, field) for field in absent):
        raise CannotEncode(f"a {class_name(type(value))} has no value for {', '.join(absent)}")
    found = tuple(getattr(value, field) for field in absent)
    return Taken("dataclass", (*taken.keys, *absent), (*taken.items, *found))


def decode(parts: Parts) -> Any:
    kind, path, _, keys = decode_plain(parts.meta)
    items = [make() for _, make in parts.children()]
    if kind == "list":
        return items
    if kind == "tuple":
        return tuple(items)
    if kind == "dict":
        return dict(zip(keys, items, strict=True))
    cls = pickle.loads(parts.read("class")) if path is None else thing_named(path)
    if kind == "dataclass":
        return make_instance(cls, dict(zip(keys, items, strict=True)))
    if len(cls._fields) != len(items):
        raise CannotDecode(f"{path} has {len(cls._fields)} fields now and had {len(items)}: run again")
    return tuple.__new__(cls, items)


def is_sequence(meta: bytes) -> bool:
    """Whether a composite with this meta is a list or a tuple."""
    return decode_plain(meta)[0] in ("list", "tuple")


class _KeysNotPlain(Exception):
    pass


def _encoded(value: Any, taken: Taken, names: tuple[str, ...], encoding: Encoding) -> Encoded:
    cls = type(value)
    path: str | None = None
    digest: Digest | None = None
    parts: tuple[tuple[str, bytes], ...] = ()
    if taken.kind in _WITH_CLASS:
        path, digest = name_of(cls), encoding.class_digest(cls)
        # A class that no import reaches, made in a function say, travels with its instances.
        parts = () if path else (("class", _class_by_value(cls)),)
    try:
        meta = encode_plain((taken.kind, path, digest, taken.keys), encoding.class_digest)
    except CannotEncode as error:
        raise _KeysNotPlain(str(error)) from error
    children = tuple((child, encoding.encode(item)) for child, item in zip(names, taken.items, strict=True))
    live = all(child.live for _, child in children)
    return Encoded(name, class_name(cls), meta, parts, children, live)


def _class_by_value(cls: type) -> bytes:
    from cuvee.codecs.classes_by_value import class_bytes  # cloudpickle takes 10 ms, and few need it

    return class_bytes(cls)


def _names(taken: Taken) -> tuple[str, ...]:
    """The keys where they are all text, else positions: `1` and `"1"` must not look alike."""
    if len(taken.keys) == len(taken.items) and all(map(_is_text, taken.keys)):
        return taken.keys
    return tuple(map(str, range(len(taken.items))))


def _is_text(key: Any) -> bool:
    if type(key) is not str:
        return False
    try:
        key.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True
