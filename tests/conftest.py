"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("cuvee", deadline=None)
settings.load_profile("cuvee")

# No setting of whoever runs the tests reaches them, nor the processes that they start.
for _name in ("CUVEE_HOME", "CUVEE_DURABILITY", "CUVEE_KEEP_INPUTS", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(_name, None)
