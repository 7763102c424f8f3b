from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuvee.errors import ReferenceNotFound
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.model.digest import Digest
from cuvee.model.key import Ledger
from cuvee.model.record import (
    CallRecord,
    CallStatus,
    ResultItem,
    RunEnd,
    RunRecord,
    RunStart,
    RunStatus,
    Tag,
    Versions,
)
from cuvee.operations.references import (
    call_of,
    calls_of_map,
    find_artifact,
    find_call,
    find_part,
    find_run,
    is_reference,
    names_call,
    settled_reference,
    tag_expanded,
)


def a_run(number: int, status: RunStatus = "succeeded", **metrics: float) -> RunRecord:
    start = RunStart(
        "wine:predict", "wine.py", 1000.0 + number, (), Versions("3.12.1", "linux", "0.1"), "host", 1, "b"
    )
    end = None if status == "running" else RunEnd(status, 1.0, 0.0, ResultItem(kind="none"))
    return RunRecord(number, start, end, tuple(metrics.items()))


def a_call(
    position: int, path: str, artifact: Artifact | None = None, status: CallStatus = "succeeded"
) -> CallRecord:
    return CallRecord(
        position, path, f"wine:{path}", status, "executed", "first_run", "new", 0.0, 1.0, artifact=artifact
    )


def leaf(text: str) -> Artifact:
    return make_artifact("plain", "str", text.encode())


class Records:
    """Queries over records that a test made by hand."""

    def __init__(self, runs: Sequence[RunRecord], calls: dict[int, list[CallRecord]] | None = None) -> None:
        self._runs = {run.number: run for run in runs}
        self._calls = calls or {}
        self.placed: list[Tag] = []

    def tags(self) -> tuple[Tag, ...]:
        return tuple(self.placed)

    def tag_moves(self, name: str) -> tuple[Tag, ...]:
        raise NotImplementedError

    def runs(self, *, limit: int | None = None, pipeline: str | None = None) -> tuple[RunRecord, ...]:
        newest = sorted(self._runs.values(), key=lambda run: -run.number)
        return tuple(newest[:limit])

    def run(self, number: int) -> RunRecord | None:
        assert number < 2**63
        return self._runs.get(number)

    def calls(self, run: int) -> tuple[CallRecord, ...]:
        return tuple(self._calls.get(run, ()))

    def call(self, run: int, path: str) -> CallRecord | None:
        return next((call for call in self.calls(run) if call.path == path), None)

    def latest_calls(self, uses: Sequence[tuple[str, str]]) -> dict[tuple[str, str], CallRecord]:
        return {}

    def has_ended(self, task: str) -> bool:
        return False

    def ledger(self, digest: Digest) -> Ledger | None:
        return None


@pytest.fixture
def records() -> Records:
    runs = [
        a_run(1, rmse=0.7, mae=0.5),
        a_run(2, rmse=0.6),
        a_run(3, rmse=0.6),
        a_run(4, "failed", rmse=0.1),
        a_run(6, "running"),
    ]
    pair = make_artifact("tuple", "tuple", children=(("0", leaf("train")), ("1", leaf("test"))))
    named = make_artifact("dataclass", "Fit", children=(("model", pair), ("a.b", leaf("dotted"))))
    calls = [
        a_call(0, "split", pair),
        a_call(1, "fit", named),
        a_call(2, "features/clean", leaf("clean")),
        a_call(3, "clean.v2", leaf("v2")),
        a_call(4, "clean", make_artifact("dict", "dict", children=(("v2", leaf("shadowed")),))),
        a_call(5, "score[0]", leaf("0")),
        a_call(6, "score[1]", leaf("1")),
        a_call(7, "train", None, "failed"),
    ]
    return Records(runs, {3: calls, 6: []})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("@3", 3),
        ("@last", 6),
        ("@last~0", 6),
        ("@last~1", 4),
        ("@last~4", 1),
        ("@best:rmse:max", 1),
        ("@best:mae:min", 1),
    ],
)
def test_a_reference_names_a_run(records: Records, text: str, number: int) -> None:
    assert find_run(records, text).number == number


def test_best_takes_the_newest_of_equals_and_passes_over_runs_that_failed(records: Records) -> None:
    assert find_run(records, "@best:rmse:min").number == 3


def test_best_passes_over_nan() -> None:
    records = Records([a_run(1, rmse=0.7), a_run(2, rmse=float("nan"))])
    assert find_run(records, "@best:rmse:min").number == 1
    assert find_run(records, "@best:rmse:max").number == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1:train", "1:train names a call, and what is asked for here is a run: 1"),
        ("5", "there is no run 5: the last is 6; `cuvee runs` lists them"),
        (
            "99999999999999999999",
            "there is no run 99999999999999999999: the last is 6; `cuvee runs` lists them",
        ),
        ("@last~5", "@last~5 goes too far back: only 5 runs are on record"),
        (
            "@last~99999999999999999999",
            "@last~99999999999999999999 goes too far back: only 5 runs are on record",
        ),
        ("@best:mae", "@best:mae: say whether low or high is good: @best:mae:min or @best:mae:max"),
        ("@best", "@best: say whether low or high is good: @best:rmse:min or @best:rmse:max"),
        (
            "@best:rmse:low",
            "@best:rmse:low: say whether low or high is good: @best:rmse:min or @best:rmse:max",
        ),
        (
            "@best:rsme:min",
            "no run that succeeded has the metric 'rsme': did you mean rmse? There are mae, rmse",
        ),
        (
            "last",
            "'last' does not name a run: did you mean @last? Write a number (12), @last, @last~1, "
            "@best:rmse:min or a tag",
        ),
        ("@lst", "'@lst' does not name a run: write a number (12), @last, @last~1, @best:rmse:min or a tag"),
        ("-1", "'-1' does not name a run: write a number (12), @last, @last~1, @best:rmse:min or a tag"),
        ("", "'' does not name a run: write a number (12), @last, @last~1, @best:rmse:min or a tag"),
    ],
)
def test_one_that_names_no_run_says_what_there_is(records: Records, text: str, message: str) -> None:
    with pytest.raises(ReferenceNotFound) as caught:
        find_run(records, text)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["1", "@last", "@last~2"])
def test_without_runs_it_says_how_to_make_one(text: str) -> None:
    with pytest.raises(
        ReferenceNotFound, match="no run is on record here yet: `cuvee run FILE` makes the first"
    ):
        find_run(Records([]), text)


def test_best_without_runs_or_metrics_says_so() -> None:
    with pytest.raises(ReferenceNotFound, match="looks at runs that succeeded, and there is none yet"):
        find_run(Records([a_run(1, "failed", rmse=1.0)]), "@best:rmse:min")
    with pytest.raises(ReferenceNotFound, match="nor any other metric"):
        find_run(Records([a_run(1)]), "@best:rmse:min")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("3:split", "split"),
        ("@3:features/clean", "features/clean"),
        ("@best:rmse:min:score[1]", "score[1]"),
        ("@last~2:clean.v2", "clean.v2"),
    ],
)
def test_a_reference_names_a_call(records: Records, text: str, path: str) -> None:
    run, call = find_call(records, text)
    assert (run.number, call.path) == (3, path)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("@3:split.0", b"train"),
        ("@3:split.1", b"test"),
        ("@3:fit.model.1", b"test"),
        ("@3:fit.a.b", b"dotted"),
        ("@3:clean.v2", b"v2"),  # a call's own path wins over an element
        ("@3:features/clean", b"clean"),
        ("@best:rmse:min:score[1]", b"1"),
    ],
)
def test_a_reference_names_a_result_or_an_element_of_it(records: Records, text: str, content: bytes) -> None:
    assert find_artifact(records, text).meta == content


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@3:splt", "run 3 has no call 'splt': did you mean split? It has split, fit, features/clean"),
        ("@3:score", "run 3 has no call 'score': did you mean score[0]? It has split"),
        ("@6:train", "run 6 has no call 'train': it has no calls at all"),
        ("@3:train", "train of run 3 has no result: it failed; see `cuvee show 3 train`"),
        ("@3:split.2", "the result of split in run 3 has no element '2': it has 0, 1"),
        ("@3:split.0.x", "the result of split in run 3 has no element 'x': it is one str, without elements"),
        ("@3", "@3 names a run; add which call's result is meant, as in @RUN:CALL; it has split, fit"),
        ("@best:rmse:min", "@best:rmse:min names a run; add which call's result"),
        ("@best:rmse", "@best:rmse: say whether low or high is good"),
    ],
)
def test_one_that_names_no_result_says_what_there_is(records: Records, text: str, message: str) -> None:
    with pytest.raises(ReferenceNotFound) as caught:
        find_artifact(records, text)
    assert str(caught.value).startswith(message)


def test_a_part_is_a_call_with_the_name_of_an_element(records: Records) -> None:
    run = find_run(records, "3")
    call, name, artifact = find_part(records, run, "fit.model.1")
    assert (call.path, name, artifact.meta) == ("fit", "model.1", b"test")
    assert find_part(records, run, "clean.v2")[:2] == (records.call(3, "clean.v2"), "")


def test_a_map_is_found_by_what_its_calls_are_called(records: Records) -> None:
    run = find_run(records, "3")
    assert [call.path for call in calls_of_map(records, run, "score")] == ["score[0]", "score[1]"]
    assert calls_of_map(records, run, "scor") == calls_of_map(records, run, "split") == ()


def test_a_call_that_is_asked_for_by_an_element_says_so(records: Records) -> None:
    with pytest.raises(ReferenceNotFound) as caught:
        call_of(records, find_run(records, "3"), "split.train")
    message = "run 3 has no call 'split.train': split is one, whose result has elements 0, 1"
    assert str(caught.value) == message


def test_a_call_of_a_known_run_is_found_by_its_path(records: Records) -> None:
    assert call_of(records, find_run(records, "3"), "fit").position == 1
    with pytest.raises(ReferenceNotFound, match="did you mean fit"):
        call_of(records, find_run(records, "3"), "fitt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12:train", True),
        ("@best:rmse:min:train", True),
        ("12", False),
        ("@best:rmse:min", False),
        ("@last~1", False),
    ],
)
def test_a_path_tells_a_call_from_a_run(text: str, expected: bool) -> None:
    assert names_call(text) is expected


def test_a_value_that_opens_with_an_at_sign_is_a_reference() -> None:
    assert is_reference("@12:train")
    assert not is_reference("12")


@settings(max_examples=200)
@given(st.text(max_size=20) | st.from_regex(r"@(last|best)[:~\w]{0,12}", fullmatch=True))
def test_any_other_text_is_told_to_name_nothing(text: str) -> None:
    records = Records([])
    for find in (find_run, find_call, find_artifact):
        with pytest.raises(ReferenceNotFound):
            find(records, text)


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("baseline", "1"),
        ("@baseline", "1"),
        ("baseline:train", "1:train"),
        ("champion", "2:fit"),
        ("@champion.model", "2:fit.model"),
        ("last", "last"),
        ("@last", "@last"),
        ("@last:train", "@last:train"),
        ("@best:baseline:min", "@best:baseline:min"),
        ("12:baseline", "12:baseline"),
        ("other", "other"),
        ("other:train", "other:train"),
    ],
)
def test_a_tag_stands_for_what_it_was_given_to(text: str, expanded: str) -> None:
    model = make_artifact("composite", "Fit", children=(("model", leaf("m")),))
    records = Records(
        [a_run(1), a_run(2)], {1: [a_call(0, "train", leaf("t"))], 2: [a_call(0, "fit", model)]}
    )
    records.placed = [Tag("baseline", 1, "", 0.0), Tag("champion", 2, "fit", 0.0)]
    assert tag_expanded(records, text) == expanded
    if expanded[0] in "12" and expanded[1:2] != "2":
        assert find_run(records, text).number == int(expanded[0])
        assert settled_reference(records, text) == f"@{expanded}"


def test_a_tag_names_an_artifact_and_its_elements() -> None:
    model = make_artifact("composite", "Fit", children=(("model", leaf("m")),))
    records = Records([a_run(2)], {2: [a_call(0, "fit", model)]})
    records.placed = [Tag("champion", 2, "fit", 0.0)]
    assert find_artifact(records, "champion") == model
    assert find_artifact(records, "@champion.model") == leaf("m")


def test_where_no_tag_is_meant_the_tags_are_told() -> None:
    records = Records([a_run(2)])
    records.placed = [Tag("champion", 2, "fit", 0.0)]
    with pytest.raises(
        ReferenceNotFound, match=r"'champoin' does not name a run, and is no tag: .* tags are champion"
    ):
        find_run(records, "champoin")
