"""Ingredients: what two runs differ in, as changes that can each be taken or left.

What somebody changed is known from the keys of the calls (root changes); where that lies is looked up in
both snapshots, parameters and files, since these are what a mixture is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cuvee.compare.pieces import Piece
from cuvee.compare.sources import Sources, module_of
from cuvee.model.attribution import Ingredient
from cuvee.model.change import Change
from cuvee.model.difference import Difference, RootChange, RootKind
from cuvee.model.record import Argued, RunRecord

_LOCATED = ("file", "directory")


class Ingredients(NamedTuple):
    """What can be mixed, and a sentence for each change that cannot."""

    found: tuple[Ingredient, ...]
    unmixed: tuple[str, ...]


class Undeclared(NamedTuple):
    """A file that both snapshots have, that differs, and that a task may have read without being given it."""

    path: str
    readers: tuple[str, ...]


def find_ingredients(
    difference: Difference, sources: Sources, undeclared: Sequence[Undeclared], *, seeds_vary: bool
) -> Ingredients:
    """All that can be taken from the second run or left, in causal order. `seeds_vary`: the run's seed is
    no change, since it is varied for every mixture."""
    return _Sorting(difference, sources, undeclared, seeds_vary).sorted()


class _Kept:
    """What is becoming an ingredient: where it lies, and the root changes that tell of it."""

    def __init__(self, kind: RootKind, name: str, **parts: object) -> None:
        self.kind = kind
        self.name = name
        self.parts = parts
        self.roots: list[RootChange] = []
        self.text = ""
        self.label = ""
        self.calls: tuple[str, ...] = ()

    def ingredient(self) -> Ingredient:
        calls = (*self.calls, *(path for root in self.roots for path in root.calls))
        told = self.roots if self.kind != "data" or not self.text else []
        texts = tuple(dict.fromkeys(root.text for root in told)) or (self.text,)
        phrases = list(dict.fromkeys(root.phrase for root in told)) or [self.text]
        default = {root.kind for root in self.roots} == {"parameter"}
        first = next((root.path for root in self.roots if root.path), "")
        return Ingredient(
            "parameter" if default else self.kind,
            first or next(iter(calls), ""),
            self.label or self.name,
            phrases[0] if len(phrases) == 1 else f"{phrases[0]} (and {len(phrases) - 1} more)",
            texts,
            tuple(dict.fromkeys(calls)),
            **self.parts,  # type: ignore[arg-type]
        )


class _Sorting:
    """Assigns each root change to where it lies."""

    def __init__(
        self, difference: Difference, sources: Sources, undeclared: Sequence[Undeclared], seeds_vary: bool
    ) -> None:
        self._difference = difference
        self._sources = sources
        self._undeclared = undeclared
        self._seeds_vary = seeds_vary
        self._runs = difference.a, difference.b
        self._pieces: dict[tuple[str, tuple[str, ...]], _Kept] = {}
        self._parameters = {kept.name: kept for kept in self._changed_parameters()}
        self._overrides = {slot: self._override(slot) for slot in _changed_overrides(*self._runs)}
        self._files = {each.path: self._file(each) for each in undeclared}
        self._seed = self._changed_seed()
        self._unmixed: dict[str, None] = {}
        self._body: _Kept | None = None

    def sorted(self) -> Ingredients:
        graph = self._graph_pieces()
        if graph is not None:
            self._body = graph
        for root in self._difference.root_changes:
            for home in self._homes(root):
                home.roots.append(root)
        kept = [
            *self._pieces.values(),
            *self._parameters.values(),
            *self._overrides.values(),
            *self._files.values(),
            *([self._seed] if self._seed else []),
            *([self._body] if self._body else []),
        ]
        return Ingredients(tuple(_named_apart([each.ingredient() for each in kept])), tuple(self._unmixed))

    # Where a root change lies.

    def _homes(self, root: RootChange) -> list[_Kept]:
        change = root.change
        found: list[_Kept] = []
        if root.kind == "code":
            found = self._homes_of_code(root, change)
        elif root.kind == "parameter":
            found = self._homes_of_parameter(root, change)
        elif root.kind == "data":
            found = self._homes_of_data(root, change)
        elif root.kind == "graph":
            found = self._of_body()
        if not found and not (root.kind == "graph" or self._is_varied(change) or _is_reach(change)):
            self._unmixed[root.text] = None
        return found

    def _homes_of_code(self, root: RootChange, change: Change | None) -> list[_Kept]:
        pieces: list[Piece] = []
        if change is not None and change.file:
            pieces = self._sources.within(change.file, change.name, change.part)
        if not pieces and change is not None and change.name:
            pieces = self._sources.rebinding(change.name) or self._sources.using(change.name)
        if not pieces:
            pieces = self._of_tasks(root.calls)
        return list(dict.fromkeys(self._piece(each) for each in pieces))

    def _homes_of_parameter(self, root: RootChange, change: Change | None) -> list[_Kept]:
        if change is None:
            return []
        if change.kind == "chance":
            return [self._seed] if self._seed else []
        texts = tuple(side.text if side else None for side in (change.old, change.new))
        alike = [kept for kept in self._parameters.values() if self._texts(kept.name) == texts]
        # Of several that went from 0 to 1 it is the one of the same name, if there is one.
        alike.sort(key=lambda kept: kept.name != change.name)
        found = alike[:1] or [
            kept for slot, kept in self._overrides.items() if slot.rpartition(".")[2] == change.name
        ]
        return found or [self._piece(each) for each in self._of_tasks(root.calls)] or self._of_body()

    def _homes_of_data(self, root: RootChange, change: Change | None) -> list[_Kept]:
        if change is None:
            found = [self._files[each.path] for each in self._undeclared if set(each.readers) & {root.path}]
            return found or self._of_body()
        named = {side.text for side in (change.old, change.new) if side}
        given = [
            kept for kept in self._parameters.values()
            if named.intersection(text for text in self._texts(kept.name) if text)
        ]  # fmt: skip
        return given or [kept for path, kept in self._files.items() if path in named] or self._of_body()

    def _of_body(self) -> list[_Kept]:
        return [self._body] if self._body else []

    def _of_tasks(self, paths: Sequence[str]) -> list[Piece]:
        """The pieces that define the tasks of these calls."""
        tasks = {call.task for call in self._difference.calls if call.path in paths}
        found = (self._sources.defining(*task.split(":", 1)) for task in sorted(tasks))
        return [piece for piece in found if piece is not None]

    def _piece(self, piece: Piece) -> _Kept:
        if self._body is not None and piece.id in self._body.parts["pieces"]:  # type: ignore[operator]
            return self._body
        if piece.id not in self._pieces:
            name = ", ".join(piece.names) if piece.names not in ((), ("*",)) else piece.file
            name = f"statements of {piece.file}" if piece.names == () else name
            self._pieces[piece.id] = _Kept("code", name, pieces=(piece.id,))
        return self._pieces[piece.id]

    def _is_varied(self, change: Change | None) -> bool:
        return change is not None and change.kind == "chance" and self._seeds_vary

    # What there is beside pieces that keys tell of.

    def _graph_pieces(self) -> _Kept | None:
        """The pipeline's body with all that it reaches, if any of it differs: one change."""
        names = [run.start.pipeline.rpartition(":")[2] for run in self._runs]
        tasks = {call.task.rpartition(":")[2] for call in self._difference.calls} - set(names)
        known = self._named_by_code()
        body = [
            piece for piece in self._sources.reached(names, tasks)
            if piece.id not in known and not (piece.only_defaults and set(piece.names) & set(names))
        ]  # fmt: skip
        lone = self._lone_parameters()
        if not body and not lone and self._runs[0].start.pipeline == self._runs[1].start.pipeline:
            return None
        if body:
            body += [each for each in self._of_tasks(self._all_paths()) if each.other_signature]
        paths = tuple(call.path for call in self._difference.calls)
        ids = tuple(dict.fromkeys(each.id for each in body))
        kept = _Kept("graph", "the pipeline's body", pieces=ids, parameters=lone, body=True)
        kept.text = f"the body of {names[1]} changed"
        kept.calls = paths
        return kept

    def _named_by_code(self) -> set[tuple[str, tuple[str, ...]]]:
        """The pieces that fingerprints of tasks name."""
        roots = (root for root in self._difference.root_changes if root.kind == "code")
        changes = [root.change for root in roots if root.change and root.change.file]
        within = (self._sources.within(each.file, each.name, each.part) for each in changes)
        return {piece.id for pieces in within for piece in pieces}

    def _all_paths(self) -> list[str]:
        return [call.path for call in self._difference.calls]

    def _lone_parameters(self) -> tuple[str, ...]:
        a, b = ({each.name for each in run.start.parameters} for run in self._runs)
        return tuple(sorted(a ^ b))

    def _changed_parameters(self) -> Iterator[_Kept]:
        before = {each.name: each for each in self._runs[0].start.parameters}
        for after in self._runs[1].start.parameters:
            old = before.get(after.name)
            if old is not None and _differ(old, after):
                kind: RootKind = "data" if is_located(old) or is_located(after) else "parameter"
                kept = _Kept(kind, after.name, parameters=(after.name,))
                same = old.text == after.text
                kept.text = f"{after.name}: {old.text} → {after.text}"
                if kind == "data" and same:
                    kept.text = f"the content of {after.text} changed"
                    kept.label = after.text
                yield kept

    def _texts(self, name: str) -> tuple[str | None, ...]:
        given = ({each.name: each.text for each in run.start.parameters} for run in self._runs)
        return tuple(each.get(name) for each in given)

    def _override(self, slot: str) -> _Kept:
        kept = _Kept("parameter", slot, overrides=(slot,))
        texts = [dict(map(split_override, run.start.overrides)).get(slot, "not set") for run in self._runs]
        kept.text = f"{slot}: {texts[0]} → {texts[1]}"
        return kept

    def _file(self, undeclared: Undeclared) -> _Kept:
        kept = _Kept("data", undeclared.path, files=(undeclared.path,))
        kept.text = f"the content of {undeclared.path} changed"
        kept.calls = undeclared.readers
        return kept

    def _changed_seed(self) -> _Kept | None:
        a, b = (run.start.seed for run in self._runs)
        if a == b or self._seeds_vary:
            return None
        kept = _Kept("parameter", "seed", seed=True)
        kept.text = f"seed: {'none' if a is None else a} → {'none' if b is None else b}"
        return kept


def is_located(argued: Argued) -> bool:
    """Whether a parameter is a `File` or a `Directory`."""
    return argued.artifact is not None and argued.artifact.codec in _LOCATED


def split_override(text: str) -> tuple[str, str]:
    """`split.test_size=0.2` as what is set, and to what."""
    slot, _, value = text.partition("=")
    return slot, value


def _changed_overrides(a: RunRecord, b: RunRecord) -> list[str]:
    before, after = (dict(map(split_override, run.start.overrides)) for run in (a, b))
    return [slot for slot in dict.fromkeys([*before, *after]) if before.get(slot) != after.get(slot)]


def _differ(old: Argued, new: Argued) -> bool:
    if old.artifact is None or new.artifact is None:
        return old.text != new.text
    return old.artifact.digest != new.artifact.digest


def _is_reach(change: Change | None) -> bool:
    """Whether it only says that code reaches a package now: what reaches it is a change of its own."""
    return change is not None and change.kind == "code" and change.part == "distribution"


def _named_apart(found: Sequence[Ingredient]) -> Iterator[Ingredient]:
    """With the module before a name that two have."""
    from msgspec.structs import replace

    names = [each.name for each in found]
    for each in found:
        if names.count(each.name) > 1 and each.pieces:
            yield replace(each, name=f"{module_of(each.pieces[0][0])}.{each.name}")
        else:
            yield each
