"""Descriptors of this process that are cuvee's own: a copy of the process closes them and goes on."""

from __future__ import annotations

own: set[int] = set()
