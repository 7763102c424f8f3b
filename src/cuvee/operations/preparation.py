"""What a run and a plan begin with alike: arguments bound, a tracer made, calls looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cuvee.authoring.pipeline import Pipeline
from cuvee.authoring.runnable import Runnable
from cuvee.authoring.tracing import Tracer
from cuvee.codecs.text import text_of
from cuvee.contracts.edges import describe
from cuvee.contracts.values import value_problem
from cuvee.engine.keys import Keys
from cuvee.engine.lookup import Lookup
from cuvee.errors import CannotEncode
from cuvee.fingerprint.code import fingerprint_class
from cuvee.fingerprint.memo import Memo
from cuvee.model.artifact import Artifact
from cuvee.model.graph import Argument
from cuvee.model.problem import Place, Problem
from cuvee.model.record import Argued
from cuvee.model.secret import Secret
from cuvee.operations.overrides import Overrides
from cuvee.operations.session import Session
from cuvee.perform.pack import pack


class Preparation:
    """One runnable with its arguments, before anything runs.

    Globals and code are taken as they are from now on: `memo` holds what was seen.
    """

    def __init__(
        self,
        session: Session,
        runnable: Runnable[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        overrides: Overrides,
        place: Place | None,
    ) -> None:
        self.session = session
        self.runnable = runnable
        self.overrides = overrides
        self.memo = Memo()
        self.scope = session.scope
        self._place = place
        self.values, problems = runnable.signature.bind(args, dict(kwargs))
        self.problems = [Problem(f"`{runnable.short_name}` {problem}", place) for problem in problems]
        if isinstance(runnable, Pipeline):
            self._check_values()

    def tracer(self, wait: Callable[[Argument], Any]) -> Tracer:
        """A tracer that already knows what is wrong with the arguments."""
        tracer = Tracer(self.pack, wait, self.overrides.of_task)
        tracer.problems += self.problems
        return tracer

    def trace(self, tracer: Tracer) -> Any:
        """Run the body, or call the one task; what it returns, handles and all."""
        if self.problems and len(self.values) < self._required():
            tracer.raise_problems()
        if isinstance(self.runnable, Pipeline):
            return tracer.body(self.runnable, self.values)
        args, kwargs = self.runnable.signature.spread(self.values)
        return tracer.call(self.runnable, args, kwargs, self._place)  # type: ignore[arg-type]

    def finish(self, tracer: Tracer) -> None:
        """Raise CheckError if anything is wrong with what was traced."""
        tracer.problems += self.overrides.finish()
        tracer.raise_problems()

    def lookup(self) -> Lookup:
        """Decides the calls of this trace."""
        session = self.session
        keys = Keys(self.scope, self.memo)
        return Lookup(keys, session.entries, session.queries, session.blobs, session.boot)

    def class_digest(self, cls: type) -> Any:
        """The fingerprint of a class of the project; None for others."""
        return fingerprint_class(cls, self.scope, self.memo)

    def pack(self, value: Any) -> Artifact:
        """Encode and store a value that was given."""
        session = self.session
        return pack(
            value, session.blobs, class_digest=self.class_digest, root=session.root, keep_inputs=session.keep_inputs
        )

    def argued(self) -> tuple[Argued, ...]:
        """The arguments, as a record keeps them."""
        return tuple(self._argued(name, value) for name, value in self.values.items())

    def _argued(self, name: str, value: Any) -> Argued:
        if isinstance(value, Secret):
            return Argued(name, "***")
        try:
            return Argued(name, text_of(value), self.pack(value))
        except CannotEncode:
            # It can be shown but not had again; the calls that take it say so in their reasons.
            return Argued(name, text_of(value))

    def _check_values(self) -> None:
        for parameter in self.runnable.signature.parameters:
            if parameter.name in self.values:
                value = self.values[parameter.name]
                problem = value_problem(value, parameter.annotation)
                if problem:
                    wanted = describe(parameter.annotation)
                    message = (
                        f"`{self.runnable.short_name}` takes {parameter.name}: {wanted}, "
                        f"and got {text_of(value)}: {problem}"
                    )
                    self.problems.append(Problem(message, self._place))

    def _required(self) -> int:
        return len(self.runnable.signature.parameters)
