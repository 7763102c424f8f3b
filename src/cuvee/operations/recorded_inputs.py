"""Recorded inputs: what a call was given, brought back from the records.

A value is taken only where its digest is the one in the call's key: never something like it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any, get_args

from cuvee.authoring.declared_parameters import MISSING
from cuvee.authoring.task import Task
from cuvee.errors import CannotEncode, ParameterError, ReferenceNotFound
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.key import Component
from cuvee.model.located import By
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.references import calls_of_map, find_part
from cuvee.operations.session import Session
from cuvee.perform.pack import pack

_ARGUMENTS = frozenset({"parameter", "input", "file", "secret"})
_BUNDLES = {"list": list, "tuple": tuple}


class RecordedInputs:
    """The arguments of one call of a run. `loaded` learns where each value is from. `settable`: the user
    can give another value for one that is not to be had."""

    def __init__(
        self,
        session: Session,
        run: RunRecord,
        call: CallRecord,
        loaded: LoadedValues,
        *,
        settable: bool = True,
    ) -> None:
        self._settable = settable
        self._session = session
        self._run = run
        self._call = call
        self._loaded = loaded
        self._arguments = {
            component.name: component
            for component in call.components
            if component.kind in _ARGUMENTS and not self._is_column(component)
        }

    def arguments(
        self, task: Task[..., Any], given: dict[str, Any], without: Collection[str] = ()
    ) -> dict[str, Any]:
        """The values by parameter but for those `without`; those in `given` win.

        Raises ParameterError for one that is not to be had again, with what to do; DamagedBlob.
        """
        names = {parameter.name for parameter in task.signature.parameters}
        found = {
            name: self.argument(name, task)
            for name in self.names()
            if name not in given and name not in without and (name in names or not self._is_gone(name, task))
        }
        return found | given

    def names(self) -> list[str]:
        """The parameters that it was given something for."""
        return list(self._arguments)

    def argument(self, name: str, task: Task[..., Any]) -> Any:
        """What it was given for one of `names`. Raises as `arguments`."""
        defaults = {parameter.name: parameter.default for parameter in task.signature.parameters}
        return self._value(self._arguments[name], defaults.get(name, MISSING))

    def value(self, name: str) -> Any:
        """What it was given for one of `names`, whatever its task is now. Raises as `arguments`."""
        return self._value(self._arguments[name], MISSING)

    def is_default(self, name: str, task: Task[..., Any]) -> bool:
        """Whether it was given for one of `names` what the task has for a default."""
        defaults = {parameter.name: parameter.default for parameter in task.signature.parameters}
        default = defaults.get(name, MISSING)
        packed = None if default is MISSING else self._packed(default)
        return packed is not None and packed.digest == self._arguments[name].digest

    def component(self, name: str) -> Component | None:
        """What its key has of an argument."""
        return self._arguments.get(name)

    def seed(self) -> int | None:
        """The seed that its random numbers were varied by; None for none."""
        texts = [component.text for component in self._call.components if component.kind == "chance"]
        return int(texts[0]) if texts else self._run.start.seed

    def _is_column(self, component: Component) -> bool:
        """Whether it stands for a column of a frame that has a component of its own."""
        name, bracket, _ = component.name.partition("[")
        return bool(bracket) and any(each.name == name for each in self._call.components)

    def _is_gone(self, name: str, task: Task[..., Any]) -> bool:
        known = ", ".join(parameter.name for parameter in task.signature.parameters) or "none"
        raise ParameterError(
            f"{self._call.path} of run {self._run.number} was given {name}, and the task "
            f"{task.short_name} of today has no such parameter; it has {known}. "
            "With `--code run` the code is that of the run"
        )

    def _value(self, component: Component, default: Any) -> Any:
        if component.kind == "secret":
            raise ParameterError(f"{component.name} was a Secret, which is never kept{self._give(component)}")
        if component.kind == "input" and component.origin:
            return self._input(component)
        for value, artifact in self._candidates(component, default):
            if artifact.digest == component.digest:
                return self._known(value, artifact, component.text)
        why = (
            "the file is another by now, and its content was not kept (see the setting keep_inputs)"
            if component.kind == "file"
            else "its value was not kept"
        )
        raise ParameterError(
            f"{component.name} of {self._call.path} was {component.text}, and {why}{self._give(component)}"
        )

    def _give(self, component: Component, before: str = ": ") -> str:
        return f"{before}give it with --set {component.name}=…" if self._settable else ""

    def _known(self, value: Any, artifact: Artifact, text: str) -> Any:
        self._loaded.know(value, artifact, text)
        return value

    # What other calls gave.

    def _input(self, component: Component) -> Any:
        origins = component.origin.split(", ")
        parts = [part for origin in origins if origin != "…" for part in self._parts(origin)]
        if len(origins) == 1 and len(parts) == 1 and self._is_whole(component, parts[0]):
            return self._loaded.load_known(parts[0], f"@{self._run.number}:{component.origin}")
        kind = component.text.partition(" ")[0]
        if kind in _BUNDLES and digest_parts(kind, [part.digest for part in parts]) == component.digest:
            return _BUNDLES[kind](self._loaded.load_known(part, "") for part in parts)
        raise ParameterError(
            f"{component.name} of {self._call.path} was a {component.text}, put together from several "
            f"calls ({component.origin}), which one call alone cannot be given again: "
            f"run the pipeline{self._give(component, ', or ')}"
        )

    def _is_whole(self, component: Component, artifact: Artifact) -> bool:
        """Whether it was given this, or columns of it, which the task takes by itself."""
        narrowed = any(each.name.startswith(f"{component.name}[") for each in self._call.components)
        return artifact.digest == component.digest or narrowed or component.text.endswith("columns")

    def _parts(self, origin: str) -> list[Artifact]:
        """What the call at that path gave, or the calls of a map."""
        queries, run = self._session.queries, self._run
        mapped = calls_of_map(queries, run, origin)
        if mapped and queries.call(run.number, origin) is None:
            return [call.artifact for call in mapped if call.artifact is not None]
        try:
            return [find_part(queries, run, origin)[2]]
        except ReferenceNotFound as error:
            raise ParameterError(
                f"{self._call.path} of run {run.number} was not given all: {error}"
            ) from None

    # What the pipeline's body gave.

    def _candidates(self, component: Component, default: Any) -> Iterator[tuple[Any, Artifact]]:
        """Values that it may have been, each with its artifact."""
        if component.kind == "file":  # where it lies, if it is as it was: its place may count
            yield from self._lying(component.text)
        for argued in self._run.start.parameters:
            if argued.artifact is not None and argued.artifact.digest == component.digest:
                yield self._loaded.load_known(argued.artifact, ""), argued.artifact
        for value in self._guesses(component, default):
            guess = self._packed(value)
            if guess is not None:
                yield value, guess
        for given in self._session.queries.given(self._run.number):
            if given.digest == component.digest:
                yield self._loaded.load_known(given, ""), given

    def _lying(self, path: str) -> Iterator[tuple[Any, Artifact]]:
        for located in (File, Directory):
            for by in get_args(By):
                value = located(path, by=by)
                artifact = self._packed(value)
                if artifact is not None:
                    yield value, artifact

    def _guesses(self, component: Component, default: Any) -> Iterator[Any]:
        if default is not MISSING:
            yield default
        yield component.text
        try:
            yield ast.literal_eval(component.text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return

    def _packed(self, value: Any) -> Artifact | None:
        session = self._session
        try:
            return pack(value, session.blobs, class_digest=_no_class, root=session.root, keep_inputs=0)
        except (CannotEncode, ParameterError):
            return None  # it was something else


def _no_class(_class: type) -> Digest | None:
    return None
