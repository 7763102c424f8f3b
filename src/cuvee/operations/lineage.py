"""Lineage: from a result back to files, parameters and code, and forward to all that was made of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from cuvee.codecs.column_digests import column_digests
from cuvee.compare.profiles import unique_names
from cuvee.errors import ReferenceNotFound
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_text
from cuvee.model.entry import Entry
from cuvee.model.lineage import Columns, Lineage, LineageNode
from cuvee.model.record import RunRecord
from cuvee.operations.lineage_graph import CallNode, LineageGraph, map_of
from cuvee.operations.references import (
    find_part,
    is_reference,
    listed,
    names_call,
    run_and_path,
    tag_expanded,
)
from cuvee.operations.report import outputs_of
from cuvee.operations.session import Session
from cuvee.perform.unpack import StoredParts

_CODE_NAMED = 3


def lineage(session: Session, reference: str, *, up: bool, down: bool, depth: int, runs: int) -> Lineage:
    """What a call's result came from, and what was made of it; of a file, what was made of it.

    `depth` is how many steps to go, `runs` of how many runs, the newest, to look for what was made.
    Raises ReferenceNotFound for a call or a file that no run on record has.
    """
    teller = _Teller(session, depth)
    settled = tag_expanded(session.queries, reference)
    if is_reference(settled) or names_call(settled):
        run, path = run_and_path(session.queries, settled)
        return teller.of_call(run, path, up=up, down=down, runs=runs)
    return teller.of_file(reference, runs)


class _Teller:
    """Tells trees; what it has read of a run or a frame it remembers."""

    def __init__(self, session: Session, depth: int) -> None:
        self._session = session
        self._depth = depth
        self._graphs: dict[int, LineageGraph] = {}
        self._columns: dict[Digest, dict[str, Digest]] = {}
        self._told: set[object] = set()

    def of_call(self, run: RunRecord, path: str, *, up: bool, down: bool, runs: int) -> Lineage:
        graph, element = self._graph(run.number), ""
        node = graph.find(run.number, path)
        if node is None:
            call, element, _ = find_part(self._session.queries, run, path)
            node = graph.find(run.number, call.path)
        if node is None:
            raise ReferenceNotFound(
                f"{path} of run {run.number} has no key: it was skipped, and nothing is known of what "
                "it would have depended on"
            )
        before = (self._up(run.number, node, "", self._depth),) if up else None
        after, seen, known = None, 0, 0
        if down:
            over, seen, known = self._over(runs, run.number)
            self._told.clear()
            runs_of_key = frozenset(over.nodes[node.name].runs)
            after = (self._down(over, over.nodes[node.name], runs_of_key, self._depth, element),)
        return Lineage(f"{run.number}:{node.path}{element and '.'}{element}", before, after, seen, known)

    def of_file(self, given: str, runs: int) -> Lineage:
        graph, seen, known = self._over(runs)
        names = self._names_of(given, graph.files())
        if not names and given.isdecimal():  # no file, so it was meant as a run
            run_and_path(self._session.queries, given)
        if not names:
            raise ReferenceNotFound(_no_such_file(given, graph.files(), seen))
        contents: dict[tuple[str, bytes], list[CallNode]] = {}
        for name in names:
            for node in graph.takers_of(name):
                for file in node.files:
                    if file[0] == name:
                        contents.setdefault(file, []).append(node)
        trees = tuple(self._file(graph, *file, nodes) for file, nodes in contents.items())
        return Lineage(", ".join(names), None, trees, seen, known)

    def _names_of(self, given: str, known: Sequence[str]) -> list[str]:
        """The files on record that a word means: its path from the project or from here, else its name."""
        absolute = Path(os.path.abspath(given))  # noqa: PTH100 - a link stays what it is called
        root = self._session.root
        inside = absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else ""
        exact = [name for name in known if name in (given, inside, str(absolute))]
        return exact or [name for name in known if "/" not in given and Path(name).name == given]

    def _file(self, graph: LineageGraph, name: str, digest: bytes, nodes: Sequence[CallNode]) -> LineageNode:
        runs = {run for node in nodes for run in node.runs}
        branches = tuple(self._down(graph, node, frozenset(node.runs), self._depth - 1) for node in nodes)
        return LineageNode("file", name, tuple(sorted(runs)), detail=_short(digest), branches=branches)

    def _up(self, run: int, node: CallNode, label: str, depth: int) -> LineageNode:
        """A call, with what it took."""
        told = (run, node.name) in self._told
        self._told.add((run, node.name))
        found = _told_node(node, label, (run,))
        if told or depth <= 0:
            left = 0 if told else len(node.inputs) + len(node.files) + len(node.references)
            return _with(found, told=told, left=left)
        graph = self._graphs[run]
        branches = [
            self._up(run, graph.nodes[maker], f"{argument} from {origin}", depth - 1)
            for argument, origin, maker in node.inputs
        ]
        branches += [self._other_run(other, path, depth - 1) for other, path in node.references]
        branches += [LineageNode("file", name, detail=_short(digest)) for name, digest in node.files]
        branches += [LineageNode("parameter", text) for text in node.parameters]
        code = self._code(node)
        branches += [LineageNode("code", code)] if code else []
        return _with(found, branches=tuple(branches), columns=self._origins(run, node))

    def _other_run(self, run: int, path: str, depth: int) -> LineageNode:
        """What gave a result that was given as an argument by name."""
        graph = self._graph(run)
        maker = graph.maker(run, path)
        if maker is None:
            return LineageNode("call", f"@{run}:{path}", detail="that run is not on record any more")
        return self._up(run, graph.nodes[maker], f"given as @{run}:{path}", depth)

    def _down(
        self, graph: LineageGraph, node: CallNode, runs: AbstractSet[int], depth: int, element: str = ""
    ) -> LineageNode:
        """A call as it is in these runs, with what took its result there, or this element of it."""
        told = (node.name, runs) in self._told
        self._told.add((node.name, runs))
        found = _told_node(node, "", tuple(sorted(runs)))
        takers = [
            (taker, among)
            for taker in map(graph.nodes.__getitem__, node.consumers)
            if (among := _runs_of(graph, node, runs, taker)) and _takes(taker, node, element)
        ]
        if told or depth <= 0:
            return _with(found, told=told, left=0 if told else len(takers))
        return _with(found, branches=tuple(self._down(graph, *each, depth - 1) for each in takers))

    def _code(self, node: CallNode) -> str:
        """The project's functions and classes that the call's code reaches, the first by name."""
        digest = next((part.digest for part in node.call.components if part.kind == "code"), None)
        ledger = None if digest is None else self._session.queries.ledger(digest)
        if ledger is None:
            return ""
        own = [item for item in ledger.items if item.kind in ("function", "class")]
        own.sort(key=lambda item: bool(item.via))
        return listed(
            [f"{item.name}()" if item.kind == "function" else item.name for item in own], _CODE_NAMED
        )

    def _origins(self, run: int, node: CallNode) -> tuple[Columns, ...]:
        """Which columns of what the call gave are, unchanged, those of a frame that it took."""
        if node.count > 1 or node.call.artifact is None:
            return ()
        graph = self._graphs[run]
        taken = [(origin, self._taken(graph.nodes[maker], origin)) for _, origin, maker in node.inputs]
        frames = [(origin, self._columns_of(artifact)) for origin, artifact in taken if artifact]
        found: list[Columns] = []
        for element, artifact in _elements(node.call.artifact, outputs_of(node.call)):
            found += _matched(element, self._columns_of(artifact), frames)
        return tuple(found)

    def _taken(self, maker: CallNode, origin: str) -> Artifact | None:
        artifact = maker.call.artifact
        for name in filter(None, origin[len(maker.path) :].split(".")):
            artifact = dict(artifact.children).get(name) if artifact else None
        return artifact

    def _columns_of(self, artifact: Artifact) -> dict[str, Digest]:
        """The digests of a frame's columns by name; {} of anything else."""
        known = self._columns.get(artifact.digest)
        if known is None:
            profile = self._session.queries.profile(artifact.digest)
            read = StoredParts(artifact, self._session.blobs, "").read
            digests = column_digests(artifact, read) if profile and profile.kind == "frame" else None
            names = unique_names([column.name for column in profile.columns]) if profile else []
            known = self._columns[artifact.digest] = dict(zip(names, digests or (), strict=False))
        return known

    def _graph(self, run: int) -> LineageGraph:
        graph = self._graphs.get(run)
        if graph is None:
            graph = self._graphs[run] = LineageGraph()
            self._add(graph, run)
        return graph

    def _over(self, limit: int, at_least: int | None = None) -> tuple[LineageGraph, int, int]:
        """The graph of the newest runs, with how many these are, and of how many."""
        records = self._session.queries.runs()
        chosen = [record.number for record in records[:limit]]
        if at_least is not None and at_least not in chosen:
            chosen.append(at_least)
        graph = LineageGraph()
        for run in chosen:
            self._add(graph, run)
        graph.link()
        return graph, len(chosen), len(records)

    def _add(self, graph: LineageGraph, run: int) -> None:
        calls = self._session.queries.calls(run)
        found = self._session.entries.find([Digest(call.key) for call in calls if call.key])
        entries: dict[bytes, Entry] = {key: known[0] for key, known in found.items() if known}
        graph.add(run, calls, entries)


def _runs_of(graph: LineageGraph, maker: CallNode, runs: AbstractSet[int], taker: CallNode) -> frozenset[int]:
    """The runs in which a call takes what another gave in `runs`: these, or those that name one of them.

    In another run, a call of the maker's key may have been made of something else.
    """
    named = {run for run, path in taker.references if graph.maker(run, path) == maker.name}
    return frozenset(taker.runs) if named & runs else frozenset(taker.runs) & runs


def _takes(taker: CallNode, maker: CallNode, element: str) -> bool:
    """Whether a call takes this element of another's result, something in it, or all of it."""
    whole = f"{maker.path}.{element}" if element else maker.path
    origins = [origin for _, origin, name in taker.inputs if name == maker.name]
    return any(
        not element or origin == maker.path or origin == whole or origin.startswith(f"{whole}.")
        for origin in origins
    )


def _matched(
    element: str, columns: dict[str, Digest], frames: Sequence[tuple[str, dict[str, Digest]]]
) -> list[Columns]:
    """The columns by the input that has them; last those that none has. Nothing where none is from one."""
    if not columns or not any(known for _, known in frames):
        return []
    left = dict(columns)
    found = []
    for origin, known in frames:
        held = set(known.values())
        names = tuple(name for name, digest in left.items() if digest in held)
        if names:
            found.append(Columns(origin, names, element))
            left = {name: digest for name, digest in left.items() if name not in names}
    return [*found, Columns("", tuple(left), element)] if found and left else found


def _elements(artifact: Artifact, outputs: Sequence[tuple[str, Artifact]]) -> list[tuple[str, Artifact]]:
    if artifact.codec == "composite":
        return list(artifact.children)
    return [("" if name == "result" else name, each) for name, each in outputs]


def _told_node(node: CallNode, label: str, runs: tuple[int, ...]) -> LineageNode:
    call = node.call
    name = node.path if node.count == 1 else f"{map_of(node.path)} ({node.count:,} calls)"
    gave = call.artifact.type if call.artifact else call.status
    return LineageNode("call", name, runs, call.task, gave, label)


def _with(node: LineageNode, **changed: object) -> LineageNode:
    from msgspec.structs import replace

    return replace(node, **changed)


def _short(digest: bytes) -> str:
    return digest_text(Digest(digest))[7:15]


def _no_such_file(given: str, known: Sequence[str], seen: int) -> str:
    import difflib  # for mistakes only

    runs = f"the {seen} runs" if seen > 1 else "the run"
    if not known:
        return (
            f"no call of {runs} looked at has used a file: {given!r} names none. "
            f"A call is named with its run: @last:{given}"
        )
    close = difflib.get_close_matches(given, known, n=1)
    hint = f": did you mean {close[0]}? They used" if close else "; they used"
    return (
        f"no call of {runs} looked at has used the file {given!r}{hint} {listed(list(known))}. "
        f"A call is named with its run: @last:{given}"
    )
