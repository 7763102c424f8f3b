"""What all tests share."""

from __future__ import annotations

import os
import sys

from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("cuvee", deadline=None)
settings.load_profile("cuvee")

# No setting of whoever runs the tests reaches them, nor the processes that they start.
for _name in ("CUVEE_HOME", "CUVEE_DURABILITY", "CUVEE_KEEP_INPUTS", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(_name, None)

# Python knows its cache of a module by the second and the size of the source: an edit that a test makes
# within the same second, by a character for another, would be none.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
sys.dont_write_bytecode = True
