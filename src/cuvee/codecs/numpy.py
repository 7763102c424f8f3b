"""Arrays and scalars of numpy as raw buffers: mapped back, writable, in the layout they had.

An array keeps the order of its axes in memory; gaps and negative steps are closed up. Object
arrays, masked arrays and other subclasses go to the next codec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.plain import decode_plain, encode_plain

if TYPE_CHECKING:
    from cuvee.codecs.codec import Buffer, Parts

name = "numpy"

_KINDS = frozenset("biufcmMSUV")

Array = np.ndarray[Any, Any]
Dtype = np.dtype[Any]


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    if type(value) is np.ndarray:
        return _encode_array(value)
    if isinstance(value, np.generic) and type(value).__module__ == "numpy":
        return _encode_scalar(value)
    return None


def decode(parts: Parts) -> Any:
    written, shape, detail = decode_plain(parts.meta)
    if shape is None:
        return _scalar(written, detail)
    return array_from(written, shape, detail, parts.read("data"))


class ArrayForm(NamedTuple):
    """An array as its dtype (a plain value), its axes from the outermost in memory, and its bytes.

    `live`: it lay in memory as it will when it is read.
    """

    dtype: Any
    axes: tuple[int, ...]
    data: Buffer
    live: bool


def array_form(array: Array) -> ArrayForm | None:
    """How an array is kept; None where its dtype cannot be written down."""
    written = write_dtype(array.dtype)
    if written is None:
        return None
    axes = axes_in_memory(array)
    turned = array.transpose(axes)
    stored = without_padding(np.asarray(turned, order="C"))
    data = stored.reshape(-1).view(np.uint8).data if stored.nbytes else b""
    return ArrayForm(written, axes, data, turned.flags.c_contiguous)


def array_from(written: Any, shape: tuple[int, ...], axes: tuple[int, ...], data: memoryview) -> Array:
    """The array of that form, over `data`."""
    in_memory = tuple(shape[axis] for axis in axes)
    stored: Array = np.ndarray(in_memory, read_dtype(written), data if data.nbytes else None)
    return stored.transpose(np.argsort(axes))


def _encode_array(array: Array) -> Encoded | None:
    form = array_form(array)
    if form is None:
        return None
    meta = encode_plain((form.dtype, array.shape, form.axes))
    return Encoded(name, "numpy.ndarray", meta, (("data", form.data),), live=form.live)


def _encode_scalar(value: np.generic) -> Encoded | None:
    type_name = f"numpy.{type(value).__name__}"
    if isinstance(value, np.str_ | np.bytes_):
        # Not by its buffer: an array drops the zeros at an item's end.
        text = str.__str__(value) if isinstance(value, np.str_) else bytes(value)
        return Encoded(name, type_name, encode_plain((None, None, text)), live=True)
    written = write_dtype(value.dtype)
    if written is None:
        return None
    content = without_padding(np.array(value)).tobytes()
    return Encoded(name, type_name, encode_plain((written, None, content)), live=True)


def _scalar(written: Any, detail: Any) -> np.generic:
    if written is None:
        return np.str_(detail) if isinstance(detail, str) else np.bytes_(detail)
    array: Array = np.ndarray((1,), read_dtype(written), bytearray(detail))
    return cast(np.generic, array[0])


def axes_in_memory(array: Array) -> tuple[int, ...]:
    """The axes from the outermost to the innermost in memory."""
    order = range(array.ndim)
    if array.flags.c_contiguous:
        return tuple(order)
    if array.flags.f_contiguous:
        return tuple(reversed(order))
    return tuple(sorted(order, key=lambda axis: -abs(array.strides[axis])))


def without_padding(array: Array) -> Array:
    """The gaps in an item of an array (between fields, after the 10 bytes of an x86 long double)
    hold anything: they are set to zero, so that they don't count."""
    if array.dtype.names is not None:
        clean = np.zeros(array.shape, array.dtype)
        for field in array.dtype.names:
            clean[field] = without_padding(array[field])
        return clean
    if array.dtype.char in "gG" and np.finfo(np.longdouble).nmant == 63 and array.size:
        clean = array.copy()
        gap = slice(10, None) if array.dtype.isnative else slice(None, 6)
        clean.reshape(-1).view(np.uint8).reshape(-1, 16)[:, gap] = 0
        return clean
    return array


def write_dtype(dtype: Dtype) -> Any:
    """The dtype as a plain value, or None where that would not be all of it."""
    written = describe_dtype(dtype)
    if written is None:
        return None
    again = read_dtype(written)
    same = again == dtype and again.type is dtype.type and again.isalignedstruct == dtype.isalignedstruct
    return written if same else None


def describe_dtype(dtype: Dtype) -> Any:
    if dtype.hasobject or dtype.metadata or dtype.kind not in _KINDS:
        return None
    if dtype.subdtype is not None:
        base = describe_dtype(dtype.subdtype[0])
        return None if base is None else (base, dtype.shape)
    if dtype.names is None:
        return dtype.str
    fields = [dtype.fields[field] for field in dtype.names] if dtype.fields else []
    formats = tuple(describe_dtype(field[0]) for field in fields)
    titles = tuple(field[2] if len(field) > 2 else None for field in fields)
    if None in formats or not all(title is None or type(title) is str for title in titles):
        return None
    offsets = tuple(field[1] for field in fields)
    return dtype.names, formats, offsets, titles, dtype.itemsize, dtype.isalignedstruct


def read_dtype(written: Any) -> Dtype:
    """The dtype that `write_dtype` wrote."""
    if isinstance(written, str):
        return np.dtype(written)
    if len(written) == 2:
        return np.dtype((read_dtype(written[0]), written[1]))
    names, formats, offsets, titles, size, aligned = written
    layout = {
        "names": list(names),
        "formats": [read_dtype(each) for each in formats],
        "offsets": list(offsets),
        "titles": list(titles),
        "itemsize": size,
    }
    return np.dtype(layout, align=aligned)  # type: ignore[call-overload,no-any-return]
