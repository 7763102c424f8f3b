"""For all tests: what whoever runs them has set in the shell is no part of them."""

from __future__ import annotations

import os

_FOREIGN = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM")

for _name in list(os.environ):
    if _name in _FOREIGN or _name.startswith("CUVEE_"):
        del os.environ[_name]
