"""What an edit is, as tests tell it: a project before and after, and whether a result may differ."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

Files = dict[str, str]


class Edit(NamedTuple):
    """Before, after, and whether the fingerprint has to change."""

    name: str
    before: Files
    after: Files
    changes: bool
    prelude: str = ""
    prelude_after: str = ""


def files_of(text: str) -> Files:
    """`# file.py` lines part the text into files; what comes before the first is `main.py`."""
    files: Files = {}
    name = "main.py"
    for line in textwrap.dedent(text).lstrip("\n").splitlines():
        if line.startswith("# ") and line.endswith(".py"):
            name = line[2:]
            files.setdefault(name, "")
            continue
        files[name] = files.get(name, "") + line + "\n"
    return files


def _edit(name: str, text: str, old: str, new: str, *, changes: bool) -> Edit:
    files = files_of(text)
    after = {file: content.replace(old, new) for file, content in files.items()}
    assert after != files, f"{name}: nothing is edited"
    return Edit(name, files, after, changes)


def changed(name: str, text: str, old: str, new: str) -> Edit:
    return _edit(name, text, old, new, changes=True)


def same(name: str, text: str, old: str, new: str) -> Edit:
    return _edit(name, text, old, new, changes=False)
