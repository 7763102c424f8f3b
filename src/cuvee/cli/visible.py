"""Text that calls have printed, fit for a terminal that did not run them: what would move its cursor, set its
title or its letters is written out. Colours stay."""

from __future__ import annotations

import re

# All controls but tab, line feed and carriage return, and escapes that are no colour.
_ACTED_ON = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x9f]|\x1b(?!\[[0-9;]*m)")


def visible(text: str) -> str:
    """`a\\x07b` for an `a`, a bell and a `b`."""
    return _ACTED_ON.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
