"""Room: a stretch of Python's stack that is taken from the system at once.

Python keeps the frames of calls in pieces of 16 KB. A piece is taken when calls come to its first frame,
and given back when they leave that: thousands of times, where it happens to lie at the depth at which work
goes on. Importing scikit-learn under our own frames took and gave back twenty thousand, a tenth of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

T = TypeVar("T")

# A frame that says it may need this many places of eight bytes has a piece of its own, of twice that: the
# other half is for what it calls. Nothing is written to what nobody uses, so that it takes no memory.
_PLACES = 33_000


def _call(function: Callable[[], Any]) -> Any:
    return function()


_call_with_room = FunctionType(_call.__code__.replace(co_stacksize=_PLACES), globals(), "_call_with_room")


def with_room(function: Callable[[], T]) -> T:
    """What a function returns, which is called where the frames of some thousand calls below it lie in one
    piece."""
    return _call_with_room(function)  # type: ignore[no-any-return]
