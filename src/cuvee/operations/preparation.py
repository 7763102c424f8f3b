"""What a run and a plan begin with alike: arguments bound, a tracer made, calls looked up."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any

from cuvee.authoring.arguments import argument_problems
from cuvee.authoring.coroutines import STEPS
from cuvee.authoring.pipeline import Pipeline
from cuvee.authoring.runnable import Runnable
from cuvee.authoring.swapping import Swaps
from cuvee.authoring.tracing import Tracer
from cuvee.codecs.declared import declared_by
from cuvee.codecs.leaves import SCALARS
from cuvee.codecs.text import text_of
from cuvee.engine.keys import Keys
from cuvee.engine.lookup import Lookup
from cuvee.errors import CannotEncode, CheckError, CuveeError, HandleError
from cuvee.fingerprint.lasting import take_lasting
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.value import fingerprint_value
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.graph import Argument, Given, TaskInfo
from cuvee.model.located import Located
from cuvee.model.order import Bundle, Payload
from cuvee.model.problem import Place, Problem
from cuvee.model.record import Argued
from cuvee.model.secret import Secret
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Overrides
from cuvee.operations.session import Session, Sources
from cuvee.perform.copies import copies_end
from cuvee.perform.event_loop import EventLoop, outer_loop_aside, run_to_end
from cuvee.perform.failures import describe_failure
from cuvee.perform.imports import imports
from cuvee.perform.redaction import Redactor
from cuvee.perform.small import pack_small

if TYPE_CHECKING:
    from cuvee.authoring.task import Task
    from cuvee.engine.fitting import Fit
    from cuvee.operations.past_code import PastCodes

BODY = (Tracer.body.__code__, STEPS, EventLoop.run.__code__)
"""All code that calls that of a pipeline's body."""


class BodyRaised(Exception):
    """A pipeline's body raised; the message is the user's own traceback."""


class Preparation:
    """One runnable with its arguments by parameter, before anything runs; see `how.How`.

    Without `reuse` every call is performed. Globals and code are taken as they are from now on: `memo`
    holds what was seen.
    """

    def __init__(
        self,
        session: Session,
        runnable: Runnable[..., Any],
        arguments: Mapping[str, Any],
        *,
        problems: Sequence[str] | None = None,
        overrides: Overrides | None = None,
        place: Place | None = None,
        loaded: LoadedValues | None = None,
        seed: int | None = None,
        swaps: Mapping[str, Any] | None = None,
        reuse: bool = True,
    ) -> None:
        self._reuse = reuse
        self.session = session
        self.runnable = runnable
        self.overrides = overrides or Overrides()
        self.seed = runnable.seed if seed is None else seed
        self.scope = session.scope
        self.memo = Memo(take_lasting(self.scope), lambda module: imports.asked_by(module, session.root))
        self.code = ProcessCode(self.scope, self.memo)
        self._place = place
        self._declared = self._foreseen = False
        self.loaded = loaded or LoadedValues(session)
        given = {**getattr(runnable, "swaps", {}), **(swaps or {})}
        self._past: PastCodes | None = None
        self._fits: dict[Digest, Artifact] = {}
        self.swaps = Swaps()
        if given:
            self.swaps = self._swaps(given)
        self.values = dict(arguments)
        self._said = frozenset(arguments)
        if problems is None:
            self.values, problems = runnable.signature.bind_named(arguments)
        self.problems = [Problem(f"`{runnable.short_name}` {problem}", place) for problem in problems]
        if isinstance(runnable, Pipeline):
            self._check_values()

    def _swaps(self, given: Mapping[str, Any]) -> Swaps:
        from cuvee.operations.past_code import PastCodes  # most runs swap nothing
        from cuvee.operations.swaps import swaps_of

        self._past = PastCodes(self.session)
        try:
            return swaps_of(self.session, given, self.loaded, self.class_digest, self._past)
        except BaseException:
            self.close()
            raise

    @property
    def sources(self) -> Sources:
        """The folders with the source of earlier runs that tasks are taken from."""
        return self._past.sources if self._past is not None else {}

    @property
    def fit(self) -> Fit | None:
        """What calls of a task make of an artifact; None where all of them are of today's code."""
        return self._fitted if self.sources else None

    def _fitted(self, task: TaskInfo, artifact: Artifact) -> Artifact:
        from cuvee.perform.fitting import fit  # it loads cloudpickle

        if task.past is not None and self._past is not None:
            return self._past.fitted(task.past.run, artifact)
        known = self._fits.get(artifact.digest)
        if known is None:
            known = fit(artifact, self.session.blobs, class_digest=self.class_digest)
            self._fits[artifact.digest] = known
        return known

    def close(self) -> None:
        """Give back what of earlier runs was loaded, and leave the next one what it may begin with."""
        self.memo.leave()
        if self._past is not None:
            self._past.close()

    def tracer(self, wait: Callable[[Argument], Any]) -> Tracer:
        """A tracer that already knows what is wrong with the arguments."""
        waiting = _beside_no_loop(wait) if self.runnable.is_async else wait

        def override_of(task: Task[..., Any]) -> Mapping[str, Any]:
            """The values that are set for it; what is wrong with them is told before a `result()` waits."""
            values = self.overrides.of_task(task)
            tracer.problems += self.overrides.take_problems()
            return values

        def foreseeing(argument: Argument) -> Any:
            self._foresee()
            return waiting(argument)

        tracer = Tracer(
            self.pack,
            self.small,
            foreseeing,
            override_of,
            self.identify,
            self.text,
            self.seed,
            self.swaps,
        )
        tracer.problems += self.problems
        return tracer

    def _foresee(self) -> None:
        """Before the first wait, which may take hours: raise CheckError if what was said names a task that
        the body cannot call any more."""
        if self._foreseen or not (self.overrides.unmet or self.swaps.unmet):
            return
        from cuvee.operations.prospect import Prospect  # most names are met by then

        self._foreseen = True
        prospect = Prospect(self.runnable.function, self.values, self.scope, self.swaps.tasks)
        lost = [name for name in self.swaps.unmet if not prospect.may_come(name, called=True)]
        problems = [*self.swaps.of_nobody(lost, prospect.names()), *self.overrides.foresee(prospect)]
        if problems:
            raise CheckError(problems)

    def trace(self, tracer: Tracer) -> Any:
        """Run the body, or call the one task; what it returns, handles and all.

        Raises CheckError as soon as nothing more can be told, BodyRaised when the body raised.
        """
        # What follows from a wrong argument would only hide it.
        tracer.raise_problems()
        if isinstance(self.runnable, Pipeline):
            try:
                with copies_end(self.runnable.name):
                    returned = tracer.body(self.runnable, self.values)
                    return run_to_end(returned) if self.runnable.is_async else returned
            except HandleError as error:
                # It ended the body; what had been found before it is told with it.
                raise CheckError([*tracer.problems, *error.problems]) from None
            except CuveeError:
                raise
            except (Exception, SystemExit) as error:
                if not _went_through(self.runnable.function.__code__, error.__traceback__):
                    raise
                secrets = Redactor(value for value in self.values.values() if isinstance(value, Secret))
                raise BodyRaised(secrets.failure(describe_failure(error)).traceback) from error
        # What stands in for the one task has defaults of its own: it is given what was said.
        said = {name: value for name, value in self.values.items() if name in self._said}
        args, kwargs = self.runnable.signature.spread(said if self.swaps else self.values)
        code = self.runnable.function.__code__
        place = self._place or Place(code.co_filename, code.co_firstlineno)
        return tracer.use(self.runnable, args, kwargs, place)  # type: ignore[arg-type]

    def finish(self, tracer: Tracer) -> None:
        """Raise CheckError if anything is wrong with what was traced."""
        tracer.problems += [*self.swaps.finish(), *self.overrides.finish()]
        tracer.raise_problems()

    def lookup(self) -> Lookup:
        """Decides the calls of this trace."""
        session = self.session
        keys = Keys(self.scope, self.memo)
        return Lookup(
            keys,
            session.entries,
            session.queries,
            session.blobs,
            session.boot,
            session.root,
            session.clock.now,
            reuse=self._reuse,
        )

    def class_digest(self, cls: type) -> Any:
        """The fingerprint of a class of the project; None for others."""
        return self.code.class_digest(cls)

    def pack(self, value: Any) -> Artifact:
        """Encode and store a value that was given; one from the records is what it is there."""
        self._declared = False
        origin = self.loaded.origin(value)
        # A pipeline's body could have changed it since: there only its content counts.
        if origin is not None and not isinstance(self.runnable, Pipeline):
            return origin[0]
        small = pack_small(value) if type(value) in SCALARS else None
        if small is not None:
            return small
        from cuvee.perform.pack import pack  # many runs are given nothing larger

        session = self.session
        self._declared = declared_by(type(value)) is not None
        return pack(
            value,
            session.blobs,
            class_digest=self._met,
            root=session.root,
            keep_inputs=session.keep_inputs,
        )

    def small(self, value: Any) -> Given | None:
        """A number or a word as an argument, for which nothing else need be asked; None where it must be."""
        artifact = None if self.loaded.known else pack_small(value)
        return None if artifact is None else Given(artifact, text_of(value))

    def identify(self, value: Any) -> Digest | None:
        """What the value just packed counts by, if a class in it says what identifies its instances.

        Raises CannotFingerprint where something else in it has no content.
        """
        return fingerprint_value(value, self.scope, self.memo) if self._declared else None

    def _met(self, thing: Any) -> Any:
        """The fingerprint of a class that is met while a value is packed."""
        self._declared = self._declared or (isinstance(thing, type) and declared_by(thing) is not None)
        return self.class_digest(thing)

    def explode(self, artifact: Artifact, scratch: Path) -> tuple[Artifact, ...]:
        """The items of a stored list, each an artifact."""
        from cuvee.perform.pack import explode

        session = self.session
        return explode(artifact, session.blobs, scratch, class_digest=self.class_digest)

    def narrow(self, artifact: Artifact, names: tuple[Hashable, ...], scratch: Path) -> Artifact:
        """Some columns of a stored frame."""
        from cuvee.perform.narrow import narrow_artifact  # it loads numpy

        return narrow_artifact(artifact, names, self.session.blobs, scratch, class_digest=self.class_digest)

    def load(self, payload: Payload, scratch: Path) -> Any:
        """The value of what a call would be handed, read from the store. Raises DamagedBlob."""
        from cuvee.perform.unpack import unpack  # only a body that waits for a value, or a past call

        if isinstance(payload, Artifact):
            return unpack(payload, self.session.blobs, scratch)
        if isinstance(payload, Bundle):
            items = [self.load(item, scratch) for item in payload.items]
            if payload.keys is not None:
                return dict(zip(self.load(payload.keys, scratch), items, strict=True))
            return tuple(items) if payload.kind == "tuple" else items
        return payload.value

    def text(self, value: Any) -> str:
        """The value in a few words: a file by its path in the project, a result by its reference."""
        origin = self.loaded.origin(value)
        if origin is not None:
            return origin[1]
        if isinstance(value, Located):
            path = Path(value.path)
            return str(
                path.relative_to(self.session.root) if path.is_relative_to(self.session.root) else path
            )
        return text_of(value)

    def argued(self) -> tuple[Argued, ...]:
        """The arguments, as a record keeps them."""
        return tuple(self._argued(name, value) for name, value in self.values.items())

    def _argued(self, name: str, value: Any) -> Argued:
        if isinstance(value, Secret):
            return Argued(name, "***")
        try:
            return Argued(name, self.text(value), self.pack(value))
        except CannotEncode:
            # It can be shown but not had again; the calls that take it say so in their reasons.
            return Argued(name, self.text(value))

    def _check_values(self) -> None:
        label = self.runnable.short_name
        for parameter in self.runnable.signature.parameters:
            if parameter.name in self.values:
                value = self.values[parameter.name]
                self.problems += argument_problems(parameter, value, label, self.text, self._place)


def _beside_no_loop(wait: Callable[[Argument], Any]) -> Callable[[Argument], Any]:
    """Waiting in a body that a loop runs: calls that are performed meanwhile, and workers, see none."""

    def waiting(argument: Argument) -> Any:
        with outer_loop_aside():
            return wait(argument)

    return waiting


def _went_through(code: CodeType, trace: TracebackType | None) -> bool:
    """Whether this code was running when the exception came: then it is the user's, not ours."""
    while trace is not None:
        if trace.tb_frame.f_code is code:
            return True
        trace = trace.tb_next
    return False
