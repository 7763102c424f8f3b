"""The profiles of columns that were described before, by what the columns hold.

A task that adds a column hands the others on: they look as they did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cuvee.model.digest import Digest
from cuvee.model.profile import ColumnProfile

MOST_KNOWN = 2048
"""Of more, those that were not met for the longest are forgotten: each takes some 3 kB."""


class KnownColumns:
    """What was described in this process."""

    def __init__(self) -> None:
        self._profiles: dict[Digest, ColumnProfile] = {}

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self._profiles)

    def among(self, columns: Sequence[Digest | None]) -> Mapping[int, ColumnProfile]:
        """The profiles of those of these columns that were met before, by their places. One without a
        digest is known by nothing."""
        found: dict[int, ColumnProfile] = {}
        for place, digest in enumerate(columns):
            profile = None if digest is None else self._profiles.pop(digest, None)
            if digest is not None and profile is not None:
                found[place] = self._profiles[digest] = profile  # the newest now
        return found

    def keep(self, columns: Sequence[Digest | None], profiles: Sequence[ColumnProfile]) -> None:
        """Remember how these columns look; beyond the profiles that there are, columns were not looked at.

        One that could not be looked at, whose nulls nobody has counted, may be another time.
        """
        self._profiles.update(
            (digest, profile)
            for digest, profile in zip(columns, profiles, strict=False)
            if digest is not None and profile.nulls is not None
        )
        while len(self._profiles) > MOST_KNOWN:
            del self._profiles[next(iter(self._profiles))]
