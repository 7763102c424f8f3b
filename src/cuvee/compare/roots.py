"""What somebody changed between two runs, each once, and what followed from it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from cuvee.compare.alignment import CallPair
from cuvee.compare.keys import Comparison, ComponentPair, component_pairs
from cuvee.compare.phrases import phrase_of
from cuvee.compare.words import change_text
from cuvee.model.change import Change, Side
from cuvee.model.decision import ReasonCode
from cuvee.model.difference import CallDifference, CallState, RootChange, RootKind
from cuvee.model.digest import digest_bytes
from cuvee.model.record import Argued, CallRecord

_KINDS: Mapping[str, RootKind] = {
    "task": "graph",
    "code": "code",
    "version": "code",
    "parameter": "parameter",
    "secret": "parameter",
    "chance": "parameter",
    "file": "data",
    "environment": "environment",
    "input": "graph",
}

_ORDER: tuple[RootKind, ...] = ("code", "parameter", "data", "environment", "graph")
_ELEMENT = re.compile(r"(.+)\[\d+\]")


class Roots:
    """Collects root changes of two runs, call by call in causal order; the same change of several once."""

    def __init__(self, comparison: Comparison, pairs: Sequence[CallPair]) -> None:
        self._comparison = comparison
        self._found: dict[object, RootChange] = {}
        self._reached: defaultdict[object, dict[str, None]] = defaultdict(dict)
        self._pair_of_a = {pair.a.path: pair for pair in pairs if pair.a}
        self._pair_of_b = {pair.b.path: pair for pair in pairs if pair.b}
        self._maps_of_a, self._maps_of_b = _maps(self._pair_of_a), _maps(self._pair_of_b)
        self._in_both = {_map_of(pair.b.path) for pair in pairs if pair.a and pair.b}
        self._pairs = pairs

    def calls(self) -> tuple[CallDifference, ...]:
        """Every call, with what became of it; what somebody changed is collected on the way."""
        return tuple(map(self._call, self._pairs))

    def parameters(self, a: Sequence[Argued], b: Sequence[Argued]) -> None:
        """Parameters of the pipeline that changed, as far as no call's parameter tells it."""
        before, after = ({each.name: each for each in argued} for argued in (a, b))
        told = {_texts(root.change) for root in self._found.values() if root.change}
        for name in dict.fromkeys([*after, *before]):
            change = Change("parameter", name, _side(before.get(name)), _side(after.get(name)))
            if change.differs and _texts(change) not in told:
                self._add(change, "")

    def seeds(self, a: int | None, b: int | None) -> None:
        """The run's seed, where it changed and no call's key tells it."""
        if a != b and not any(root.change and root.change.kind == "chance" for root in self._found.values()):
            before, after = (_text_side("none" if seed is None else str(seed)) for seed in (a, b))
            self._add(Change("chance", "", before, after), "")

    def collected(self) -> tuple[RootChange, ...]:
        """What was collected, each kind in its order, within it in causal order."""
        reached = {key: tuple(self._reached[key]) for key in self._found}
        folded = _folded([replace(root, calls=reached[key]) for key, root in self._found.items()])
        return tuple(sorted(folded, key=lambda root: _ORDER.index(root.kind)))

    def _call(self, pair: CallPair) -> CallDifference:
        a, b = pair
        if a is None or b is None:
            return self._alone(pair)
        if "given" in (a.decision, b.decision) and not (a.components and b.components):
            return self._given(a, b)
        if not (a.components and b.components):
            return _call_difference(pair, "not_run", note=_not_run(a, b))
        follows: list[str] = []
        rooted = False
        inputs = {pair.component.name: pair for pair in component_pairs(a.components, b.components)}
        for change in self._comparison.changes(a.components, b.components):
            followed = self._follows(change, inputs)
            follows += followed
            if not followed:
                rooted = True
                self._add(change, b.path)
        if not rooted and not follows and _gave(a) != _gave(b):
            rooted = True
            self._add_other_result(b.path, failed=None in (_gave(a), _gave(b)))
        state: CallState = "root" if rooted else "knock_on" if follows else "same"
        return _call_difference(pair, state, follows)

    def _given(self, a: CallRecord, b: CallRecord) -> CallDifference:
        """A call that something stood in for, in one run or in both."""
        same = _gave(a) == _gave(b)
        before, after = (_stood_in(call, same=same) for call in (a, b))
        if before != after or not same:
            text = f"{b.path} is {after}" if after else f"{b.path} is not {before} any more"
            text += ", and that is another one" if before == after else ""
            self._found["given", b.path] = RootChange("graph", b.path, text, text)
            self._reached["given", b.path][b.path] = None
        return _call_difference(CallPair(a, b), "same" if same else "root")

    def _alone(self, pair: CallPair) -> CallDifference:
        """A call that only one run has. One more element of a map follows from what is mapped over."""
        call = pair.b or pair.a
        assert call is not None
        state: CallState = "new" if pair.b else "gone"
        is_element = _ELEMENT.fullmatch(call.path) and _map_of(call.path) in self._in_both
        if not is_element:
            text = f"{call.path} is {state}"
            self._found["graph", state, call.path] = RootChange("graph", call.path, text, text)
            self._reached["graph", state, call.path][call.path] = None
        note = "an element of a map" if is_element else ""
        return _call_difference(pair, state, self._takes(call) if is_element else (), note)

    def _takes(self, call: CallRecord) -> list[str]:
        """The calls whose results it takes."""
        makers = (maker for part in call.components for maker in _makers(part.origin, self._pair_of_b))
        return list(dict.fromkeys(makers))

    def _follows(self, change: Change, inputs: Mapping[str, ComponentPair]) -> list[str]:
        """The calls that an input changed with; none where it is something else that somebody did."""
        if change.kind not in ("input", "parameter"):
            return []
        pair = inputs[change.name]
        old, new = pair.old, pair.new
        if old is None or new is None:
            return self._narrowed_follows(change, inputs) if change.kind == "input" else []
        if not (old.origin and new.origin):
            return []
        if old.origin == new.origin and new.origin in self._maps_of_b and new.origin in self._maps_of_a:
            return [new.origin]
        before, after = _makers(old.origin, self._pair_of_a), _makers(new.origin, self._pair_of_b)
        same_way = [id(self._pair_of_a[path]) for path in before] == [
            id(self._pair_of_b[path]) for path in after
        ]
        # An element more of a map is not another way for the data to go.
        if not same_way and {_map_of(path) for path in before} != {_map_of(path) for path in after}:
            return []
        if _select(old.origin, before) != _select(new.origin, after):
            return []
        return self._changed(after) or after

    def _narrowed_follows(self, change: Change, inputs: Mapping[str, ComponentPair]) -> list[str]:
        """A column that a frame has now, or has no more, comes from the call that the frame is from."""
        frame = inputs.get(change.name.partition("[")[0])
        if frame is None or "[" not in change.name or frame.old is None or frame.new is None:
            return []
        before, after = _makers(frame.old.origin, self._pair_of_a), _makers(frame.new.origin, self._pair_of_b)
        return after if len(before) == len(after) and frame.old.kind == frame.new.kind == "input" else []

    def _changed(self, makers: Sequence[str]) -> list[str]:
        """Those of these calls whose results differ."""
        pairs = ((path, self._pair_of_b[path]) for path in makers)
        return [path for path, pair in pairs if _gave(pair.a) != _gave(pair.b)]

    def _add(self, change: Change, path: str) -> None:
        key = (
            change.kind,
            change.part,
            change.name,
            change.old.digest if change.old else None,
            change.new.digest if change.new else None,
            path if change.kind in ("input", "task") else "",
        )
        known = self._found.get(key)
        if known is None:
            text, phrase = change_text(change), phrase_of(change)
            if change.kind == "input":
                text = phrase = _rewired(change, path)
            elif change.kind == "task":
                text = phrase = f"{path} is {change.new.text if change.new else 'another task'} now"
            known = RootChange(_KINDS[change.kind], path, text, phrase, change=change)
            self._found[key] = known
        if path:
            self._reached[key][path] = None

    def _add_other_result(self, path: str, *, failed: bool) -> None:
        became = "failed in one of the runs" if failed else "gave another result"
        text = (
            f"{path} {became}, though all that it was given is the same: "
            "it is not deterministic, or used something that it was not given"
        )
        phrase = f"{path} {became if failed else 'gave another result'} on the same inputs"
        self._found["result", path] = RootChange("data", path, text, phrase)
        self._reached["result", path][path] = None


def _rewired(change: Change, path: str) -> str:
    if change.new is None:
        return f"{path} does not take {change.name} any more"
    source = f" from {', '.join(change.route)}" if change.route else ""
    return f"{path} takes {change.name}{source} now"


def _folded(roots: list[RootChange]) -> list[RootChange]:
    """A default or a name that belongs to a function which changed for the same calls is part of that."""
    functions = {
        root.change.name: root
        for root in roots
        if root.change and root.change.part in ("function", "class") and root.change.differs
    }
    within: dict[str, list[Change]] = {}
    kept = []
    for root in roots:
        owner = root.change.name.partition("(")[0] if root.change and root.change.part == "default" else ""
        if owner in functions and root.change:
            within.setdefault(owner, []).append(root.change)
        else:
            kept.append(root)
    return [
        replace(root, within=tuple(within[root.change.name]))
        if root.change
        and root.kind == "code"
        and root.change.name in within
        and functions[root.change.name] is root
        else root
        for root in kept
    ]


def _call_difference(
    pair: CallPair, state: CallState, follows: Iterable[str] = (), note: str = ""
) -> CallDifference:
    a, b = pair
    known = b or a
    assert known is not None
    digests = _gave(a), _gave(b)
    return CallDifference(
        a.path if a else "",
        b.path if b else "",
        known.task,
        state,
        tuple(dict.fromkeys(follows)),
        None if None in digests else digests[0] == digests[1],
        _work(a),
        _work(b),
        a.memory if a else None,
        b.memory if b else None,
        note,
    )


def _gave(call: CallRecord | None) -> bytes | None:
    return call.artifact.digest if call and call.artifact else None


def _work(call: CallRecord | None) -> float | None:
    """The seconds that its result took, in this run or in the one that it was reused from."""
    if call is None or call.decision is None:
        return None
    return call.seconds if call.decision == "executed" else call.saved


def _stood_in(call: CallRecord, *, same: bool) -> str:
    """What stood in for it: `swapped for @3:train`; "" for nothing, or for the same as in the other run."""
    taken = call.reason_code == ReasonCode.TAKEN.value
    return "" if call.decision != "given" or (taken and same) else call.reason


def _not_run(a: CallRecord, b: CallRecord) -> str:
    became = [
        f"{call.status} in {which}"
        for call, which in ((a, "the first"), (b, "the second"))
        if not call.components
    ]
    return " and ".join(became)


def _makers(origin: str, calls: Mapping[str, object]) -> list[str]:
    """The calls that an input is from: `split` of `split.0`; several of a collection."""
    found = []
    for name in origin.split(", ") if origin else []:
        while name and name not in calls:
            name = name.rpartition(".")[0]
        if name:
            found.append(name)
    return list(dict.fromkeys(found))


def _select(origin: str, makers: Sequence[str]) -> str:
    """Which element of one call's result it is: `.0` of `split.0`."""
    return origin[len(makers[0]) :] if len(makers) == 1 and origin.startswith(makers[0]) else ""


def _maps(calls: Iterable[str]) -> set[str]:
    """The maps that these calls are elements of: `score` of `score[3]`."""
    return {_map_of(path) for path in calls} - set(calls)


def _map_of(path: str) -> str:
    """`score` of `score[3]`; else the path."""
    element = _ELEMENT.fullmatch(path)
    return element[1] if element else path


def _side(argued: Argued | None) -> Side | None:
    if argued is None:
        return None
    artifact = argued.artifact
    return Side(artifact.digest, argued.text) if artifact else _text_side(argued.text)


def _text_side(text: str) -> Side:
    return Side(digest_bytes(text.encode()), text)


def _texts(change: Change) -> tuple[str | None, str | None]:
    return tuple(side.text if side else None for side in (change.old, change.new))  # type: ignore[return-value]
