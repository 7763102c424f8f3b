"""Projects as tests describe them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Files = dict[str, str]


class Job(NamedTuple):
    """A project to fingerprint: its files, the module that has `main`, and what is done after its import."""

    name: str
    files: Files
    module: str = "main"
    prelude: str = ""


Told = dict[str, Any]
Process = Callable[..., dict[str, Told]]
