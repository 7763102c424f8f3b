"""Modules of torch, and what else holds tensors: what they are by pickle, their tensors as safetensors.

Tensors that share memory share it again; dtype, strides, gradients, buffers, hooks and the mode of
training are kept. A class of the project carries its fingerprint, as with pickle.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import torch

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.pickling import pickle_value, unpickle_value
from cuvee.codecs.safetensors import file_of, memory_in
from cuvee.codecs.tensor import bytes_of, dtype_name, is_simple, tensor_over
from cuvee.codecs.text import class_name

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "torch"

_SUFFIX = ".safetensors"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    memories = _Memories(value)
    reducers: dict[type, Callable[[Any], Any]] = dict.fromkeys(
        (torch.Tensor, torch.nn.Parameter), memories.reduce
    )
    inside, parts, pickler = pickle_value(value, encoding, reducers)
    files = tuple((label + _SUFFIX, content) for label, content in memories.files.items())
    return Encoded(name, class_name(type(value)), inside, (*parts, *files), pickler=pickler)


def decode(parts: Parts) -> Any:
    token = _reading.set(_Reading(parts))
    try:
        return unpickle_value(parts)
    finally:
        _reading.reset(token)


class _Memories:
    """The memory of the tensors that are met, each once, by the name of a tensor that lies in it."""

    def __init__(self, value: Any) -> None:
        self.files: dict[str, bytearray] = {}
        # By where they are: kept with them, so that no other comes to be there meanwhile.
        self._labels: dict[int, tuple[str, Any]] = {}
        self._names: dict[int, tuple[str, Any]] = {}
        if isinstance(value, torch.nn.Module):
            for label, tensor in value.state_dict(keep_vars=True).items():
                if isinstance(tensor, torch.Tensor):
                    self._names.setdefault(id(tensor), (label, tensor))

    def reduce(self, tensor: Any) -> Any:
        """How a tensor is pickled: as a place in a memory, which is kept beside."""
        if not is_simple(tensor):
            return NotImplemented
        storage = tensor.untyped_storage()
        label, _ = self._labels.get(storage._cdata, ("", None))
        if not label:
            label, _ = self._names.get(id(tensor), (f"memory {len(self._labels)}", None))
            self._labels[storage._cdata] = label, storage
            self.files[label] = file_of(label, bytes_of(storage), tensor.detach())
        place = (tensor.storage_offset(), tuple(tensor.shape), tensor.stride())
        kind = (tensor.requires_grad, type(tensor) is torch.nn.Parameter)
        return _tensor, (label, dtype_name(tensor), *place, *kind, tensor.grad, dict(vars(tensor)))


class _Reading:
    """The memories of one artifact, each read when its first tensor is met."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._known: dict[str, Any] = {}

    def storage(self, label: str) -> Any:
        if label not in self._known:
            self._known[label] = memory_in(self._parts.read(label + _SUFFIX)).untyped_storage()
        return self._known[label]


_reading: ContextVar[_Reading] = ContextVar("cuvee_torch_reading")


def _tensor(label: str, *form: Any) -> Any:
    *form, grad, attributes = form  # type: ignore[assignment]
    tensor = tensor_over(_reading.get().storage(label), *form)
    tensor.grad = grad
    vars(tensor).update(attributes)
    return tensor
