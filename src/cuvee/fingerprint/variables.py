"""Environment variables: their values as digests, which is all that is ever kept of them."""

from __future__ import annotations

import os

from cuvee.model.digest import Digest, digest_parts

# Stands for all of them, less those that only tell where and how a program runs.
ALL = "*"

# Terminal, language, scratch folder, and where libraries keep their own things.
_SURROUNDINGS = frozenset(
    {
        "ENABLE_IPC", "VECLIB_MAXIMUM_THREADS",
        "COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "PAGER",
        "EDITOR", "VISUAL", "DISPLAY", "WAYLAND_DISPLAY", "LANG", "LANGUAGE", "TMPDIR", "TEMP",
        "TMP", "PATH", "SHELL", "USER", "LOGNAME", "PWD", "OLDPWD", "SHLVL", "_", "VIRTUAL_ENV",
        "CONDA_PREFIX", "CONDA_DEFAULT_ENV",
    }
)  # fmt: skip
_PREFIXES = (
    "LC_", "TTY_", "XDG_", "PYTHON", "PYTEST_", "SSH_", "DBUS_", "TERM_", "VSCODE_", "JPY_", "IPY",
    "JUPYTER", "MPLCONFIGDIR", "LOKY_", "JOBLIB_", "CUVEE_",
)  # fmt: skip


def tells_where(name: str) -> bool:
    """Whether a variable by its nature only tells where and how a program runs."""
    return name in _SURROUNDINGS or name.startswith(_PREFIXES) or name.endswith("_NUM_THREADS")


def variable_digest(name: str) -> Digest | None:
    """The digest of a variable as it is now, None if it is not set; of all that count for `*`."""
    values: dict[bytes, bytes] = os.environb._data  # type: ignore[attr-defined]  # past whoever watches
    if name == ALL:
        pairs = sorted(pair for pair in values.items() if not tells_where(os.fsdecode(pair[0])))
        return digest_parts("environment", [each for pair in pairs for each in pair])
    value = values.get(os.fsencode(name))
    return None if value is None else digest_parts("environment", [value])
