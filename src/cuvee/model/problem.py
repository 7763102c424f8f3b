"""Problems: what is wrong with the user's code or input, each at its place."""

from __future__ import annotations

from cuvee.model.value import Value


class Place(Value, frozen=True):
    """A line of the user's source."""

    file: str
    line: int

    def text(self) -> str:
        return f"{self.file}:{self.line}"


class Problem(Value, frozen=True):
    """One mistake: what is wrong, and what to do about it."""

    message: str
    place: Place | None = None

    def text(self) -> str:
        return f"{self.place.text()}: {self.message}" if self.place else self.message
