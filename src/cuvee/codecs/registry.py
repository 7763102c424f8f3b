"""Which codec takes a value: the first that can keep it exactly, the last resort being pickle.

Plain values are asked for first, then what plug-ins and cuvee have for the value's library.

A codec is imported when a value of its library is met, so an int never costs an import of pandas.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from cuvee.codecs.codec import Codec, Encoded, Encoding
from cuvee.codecs.plugins import plugin_named, plugins_for
from cuvee.errors import CannotDecode, InternalError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG = frozenset({str, bytes, bytearray})

# The library of a value's class, or of one of its bases → the codecs to ask, in order.
_BY_LIBRARY: dict[str, tuple[str, ...]] = {
    "numpy": ("numpy", "objects"),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "pyarrow": ("pyarrow",),
    "scipy": ("scipy",),
    "torch": ("tensor", "torch"),
    "sklearn": ("skops", "sklearn"),
    "matplotlib": ("figure",),
    "cuvee": ("items", "file", "directory"),
}

PICKLED = frozenset({"pickle", "sklearn", "figure", "torch"})
"""The codecs that rest on pickle: what they wrote may not be read by other versions of its libraries."""

TELLING = PICKLED | {"skops"}
"""The codecs whose meta tells of the project's code and of the packages in a value."""

_MODULES: dict[str, str] = {
    "plain": "cuvee.codecs.plain",
    "bytes": "cuvee.codecs.text_bytes",
    "composite": "cuvee.codecs.composite",
    "directory": "cuvee.codecs.directory",
    "file": "cuvee.codecs.file",
    "items": "cuvee.codecs.items",
    "numpy": "cuvee.codecs.numpy",
    "objects": "cuvee.codecs.object_array",
    "pandas": "cuvee.codecs.pandas",
    "polars": "cuvee.codecs.polars",
    "pyarrow": "cuvee.codecs.pyarrow",
    "scipy": "cuvee.codecs.scipy",
    "tensor": "cuvee.codecs.tensor",
    "torch": "cuvee.codecs.torch",
    "columns": "cuvee.codecs.narrowed",
    "column": "cuvee.codecs.column",
    "skops": "cuvee.codecs.skops",
    "sklearn": "cuvee.codecs.sklearn",
    "figure": "cuvee.codecs.figure",
    "picture": "cuvee.codecs.picture",
    "pickle": "cuvee.codecs.pickled",
}


def encode(value: Any, encoding: Encoding) -> Encoded:
    """The value as bytes. Raises CannotEncode when no codec keeps it."""
    for codec in _codecs_for(type(value)):
        encoded = codec.encode(value, encoding)
        if encoded is not None:
            return encoded
    raise InternalError(f"pickle neither took nor refused a {type(value).__qualname__}")


@cache
def codec_named(name: str) -> Codec:
    """The codec that wrote an artifact. Raises CannotDecode for a name that this version does not have."""
    module = _MODULES.get(name)
    if module is not None:
        return cast(Codec, importlib.import_module(module))
    codec = plugin_named(name)
    if codec is None:
        raise CannotDecode(
            f"a value is stored as {name!r}, which neither this cuvee nor a plug-in reads: "
            "upgrade it, or install the plug-in that wrote it"
        )
    return codec


def _codecs_for(kind: type) -> Iterator[Codec]:
    """The codecs to ask, each imported when its turn comes."""
    if kind in _LONG:
        yield codec_named("bytes")
    yield codec_named("plain")
    for library in dict.fromkeys(cls.__module__.partition(".")[0] for cls in kind.__mro__):
        yield from plugins_for(library)
        yield from map(codec_named, _BY_LIBRARY.get(library, ()))
    yield codec_named("composite")
    yield codec_named("pickle")
