"""The performer: carries out one work order after another, in the process that it lives in."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from cuvee.codecs.leaves import SCALARS
from cuvee.contracts.values import value_problem
from cuvee.errors import CannotDecode, CannotEncode, DamagedBlob, EnvironmentFault
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.order import Bundle, Failure, Live, Outcome, Payload, WorkOrder
from cuvee.model.profile import Profile
from cuvee.perform.capture import Capture, Hear
from cuvee.perform.chance import seed_generators, seeding_loads
from cuvee.perform.copies import end_if_copy
from cuvee.perform.event_loop import EventLoop, is_coroutine
from cuvee.perform.failures import describe_failure, kinds_of
from cuvee.perform.handing import Handing
from cuvee.perform.interrupts import Interrupts
from cuvee.perform.kept import Kept
from cuvee.perform.late_imports import imported_late, note_imports
from cuvee.perform.memory import Memory
from cuvee.perform.mutation import FIXED, Mutations, Watched
from cuvee.perform.notes import Findings
from cuvee.perform.observation import Observer
from cuvee.perform.recorder import CallRecorder
from cuvee.perform.redaction import NO_SECRETS, Redactor, redactor_of
from cuvee.perform.small import pack_small, unpack_small
from cuvee.perform.streaming import Streamed, is_stream, stored_items
from cuvee.perform.watching.ear import mark_boundary
from cuvee.ports import current

_BY_POSITION = frozenset({"POSITIONAL_OR_KEYWORD", "POSITIONAL_ONLY"})


class _End(NamedTuple):
    """How a call came to its end, as its outcome says it."""

    status: Literal["succeeded", "failed", "cancelled", "damaged"]
    failure: Failure | None = None
    damaged: tuple[bytes, ...] = ()
    damage: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


_SUCCESS = _End("succeeded")
_CANCELLED = _End("cancelled")

# What came of a call that succeeded: the artifact, the profiles of what is in it, what two elements of it
# shared, the arguments that were changed in place, and what was asked of the world.
_Done = tuple[Artifact | None, tuple[tuple[Digest, Profile], ...], tuple[str, ...], tuple[str, ...], Findings]
_NOTHING_DONE: _Done = (None, (), (), (), Findings())


class Performer:
    """Loads, seeds, calls, checks and stores. Use it inside `with performer.ready():`.

    `load(artifact, scratch)` reads a value, `keep(value, elements, redact)` stores a result and
    tells what it looks like, `keep_picture(figure)` stores a logged figure; all three belong to the
    store that it works with. `hand_on`: a call may get the very object that the one before gave.
    """

    def __init__(
        self,
        load: Callable[[Artifact, str], Any],
        keep: Callable[[Any, tuple[str, ...] | None, Callable[[str], str]], Kept],
        keep_picture: Callable[[Any], Artifact],
        mutations: Mutations,
        observer: Observer,
        hear: Hear,
        interrupts: Interrupts,
        *,
        hand_on: bool = False,
    ) -> None:
        self._load = load
        self._keep = keep
        self._keep_picture = keep_picture
        self._mutations = mutations
        self._observer = observer
        self._capture = Capture(hear)
        self._interrupts = interrupts
        self._process = os.getpid()
        self._handing = Handing() if hand_on else None
        self._memory = Memory()
        self._seed: bytes | None = None
        # Those of the last call, and their names if all go by position: most calls are of the same task.
        self._parameters: tuple[tuple[str, str], ...] = ()
        self._by_position: tuple[str, ...] | None = ()

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Streams swapped, stand-ins put in place, random state kept, once for all the calls of a run."""
        with self._capture.streams(), seeding_loads(lambda: self._seed), self._observer.ready():
            yield

    def perform(self, order: WorkOrder) -> Outcome:
        """Carry the order out. Whatever the user's code does ends in an outcome, never in an exception."""
        plain = _is_plain(order)
        redactor = NO_SECRETS if plain else redactor_of(order)
        recorder = CallRecorder(self._keep_picture, redactor)
        started, began = time.time(), time.perf_counter()
        self._memory.begin(began)
        self._seed = order.seed or None
        self._capture.begin(order.path, redactor)
        try:
            done, end = self._carry_out(order, recorder, redactor), _SUCCESS
        except BaseException as error:  # noqa: BLE001 - sys.exit() in a task ends that task, not the run
            end_if_copy(self._process, order.path, error)
            interrupted = self._interrupts.raised
            done, end = _NOTHING_DONE, _CANCELLED if interrupted else _end_by(error, order, redactor)
        finally:
            self._seed = None
            if not plain:
                _remove_scratch(order)
        seconds = time.perf_counter() - began
        artifact, profiles, shared, mutated, found = done
        return Outcome(  # by position: names would cost a tenth of the call
            order.call,
            end.status,
            started,
            seconds,
            artifact,
            tuple(recorder.metrics),
            tuple(recorder.figures),
            self._capture.end(),
            found.observed,
            end.failure,
            end.damaged,
            found.doubts,
            profiles,
            found.outside,
            end.damage,
            end.kinds,
            mutated,
            imported_late() if end is _SUCCESS else (),
            shared,
            self._memory.end(seconds),
        )

    def _carry_out(self, order: WorkOrder, recorder: CallRecorder, redactor: Redactor) -> _Done:
        """Load, call, check, store; what the outcome of a success says."""
        # No name here refers to the arguments, but for small ones: what the call did not keep of them is
        # gone when it returns.
        watched: list[Watched] = []
        value = self._call(order, *self._arguments(order, watched), recorder, redactor)
        if self._interrupts.raised:
            raise KeyboardInterrupt  # again: the function caught it, and has returned what it had by then
        end_if_copy(self._process, order.path)
        streamed = value if isinstance(value, Streamed) else None
        problem = None if streamed else value_problem(value, order.returns)
        if problem:
            raise _wrong_result(order, value, problem)
        found = self._observer.findings()
        mutated: tuple[str, ...] = ()
        if watched:
            mutated = self._mutations.changed(
                watched, value, lambda artifact: self._load(artifact, order.scratch)
            )
            watched.clear()
        kept = streamed or self._kept(value, order.elements, redactor)
        if self._handing is not None and isinstance(kept, Kept) and kept.live:
            holder = [value]
            del value  # from here on the list alone refers to it
            self._handing.offer(holder, kept.artifact, kept.live)
        return kept.artifact, kept.profiles, kept.shared, mutated, found

    def _kept(self, value: Any, elements: tuple[str, ...] | None, redactor: Redactor) -> Kept:
        if elements is None and type(value) in SCALARS and redactor is NO_SECRETS:
            small = pack_small(value)  # as nearly always
            if small is not None:
                return Kept(small)
        if redactor.hides:
            redactor.check_text(value)
        kept = self._keep(value, elements, redactor.hide)
        if redactor.hides:
            redactor.check_artifact(kept.artifact)
        return kept

    def _arguments(self, order: WorkOrder, watched: list[Watched]) -> tuple[list[Any], dict[str, Any]]:
        if self._handing is not None:
            self._handing.begin()
        values: dict[str, Any] = {}
        for name, payload in order.arguments:
            if type(payload) is Artifact and payload.codec == "plain" and payload.meta:
                values[name] = unpack_small(payload.meta)  # as nearly always: all of it is at hand
            else:
                values[name] = self._value(payload, order.scratch)
        if self._handing is not None:
            self._handing.drop()
        if not FIXED.issuperset(map(type, values.values())):
            watched += self._mutations.watched(order.arguments, values)
        if order.parameters is not self._parameters:
            self._parameters, self._by_position = order.parameters, _all_by_position(order.parameters)
        if self._by_position == tuple(values):  # as nearly always
            return list(values.values()), {}
        return _bound(order.parameters, values)

    def _value(self, payload: Payload, scratch: str) -> Any:
        if type(payload) is Artifact:
            handed = None if self._handing is None else self._handing.take(payload)
            return self._load(payload, scratch) if handed is None else handed[0]
        if isinstance(payload, Bundle):
            items = [self._value(item, scratch) for item in payload.items]
            if payload.keys is not None:
                return dict(zip(self._value(payload.keys, scratch), items, strict=True))
            return tuple(items) if payload.kind == "tuple" else items
        assert isinstance(payload, Live)
        return payload.value

    def _call(
        self,
        order: WorkOrder,
        args: list[Any],
        kwargs: dict[str, Any],
        recorder: CallRecorder,
        redactor: Redactor,
    ) -> Any:
        """The function's result; of one that yields it, all items in the store."""
        if order.seed:
            seed_generators(order.seed)
        tracing = current.trace.set(None)
        recording = current.recorder.set(recorder)
        loaded = len(sys.modules)
        try:
            value = self._call_user(order.function, args, kwargs)
            if type(value) in SCALARS:  # as nearly always
                return value
            if is_coroutine(order.function, value):
                # Nothing of a coroutine has run when it is made.
                return self._awaited(value)
            if not is_stream(order.function, value):
                return value
            keep = functools.partial(self._kept, elements=None, redactor=redactor)
            # Nothing of a generator has run when it is made.
            with self._observer.watching(stored_items.__code__), self._interrupts.user_code():
                return stored_items(value, order.returns, keep, self._interrupts.our_code)
        finally:
            self._observer.go_back()
            if len(sys.modules) != loaded:
                note_imports(loaded)
            current.recorder.reset(recording)
            current.trace.reset(tracing)

    def _call_user(self, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
        """What the function gives. An interrupt is raised at once meanwhile, and what it asks is heard."""
        observer, interrupts = self._observer, self._interrupts
        observer.begin()
        outer = interrupts.in_user_code
        try:
            interrupts.in_user_code = True
            if interrupts.requested:
                interrupts.raise_what_waited()
            return function(*args, **kwargs)
        finally:
            interrupts.in_user_code = outer
            observer.end()

    def _awaited(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        loop = EventLoop()
        with self._observer.watching(EventLoop.run.__code__), self._interrupts.user_code():
            return loop.run(coroutine)


mark_boundary(Performer._call_user.__code__)


def _all_by_position(parameters: tuple[tuple[str, str], ...]) -> tuple[str, ...] | None:
    """The names of parameters that are all given by position; None where one is not."""
    named = all(kind in _BY_POSITION for _, kind in parameters)
    return tuple(name for name, _ in parameters) if named else None


def _bound(
    parameters: tuple[tuple[str, str], ...], values: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """What is given by position and by name."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, kind in parameters:
        if name not in values:
            continue
        if kind in _BY_POSITION:
            args.append(values[name])
        elif kind == "VAR_POSITIONAL":
            args += values[name]
        elif kind == "VAR_KEYWORD":
            kwargs.update(values[name])
        else:
            kwargs[name] = values[name]
    return args, kwargs


def _is_plain(order: WorkOrder) -> bool:
    """Whether a call takes plain values alone, as most do: these are no secrets, and make no files."""
    for _, payload in order.arguments:
        if type(payload) is not Artifact or payload.codec != "plain":
            return False
    return True


def _end_by(error: BaseException, order: WorkOrder, redactor: Redactor) -> _End:
    """What became of a call by what was raised while it was carried out."""
    if isinstance(error, DamagedBlob):
        return _End("damaged", damaged=(error.digest,), damage=(str(error),))
    if isinstance(error, KeyboardInterrupt):
        return _CANCELLED
    if isinstance(error, CannotEncode | CannotDecode):
        return _End("failed", _unusable(order, "ResultError", str(error)))
    if isinstance(error, EnvironmentFault):  # nothing that the user's code did
        return _End("failed", _unusable(order, type(error).__name__, str(error)), kinds=kinds_of(error))
    return _End("failed", redactor.failure(describe_failure(error)), kinds=kinds_of(error))


def _remove_scratch(order: WorkOrder) -> None:
    """Take the order's folder away, if its arguments have made one."""
    if os.path.isdir(order.scratch):  # noqa: PTH112 - a microsecond, once for each call
        import shutil  # 3 ms, and most calls have no files

        shutil.rmtree(order.scratch)


def _wrong_result(order: WorkOrder, value: Any, problem: str) -> CannotEncode:
    from cuvee.codecs.text import text_of
    from cuvee.contracts.edges import describe

    promised, returned = describe(order.returns), text_of(value)
    problem = "is a `return` missing?" if value is None else problem
    return CannotEncode(f"its annotation says it returns {promised}, and it returned {returned}: {problem}")


def _unusable(order: WorkOrder, type_name: str, why: str) -> Failure:
    """A result that can't be kept, or an input that can't be read: at the task's own line."""
    import inspect  # 4 ms, and few results are so

    code = getattr(inspect.unwrap(order.function), "__code__", None)
    file, line = (code.co_filename, code.co_firstlineno) if code else ("", 0)
    message = f"`{order.path}`: {why}"
    return Failure(type_name, message, f"{file}:{line}: {message}\n", file, line)
