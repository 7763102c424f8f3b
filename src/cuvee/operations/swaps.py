"""Swaps: what somebody gave to stand in for tasks, as the tracer takes it."""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from cuvee.authoring.definition import check_definition, check_stand_in
from cuvee.authoring.naming import qualified_name
from cuvee.authoring.swapping import Supply, Swap, Swaps
from cuvee.authoring.task import Task
from cuvee.codecs.text import text_of
from cuvee.errors import CannotEncode, CheckError, ReferenceNotFound, UsageError
from cuvee.model.artifact import Artifact
from cuvee.model.graph import Supplied
from cuvee.model.problem import Problem
from cuvee.model.record import CallRecord, RunRecord
from cuvee.model.swap import Swapped
from cuvee.operations.values import load_artifact
from cuvee.perform.pack import pack_result

if TYPE_CHECKING:
    from cuvee.codecs.codec import ClassDigest
    from cuvee.operations.loaded import LoadedValues
    from cuvee.operations.past_code import PastCodes
    from cuvee.operations.session import Session

Elements = tuple[str, ...] | None


class Recorded(NamedTuple):
    """What a call of an earlier run gave, or an element of it, to stand in for another.

    `session` is that of its store; `path` is that of the call, with what names the element.
    """

    session: Session
    run: int
    call: CallRecord
    path: str
    artifact: Artifact | None


class OfRun(NamedTuple):
    """The version of a task that an earlier run had: the session of its store, and the run."""

    session: Session
    run: RunRecord


def swaps_of(
    session: Session,
    given: Mapping[str, Any],
    loaded: LoadedValues,
    class_digest: ClassDigest,
    past: PastCodes,
) -> Swaps:
    """The swaps of a run, by the names that they are for: functions, tasks, recorded results, values, and
    earlier runs, whose versions of a task `past` loads.

    Raises UsageError for what can stand in for no task, ReferenceNotFound for a call without a
    result, DamagedBlob for one that is lost.
    """
    making = _Making(session, loaded, class_digest, past)
    return Swaps([making.swap(name, thing) for name, thing in given.items()])


class _Making(NamedTuple):
    session: Session
    loaded: LoadedValues
    class_digest: ClassDigest
    past: PastCodes

    def swap(self, name: str, thing: Any) -> Swap:
        check_stand_in(name, thing)
        recorded = thing if isinstance(thing, Recorded) else getattr(thing, "_recorded", None)
        if isinstance(recorded, Recorded):
            return self._recorded(name, recorded)
        of_run = thing if isinstance(thing, OfRun) else getattr(thing, "_of_run", None)
        if isinstance(of_run, OfRun):
            return self._version(name, of_run)
        if isinstance(thing, FunctionType):
            check_definition(thing, "task")
            thing = Task(thing)
        if isinstance(thing, Task):
            return Swap(Swapped(name, "function", qualified_name(thing.function)), thing)
        return self._value(name, thing, text_of(thing))

    def _version(self, name: str, of_run: OfRun) -> Swap:
        if of_run.session.home != self.session.home:
            raise UsageError(
                f"swap {name}: run {of_run.run.number} is on record in {of_run.session.home}, and not in the "
                f"store of this run, {self.session.home}"
            )
        self.loaded.hold()
        try:
            task = self.past.task(of_run.run, name)
        except UsageError as error:
            raise type(error)(f"swap {name}=@{of_run.run.number}: {error}") from error
        return Swap(Swapped(name, "version", f"@{of_run.run.number}"), task)

    def _recorded(self, name: str, recorded: Recorded) -> Swap:
        artifact, call = recorded.artifact, recorded.call
        if artifact is None:
            raise ReferenceNotFound(
                f"swap {name}: {call.path} of run {recorded.run} has no result: it {call.status}"
            )
        if recorded.session.home != self.session.home:
            value = load_artifact(recorded.session, artifact)
            text = f"{recorded.path} of run {recorded.run} in {recorded.session.home}"
            return self._value(name, value, text)
        text = f"@{recorded.run}:{recorded.path}"
        self.loaded.hold()
        value = self.loaded.load_known(artifact, text)
        outputs = call.outputs if artifact is call.artifact else ()
        known = self.loaded.origin(value)
        fitted = artifact if known is None else known[0]
        maker = call.made_by or (recorded.run, call.path)
        # What a call logged is part of all that it gave, and of no element of it.
        metrics, figures = (call.metrics, call.figures) if artifact is call.artifact else ((), ())

        def supplied(elements: Elements) -> Supplied:
            kept = fitted if outputs == (elements or ()) else self._kept(name, value, elements)
            return Supplied(kept, text, maker, call.seconds or call.saved, metrics=metrics, figures=figures)

        return Swap(Swapped(name, "result", text), Supply(value, supplied))

    def _value(self, name: str, value: Any, text: str) -> Swap:
        def supplied(elements: Elements) -> Supplied:
            return Supplied(self._kept(name, value, elements), f"a value: {text}")

        return Swap(Swapped(name, "value", text), Supply(value, supplied))

    def _kept(self, name: str, value: Any, elements: Elements) -> Any:
        """The value as the result of a task that names these elements."""
        try:
            return pack_result(value, self.session.blobs, class_digest=self.class_digest, elements=elements)
        except CannotEncode as error:
            raise CheckError([Problem(f"swap {name}: {error}")]) from error
