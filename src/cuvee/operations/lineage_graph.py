"""The calls of runs as a graph: what each took, and what took its result. Pure.

Calls with one key are one in it, whichever runs they are in: so what many runs share stands there once.
The calls of a map are one, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cuvee.model.digest import digest_parts
from cuvee.model.entry import Entry
from cuvee.model.key import Component
from cuvee.model.record import CallRecord

_ELEMENT = re.compile(r"(.+)\[\d+\]")
_REFERENCE = re.compile(r"@(\d+):(.+)")

NodeName = tuple[str, str, bytes]


@dataclass(slots=True)
class CallNode:
    """A call, or all calls of a map, of one key. `call` is the first of them in the newest run."""

    name: NodeName
    path: str
    call: CallRecord
    count: int
    runs: list[int] = field(default_factory=list)
    # What it takes: of which argument, which element, of which call.
    inputs: list[tuple[str, str, NodeName]] = field(default_factory=list)
    files: dict[tuple[str, bytes], None] = field(default_factory=dict)
    parameters: dict[str, None] = field(default_factory=dict)
    references: dict[tuple[int, str], None] = field(default_factory=dict)
    consumers: dict[NodeName, None] = field(default_factory=dict)


class LineageGraph:
    """Runs are added, newest first."""

    def __init__(self) -> None:
        self.nodes: dict[NodeName, CallNode] = {}
        self._of_path: dict[tuple[int, str], NodeName] = {}
        self._referred: defaultdict[tuple[int, str], list[NodeName]] = defaultdict(list)

    def add(self, run: int, calls: Sequence[CallRecord], entries: Mapping[bytes, Entry]) -> None:
        """A run's calls; `entries`, by key, tell what they used without being given it."""
        grouped: defaultdict[tuple[str, str], list[CallRecord]] = defaultdict(list)
        for call in calls:
            if call.components:
                grouped[call.task, map_of(call.path)].append(call)
        for (task, path), group in grouped.items():
            key = group[0].key if len(group) == 1 else digest_parts("map", [call.key for call in group])
            name = (task, path, key)
            self._of_path[run, path] = name
            for call in group:
                self._of_path[run, call.path] = name
        for (_, path), group in grouped.items():
            self._make(run, path, group)
        for (_, path), group in grouped.items():
            self._take_all(run, self.nodes[self._of_path[run, path]], group, entries)

    def find(self, run: int, path: str) -> CallNode | None:
        """The call at a path of a run, or the map."""
        name = self._of_path.get((run, path))
        return None if name is None else self.nodes[name]

    def maker(self, run: int, origin: str) -> NodeName | None:
        """The call that `split.0` of a run is an element of."""
        while origin and (run, origin) not in self._of_path:
            origin = origin.rpartition(".")[0]
        return self._of_path.get((run, origin))

    def takers_of(self, file: str) -> list[CallNode]:
        """The calls that were given a file, or used it without."""
        return [node for node in self.nodes.values() if any(name == file for name, _ in node.files)]

    def files(self) -> list[str]:
        """Every file that a call was given or used."""
        return list(dict.fromkeys(name for node in self.nodes.values() for name, _ in node.files))

    def link(self) -> None:
        """Join what took a result of another run by name (`@12:train`) with what gave it."""
        for (run, path), takers in self._referred.items():
            maker = self.maker(run, path)
            for taker in takers if maker else ():
                assert maker is not None
                self._join(self.nodes[taker], "", path, maker)

    def _make(self, run: int, path: str, group: Sequence[CallRecord]) -> None:
        name = self._of_path[run, path]
        node = self.nodes.get(name)
        if node is None:
            node = self.nodes[name] = CallNode(name, path, group[0], len(group))
        node.runs.append(run)

    def _take_all(
        self, run: int, node: CallNode, group: Sequence[CallRecord], entries: Mapping[bytes, Entry]
    ) -> None:
        for call in group:
            for part in call.components:
                self._take(run, node, part)
            given = {name for name, _ in node.files}
            entry = entries.get(call.key)
            for seen in entry.observed if entry else ():
                # What it was given it has read, too.
                if seen.kind == "read" and seen.digest is not None and seen.path not in given:
                    node.files[seen.path, seen.digest] = None

    def _take(self, run: int, node: CallNode, part: Component) -> None:
        if part.kind == "file":
            node.files[part.text, part.digest] = None
        elif part.kind == "input" or (part.kind == "parameter" and part.origin):
            for origin in filter(None, part.origin.split(", ")):
                maker = self.maker(run, origin)
                if maker is not None and maker != node.name:
                    self._join(node, part.name, origin, maker)
        elif part.kind in ("parameter", "secret"):
            reference = _REFERENCE.fullmatch(part.text)
            if reference:
                node.references[int(reference[1]), reference[2]] = None
                self._referred[int(reference[1]), reference[2]].append(node.name)
                return
            node.parameters[f"{part.name}={part.text}"] = None

    def _join(self, node: CallNode, argument: str, origin: str, maker: NodeName) -> None:
        taken = (argument.partition("[")[0], map_of(origin), maker)
        if taken not in node.inputs:
            node.inputs.append(taken)
        self.nodes[maker].consumers[node.name] = None


def map_of(path: str) -> str:
    """`score` of `score[3]`; else the path."""
    element = _ELEMENT.fullmatch(path)
    return element[1] if element else path
