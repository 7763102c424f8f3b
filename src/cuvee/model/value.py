"""The base of every value in the vocabulary.

msgspec structs, not dataclasses: defining one costs 16 µs instead of 440 and making one
0.05 µs instead of 0.4, and both are paid on every start or call.
"""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, gc=False):
    """A frozen record, equal to another by its fields.

    The garbage collector passes it by: a value that cannot be changed leads to nothing made after it,
    so not back to itself, and of a million calls there would be ten million to look through.
    """
