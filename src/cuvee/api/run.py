"""A run, to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from cuvee.errors import TaskFailed, UsageError
from cuvee.model.record import ResultItem, RunRecord

if TYPE_CHECKING:
    from cuvee.api.call import Call
    from cuvee.model.difference import Difference
    from cuvee.operations.session import Session
    from cuvee.operations.shown_attribution import ShownAttribution
    from cuvee.operations.swaps import OfRun

R = TypeVar("R")

# In the one line that a run is shown as.
_SHOWN_METRICS = 5


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
        from cuvee.operations.values import load_artifact  # few programs ask for what they gave

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
        from cuvee.operations.values import load_result  # a run whose result nobody loads needs none of it

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
            from cuvee.api.call import Call  # most programs ask for no call

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
        from cuvee.operations.naming import tag  # few programs give names

        tag(self._session, f"{self.number}:{path}" if path else str(self.number), name)

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
        from cuvee.operations.swaps import OfRun  # few programs swap

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
    ) -> ShownAttribution:
        """How much of what metrics moved, from run `before` to this one, each change did.

        The runs are mixed, and each mixture is a run on the same store. `repeats`: under so many seeds,
        for the run and for the parameters that `vary` names; `max_runs`: at most so many mixtures
        for each seed; `max_time`: none is begun after so many seconds. Nobody is asked before;
        `cuvee attribute --plan` tells what there is to do. `.summary` says what came of it in a sentence,
        `.metrics` has the shares of each metric.

        Raises ReferenceNotFound for a run or metric that is not there, or of which the source was not
        kept; UsageError for runs that cannot be mixed.
        """
        from cuvee.operations.attribute import Wanted, attributing  # few programs attribute
        from cuvee.operations.shown_attribution import shown_attribution

        if not metrics or not all(isinstance(each, str) for each in metrics):
            raise UsageError('name metrics, one after another: run.attribute(before, "rmse", "mae")')
        wanted = Wanted(max_runs, max_time, repeats, (vary,) if isinstance(vary, str) else tuple(vary))
        with attributing(self._session, self._beside(before), self._record, metrics, wanted) as planned:
            return shown_attribution(planned.perform(lambda _made, _total: None))

    def _beside(self, other: Run[Any] | int | str) -> RunRecord:
        """The record of another run of this store. Raises UsageError, ReferenceNotFound."""
        if not isinstance(other, Run):
            from cuvee.operations.references import find_run  # few programs compare

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
        from cuvee.api.call import Call
        from cuvee.operations.references import call_of  # `calls` needs none of it

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
