"""References: the words by which a person names a run, a call of it, or what the call gave.

    12  @12  @last  @last~2  @best:rmse:min       a run
    12:train  @last:features/clean                a call of it
    @12:split.0  @best:rmse:min:fit.model         the call's result, or an element of it
    baseline  champion  champion.model            what has that tag, or an element of it

What messages and help call it is @RUN:CALL.

They are looked up in the records and nowhere else. One that names nothing says what there is.
"""

from __future__ import annotations

import math
import re
from typing import Literal

from cuvee.errors import ReferenceNotFound
from cuvee.model.artifact import Artifact
from cuvee.model.record import CallRecord, RunRecord
from cuvee.ports.queries import Queries

_NUMBER = re.compile(r"@?(\d+)")
_LAST = re.compile(r"@last(?:~(\d+))?")
_BEST = re.compile(r"@best:(?P<metric>[^:]+):(?P<direction>min|max)")
_BEST_WITHOUT_DIRECTION = re.compile(r"@best(?::(?P<metric>[^:]*))?(?::[^:]*)?")
_RUN_AND_PATH = re.compile(r"(?P<run>@best:[^:]+:(?:min|max)|[^:]+):(?P<path>.+)")

TAG = r"[^\W\d_][\w-]*"
"""What a tag looks like: nothing else that names a run does."""

_TAGGED = re.compile(rf"@?(?P<name>{TAG})(?P<more>[.:].+)?")

_FORMS = "a number (12), @last, @last~1, @best:rmse:min or a tag"
_NO_RUNS = "no run is on record here yet: `cuvee run FILE` makes the first"

# What fits a 64-bit column; a larger number names no run, and must not reach the database.
_LARGEST = 2**63 - 1


def is_reference(text: str) -> bool:
    """Whether an argument that takes a value names a result on record instead: it opens with `@`."""
    return text.startswith("@")


def names_call(text: str) -> bool:
    """Whether a reference names a call or its result (`12:train`), and not a whole run (`@best:rmse:min`)."""
    match = _RUN_AND_PATH.fullmatch(text)
    return match is not None and match["run"] != "@best"


def tag_expanded(queries: Queries, text: str) -> str:
    """A reference that opens with a tag, with what that stands for: `12:train` for `champion`."""
    match = _TAGGED.fullmatch(text)
    if match is None or text.partition(":")[0] in ("@last", "@best"):
        return text
    tag = next((tag for tag in queries.tags() if tag.name == match["name"]), None)
    return text if tag is None else f"{tag.reference}{match['more'] or ''}"


def settled_reference(queries: Queries, text: str) -> str:
    """The reference with the number of its run, which never comes to mean another: `@12:train`."""
    text = tag_expanded(queries, text)
    match = _RUN_AND_PATH.fullmatch(text)
    if match is None:
        return f"@{find_run(queries, text).number}"
    return f"@{find_run(queries, match['run']).number}:{match['path']}"


def find_run(queries: Queries, text: str) -> RunRecord:
    """The run that a reference names.

    `@last` is the newest run, whatever became of it, and `@last~1` the one before. `@best` looks
    at runs that succeeded; of equals it takes the newest. A tag on what a call gave names that
    call's run. Raises ReferenceNotFound.
    """
    expanded = tag_expanded(queries, text)
    if match := re.fullmatch(r"(\d+):.+", expanded):
        if expanded == text:
            raise ReferenceNotFound(f"{text} names a call, and what is asked for here is a run: {match[1]}")
        expanded = match[1]
    text = expanded
    if match := _NUMBER.fullmatch(text):
        return _numbered(queries, int(match[1]))
    if match := _LAST.fullmatch(text):
        return _back(queries, int(match[1] or 0), text)
    if match := _BEST.fullmatch(text):
        return _best(queries, match["metric"], "min" if match["direction"] == "min" else "max")
    if match := _BEST_WITHOUT_DIRECTION.fullmatch(text):
        metric = match["metric"] or "rmse"
        raise ReferenceNotFound(
            f"{text}: say whether low or high is good: @best:{metric}:min or @best:{metric}:max"
        )
    if _TAGGED.fullmatch(text) and (tags := [tag.name for tag in queries.tags()]):
        raise ReferenceNotFound(
            f"{text!r} does not name a run, and is no tag: write {_FORMS}; the tags are {listed(tags)}"
        )
    bare = f"@{text}"
    meant = f"did you mean {bare}? Write" if _LAST.fullmatch(bare) or _BEST.fullmatch(bare) else "write"
    raise ReferenceNotFound(f"{text!r} does not name a run: {meant} {_FORMS}")


def find_call(queries: Queries, text: str) -> tuple[RunRecord, CallRecord]:
    """The run and the call that `RUN:PATH` names. Raises ReferenceNotFound."""
    run, path = run_and_path(queries, text)
    return run, call_of(queries, run, path)


def call_of(queries: Queries, run: RunRecord, path: str) -> CallRecord:
    """The call of that path, with its logs. Raises ReferenceNotFound with the paths that there are."""
    found = queries.call(run.number, path)
    if found is None:
        raise ReferenceNotFound(_no_such_call(queries, run, path))
    return found


def find_artifact(queries: Queries, text: str) -> Artifact:
    """What the call gave, or the element of it: `@12:train`, `@12:split.0`.

    A path may hold dots: the longest call's path that fits comes first, and what follows it names
    elements. Raises ReferenceNotFound.
    """
    run, path = run_and_path(queries, text)
    return find_part(queries, run, path)[2]


def find_part(queries: Queries, run: RunRecord, path: str) -> tuple[CallRecord, str, Artifact]:
    """The call whose result, or an element of it, a path names; the element's name, "" for all of it;
    and the artifact. Raises as `find_artifact`.
    """
    for at in _dots_from_the_end(path):
        call = queries.call(run.number, path[:at])
        if call is not None:
            return call, path[at + 1 :], _element(run, call, path[at + 1 :])
    raise ReferenceNotFound(_no_such_call(queries, run, path))


def calls_of_map(queries: Queries, run: RunRecord, path: str) -> tuple[CallRecord, ...]:
    """The calls `path[0]`, `path[1]`, …, without their logs; none if no map is called so."""
    element = re.compile(rf"{re.escape(path)}\[\d+\]")
    return tuple(call for call in queries.calls(run.number) if element.fullmatch(call.path))


def run_and_path(queries: Queries, text: str) -> tuple[RunRecord, str]:
    """The run that `RUN:PATH` names, and the path. Raises ReferenceNotFound."""
    text = tag_expanded(queries, text)
    match = _RUN_AND_PATH.fullmatch(text)
    if match and names_call(text):
        return find_run(queries, match["run"]), match["path"]
    run = find_run(queries, text.rstrip(":"))
    paths = listed([call.path for call in queries.calls(run.number)])
    raise ReferenceNotFound(
        f"{text} names a run; add which call's result is meant, as in @RUN:CALL; it has {paths}"
    )


def _numbered(queries: Queries, number: int) -> RunRecord:
    found = queries.run(number) if number <= _LARGEST else None
    if found is None:
        newest = queries.runs(limit=1)
        there = f"the last is {newest[0].number}; `cuvee runs` lists them" if newest else _NO_RUNS
        raise ReferenceNotFound(f"there is no run {number}: {there}")
    return found


def _back(queries: Queries, steps: int, text: str) -> RunRecord:
    newest = queries.runs(limit=steps + 1) if steps < _LARGEST else queries.runs()
    if len(newest) <= steps:
        count = len(newest)
        there = f"only {count} {'run is' if count == 1 else 'runs are'} on record" if newest else _NO_RUNS
        raise ReferenceNotFound(f"{text} goes too far back: {there}" if newest else f"{text}: {there}")
    return newest[steps]


def _best(queries: Queries, metric: str, direction: Literal["min", "max"]) -> RunRecord:
    finished = [run for run in queries.runs() if run.status == "succeeded"]
    sign = 1 if direction == "min" else -1
    scored = [
        (sign * value, -run.number, run)
        for run in finished
        for name, value in run.metrics
        if name == metric and not math.isnan(value)
    ]
    if not scored:
        raise ReferenceNotFound(_no_such_metric(finished, metric))
    return min(scored, key=lambda entry: entry[:2])[2]


def _element(run: RunRecord, call: CallRecord, names: str) -> Artifact:
    if call.artifact is None:
        raise ReferenceNotFound(
            f"{call.path} of run {run.number} has no result: it {_became(call)}; "
            f"see `cuvee show {run.number} {call.path}`"
        )
    artifact = call.artifact
    while names:
        known = dict(artifact.children)
        fitting = [at for at in _dots_from_the_end(names) if names[:at] in known]
        if not fitting:
            raise ReferenceNotFound(_no_such_element(run, call, names, artifact))
        artifact, names = known[names[: fitting[0]]], names[fitting[0] + 1 :]
    return artifact


def _dots_from_the_end(text: str) -> list[int]:
    """Where `text` may be cut so that its longest beginning comes first."""
    return [len(text), *(match.start() for match in reversed(list(re.finditer(r"\.", text))))]


def _became(call: CallRecord) -> str:
    return {"skipped": "was skipped", "cancelled": "was cancelled", "failed": "failed"}.get(
        call.status, call.status
    )


def _no_such_call(queries: Queries, run: RunRecord, path: str) -> str:
    paths = [call.path for call in queries.calls(run.number)]
    if not paths:
        return f"run {run.number} has no call {path!r}: it has no calls at all"
    whole = next((path[:at] for at in _dots_from_the_end(path) if path[:at] in paths), None)
    if whole is not None:
        call = queries.call(run.number, whole)
        names = [name for name, _ in call.artifact.children] if call and call.artifact else []
        there = f"elements {listed(names)}" if names else "no elements"
        return f"run {run.number} has no call {path!r}: {whole} is one, whose result has {there}"
    elements = [known for known in paths if known.startswith(f"{path}[")]
    import difflib  # for mistakes only

    close = elements[:1] or difflib.get_close_matches(path, paths, n=1)
    hint = f": did you mean {close[0]}? It has" if close else "; it has"
    return f"run {run.number} has no call {path!r}{hint} {listed(paths)}"


def _no_such_element(run: RunRecord, call: CallRecord, name: str, artifact: Artifact) -> str:
    names = [known for known, _ in artifact.children]
    there = f"it has {listed(names)}" if names else f"it is one {artifact.type}, without elements"
    return f"the result of {call.path} in run {run.number} has no element {name!r}: {there}"


def _no_such_metric(finished: list[RunRecord], metric: str) -> str:
    if not finished:
        return f"@best:{metric} looks at runs that succeeded, and there is none yet"
    names = sorted({name for run in finished for name, _ in run.metrics})
    if not names:
        return f"no run has logged {metric!r}, nor any other metric: a task logs one with log_metric()"
    import difflib  # for mistakes only

    close = difflib.get_close_matches(metric, names, n=1)
    hint = f": did you mean {close[0]}? There are" if close else "; there are"
    return f"no run that succeeded has the metric {metric!r}{hint} {listed(names)}"


def listed(names: list[str], most: int = 12) -> str:
    """`load, train and 3 more`."""
    if not names:
        return "none"
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
