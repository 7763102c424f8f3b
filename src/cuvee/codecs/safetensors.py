"""Memory of tensors as safetensors: a file format that holds no code, and that other tools read.

Each memory is a file of its own, so that models which share weights share blobs. The data begins at a
multiple of 64 bytes, and is mapped back where it lies.
"""

from __future__ import annotations

import json
from typing import Any

import torch

# What the format calls a dtype; memory of any other is written as bare bytes.
_DTYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}

_ALIGNED = 64


def file_of(name: str, memory: Any, tensor: Any) -> bytearray:
    """The memory, a run of bytes, under a name: of the tensor's dtype, and its shape if that is all of it."""
    size = memory.numel()
    known = _DTYPES.get(tensor.dtype)
    whole = known is not None and tensor.is_contiguous() and tensor.nbytes == size
    items = size // tensor.element_size() if known is not None and size % tensor.element_size() == 0 else None
    shape = list(tensor.shape) if whole else [size if items is None else items]
    about = {"dtype": "U8" if items is None else known, "shape": shape, "data_offsets": [0, size]}
    header = json.dumps({name: about}).encode()
    header += b" " * (-(8 + len(header)) % _ALIGNED)
    content = bytearray(8 + len(header) + size)
    content[:8] = len(header).to_bytes(8, "little")
    content[8 : 8 + len(header)] = header
    if size:
        torch.frombuffer(content, dtype=torch.uint8, offset=8 + len(header)).copy_(memory)
    return content


def memory_in(content: memoryview) -> Any:
    """The memory in such a file, as a run of bytes over its content."""
    start = 8 + int.from_bytes(content[:8], "little")
    if start == content.nbytes:
        return torch.empty(0, dtype=torch.uint8)
    return torch.frombuffer(content, dtype=torch.uint8, offset=start)
