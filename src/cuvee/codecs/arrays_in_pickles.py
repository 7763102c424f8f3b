"""numpy inside of a pickle: what numpy's own pickling forgets, and what it lets in that is no content.

It forgets that a mask is hard; it writes the gaps between fields, and after the 10 bytes of an x86
long double, whatever is in them.
"""

from __future__ import annotations

from typing import Any


def reduced(value: Any) -> Any:
    """How an array or a scalar is taken apart, as `__reduce_ex__` says it; NotImplemented where numpy
    does it right."""
    kind = type(value).__name__
    if kind == "MaskedArray":
        return _masked(value) if value.hardmask else NotImplemented
    if kind == "ndarray":
        return _without_gaps(value)
    if kind in ("void", "longdouble", "clongdouble") and not value.dtype.hasobject:
        import numpy as np

        from cuvee.codecs.numpy import without_padding

        make, (dtype, _) = value.__reduce__()
        return make, (dtype, without_padding(np.array(value)).tobytes())
    return NotImplemented


def _without_gaps(array: Any) -> Any:
    if (array.dtype.names is None and array.dtype.char not in "gG") or array.dtype.hasobject:
        return NotImplemented
    import numpy as np

    from cuvee.codecs.numpy import axes_in_memory, without_padding

    axes = axes_in_memory(array)
    clean = without_padding(np.asarray(array.transpose(axes), order="C"))
    return clean.transpose(np.argsort(axes)).__reduce_ex__(5)


def _masked(value: Any) -> Any:
    make, arguments, state = value.__reduce__()
    return make, arguments, state, None, None, _set_hard


def _set_hard(value: Any, state: Any) -> None:
    value.__setstate__(state)
    value.harden_mask()
