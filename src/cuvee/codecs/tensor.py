"""A tensor of torch by itself: its memory as safetensors, and how it lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.codecs.safetensors import file_of, memory_in
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "tensor"

_PART = "tensor.safetensors"


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    if type(value) not in (torch.Tensor, torch.nn.Parameter) or not is_simple(value):
        return None
    if vars(value) or value.grad is not None:
        return None  # there is more to it: as a model is kept, so is this
    memory, start = _span(value.detach())
    form = (dtype_name(value), start, tuple(value.shape), value.stride(), value.requires_grad)
    meta = encode_plain((*form, type(value) is torch.nn.Parameter))
    return Encoded(
        name, f"torch.{type(value).__name__}", meta, ((_PART, file_of("tensor", memory, value)),), live=True
    )


def decode(parts: Parts) -> Any:
    form = decode_plain(parts.meta)
    return tensor_over(memory_in(parts.read(_PART)).untyped_storage(), *form)


def is_simple(tensor: Any) -> bool:
    """Whether a tensor is a run of numbers in this machine's memory. Raises CannotEncode for one that
    is part of a computation."""
    if tensor.grad_fn is not None:
        raise CannotEncode(
            "a tensor that autograd still follows cannot be kept with what it was computed from: "
            "return tensor.detach()"
        )
    return bool(
        tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and not tensor.is_quantized
        and not tensor.is_conj()
        and not tensor.is_neg()
        and not tensor._backward_hooks
    )


def dtype_name(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def tensor_over(
    storage: Any,
    dtype: str,
    offset: int,
    shape: tuple[int, ...],
    stride: tuple[int, ...],
    requires_grad: bool,
    is_parameter: bool,
) -> Any:
    """The tensor of that form over a storage."""
    tensor = torch.empty(0, dtype=getattr(torch, dtype)).set_(storage, offset, shape, stride)
    if is_parameter:
        return torch.nn.Parameter(tensor, requires_grad)
    return tensor.requires_grad_(requires_grad)


def bytes_of(storage: Any) -> Any:
    """A storage as a tensor of its bytes."""
    return torch.empty(0, dtype=torch.uint8).set_(storage, 0, (storage.nbytes(),), (1,))


def _span(tensor: Any) -> tuple[Any, int]:
    """The bytes of its storage that a tensor reaches, and where in these it begins."""
    if not tensor.numel():
        return torch.empty(0, dtype=torch.uint8), 0
    start = tensor.storage_offset()
    last = start + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.stride(), strict=True))
    size = tensor.element_size()
    return bytes_of(tensor.untyped_storage())[start * size : (last + 1) * size], 0
