"""Arguments: what a body hands to a call, checked against the call's parameters, as the graph keeps it.

The commonest come first: numbers and words of just the class that is asked for, and results of just
the type. They take the same way as all others, without the questions that cannot matter for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cuvee.authoring.handle import Handle, ref_of
from cuvee.authoring.places import user_place
from cuvee.authoring.signature import Parameter
from cuvee.contracts.annotation import describe
from cuvee.contracts.elements import entry_annotation
from cuvee.contracts.values import value_problem
from cuvee.errors import CannotEncode, CannotFingerprint, HandleError, HandleInside
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.graph import Argument, Gather, Given, Hidden, Narrowed, Opaque
from cuvee.model.located import Located
from cuvee.model.problem import Place, Problem
from cuvee.model.secret import Secret

_MISSING = object()

# Exact classes whose values are nothing but their content, and of which equal ones are the same.
_WORDS = (int, str, bool, type(None))
_SMALL = frozenset({*_WORDS, float})

# Values of one class that are remembered: bodies repeat themselves.
_MOST_MET = 1024


class Arguments:
    """Makes arguments, and collects what is wrong with them in `problems`.

    `pack` stores a value, `small` does all that there is to do for a number or a word, or None where it
    cannot; `identify(value)` is the digest of what `pack` just met, where a class in it says what
    identifies its instances; `text(value)` says in a few words what a value is.
    """

    def __init__(
        self,
        problems: list[Problem],
        pack: Callable[[Any], Artifact],
        small: Callable[[Any], Given | None],
        identify: Callable[[Any], Digest | None],
        text: Callable[[Any], str],
    ) -> None:
        self.returning: Place | None = None
        self._problems = problems
        self._pack = pack
        self._small = small
        self._identify = identify
        self._text = text
        self._met: dict[type, dict[Any, Given]] = {kind: {} for kind in _WORDS}

    def of_call(
        self, parameters: tuple[Parameter, ...], values: Mapping[str, Any], label: str, place: Place
    ) -> tuple[tuple[str, Argument], ...]:
        """The arguments of a call of the task `label`, whose parameters have these values."""
        arguments = []
        argument: Argument | None
        for parameter in parameters:
            value = values.get(parameter.name, _MISSING)
            if value is _MISSING:
                continue
            kind, wanted = type(value), parameter.annotation
            if kind in _SMALL and (kind is wanted or wanted is Any):
                argument = self._word(kind, value)
            else:
                argument = self._at_once(parameter, value)
            if argument is None:
                self.check(parameter, value, label, place)
                argument = taken(parameter, self.reference(value))
            arguments.append((parameter.name, argument))
        return tuple(arguments)

    def _at_once(self, parameter: Parameter, value: Any) -> Argument | None:
        """The result that it is, where nothing can be wrong with it; else None."""
        if type(value) is not Handle:
            return None
        exact = value._cuvee_annotation is parameter.annotation and parameter.columns is None
        return ref_of(value) if exact else None

    def _word(self, kind: type, value: Any) -> Given | None:
        met = self._met.get(kind)
        if met is None:
            return self._small(value)
        known = met.get(value)
        if known is None:
            known = self._small(value)
            if known is not None and len(met) < _MOST_MET:
                met[value] = known
        return known

    def reference(self, value: Any) -> Argument:
        """A handle, or a list, tuple or dict with handles in it, as an argument of the graph."""
        if type(value) is Handle:
            return ref_of(value)
        if type(value) in (list, tuple) and has_handle(value):
            return Gather(
                "list" if type(value) is list else "tuple", tuple(self.reference(item) for item in value)
            )
        if type(value) is dict and has_handle(value):
            items = tuple(self.reference(item) for item in value.values())
            return Gather("dict", items, self._literal(list(value)))
        return self._literal(value)

    def check(self, parameter: Parameter, value: Any, label: str, place: Place) -> None:
        """Check one argument against its parameter's annotation, handle by handle or by value."""
        if type(value) is Handle:
            self.edge(parameter, value._cuvee_annotation, label, f"`{value._cuvee_label}`", place)
        elif has_handle(value):
            self._entries(parameter, value, label, place)
        elif not isinstance(value, Secret) or parameter.annotation is not Any:
            self._problems += argument_problems(parameter, value, label, self._text, place)

    def _entries(self, parameter: Parameter, value: Any, label: str, place: Place) -> None:
        """Check the handles in a list, tuple or dict; of a list, one of each type is enough."""
        seen: set[int] = set()
        for key, item in value.items() if type(value) is dict else enumerate(value):
            if type(item) is Handle and id(item._cuvee_annotation) not in seen:
                if type(value) is list:
                    seen.add(id(item._cuvee_annotation))
                wanted = entry_annotation(parameter.annotation, key)
                source = f"`{item._cuvee_label}`"
                self.edge(parameter, item._cuvee_annotation, label, source, place, wanted)

    def edge(
        self, parameter: Parameter, produced: Any, label: str, source: str, place: Place, wanted: Any = None
    ) -> None:
        from cuvee.contracts.edges import edge_problem  # most results are of just the type

        wanted = parameter.annotation if wanted is None else wanted
        if edge_problem(produced, wanted):
            message = (
                f"`{label}` takes {parameter.name}: {describe(parameter.annotation)}, "
                f"and {source} gives {describe(produced)}"
            )
            self._problems.append(Problem(message, place))

    def _literal(self, value: Any) -> Argument:
        if isinstance(value, Secret):
            return Hidden(value, value.version)
        try:
            artifact = self._pack(value)
        except (HandleInside, HandleError):
            message = (
                f"{self._text(value)} has a handle inside, whose value is not there yet: a list, tuple or "
                "dict of handles can be passed on, or have a task put the value together"
            )
            self._problems.append(Problem(message, self.returning or user_place()))
            return Opaque(value, self._text(value), message)
        except CannotEncode as error:
            return self._identified(value, None, str(error))
        return self._identified(value, artifact, "")

    def _identified(self, value: Any, artifact: Artifact | None, why: str) -> Argument:
        """A value with what it counts by; `why` it has no artifact, where it has none."""
        text = self._text(value)
        try:
            identity = self._identify(value)
        except CannotFingerprint as error:
            return Opaque(value, text, str(error))
        if artifact is None:
            return Opaque(value, text, why, identity)
        return Given(artifact, text, "file" if isinstance(value, Located) else "parameter", identity)


def argument_problems(
    parameter: Parameter, value: Any, label: str, text: Callable[[Any], str], place: Place | None
) -> list[Problem]:
    """What is wrong with a value that `label` is given for a parameter: one problem, or none."""
    problem = value_problem(value, parameter.annotation)
    if problem is None:
        return []
    wanted = describe(parameter.annotation)
    return [Problem(f"`{label}` takes {parameter.name}: {wanted}, and got {text(value)}: {problem}", place)]


def taken(parameter: Parameter, argument: Argument) -> Argument:
    """What a call takes of an argument: all of it, or some columns."""
    if parameter.columns is None:
        return argument
    return Narrowed(argument, parameter.columns.names, parameter.name)


def has_handle(value: Any) -> bool:
    kind = type(value)
    if kind is Handle:
        return True
    if kind is list or kind is tuple:
        return any(has_handle(item) for item in value)
    return kind is dict and any(has_handle(item) for item in value.values())
