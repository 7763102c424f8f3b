"""A call of a run, to look at: `run["train"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cuvee.errors import TaskFailed

if TYPE_CHECKING:
    from cuvee.model.artifact import Artifact
    from cuvee.model.key import Component
    from cuvee.model.order import LogChunk
    from cuvee.model.profile import Profile
    from cuvee.model.record import CallRecord
    from cuvee.operations.session import Session
    from cuvee.operations.swaps import Recorded
    from cuvee.operations.values import Picture


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
        from cuvee.operations.values import load_picture  # few programs look at pictures

        return {figure.name: load_picture(self._session, figure.artifact) for figure in self._record.figures}

    @property
    def components(self) -> tuple[Component, ...]:
        """All that its result depends on, piece by piece."""
        return self._record.components

    @property
    def _recorded(self) -> Recorded:
        """It in the place of a task: `pipeline.swap(train=run["train"])`."""
        from cuvee.operations.swaps import Recorded  # few programs swap

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
            raise TaskFailed(failure_text(self._run, self._record))
        return self._record.artifact

    @property
    def output(self) -> Any:
        """Its result, read from the store: a copy of your own. Raises TaskFailed when it has none,
        DamagedBlob when the store has lost it."""
        from cuvee.operations.values import load_artifact  # a run whose values nobody loads needs none of it

        return load_artifact(self._session, self.artifact)

    @property
    def profile(self) -> Profile | None:
        """What its result looks like: rows, columns, ranges, distributions, first rows; of a model its
        parameters and what it learned. None for a plain value, and for a result of several elements:
        `profiles` has those. Raises TaskFailed when it has no result."""
        from cuvee.operations.profiles import profile_of, shown  # few programs look at profiles

        found = profile_of(self._session, self.artifact)
        return None if found is None else shown(found)

    @property
    def profiles(self) -> dict[str, Profile]:
        """What it gave looks like, by name: `result`, or the elements that its task names."""
        from cuvee.operations.profiles import profiles_of, shown  # as for `profile`

        return {name: shown(profile) for name, profile in profiles_of(self._session, self._record).items()}

    def _repr_html_(self) -> str:
        from cuvee.operations.html import call_html  # for notebooks only
        from cuvee.operations.profiles import profiles_of

        return call_html(self._run, self._record, profiles_of(self._session, self._record))

    def __repr__(self) -> str:
        time = f"saved {self._record.saved:.3g} s" if self.decision == "reused" else f"{self.seconds:.3g} s"
        became = self.decision if self.status == "succeeded" else self.status
        return f"<call {self.path} of run {self._run}: {became}, {time}>"


def failure_text(run: int, record: CallRecord) -> str:
    """What became of a call that has no result."""
    if record.failure is None:
        return f"{record.path} of run {run} {record.status}: {record.reason}"
    return f"{record.path} of run {run} failed:\n{record.failure.traceback}"
