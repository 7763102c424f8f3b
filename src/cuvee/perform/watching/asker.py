"""The asker: whose code asks for something, found by walking out from where it is asked.

What an installed module does while it is imported is the environment's business; what a module of
the project does then is noted for that module. Between the two and a call there is a boundary: the
frame that called the user's code.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Literal

from cuvee.model.value import Value

Origin = Literal["project", "installed", "stdlib", "cuvee"]

_DRAWERS = (f"{os.sep}rich{os.sep}", f"{os.sep}tqdm{os.sep}")

# The code of frames that stand between ours and the user's. By identity: to hash code takes a microsecond.
boundaries: dict[int, CodeType] = {}

# The code of functions of the project that keep what they gave, see `remembered`.
keepers: dict[int, CodeType] = {}


class Asker(Value, frozen=True):
    """Who asks. `module`: the project's module whose import does it, "" for a call's own code.

    `nearest`: whose the first code is that is not Python's own; `through`: the functions of Python
    that were asked on the way, innermost first, each as (file, name). `file` and `line` are the
    nearest place in the project, "" and 0 if there is none (in a thread of a library, say). `kept_by`:
    the functions on the way that keep what they give, by their code's id.
    """

    module: str
    nearest: Origin | Literal[""]
    through: tuple[tuple[str, str], ...]
    file: str
    line: int
    kept_by: tuple[int, ...] = ()

    @property
    def direct(self) -> bool:
        """Whether code of the project asks by itself, or by a function of Python's own."""
        return self.nearest == "project"

    def went_through(self, *names: str) -> bool:
        """Whether Python's own modules of these names were on the way."""
        return any(file.endswith(names) for file, _ in self.through)


def find_asker(frame: FrameType | None, origin_of: Callable[[str], Origin]) -> Asker | None:
    """Who asks at this frame; None for what does not count: our own code, an installed module's import."""
    nearest: Origin | Literal[""] = ""
    nearest_file = ""
    through: list[tuple[str, str]] = []
    file, line, module = "", 0, ""
    kept_by: list[int] = []
    while frame is not None:
        code = frame.f_code
        if id(code) in boundaries:
            break
        if id(code) in keepers:
            kept_by.append(id(code))
        origin = origin_of(code.co_filename)
        if origin == "cuvee":
            return None
        if origin == "project" and not file:
            file, line = code.co_filename, frame.f_lineno
        if not nearest:
            if origin == "stdlib":
                through.append((code.co_filename, code.co_name))
            else:
                nearest, nearest_file = origin, code.co_filename
        if code.co_name == "<module>" and _is_import(code.co_filename):
            if origin != "project":
                return None
            module = str(frame.f_globals.get("__name__", ""))
            break
        frame = frame.f_back
    else:
        # A thread of its own. One that draws a terminal, ours say, draws it beside the call.
        if not file and any(part in nearest_file for part in _DRAWERS):
            return None
    return Asker(module, nearest, tuple(through), file, line, tuple(kept_by))


def _is_import(file: str) -> bool:
    """Whether module-level code of this file is a module's: not a line that was typed or made up."""
    return not file.startswith("<") or file.startswith("<frozen ")
