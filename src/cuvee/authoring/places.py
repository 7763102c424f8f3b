"""Places: the user's line that something was written at, found on the stack."""

from __future__ import annotations

import os
import sys
from types import CodeType, FrameType

from cuvee.model.problem import Place

_PACKAGE = __file__.rpartition("authoring")[0]
_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - pathlib takes 10 ms to import


def user_frame() -> FrameType | None:
    """The innermost frame on the stack that is the user's: not ours, nor a library's that they called."""
    frame: FrameType | None = sys._getframe(1)
    nearest = None
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(_PACKAGE):
            nearest = nearest or frame
            if not (name.startswith((_LIBRARY, "<frozen ")) or "site-packages" in name):
                return frame
        frame = frame.f_back
    return nearest


def user_place() -> Place | None:
    """The innermost line on the stack that is the user's."""
    frame = user_frame()
    return place_of(frame) if frame is not None else None


def place_of(frame: FrameType) -> Place:
    """The line that a frame is at."""
    return Place(shown_file(frame.f_code.co_filename), frame.f_lineno)


def place_at(frame: FrameType) -> Place:
    """As `place_of`, for a line that is come to again and again: it is looked up once."""
    code = frame.f_code
    key = (id(code), frame.f_lasti)
    known = _places.get(key)
    if known is None or known[0] is not code:
        if len(_places) >= _MOST_PLACES:
            _places.clear()
        known = _places[key] = (code, place_of(frame))
    return known[1]


# With the code, so that its identity is not another's later.
_places: dict[tuple[int, int], tuple[CodeType, Place]] = {}
_MOST_PLACES = 4096


def shown_file(name: str) -> str:
    """A file as people know it: a notebook's cell by its number, anything else by its path."""
    if "ipykernel" not in name and not name.startswith("<ipython-input"):
        return name
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    numbers = getattr(getattr(shell, "compile", None), "_filename_map", {})
    return f"Cell In[{numbers[name]}]" if name in numbers else name
