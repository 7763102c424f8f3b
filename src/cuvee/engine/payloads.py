"""Payloads: an argument of the graph, once its calls are done, as what a call is handed."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from cuvee.codecs.plain import decode_plain
from cuvee.codecs.text import text_of
from cuvee.engine.scheduler import Scheduler
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.graph import Argument, Call, Fan, Gather, Given, Hidden, Narrowed, Opaque, Ref
from cuvee.model.order import Bundle, Live, Payload

_NONE = type(None).__qualname__

# Bytes of a value that is worth reading back to be shown.
_SMALL = 200

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
        if isinstance(argument, Given):
            return argument.artifact
        if isinstance(argument, Narrowed):
            return self._lower_narrowed(argument)
        if isinstance(argument, Ref):
            return self._lower_ref(argument)
        if isinstance(argument, Gather):
            keys = None if argument.keys is None else self.lower(argument.keys)
            return Bundle(argument.kind, tuple(self.lower(item) for item in argument.items), keys)
        if isinstance(argument, Hidden):
            return Live(argument.secret)
        assert isinstance(argument, Opaque)
        return Live(argument.value)

    def expand(self, fan: Fan) -> list[Call]:
        """The calls that a fan becomes. Raises CannotWalk; DamagedBlob if a list can't be read."""
        if fan.each:
            return [
                Call(fan.id + index + 1, f"{fan.path}[{index}]", fan.task, (), fan.place, supplied)
                for index, supplied in enumerate(fan.each)
            ]
        columns = [(name, self._items(argument)) for name, argument in fan.over]
        lengths = [len(items) for _, items in columns]
        if len(set(lengths)) > 1:
            text = ", ".join(map(str, lengths))
            what = f"{fan.task.short}.map() walks its lists side by side"
            raise CannotWalk(f"{what}, and they have {text} items")
        order = {name: position for position, (name, _) in enumerate(fan.task.parameters)}
        calls = []
        for index in range(lengths[0]):
            if fan.supplied is not None:
                path = f"{fan.path}[{index}]"
                calls.append(Call(fan.id + index + 1, path, fan.task, (), fan.place, fan.supplied))
                continue
            arguments = [*fan.arguments, *((name, items[index]) for name, items in columns)]
            arguments.sort(key=lambda pair: order[pair[0]])
            path = f"{fan.path}[{index}]"
            calls.append(Call(fan.id + index + 1, path, fan.task, tuple(arguments), fan.place))
        return calls

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
            return [Given(item, _text(item)) for item in self._explode(payload)]
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
