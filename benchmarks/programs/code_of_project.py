"""Fingerprints the code of all tasks of a large project, for the first time; prints seconds of work."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, ".")

from flow import TASKS  # type: ignore[import-not-found]

from cuvee.fingerprint.code import fingerprint_code
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope

began = time.process_time()
memo, scope = Memo(), Scope(Path.cwd())
for task in TASKS:
    fingerprint_code(task.function, scope, memo)
print(json.dumps({"code": time.process_time() - began}))
