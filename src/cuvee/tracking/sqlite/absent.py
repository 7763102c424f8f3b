"""Absent keys: which have no entry, told without a question to the database.

Where a call has to run, its key is mostly new: that is seen in a table of marks, one for each key on record
by its first bytes. Who has no mark has no entry; who has one may have one.
"""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cuvee.model.digest import Digest
from cuvee.tracking.sqlite.connection import Database

MOMENT = 0.050
"""Seconds after which it is looked for what other processes have put on record."""

# A place for each value of some bits of a key, of the three bytes that follow the name of the algorithm. They
# are as good as random: when one place in eight is taken, an eighth of all new keys is asked for.
_FEW_PLACES, _MANY_PLACES = 1 << 20, 1 << 24
_CROWDED = 8
_OF_KEY = slice(1, 4)
_OF_PREFIX = slice(0, 3)

# What it takes, in microseconds, about: a question in vain, each key of it, and a key in the index; and to
# look for an earlier entry of a key where one is written.
_QUESTION = 5.0
_KEY = 1.0
_READ = 0.5
_DOUBT = 2.0

_NO_VERSION = (0, 0)

Row = tuple[Any, ...]
Sift = Callable[[Sequence[Row]], tuple[Sequence[Row], Sequence[Row]]]

_DOING = "look for results"
_NEWEST = "SELECT max(id) FROM entry"
_ALL = "SELECT substr(key, 2, 5) FROM entry INDEXED BY entry_by_key"
_SINCE = "SELECT substr(key, 2, 5) FROM entry WHERE id > ?"


class Absent:
    """Marks are there once questions in vain have taken as long as it takes to read all keys: at once in a
    store that is empty, never where nearly all is reused.

    What others put on record is found by its number. An entry that takes the number of one that was deleted
    is not found, so its call runs again; but no mark is trusted to say so where a second entry would be
    written, once somebody else has written at all, or the database was closed for a moment and somebody may
    have: all marks are made anew before long.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._marks: bytearray | mmap.mmap | None = None
        self._size: int | None = None
        self._newest = 0
        self._version = _NO_VERSION
        self._since = 0.0
        self._in_vain = 0.0
        self._doubted = 0

    def sift(self, keys: Sequence[Digest], *, anew: bool) -> Sequence[Digest]:
        """Those of the keys that may have entries. What others have put on record in the last moment is not
        known, but if it is looked for `anew`."""
        marks = self._marks
        if marks is None:
            if not self._is_worth_it():
                return keys
            marks = self._mark_all()
        elif anew or time.monotonic() - self._since > MOMENT:
            marks = self._caught_up(marks)
        place, bits = int.from_bytes, len(marks) - 1
        if len(keys) == 1:  # as in a chain
            return keys if marks[place(keys[0][_OF_KEY], "big") & bits] else ()
        return [key for key in keys if marks[place(key[_OF_KEY], "big") & bits]]

    def asked_in_vain(self, keys: int) -> None:
        """So many keys were asked for, and none of them had an entry."""
        self._in_vain += _QUESTION + _KEY * keys

    @contextmanager
    def writing(self) -> Iterator[Sift]:
        """While entries are written, in a transaction of the caller's: which of these rows, each with its key
        first, have keys that surely have no entry; and the others."""
        before = self._number()
        yield self._sift_rows
        if before == self._newest:
            self._newest = self._number()

    def _sift_rows(self, rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Row]]:
        marks = self._marks
        if marks is None:
            return (), rows
        place, bits = int.from_bytes, len(marks) - 1
        new: list[Row] = []
        others: list[Row] = []
        for row in rows:
            at = place(row[0][_OF_KEY], "big") & bits
            (others if marks[at] else new).append(row)
            marks[at] = 1  # should nothing be written after all, it is asked for in vain
        if self._version == self._database.version():
            return new, others
        self._doubted += len(rows)
        return (), rows

    def _number(self) -> int:
        """The number of the newest entry."""
        ((number,),) = self._database.execute(_NEWEST).fetchall()
        return int(number or 0)

    def _is_worth_it(self) -> bool:
        if self._size is None:
            with self._database.faults(_DOING):
                self._size = self._number()
        return self._in_vain >= _READ * self._size

    def _mark_all(self) -> bytearray | mmap.mmap:
        with self._database.faults(_DOING):
            self._version, newest = self._database.version(), self._number()
            few = newest < _FEW_PLACES // _CROWDED
            # Of the many, those that nobody touches take no memory.
            marks = bytearray(_FEW_PLACES) if few else mmap.mmap(-1, _MANY_PLACES, access=mmap.ACCESS_COPY)
            self._mark(marks, newest, _ALL)
        self._since, self._doubted = time.monotonic(), 0
        self._marks = marks
        return marks

    def _caught_up(self, marks: bytearray | mmap.mmap) -> bytearray | mmap.mmap:
        """The marks with what others have put on record since."""
        with self._database.faults(_DOING):
            newest = self._number()
            crowded = len(marks) == _FEW_PLACES and newest > _FEW_PLACES // _CROWDED
            if crowded or self._doubted * _DOUBT > newest * _READ:
                return self._mark_all()
            if newest != self._newest:
                self._mark(marks, newest, _SINCE, (self._newest,))
        self._since = time.monotonic()
        return marks

    def _mark(
        self, marks: bytearray | mmap.mmap, newest: int, sql: str, values: tuple[int, ...] = ()
    ) -> None:
        """`newest` was asked for before: what comes in between is marked, and found once more."""
        place, bits = int.from_bytes, len(marks) - 1
        for (prefix,) in self._database.execute(sql, values):
            marks[place(prefix[_OF_PREFIX], "big") & bits] = 1
        self._newest = newest
