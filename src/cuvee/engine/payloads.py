"""Payloads: an argument of the graph, once its calls are done, as what a call is handed."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from cuvee.codecs.plain import decode_plain
from cuvee.codecs.text import text_of
from cuvee.engine.components import origin_of
from cuvee.engine.scheduler import Scheduler
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.graph import Argument, Call, Fan, Gather, Given, Hidden, Narrowed, Opaque, Ref, Supplied
from cuvee.model.order import Bundle, Live, Payload

_NONE = type(None).__qualname__

# Bytes of a value that is worth reading back to be shown.
_SMALL = 200

Arguments = tuple[tuple[str, Argument], ...]
"""What a call takes, by parameter."""

Explode = Callable[[Artifact], tuple[Artifact, ...]]
Narrow = Callable[[Artifact, tuple[Hashable, ...]], Artifact]


class CannotWalk(Exception):
    """A fan walks what turned out to be no list, or lists of different lengths."""


class CannotNarrow(Exception):
    """A call asks for columns of what does not have them, or is no frame."""


class Payloads:
    """Reads results from the scheduler. `explode` gives the items of a stored list, `narrow` some
    columns of a stored frame."""

    def __init__(self, scheduler: Scheduler, explode: Explode, narrow: Narrow) -> None:
        self._scheduler = scheduler
        self._explode = explode
        self._narrow = narrow
        self._taken: dict[tuple[Digest, tuple[Hashable, ...]], Artifact] = {}

    def lower(self, argument: Argument) -> Payload:
        """An argument whose calls are done, as artifacts, or bundles of them.

        Raises CannotNarrow for a frame without the columns that are taken of it, and then what
        reading it raises: DamagedBlob, CannotDecode.
        """
        if type(argument) is Ref:
            artifact = self._scheduler.artifact(argument.node)  # of a call, as nearly always
            return self._lower_ref(argument) if artifact is None or argument.select else artifact
        if isinstance(argument, Given):
            return argument.artifact
        if isinstance(argument, Narrowed):
            return self._lower_narrowed(argument)
        if isinstance(argument, Gather):
            keys = None if argument.keys is None else self.lower(argument.keys)
            return Bundle(argument.kind, tuple(self.lower(item) for item in argument.items), keys)
        if isinstance(argument, Hidden):
            return Live(argument.secret)
        assert isinstance(argument, Opaque)
        return Live(argument.value)

    def expand(self, fan: Fan) -> list[Call]:
        """The calls that a fan becomes. Raises CannotWalk; DamagedBlob if a list can't be read."""
        return [
            Call(fan.id + number, f"{fan.path}[{number - 1}]", fan.task, arguments, fan.place, supplied)
            for number, (arguments, supplied) in enumerate(self._takings(fan), 1)
        ]

    def _takings(self, fan: Fan) -> list[tuple[Arguments, Supplied | None]]:
        """What each call of a fan takes; where a result stands in for it that, and nothing else."""
        if fan.each:
            return [((), supplied) for supplied in fan.each]
        walked = self._walked(fan)
        if fan.supplied is not None:
            return [((), fan.supplied)] * len(walked)
        declared = {name: position for position, (name, _) in enumerate(fan.task.parameters)}
        names = [name for name, _ in (*fan.arguments, *fan.over)]
        order = sorted(range(len(names)), key=lambda place: declared[names[place]])
        rows = [(*fan.arguments, *items) for items in walked]
        return [(tuple([row[place] for place in order]), None) for row in rows]

    def _walked(self, fan: Fan) -> list[Arguments]:
        """For each call of a fan, its items of the lists."""
        lists = [[(name, item) for item in self._items(argument)] for name, argument in fan.over]
        if len({len(items) for items in lists}) > 1:
            text = ", ".join(str(len(items)) for items in lists)
            what = f"{fan.task.short}.map() walks its lists side by side"
            raise CannotWalk(f"{what}, and they have {text} items")
        return list(zip(*lists, strict=True))

    def _items(self, argument: Argument) -> list[Argument]:
        """What a fan walks, item by item."""
        if isinstance(argument, Narrowed):
            items = self._items(argument.frame)
            return [Narrowed(item, argument.columns, argument.parameter) for item in items]
        if isinstance(argument, Gather):
            return list(argument.items)
        if isinstance(argument, Opaque):
            return [Opaque(item, argument.text, argument.why) for item in argument.value]
        if isinstance(argument, Ref):
            elements = self._scheduler.elements(argument.node)
            if elements is not None:
                return [Ref(element) for element in elements]
        payload = self.lower(argument)
        assert isinstance(payload, Artifact)
        try:
            origin = origin_of(argument, self._scheduler.path)
            return [Given(item, _text(item), origin=origin) for item in self._explode(payload)]
        except CannotEncode as error:
            raise CannotWalk(str(error)) from error

    def _lower_narrowed(self, argument: Narrowed) -> Payload:
        frame = self.lower(argument.frame)
        if not isinstance(frame, Artifact):
            what = type(frame.value).__name__ if isinstance(frame, Live) else f"a {frame.kind}"
            raise CannotNarrow(
                f"columns are taken of {argument.parameter}, which is {what} and no stored frame"
            )
        if frame.type == _NONE:
            return frame
        key = (frame.digest, argument.columns)
        if key not in self._taken:
            try:
                self._taken[key] = self._narrow(frame, argument.columns)
            except CannotEncode as error:
                raise CannotNarrow(f"{argument.parameter} {error}") from error
        return self._taken[key]

    def _lower_ref(self, ref: Ref) -> Payload:
        elements = self._scheduler.elements(ref.node)
        if elements is not None:
            return Bundle("list", tuple(self._result(element) for element in elements))
        artifact = self._result(ref.node)
        for name in ref.select:
            artifact = artifact.child(name)
        return artifact

    def _result(self, node: int) -> Artifact:
        artifact = self._scheduler.artifact(node)
        assert artifact is not None
        return artifact


def _text(item: Artifact) -> str:
    """What an item of a list is, in a few words: a small plain value itself, else its type."""
    if item.codec == "plain" and item.meta and len(item.meta) <= _SMALL:
        return text_of(decode_plain(item.meta))
    return item.type
