"""Fitting: what calls are handed where a run works with several versions of one class.

A call of an earlier run's task takes what its classes make of an artifact, and one of today's what today's
do. That is settled before the key is made, so the key is that of what the call really takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.graph import Argument, Call, Gather, Given, Narrowed, TaskInfo
from cuvee.model.order import Bundle, Payload

if TYPE_CHECKING:
    from cuvee.engine.lookup import Decided, Lookup

Fit = Callable[[TaskInfo, Artifact], Artifact]
"""The artifact with the classes that calls of the task work with. Raises CannotDecode, DamagedBlob."""

Lower = Callable[[Argument], Payload]


class Fitting:
    """Lowers arguments for calls of each task. `lower` is how that is done where there is one version."""

    def __init__(self, lower: Lower, fit: Fit) -> None:
        self._lower = lower
        self._fit = fit

    def call(self, call: Call) -> Call:
        """The call with what it was given fitted; what it takes of others is looked at, too."""
        lower = self.lower(call.task)
        for _, argument in call.arguments:
            lower(argument)
        arguments = tuple((name, self._given(call.task, argument)) for name, argument in call.arguments)
        return msgspec.structs.replace(call, arguments=arguments)

    def decide(self, calls: Iterable[Call], lookup: Lookup, path: Callable[[int], str]) -> list[Decided]:
        """What is decided of calls that have been fitted, each looked up with what it really takes."""
        return [each for call in calls for each in lookup.decide([call], self.lower(call.task), path)]

    def lower(self, task: TaskInfo) -> Lower:
        """How the arguments of a task's calls are lowered."""
        return lambda argument: self._payload(task, self._lower(argument))

    def _payload(self, task: TaskInfo, payload: Payload) -> Payload:
        if isinstance(payload, Artifact):
            return self._fit(task, payload)
        if isinstance(payload, Bundle):
            items = tuple(self._payload(task, item) for item in payload.items)
            return msgspec.structs.replace(payload, items=items)
        return payload

    def _given(self, task: TaskInfo, argument: Argument) -> Argument:
        if isinstance(argument, Given):
            return msgspec.structs.replace(argument, artifact=self._fit(task, argument.artifact))
        if isinstance(argument, Gather):
            items = tuple(self._given(task, item) for item in argument.items)
            return msgspec.structs.replace(argument, items=items)
        if isinstance(argument, Narrowed):
            return msgspec.structs.replace(argument, frame=self._given(task, argument.frame))
        return argument
