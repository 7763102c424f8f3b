"""The Python face: runs to look at, values to load. `.run` of a task or pipeline ends up here."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from cuvee.authoring.places import user_place
from cuvee.authoring.runnable import Runnable
from cuvee.errors import CheckError, ReferenceNotFound, TaskFailed, UsageError
from cuvee.model.artifact import Artifact
from cuvee.model.event import Event, Warned
from cuvee.model.key import Component
from cuvee.model.order import LogChunk
from cuvee.model.plan import Plan
from cuvee.model.profile import Profile
from cuvee.model.record import CallRecord, ResultItem, RunRecord
from cuvee.operations.naming import tag as tag_operation
from cuvee.operations.notebook import watching_in_notebook
from cuvee.operations.plan import plan as plan_operation
from cuvee.operations.profiles import profile_of, profiles_of, shown
from cuvee.operations.references import call_of, find_artifact, find_run, names_call, tag_expanded
from cuvee.operations.run import run as run_operation
from cuvee.operations.select import select
from cuvee.operations.session import Session
from cuvee.operations.swaps import OfRun, Recorded
from cuvee.operations.values import Picture, load_artifact, load_picture, load_result
from cuvee.ports import current
from cuvee.wiring import configuration_of, has_records, open_session

if TYPE_CHECKING:
    from cuvee.model.attribution import Attribution
    from cuvee.model.difference import Difference

R = TypeVar("R")

# In the one line that a run is shown as.
_SHOWN_METRICS = 5

# One session for each project, process and thread: opening it again for every run would cost
# milliseconds, and a connection must not cross a fork.
_sessions: dict[tuple[int, int, Path, str], Session] = {}


class Call:
    """One call of a run: `run["train"]`."""

    def __init__(self, session: Session, run: int, record: CallRecord) -> None:
        self._session = session
        self._run = run
        self._record = record

    @property
    def path(self) -> str:
        """What names it in its run: `train`, `features/clean`, `train[0]`."""
        return self._record.path

    @property
    def task(self) -> str:
        """The task, as `module:name`."""
        return self._record.task

    @property
    def status(self) -> str:
        """`succeeded`, `failed`, `skipped` or `cancelled`."""
        return self._record.status

    @property
    def decision(self) -> str | None:
        """`executed`, `reused`, or None for a call that came to neither."""
        return self._record.decision

    @property
    def reason(self) -> str:
        """Why it was executed, reused or skipped."""
        return self._record.reason

    @property
    def reason_code(self) -> str | None:
        """The same as one word: `code_changed`, `unchanged`; None for a call that has no reason."""
        return self._record.reason_code

    @property
    def seconds(self) -> float:
        """How long it ran; 0 when it was reused."""
        return self._record.seconds

    @property
    def memory(self) -> int | None:
        """The most bytes that the process which made its result held while it ran; None where that is not
        known: of a call that took less than 10 ms, say."""
        return self._record.memory

    @property
    def metrics(self) -> dict[str, float]:
        """What it logged, the last value of each name."""
        return {metric.name: metric.value for metric in self._record.metrics}

    @property
    def figures(self) -> dict[str, Picture]:
        """What it logged to look at, by name: bytes that a notebook shows."""
        return {figure.name: load_picture(self._session, figure.artifact) for figure in self._record.figures}

    @property
    def components(self) -> tuple[Component, ...]:
        """All that its result depends on, piece by piece."""
        return self._record.components

    @property
    def _recorded(self) -> Recorded:
        """It in the place of a task: `pipeline.swap(train=run["train"])`."""
        record = self._record
        return Recorded(self._session, self._run, record, record.path, record.artifact)

    @property
    def logs(self) -> str:
        """What it printed, both streams in order; "" for a call that was reused."""
        record = self._session.queries.call(self._run, self.path)
        chunks: tuple[LogChunk, ...] = record.logs if record else ()
        return "".join(chunk.text for chunk in chunks)

    @property
    def artifact(self) -> Artifact:
        """Its result as it is stored. Raises TaskFailed when it has none."""
        if self._record.artifact is None:
            raise TaskFailed(_failure_text(self._run, self._record))
        return self._record.artifact

    @property
    def output(self) -> Any:
        """Its result, read from the store: a copy of your own. Raises TaskFailed when it has none,
        DamagedBlob when the store has lost it."""
        return load_artifact(self._session, self.artifact)

    @property
    def profile(self) -> Profile | None:
        """What its result looks like: rows, columns, ranges, distributions, first rows; of a model its
        parameters and what it learned. None for a plain value, and for a result of several elements:
        `profiles` has those. Raises TaskFailed when it has no result."""
        found = profile_of(self._session, self.artifact)
        return None if found is None else shown(found)

    @property
    def profiles(self) -> dict[str, Profile]:
        """What it gave looks like, by name: `result`, or the elements that its task names."""
        return {name: shown(profile) for name, profile in profiles_of(self._session, self._record).items()}

    def _repr_html_(self) -> str:
        from cuvee.operations.html import call_html  # for notebooks only

        return call_html(self._run, self._record, profiles_of(self._session, self._record))

    def __repr__(self) -> str:
        time = f"saved {self._record.saved:.3g} s" if self.decision == "reused" else f"{self.seconds:.3g} s"
        became = self.decision if self.status == "succeeded" else self.status
        return f"<call {self.path} of run {self._run}: {became}, {time}>"


class Run(Generic[R]):
    """One execution of a pipeline, with its record."""

    def __init__(self, session: Session, record: RunRecord) -> None:
        self._session = session
        self._record = record
        self._calls: tuple[Call, ...] | None = None

    @property
    def number(self) -> int:
        """What refers to it: `cuvee show 12`."""
        return self._record.number

    @property
    def pipeline(self) -> str:
        """The pipeline or task that was run, as `module:name`."""
        return self._record.start.pipeline

    @property
    def status(self) -> str:
        """`running`, `succeeded`, `failed` or `cancelled`."""
        return self._record.status

    @property
    def parameters(self) -> dict[str, Any]:
        """What it was given, by name; a value that was not kept is its text."""
        return {
            argued.name: argued.text
            if argued.artifact is None
            else load_artifact(self._session, argued.artifact)
            for argued in self._record.start.parameters
        }

    @property
    def seed(self) -> int | None:
        """The seed that it was given; None for none."""
        return self._record.start.seed

    @property
    def result(self) -> R:
        """What the pipeline returned, read from the store. Raises TaskFailed when a task failed."""
        item = self._record.end.result if self._record.end else ResultItem(kind="absent")
        if item.kind == "absent":
            raise TaskFailed(
                f"run {self.number} {self.status}: it has no result; `cuvee show {self.number}` tells more"
            )
        return cast(R, load_result(self._session, item))

    @property
    def metrics(self) -> dict[str, float]:
        """What its calls logged. A name that several calls logged is `path.name`."""
        return dict(self._record.metrics)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Its calls, in the order of tracing."""
        if self._calls is None:
            records = self._session.queries.calls(self.number)
            self._calls = tuple(Call(self._session, self.number, record) for record in records)
        return self._calls

    @property
    def tags(self) -> dict[str, str]:
        """The names that it and its calls' results have, each with the path of what it stands for; "" for the
        run itself."""
        return {tag.name: tag.path for tag in self._session.queries.tags() if tag.run == self.number}

    def tag(self, name: str, path: str = "") -> None:
        """Give this run a name, or what a call of it gave (`path`): `run.tag("champion", "train")`.

        The name stands for nothing else from now on. Raises ParameterError for one that no tag can
        have, ReferenceNotFound for a path that is not there.
        """
        tag_operation(self._session, f"{self.number}:{path}" if path else str(self.number), name)

    @property
    def note(self) -> str:
        """What somebody wants to remember of it; "" for nothing. It can be set."""
        record = self._session.queries.run(self.number)
        return record.note if record else ""

    @note.setter
    def note(self, text: str) -> None:
        self._session.ledger.note(self.number, text)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self._record.end.seconds if self._record.end else 0.0

    @property
    def saved_seconds(self) -> float:
        """How long the reused calls had taken when they ran."""
        return self._record.end.saved_seconds if self._record.end else 0.0

    @property
    def _of_run(self) -> OfRun:
        """Its version of a task in the place of another: `pipeline.swap(train=run)`."""
        return OfRun(self._session, self._record)

    def diff(self, other: Run[Any] | int | str) -> Difference:
        """What `other` differs in from this run: what somebody changed, what followed, and what came of it.

        `other` is a run of the same store, or what names one: a number, `@last`. Nothing that the runs
        gave is read. Raises ReferenceNotFound where it names none, UsageError for a run of another store.
        """
        record = self._beside(other)
        from cuvee.operations.diff import diff  # few programs compare
        from cuvee.operations.shown_difference import shown_difference

        return shown_difference(diff(self._session, self._record, record))

    def attribute(
        self,
        before: Run[Any] | int | str,
        *metrics: str,
        repeats: int = 1,
        vary: Sequence[str] = (),
        max_runs: int = 64,
        max_time: float | None = None,
    ) -> Attribution:
        """How much of what metrics moved, from run `before` to this one, each change did.

        The runs are mixed, and each mixture is a run on the same store. `repeats`: under so many seeds,
        for the run and for the parameters that `vary` names; `max_runs`: at most so many mixtures
        for each seed; `max_time`: none is begun after so many seconds. Nobody is asked before;
        `cuvee attribute --plan` tells what there is to do.

        Raises ReferenceNotFound for a run or metric that is not there, or of which the source was not
        kept; UsageError for runs that cannot be mixed.
        """
        from tempfile import TemporaryDirectory  # few programs attribute

        from cuvee.operations.attribute import Wanted, attributing
        from cuvee.wiring import configuration_of, mixers

        at_once = configuration_of(self._session.root).workers
        wanted = Wanted(max_runs, max_time, repeats, tuple(vary), at_once)
        if not metrics:
            raise UsageError('name a metric: run.attribute(before, "rmse")')
        with (
            TemporaryDirectory(prefix="cuvee-mixtures-") as folder,
            attributing(
                self._session, self._beside(before), self._record, metrics, wanted, Path(folder).resolve()
            ) as planned,
        ):
            return planned.perform(mixers(self._session, Path(folder), at_once), lambda _made, _total: None)

    def _beside(self, other: Run[Any] | int | str) -> RunRecord:
        """The record of another run of this store. Raises UsageError, ReferenceNotFound."""
        if not isinstance(other, Run):
            return find_run(self._session.queries, str(other))
        if other._session.home != self._session.home:
            raise UsageError(
                f"run {other.number} is on record in {other._session.home}, and run {self.number} in "
                f"{self._session.home}: only runs of one store can be compared"
            )
        return other._record

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)

    def __len__(self) -> int:
        return len(self.calls)

    def __contains__(self, path: object) -> bool:
        return any(call.path == path for call in self.calls)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Run):
            return NotImplemented
        return (self.number, self._session.home) == (other.number, other._session.home)

    def __hash__(self) -> int:
        return hash((self.number, self._session.home))

    def __getitem__(self, path: str) -> Call:
        """The call at a path. Raises ReferenceNotFound, which says what paths there are."""
        return Call(self._session, self.number, call_of(self._session.queries, self._record, path))

    def _repr_html_(self) -> str:
        from cuvee.operations.html import run_html  # for notebooks only

        return run_html(self._record, [call._record for call in self.calls])

    def __repr__(self) -> str:
        executed = sum(call.decision == "executed" for call in self.calls)
        reused = sum(call.decision == "reused" for call in self.calls)
        shown = list(self.metrics.items())[:_SHOWN_METRICS]
        metrics = "".join(f", {name}={value:.4g}" for name, value in shown)
        if len(self.metrics) > _SHOWN_METRICS:
            metrics += f", … {len(self.metrics) - _SHOWN_METRICS} more metrics"
        return (
            f"<run {self.number} of {self.pipeline}: {self.status} in {self.seconds:.3g} s, "
            f"{executed} executed, {reused} reused{metrics}>"
        )


def runs(limit: int | None = None, *, where: str = "", sort: str = "") -> list[Run[Any]]:
    """The runs of the project that the current folder belongs to, newest first; `limit` of them.

    `where` says which: `"metric.rmse < 0.7 and param.max_depth = 8"`. `sort` is what they are sorted
    by, the smallest first (`"metric.rmse"`), or the largest (`"-metric.rmse"`). Both are those of
    `cuvee runs`. Raises TypeError for a limit that is not a whole number, ParameterError for a
    condition that cannot be read or that asks for what no run has.
    """
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int)):
        raise TypeError(f"runs(limit={limit!r}): the limit is a whole number, or None for all runs")
    session = _session(Path.cwd())
    if not where and not sort:
        return [Run(session, record) for record in session.queries.runs(limit=limit)]
    found = select(session.queries.runs(), where, sort, session.clock.now())
    return [Run(session, record) for record in found[:limit]]


def load(reference: str | int, path: str | None = None) -> Any:
    """A value of a run: `load("@last", "train")`, `load(12, "split.0")` or `load("@12:train")`.

    A run is a number, `@last`, `@last~1`, `@best:rmse:min` or a tag. Without a path it is the run's
    result. What its classes need has to be importable, wherever the program is; the store is that of
    the current folder's project, or the one that CUVEE_HOME names.

    Raises ReferenceNotFound when there is no such store, run or call, TaskFailed when it has no result,
    CannotDecode when a class of it cannot be imported, DamagedBlob when the store has lost it.
    """
    _check_store(Path.cwd())
    session = _session(Path.cwd())
    text = str(reference)
    if path is not None:
        text = f"{text}:{path}"
    session.blobs.hold()  # what is found is there until it is read
    try:
        text = tag_expanded(session.queries, text)
        if names_call(text):
            return load_artifact(session, find_artifact(session.queries, text))
        return Run(session, find_run(session.queries, text)).result
    finally:
        session.blobs.release()


def run_tracked(runnable: Runnable[..., R], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Run[R]:
    """What `.run(…)` does."""
    if module := current.imported_for.get():
        raise UsageError(
            f"{module} runs {runnable.function.__qualname__} as soon as it is imported, so no other "
            'process can have what is in it: put that below `if __name__ == "__main__":`'
        )
    session = _session(_folder_of(runnable))
    arguments, problems = runnable.signature.bind(args, kwargs)
    warned: list[str] = []

    try:
        with watching_in_notebook() as watch:

            def observe(event: Event) -> None:
                watch(event)
                if isinstance(event, Warned):
                    warned.append(event.text)

            record = run_operation(
                session, runnable, arguments, problems=problems, observe=observe, place=user_place()
            )
    except CheckError as error:
        # Where it was found in our code helps nobody: the problems have the user's lines.
        raise CheckError(error.problems) from None
    run: Run[R] = Run(session, record)
    for text in warned:
        # Only now: where warnings are errors, one must not end the run in the middle.
        warnings.warn(text, stacklevel=3)
    if record.status == "cancelled":
        raise KeyboardInterrupt(
            f"run {run.number} was cancelled; finished calls are kept: run it again to go on"
        )
    if record.status == "failed":
        raise TaskFailed(_run_failure_text(run), run)
    return run


def plan_tracked(runnable: Runnable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Plan:
    """What `.plan(…)` does."""
    session = _session(_folder_of(runnable))
    arguments, problems = runnable.signature.bind(args, kwargs)
    try:
        return plan_operation(session, runnable, arguments, problems=problems, place=user_place())
    except CheckError as error:
        raise CheckError(error.problems) from None


def _check_store(start: Path) -> None:
    """Raise ReferenceNotFound where nothing has been run yet: to ask for a result makes no store."""
    if not has_records(start):
        raise ReferenceNotFound(
            f"there is no store at {configuration_of(start).home}: load results in the folder of their "
            "project, or set CUVEE_HOME to the folder of its store"
        )


def _session(start: Path) -> Session:
    home = os.environ.get("CUVEE_HOME", "")
    key = (os.getpid(), threading.get_ident(), start, home)
    session = _sessions.get(key)
    if session is None or not session.is_there():
        session = _sessions[key] = open_session(start)
        atexit.register(session.close)
    return session


def close_sessions(home: Path) -> None:
    """Close what this process has open of the store in that folder: the next run opens it again."""
    for key, session in list(_sessions.items()):
        if session.home == home.resolve():
            del _sessions[key]
            atexit.unregister(session.close)
            session.close()


def _folder_of(runnable: Runnable[..., Any]) -> Path:
    """The folder of the file that a function was written in; the current one at a prompt."""
    file = runnable.function.__code__.co_filename
    module = sys.modules.get(runnable.function.__module__)
    known = getattr(module, "__file__", None) == file or Path(file).is_file()
    return Path(file).resolve().parent if known and not file.startswith("<") else Path.cwd()


def _run_failure_text(run: Run[Any]) -> str:
    failed = [call._record for call in run.calls if call.status == "failed"]
    texts = [_failure_text(run.number, record) for record in failed]
    if run._record.end is not None and run._record.end.error:
        texts.append(f"{run.pipeline} raised:\n{run._record.end.error}")
    return "\n".join(texts)


def _failure_text(run: int, record: CallRecord) -> str:
    if record.failure is None:
        return f"{record.path} of run {run} {record.status}: {record.reason}"
    return f"{record.path} of run {run} failed:\n{record.failure.traceback}"
