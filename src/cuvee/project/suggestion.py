"""What a misspelt word was meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(word: str, known: Iterable[str]) -> str:
    """`: did you mean 'store'?`, or nothing if no known word is like it."""
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=1)
    return f": did you mean {matches[0]!r}?" if matches else ""
