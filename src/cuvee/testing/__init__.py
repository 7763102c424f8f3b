"""For tests: assertions about runs, and for plug-ins the suites that what implements a port has to pass."""

from __future__ import annotations

from cuvee.testing.asserting import assert_executed, assert_reused

__all__ = ["assert_executed", "assert_reused"]
