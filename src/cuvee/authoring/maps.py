"""Maps: a task over the items of lists. Known lists become calls at once, others when they are there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cuvee.authoring.arguments import taken
from cuvee.authoring.growing import Growing, walked_by
from cuvee.authoring.handle import Handle
from cuvee.codecs.text import text_of
from cuvee.contracts.elements import elements_of, item_annotation
from cuvee.model.graph import Fan, Ref
from cuvee.model.problem import Place, Problem

if TYPE_CHECKING:
    from cuvee.authoring.signature import Parameter
    from cuvee.authoring.task import Task

_MISSING = object()
_BY_POSITION = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD")


class Maps:
    """The maps of one trace; what is wrong with them goes to `problems`."""

    def __init__(self, problems: list[Problem], graph: Growing) -> None:
        self._problems = problems
        self._graph = graph

    def fan(
        self,
        task: Task[..., Any],
        iterables: tuple[Any, ...],
        constants: dict[str, Any],
        place: Place,
    ) -> Any:
        """A list of handles, or one handle while no length is known; an empty list where it cannot be."""
        wrong = _not_walkable(task.short_name, iterables, constants)
        lists = [] if wrong else [_listed(iterable) for iterable in iterables]
        if any(type(items) is Handle for items in lists):
            return self._open(task, lists, constants, place)
        wrong = wrong or _not_side_by_side(task.short_name, lists)
        if wrong:
            self._problems.append(Problem(wrong, place))
            return []
        return self._calls(task, lists, constants, place)

    def _calls(
        self, task: Task[..., Any], lists: list[Any], constants: dict[str, Any], place: Place
    ) -> list[Handle]:
        graph, use = self._graph, self._graph.use(task)
        path = graph.path(use.label)
        names = _walking(use.parameters, len(lists))
        bound: dict[str, Any] = {}
        handles = []
        for index, items in enumerate(zip(*lists, strict=True)):
            first, walked = not index, 0 if index else len(lists)  # what is wrong is told once
            if graph.swaps is not None:
                given = (items, constants)
                handles.append(graph.swapped(task, f"{path}[{index}]", given, place, walked, note=first))
                continue
            if first or names is None:
                values, problems = use.bind(items, constants)
                bound = values.copy()
                if problems and first:
                    graph.uses.note(problems, use.label, place)
            else:
                values = bound | dict(zip(names, items, strict=True))
            if use.overrides:
                graph.uses.override(task, values, place, walked_by(task, walked))
            handles.append(graph.call(use, f"{path}[{index}]", values, place))
        return handles

    def _open(
        self, task: Task[..., Any], lists: list[Any], constants: dict[str, Any], place: Place
    ) -> Handle:
        """A map whose length only running can tell: known lists ride along as literals."""
        graph, arguments = self._graph, self._graph.arguments
        items = [_Item(entry) for entry in lists]
        path = graph.path(task.short_name)
        swap = graph.instead(task, path)
        use, values = graph.values(task, swap, (tuple(items), constants), place, len(lists))
        over, constant = [], {}
        for parameter in use.parameters:
            value = values.get(parameter.name, _MISSING)
            if type(value) is _Item:
                arguments.edge(parameter, value.annotation, use.label, "an item of the list", place)
                over.append((parameter.name, taken(parameter, arguments.reference(value.of))))
            elif value is not _MISSING:
                constant[parameter.name] = value
        others = arguments.of_call(use.parameters, constant, use.label, place)
        supplied = graph.supplied(task, swap)
        node = Fan(graph.number(), path, use.info, tuple(over), others, place, supplied)
        graph.nodes.append(node)
        returns = node.task.returns
        return Handle(Ref(node.id), list if returns is Any else list[returns], node.path)  # type: ignore[valid-type]


class _Item:
    """Stands for an element of a list that is not known yet, while arguments are bound."""

    def __init__(self, of: Any) -> None:
        self.of = of
        self.annotation = Any
        if type(of) is Handle:
            self.annotation = item_annotation(of._cuvee_annotation) or Any


def _walking(parameters: tuple[Parameter, ...], count: int) -> tuple[str, ...] | None:
    """The parameters that so many lists are for, if there is one for each list."""
    walking = parameters[:count]
    alone = len(walking) == count and all(each.kind in _BY_POSITION for each in walking)
    return tuple(each.name for each in walking) if alone else None


def _listed(iterable: Any) -> Any:
    """An iterable as a list; a handle as itself, or as its elements where they are known."""
    if type(iterable) is Handle:
        return list(iterable) if elements_of(iterable._cuvee_annotation) else iterable
    return list(iterable)


def _not_walkable(name: str, iterables: tuple[Any, ...], constants: dict[str, Any]) -> str:
    """What is wrong with what a map is to walk; "" if nothing is."""
    if not iterables:
        hint = "".join(f": write {name}.map({key}=…) without `{key}=`" for key in list(constants)[:1])
        return (
            f"{name}.map() takes at least one list to walk, and arguments by name are the same for all{hint}"
        )
    for item in iterables:
        if type(item) is not Handle and not isinstance(item, Iterable):
            return f"{name}.map() walks lists, and {text_of(item)} is none: write {name}.map([…])"
    return ""


def _not_side_by_side(name: str, lists: list[Any]) -> str:
    """What is wrong with the lengths of lists that are all known; "" if nothing is."""
    if len({len(items) for items in lists}) < 2:
        return ""
    lengths = ", ".join(str(len(items)) for items in lists)
    walks = f"{name}.map() walks its lists side by side, and they have {lengths} items"
    return f"{walks}: give lists of equal length"
