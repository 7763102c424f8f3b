"""Standing: the folder that the user is in, from which relative paths are read."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "CUVEE_STANDING"
"""Has that folder where a command goes on in the restored source of an earlier run."""


def standing() -> Path:
    """The user's folder."""
    return Path(os.environ.get(VARIABLE) or Path.cwd())
