"""What a docstring says: a summary, and a line of help for each parameter.

Reads the three styles in use: Google (`Args:`), NumPy (`Parameters` underlined) and reST (`:param x:`).
"""

from __future__ import annotations

import re
from inspect import cleandoc

_GOOGLE_SECTION = re.compile(r"(?:Keyword )?(?:Args|Arguments|Params|Parameters|Other Parameters):\s*$")
_GOOGLE_ENTRY = re.compile(r"\*{0,2}(\w+)\s*(?:\(.*?\))?\s*:\s*(.*)$")
_NUMPY_SECTION = re.compile(r"(?:Other )?Parameters\s*$")
_NUMPY_ENTRY = re.compile(r"(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?$")
_UNDERLINE = re.compile(r"-{3,}\s*$")
_REST_ENTRY = re.compile(
    r":(?:param|parameter|arg|argument|key|keyword)\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)$"
)
_SECTION = re.compile(r"[A-Z][\w ]*:\s*$")


def summary_of(docstring: str | None) -> str:
    """The first paragraph, on one line; empty if there is none."""
    lines = cleandoc(docstring or "").splitlines()
    paragraph: list[str] = []
    for index, line in enumerate(lines):
        if not line.strip() or line.startswith(":") or _GOOGLE_SECTION.match(line) or _is_numpy(lines, index):
            break
        paragraph.append(line.strip())
    return " ".join(paragraph)


def parameters_of(docstring: str | None) -> dict[str, str]:
    """The help of each parameter that the docstring describes, on one line each."""
    lines = cleandoc(docstring or "").splitlines()
    found: dict[str, list[str]] = {}
    for index, line in enumerate(lines):
        if _GOOGLE_SECTION.match(line):
            _read_google(lines[index + 1 :], found)
        elif _is_numpy(lines, index) and _NUMPY_SECTION.match(line):
            _read_numpy(lines[index + 2 :], found)
        elif entry := _REST_ENTRY.match(line):
            found[entry[1]] = [entry[2], *_continuation(lines[index + 1 :])]
    return {name: " ".join(filter(None, text)) for name, text in found.items()}


def _read_google(lines: list[str], found: dict[str, list[str]]) -> None:
    """Entries are indented alike, what continues them deeper; the section ends where the indent does."""
    indent = next((_indent(line) for line in lines if line.strip()), 0)
    text: list[str] = []
    for line in lines:
        if line.strip() and (_indent(line) < indent or indent == 0):
            return
        entry = _GOOGLE_ENTRY.match(line.strip()) if _indent(line) == indent else None
        if entry:
            text = found[entry[1]] = [entry[2]]
        else:
            text.append(line.strip())


def _read_numpy(lines: list[str], found: dict[str, list[str]]) -> None:
    """Entries are not indented, their help is; the section ends at the next underlined title."""
    text: list[str] = []
    for index, line in enumerate(lines):
        if _is_numpy(lines, index):
            return
        entry = _NUMPY_ENTRY.match(line) if line.strip() and _indent(line) == 0 else None
        if entry:
            text = []
            found.update((name.strip(" *"), text) for name in entry[1].split(","))
        else:
            text.append(line.strip())


def _continuation(lines: list[str]) -> list[str]:
    """The lines up to a blank one, the next field or the next section."""
    taken: list[str] = []
    for line in lines:
        if not line.strip() or line.startswith(":") or _SECTION.match(line):
            break
        taken.append(line.strip())
    return taken


def _is_numpy(lines: list[str], index: int) -> bool:
    return bool(lines[index].strip()) and index + 1 < len(lines) and bool(_UNDERLINE.match(lines[index + 1]))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
