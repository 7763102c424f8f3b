"""Arrays: numpy's by type, shape, order in memory and bytes; sparse matrices by the arrays they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cuvee.codecs.numpy import axes_in_memory, describe_dtype, without_padding
from cuvee.model.digest import digest_bytes

if TYPE_CHECKING:
    from cuvee.fingerprint.encoder import Encoder

# Kinds of types that their short name says all of: `<f8`, `M8[ns]`.
_NAMED = frozenset("?biufcmMSUO")


def encode_numpy(encoder: Encoder, value: Any) -> bytes | None:
    """An array or a scalar of numpy, or of a class derived from its arrays; None for anything else."""
    kind = type(value)
    if kind is np.ndarray:
        return _array(encoder, value)
    if isinstance(value, np.ma.MaskedArray):
        return _masked(encoder, value)
    if isinstance(value, np.ndarray):
        base = _array(encoder, value.view(np.ndarray))
        return encoder.join("subarray", [encoder.encode(kind), base, *_attributes(encoder, value)])
    if isinstance(value, np.dtype):
        return encoder.join("dtype", [encoder.encode(kind), value.str.encode(), _dtype(encoder, value)])
    if isinstance(value, np.generic) and kind.__module__ == "numpy":
        return _scalar(encoder, value)
    return None


def encode_sparse(encoder: Encoder, value: Any) -> bytes | None:
    """A sparse matrix or array of scipy; None for anything else.

    Whether its indices are sorted is found out when it is first asked for, and kept in the matrix.
    """
    if not hasattr(value, "format") or type(getattr(value, "__dict__", None)) is not dict:
        return None
    state = {
        name: item
        for name, item in vars(value).items()
        if name not in ("_has_sorted_indices", "_has_canonical_format")
    }
    if isinstance(value, dict):  # of older scipy: its entries are its items
        state["items"] = dict(value)
    return encoder.join("sparse", [encoder.encode(type(value)), encoder.encode(state)])


def _array(encoder: Encoder, array: np.ndarray[Any, Any]) -> bytes:
    axes = axes_in_memory(array)
    in_memory = array.transpose(axes)
    if array.dtype.hasobject:
        content = _objects(encoder, in_memory)
    else:
        stored = without_padding(np.asarray(in_memory, order="C"))
        content = encoder.join(
            "bytes", [digest_bytes(stored.reshape(-1).view(np.uint8).data) if stored.nbytes else b""]
        )
    layout = (bool(array.flags.c_contiguous), bool(array.flags.f_contiguous), axes)
    return encoder.join(
        "array",
        [encoder.encode((array.dtype.str, array.shape, layout)), _dtype(encoder, array.dtype), content],
    )


def _objects(encoder: Encoder, array: np.ndarray[Any, Any]) -> bytes:
    """Item by item; a column of text, which most are, at one go."""
    items = array.ravel().tolist()
    if items and set(map(type, items)) == {str}:
        return encoder.join("texts", text_pieces(items))
    return encoder.join("objects", encoder.each(items))


def text_pieces(items: list[str]) -> list[bytes]:
    """Texts as two pieces: their lengths, and all of them one after another."""
    lengths = np.fromiter(map(len, items), np.int64, len(items))
    text = "".join(items).encode("utf-8", "surrogatepass")
    return [digest_bytes(lengths.view(np.uint8).data), digest_bytes(text)]


def _masked(encoder: Encoder, value: Any) -> bytes:
    # What fills it is looked up when it is first asked for.
    fill = value._fill_value
    if fill is None:
        fill = np.ma.default_fill_value(value.dtype) if value.dtype.names is None else None
    elif value.dtype.names is None:
        fill = fill.item()
    parts = [encoder.encode(type(value)), _array(encoder, value.data.view(np.ndarray))]
    mask = value.mask
    parts.append(_array(encoder, mask) if isinstance(mask, np.ndarray) else encoder.encode(bool(mask)))
    parts += [encoder.encode(fill), encoder.encode(bool(value.hardmask))]
    return encoder.join("masked", parts)


def _attributes(encoder: Encoder, value: Any) -> list[bytes]:
    """What a derived class adds. Of a mapped file that is where it lies, and it counts by content."""
    own = getattr(value, "__dict__", None)
    return [] if not own or isinstance(value, np.memmap) else [encoder.encode(own)]


def _scalar(encoder: Encoder, value: np.generic) -> bytes | None:
    if value.dtype.hasobject:
        return None
    if isinstance(value, np.str_ | np.bytes_):
        # Not by its buffer: an array drops the zeros at an item's end.
        content = encoder.encode(str.__str__(value) if isinstance(value, np.str_) else bytes(value))
    else:
        content = without_padding(np.array(value)).tobytes()
    return encoder.join(
        "scalar",
        [encoder.encode(type(value)), value.dtype.str.encode(), _dtype(encoder, value.dtype), content],
    )


def _dtype(encoder: Encoder, dtype: np.dtype[Any]) -> bytes:
    """What the short name of a type leaves out."""
    if dtype.names is None and dtype.subdtype is None and not dtype.metadata and dtype.kind in _NAMED:
        return b""
    described = describe_dtype(dtype)
    return encoder.encode(
        (dtype.__reduce__(), dict(dtype.metadata or {})) if described is None else described
    )
