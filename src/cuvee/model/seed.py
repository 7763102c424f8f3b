"""Seeds: what varies the random numbers of a whole run."""

from __future__ import annotations

from typing import Any

LARGEST_SEED = 2**63 - 1
"""The largest there is: it has to fit into a record."""


def seed_problem(seed: Any) -> str:
    """What is wrong with a seed, in words that follow it; "" if nothing is."""
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        return "is no seed: give a whole number, 0 or more"
    return f"is too large for a seed: the largest is {LARGEST_SEED}" if seed > LARGEST_SEED else ""
