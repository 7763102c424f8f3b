"""Holdings: what is on record, seen as what takes room, and its removal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from cuvee.model.digest import Digest
from cuvee.model.inventory import Inventory, KeptRun, RecordProblem


class Holdings(Protocol):
    """The records, to keep house with. Raises RecordsFault."""

    def inventory(self) -> Inventory:
        """All that is on record, in one consistent look."""
        ...

    def blobs(self) -> dict[Digest, int]:
        """The blobs that anything on record names, with their sizes in bytes."""
        ...

    def named(self, blobs: Sequence[Digest]) -> set[Digest]:
        """Those of these blobs that anything on record names."""
        ...

    def open_runs(self) -> tuple[KeptRun, ...]:
        """The runs that have no end: they go on, or their process died."""
        ...

    def remove(self, runs: Sequence[int], entries: Sequence[int]) -> None:
        """Delete these runs and cache entries, and the values that nothing needs then: all, or nothing.

        An entry remembers when the deleted runs used it.
        """
        ...

    def compact(self) -> int:
        """Give the space of what was deleted back to the disk where that is worth it; the bytes."""
        ...

    def problems(self) -> Iterator[RecordProblem | int]:
        """Look through all that is on record: what is wrong, and, between, how many things were looked at."""
        ...

    def naming(self, blobs: Iterable[Digest]) -> tuple[list[int], list[tuple[int, str]]]:
        """The entries, and the calls by run and path, whose values need one of these blobs."""
        ...

    def repair(self, problems: Sequence[RecordProblem]) -> None:
        """Take away what is not as it was written, so that the rest can be read."""
        ...
