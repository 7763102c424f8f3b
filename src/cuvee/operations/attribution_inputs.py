"""What an attribution begins with: two runs that can be mixed, their sources, what can be taken of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NamedTuple

from cuvee.compare.runs import compare_runs
from cuvee.compare.sources import Sources
from cuvee.errors import ReferenceNotFound, UsageError
from cuvee.fingerprint.observed import observation_change
from cuvee.model.attribution import Ingredient
from cuvee.model.difference import Difference
from cuvee.model.digest import Digest
from cuvee.model.entry import Observation
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.ingredients import Undeclared, find_ingredients
from cuvee.operations.mixture_trees import python_texts
from cuvee.operations.past_source import past_source
from cuvee.operations.recorded_ledgers import recorded_ledgers
from cuvee.operations.references import listed
from cuvee.operations.session import Session

_ASKED = ("read", "size", "stat", "found")


class _Seen(NamedTuple):
    """What a call, by its path, asked of the world."""

    call: str
    observation: Observation


@dataclass(frozen=True, slots=True)
class Inputs:
    """Two runs, and what they differ in. `folders` have their sources; `metrics` are the names asked for,
    one for each segment where a name stands for several. `lent` are files of the project that calls read and
    that are not kept with its source: they are still what they were."""

    a: RunRecord
    b: RunRecord
    calls: tuple[tuple[CallRecord, ...], tuple[CallRecord, ...]]
    difference: Difference
    folders: tuple[Path, Path]
    sources: Sources
    ingredients: tuple[Ingredient, ...]
    unmixed: tuple[str, ...]
    metrics: tuple[str, ...]
    lent: tuple[str, ...] = ()


@contextmanager
def attribution_inputs(
    session: Session, a: RunRecord, b: RunRecord, metrics: Sequence[str], *, seeds_vary: bool = False
) -> Iterator[Inputs]:
    """All that is needed to mix the runs, for as long as this is open.

    Raises UsageError for runs that cannot be mixed or do not differ, and for a metric that they do not
    both have; ReferenceNotFound for one whose source was not kept.
    """
    _check(a, b)
    calls = session.queries.calls(a.number), session.queries.calls(b.number)
    difference, _ = compare_runs(a, b, calls, recorded_ledgers(session))
    if not any(call.a and call.b for call in difference.calls):
        raise UsageError(f"{difference.summary} There is nothing to be mixed")
    names = tuple(dict.fromkeys(name for metric in metrics for name in _names(metric, a, b)))
    if not difference.root_changes:
        raise UsageError(
            f"run {a.number} and run {b.number} have the same code, parameters and data: there is no change "
            "to attribute anything to"
        )
    with past_source(session, a) as of_a, past_source(session, b) as of_b:
        sources = _sources(of_a, of_b, (a, b))
        seen = _observations(session, calls)
        undeclared = list(_undeclared(of_a, of_b, calls, seen))
        lent, lost = _unkept(session, (of_a, of_b), calls, seen)
        found = find_ingredients(difference, sources, undeclared, seeds_vary=seeds_vary)
        if not found.found:
            told = "; ".join(found.unmixed) or "the source that they ran with does not show it"
            raise UsageError(f"nothing that differs between the runs can be mixed: {told}")
        yield Inputs(
            a,
            b,
            calls,
            difference,
            (of_a, of_b),
            sources,
            found.found,
            (*found.unmixed, *lost),
            names,
            tuple(lent),
        )


def _check(a: RunRecord, b: RunRecord) -> None:
    if a.number == b.number:
        raise UsageError(f"run {a.number} twice: name two runs, `cuvee runs` lists them")
    for run in (a, b):
        if run.status != "succeeded":
            raise UsageError(f"run {run.number} {run.status}: only runs that succeeded can be mixed")
        if run.start.swaps:
            names = listed([swap.name for swap in run.start.swaps])
            raise UsageError(f"in run {run.number} something stood in for {names}: swaps cannot be mixed")
        if run.start.pipeline.startswith("__main__:"):
            name = run.start.pipeline.rpartition(":")[2]
            raise UsageError(
                f"{name} of run {run.number} was defined in a notebook or at a prompt, which cannot be "
                "imported: put it into a module"
            )


def _names(metric: str, a: RunRecord, b: RunRecord) -> list[str]:
    """The metrics that a name stands for: one, or one for each segment. Raises UsageError."""
    before, after = dict(a.metrics), dict(b.metrics)
    both = [name for name in after if name in before]
    if metric in both:
        return [metric]
    segments = [name for name in both if name.startswith((f"{metric}.", f"{metric}["))]
    segments = segments or [name for name in both if name.endswith(f".{metric}")]
    if segments:
        return segments
    if metric in before or metric in after:
        has, lacks = (a, b) if metric in before else (b, a)
        raise UsageError(f"run {has.number} has the metric {metric!r}, and run {lacks.number} has not")
    there = f"there are {listed(both)}" if both else "they have no metric in common"
    raise ReferenceNotFound(f"the runs have no metric {metric!r}: {there}")


def _sources(a: Path, b: Path, runs: tuple[RunRecord, RunRecord]) -> Sources:
    """Both versions of the files that differ, and those of the pipelines."""
    before, after = python_texts(a), python_texts(b)
    modules = {run.start.pipeline.partition(":")[0].replace(".", "/") for run in runs}
    wanted = [
        path
        for path in dict.fromkeys([*after, *before])
        if before.get(path) != after.get(path) or any(path.removesuffix(".py").endswith(m) for m in modules)
    ]
    return Sources(
        {path: before[path] for path in wanted if path in before},
        {path: after[path] for path in wanted if path in after},
    )


def _undeclared(
    a: Path, b: Path, calls: tuple[Sequence[CallRecord], Sequence[CallRecord]], seen: Sequence[_Seen]
) -> Iterator[Undeclared]:
    """Files that differ and that calls have read without being given them, or that the source names."""
    differing = [path for path in _files(a) & _files(b) if (a / path).read_bytes() != (b / path).read_bytes()]
    if not differing:
        return
    given = _given(calls)
    texts = [*python_texts(a).values(), *python_texts(b).values()]
    for path in sorted(differing):
        readers = [each.call for each in seen if each.observation.path == path]
        named = any(PurePath(path).name in text for text in texts)
        if (readers or named) and not _is_given(path, given):
            yield Undeclared(path, tuple(dict.fromkeys(readers)))


def _unkept(
    session: Session,
    folders: tuple[Path, Path],
    calls: tuple[Sequence[CallRecord], Sequence[CallRecord]],
    seen: Sequence[_Seen],
) -> tuple[list[str], list[str]]:
    """Files of the project that calls read, and that the snapshots have not: those that are still what they
    were, by path, and a sentence for each of the others."""
    given = _given(calls)
    lent: dict[str, None] = {}
    lost: dict[str, None] = {}
    for each in seen:
        path = each.observation.path
        there = all((folder / path).exists() for folder in folders)
        if each.observation.kind != "read" or each.observation.digest is None or there:
            continue
        if PurePath(path).is_absolute() or _is_given(path, given):
            continue
        if observation_change(each.observation, session.root) is None:
            lent[path] = None
        else:
            lost[path] = None
    told = [
        f"{path} has changed since, and was not kept with the source: "
        f"give it to {_readers(seen, path)} as a File"
        for path in lost
    ]
    # A file that the pipeline's body gives a task is no parameter; its content is in the task's key.
    lent |= dict.fromkeys(path for path in given if _lies_here_alone(session.root, path, folders))
    return [path for path in lent if path not in lost], told


def _lies_here_alone(root: Path, path: str, folders: tuple[Path, Path]) -> bool:
    return (root / path).is_file() and not any((folder / path).exists() for folder in folders)


def _readers(seen: Sequence[_Seen], path: str) -> str:
    return listed(list(dict.fromkeys(each.call for each in seen if each.observation.path == path)))


def _given(calls: tuple[Sequence[CallRecord], Sequence[CallRecord]]) -> set[str]:
    """The files and folders that tasks were given."""
    return {part.text for each in calls for call in each for part in call.components if part.kind == "file"}


def _is_given(path: str, given: Collection[str]) -> bool:
    """Whether a task was given the file, or a folder that it lies in."""
    return any(path == each or path.startswith(f"{each}/") for each in given)


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".py"
    }


def _observations(session: Session, calls: tuple[Sequence[CallRecord], Sequence[CallRecord]]) -> list[_Seen]:
    """What calls asked of files on their own."""
    known = {Digest(call.key): call.path for each in calls for call in each if call.key}
    return [
        _Seen(known[key], seen)
        for key, entries in session.entries.find(list(known)).items()
        for entry in entries
        for seen in entry.observed
        if seen.kind in _ASKED
    ]
