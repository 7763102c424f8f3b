"""Where cuvee works, said once and early."""

from __future__ import annotations

import sys

from cuvee.errors import EnvironmentFault


def require_platform(platform: str = sys.platform, implementation: str = sys.implementation.name) -> None:
    """Raise EnvironmentFault on a platform that cuvee does not work on."""
    if platform in ("win32", "cygwin", "msys"):
        raise EnvironmentFault(
            "cuvee does not work on Windows yet: use Linux or macOS, or the Windows Subsystem for Linux (WSL)"
        )
    if implementation != "cpython":
        raise EnvironmentFault(
            f"cuvee works on CPython only, and this is {implementation}: what a task's code is, "
            "is read from CPython's bytecode"
        )
