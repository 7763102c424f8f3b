"""What all tests share."""

from __future__ import annotations

import os

# No setting of whoever runs the tests reaches them, nor the processes that they start.
for _name in ("CUVEE_HOME", "CUVEE_DURABILITY", "CUVEE_KEEP_INPUTS", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(_name, None)
