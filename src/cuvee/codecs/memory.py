"""Bytes in memory, by where they lie. Imported on use: ctypes takes milliseconds."""

from __future__ import annotations

import ctypes

_memcmp = ctypes.CDLL(None).memcmp
_memcmp.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


def address_of(view: memoryview) -> int | None:
    """Where the bytes of a view without gaps lie; None of none, or where nobody may write."""
    if view.readonly or not view.nbytes:
        return None
    return ctypes.addressof(ctypes.c_char.from_buffer(view))


def same_bytes(a: memoryview, b: memoryview) -> bool:
    """Whether two views that have addresses hold the same bytes. Other threads go on meanwhile."""
    if a.nbytes != b.nbytes:
        return False
    found: int = _memcmp(address_of(a), address_of(b), a.nbytes)
    return found == 0
