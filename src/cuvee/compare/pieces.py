"""Pieces: what of a module can be had from one of two versions, and the text of a mixture of both.

A piece is a definition, or several that cannot be told apart (those that bind one name). Whole
statements are taken as they are written, so a mixture is a text that a person could have made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from cuvee.compare.definitions import Statement, statements_of

Side = Literal["a", "b"]
_SIDES: tuple[Side, Side] = ("a", "b")


class Piece(NamedTuple):
    """What differs between two versions of a file and is taken from one of them whole.

    `names` are those that it binds; () for statements that bind none, "*" for a file that cannot be taken
    apart. `sides`: which versions have it. `separate`: one or the other is there in a mixture; else
    both are wherever they do not clash (a definition that only one has, imports), for what uses it decides.
    `uses` are the names mentioned in either version. `only_defaults`: nothing else of it differs.
    """

    file: str
    names: tuple[str, ...]
    sides: str
    separate: bool
    uses: frozenset[str]
    only_defaults: bool = False
    other_signature: bool = False

    @property
    def id(self) -> tuple[str, tuple[str, ...]]:
        """What tells it from all others."""
        return self.file, self.names


class Versions:
    """Two versions of one Python file, "" for one that is not there."""

    def __init__(self, file: str, a: str, b: str) -> None:
        self.file = file
        self.texts: dict[Side, str] = {"a": a, "b": b}
        self._statements: dict[Side, list[Statement]] = {}
        self.pieces: list[Piece] = []
        try:
            self._statements = {"a": statements_of(a), "b": statements_of(b)}
        except (SyntaxError, ValueError):
            self.pieces = [Piece(file, ("*",), "ab", True, frozenset())] if a != b else []
            return
        self._piece_of = _pieces([*self._statements["a"], *self._statements["b"]])
        self.pieces = [
            piece for piece in map(self._compared, dict.fromkeys(self._piece_of.values())) if piece
        ]

    def mixed(self, chosen: Collection[tuple[str, ...]]) -> str:
        """The text in which these pieces, by their names, are those of the second version."""
        if ("*",) in [piece.names for piece in self.pieces]:
            return self.texts["b" if ("*",) in chosen else "a"]
        separate = {piece.names for piece in self.pieces if piece.separate}
        of_a = separate.difference(chosen)
        a, b = ([(self._names(each), each) for each in self._statements[side]] for side in _SIDES)
        known = {names for names, _ in b}
        gone = separate.intersection(chosen) - known
        return _joined([each for each in a if each[0] not in gone], b, of_a)

    def uses_of(self, name: str) -> frozenset[str]:
        """The names that what binds this one mentions, in either version."""
        both = (each for known in self._statements.values() for each in known if name in each.names)
        return frozenset(used for each in both for used in each.uses)

    def _names(self, statement: Statement) -> tuple[str, ...]:
        if statement.idle:
            return ("",)
        return self._piece_of[next(iter(sorted(statement.names)), "")]

    def _compared(self, names: tuple[str, ...]) -> Piece | None:
        """The piece of these names, if it differs."""
        a, b = (
            [each for each in self._statements[side] if not each.idle and self._names(each) == names]
            for side in _SIDES
        )
        if [each.sense for each in a] == [each.sense for each in b]:
            return None
        sides = f"{'a' if a else ''}{'b' if b else ''}"
        uses = frozenset(name for each in (*a, *b) for name in each.uses)
        if "" in self.texts.values():
            separate = False  # the file is there or not, for whoever imports it
        elif names and sides != "ab":
            separate = self._is_met_unchanged(names, sides)
        else:
            separate = not names or not _agree(a, b)
        return Piece(
            self.file,
            names,
            sides,
            separate,
            uses,
            only_defaults=[each.bare for each in a] == [each.bare for each in b],
            other_signature=[each.signature for each in a] != [each.signature for each in b],
        )

    def _is_met_unchanged(self, names: tuple[str, ...], sides: str) -> bool:
        """Whether a definition that one version alone has is mentioned by what both have: then that
        finds something else where it is not there."""
        other = self._statements["b" if sides == "a" else "a"]
        return any(each.uses.intersection(names) for each in other if not each.imports)


def _pieces(statements: Iterable[Statement]) -> dict[str, tuple[str, ...]]:
    """For each name the names that are bound together with it, in any statement; "" for none."""
    together: dict[str, set[str]] = {"": set()}
    for statement in statements:
        group = set(statement.names)
        for name in statement.names:
            group |= together.get(name, set())
        for name in group:
            together[name] = group
    return {name: tuple(sorted(group)) for name, group in together.items()}


def _agree(a: Sequence[Statement], b: Sequence[Statement]) -> bool:
    """Whether all are imports, and no name is another thing in each: then both can stand side by side."""
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for statement in (*a, *b):
        if statement.imports is None:
            return False
        for name, meaning in statement.imports:
            meanings[name].add(meaning)
    return all(len(found) == 1 for found in meanings.values())


_Named = tuple[tuple[str, ...], Statement]


def _joined(a: Sequence[_Named], b: Sequence[_Named], of_a: Collection[tuple[str, ...]]) -> str:
    """The second version's statements, with what is to be of the first in the place that it has there."""
    known = {names for names, _ in b}
    wanted = {names: "" for names, _ in a if names in of_a}
    for names, statement in a:
        if names in wanted:
            wanted[names] += _ended(statement.text)
    inserted: defaultdict[tuple[str, ...] | None, list[str]] = defaultdict(list)
    anchor: tuple[str, ...] | None = None
    for names, statement in a:
        if names in known and names != ():
            anchor = names
            if statement.imports is not None and names not in of_a and _lacks(statement, names, b):
                inserted[anchor].append(_ended(statement.text))
        elif names not in (("",),) and (names not in known or (names == () and () in of_a)):
            inserted[anchor].append(_ended(statement.text))
    return "".join(_placed(b, of_a, wanted, inserted))


def _placed(
    b: Sequence[_Named],
    of_a: Collection[tuple[str, ...]],
    wanted: dict[tuple[str, ...], str],
    inserted: dict[tuple[str, ...] | None, list[str]],
) -> Iterable[str]:
    met: set[tuple[str, ...]] = set()
    opened = False
    for names, statement in b:
        if not opened and not statement.first:
            opened = True
            yield from inserted.get(None, ())
        is_first = names not in met
        met.add(names)
        if names not in of_a:
            yield _ended(statement.text)
        elif is_first and names:
            yield wanted.get(names, "")
        if is_first:
            yield from inserted.get(names, ())
    if not opened:
        yield from inserted.get(None, ())


def _lacks(statement: Statement, names: tuple[str, ...], b: Sequence[_Named]) -> bool:
    """Whether the second version's imports do not have all that this one has."""
    there = {pair for known, each in b if known == names for pair in each.imports or ()}
    return not there.issuperset(statement.imports or ())


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else f"{text}\n"
