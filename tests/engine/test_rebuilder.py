from __future__ import annotations

import pytest

from cuvee.compare.keys import Comparison
from cuvee.engine.rebuilder import decide
from cuvee.model.artifact import make_artifact
from cuvee.model.decision import Execute, Reason, ReasonCode, Reuse
from cuvee.model.digest import digest_bytes
from cuvee.model.entry import Entry
from cuvee.model.key import Component, make_key
from cuvee.model.record import CallRecord

RESULT = make_artifact("plain", "int", b"1")


def component(kind, name, value, text=""):
    return Component(kind, name, digest_bytes(repr(value).encode()), text or repr(value))


def key_of(*, code="a", depth=8, wines="w", environment="e"):
    return make_key(
        (
            component("task", "", "wine:train"),
            component("code", "", code),
            component("environment", "", environment),
            component("input", "wines", wines, "DataFrame"),
            component("parameter", "max_depth", depth),
        )
    )


def entry_of(key, run=3):
    return Entry(key.digest, "wine:train", RESULT, 2.0, 0.0, run, "train")


def previous_of(key, status="succeeded"):
    return CallRecord(
        0,
        "train",
        "wine:train",
        status,
        "executed",
        "first_run",
        "",
        0.0,
        1.0,
        key=key.digest,
        components=key.components,
    )


NO_LEDGERS = Comparison(lambda digest: None)


def test_an_entry_that_stands_is_reused():
    key = key_of()
    decision = decide(key, [(entry_of(key), None)], previous_of(key), [], NO_LEDGERS)
    assert decision == Reuse(
        entry_of(key), Reason(ReasonCode.UNCHANGED, "nothing it depends on changed since run 3")
    )


def test_without_history_an_entry_is_reused_all_the_same():
    key = key_of()
    assert isinstance(decide(key, [(entry_of(key), None)], None, [], NO_LEDGERS), Reuse)


def test_the_newest_entry_that_stands_is_the_one():
    key = key_of()
    fault = Reason(ReasonCode.ARTIFACT_DAMAGED, "gone")
    decision = decide(key, [(entry_of(key, 5), fault), (entry_of(key, 4), None)], None, [], NO_LEDGERS)
    assert isinstance(decision, Reuse)
    assert decision.entry.run == 4


def test_what_is_wrong_with_the_only_entry_is_the_reason():
    key = key_of()
    fault = Reason(ReasonCode.ARTIFACT_DAMAGED, "gone")
    assert decide(key, [(entry_of(key), fault)], previous_of(key), [], NO_LEDGERS) == Execute(fault)


def test_a_refusal_wins_over_an_entry():
    key = key_of()
    off = Reason(ReasonCode.CACHE_OFF, "the task says cache=False")
    assert decide(key, [(entry_of(key), None)], previous_of(key), [off], NO_LEDGERS) == Execute(off)


def test_a_task_without_history_runs_for_the_first_time():
    assert decide(key_of(), [], None, [], NO_LEDGERS).reason.code == ReasonCode.FIRST_RUN


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"depth": 12}, ReasonCode.PARAMETER_CHANGED, "max_depth: 8 → 12"),
        ({"wines": "v"}, ReasonCode.INPUT_CHANGED, "input wines changed"),
        ({"code": "b"}, ReasonCode.CODE_CHANGED, "its code changed"),
        ({"environment": "f"}, ReasonCode.ENVIRONMENT_CHANGED, "the environment changed"),
        ({"wines": "v", "depth": 12}, ReasonCode.PARAMETER_CHANGED, "max_depth: 8 → 12; input wines changed"),
        ({"wines": "v", "code": "b"}, ReasonCode.CODE_CHANGED, "its code changed; input wines changed"),
    ],
)
def test_what_changed_is_the_reason_what_someone_did_first(change, code, text):
    decision = decide(key_of(**change), [], previous_of(key_of()), [], NO_LEDGERS)
    assert isinstance(decision, Execute)
    assert decision.reason == Reason(code, text)
    assert len(decision.changes) == len(change)


def test_the_same_key_after_a_failure():
    decision = decide(key_of(), [], previous_of(key_of(), "failed"), [], NO_LEDGERS)
    assert decision == Execute(Reason(ReasonCode.NO_RESULT, "its last run failed"))


def test_the_same_key_after_its_result_was_collected():
    decision = decide(key_of(), [], previous_of(key_of()), [], NO_LEDGERS)
    text = "what its last run gave is not in the store any more, or was not kept for reuse"
    assert decision == Execute(Reason(ReasonCode.NO_RESULT, text))


def test_the_same_key_after_its_run_was_stopped():
    decision = decide(key_of(), [], previous_of(key_of(), "cancelled"), [], NO_LEDGERS)
    assert decision == Execute(Reason(ReasonCode.NO_RESULT, "its last run left no result"))


def test_a_value_that_comes_from_elsewhere_now_is_compared_by_content():
    literal = make_key((component("parameter", "n", 8),))
    made = make_key((component("input", "n", 8, "int"),))
    assert literal.digest == made.digest


def test_parts_of_a_key_cannot_flow_into_each_other():
    one = make_key((component("parameter", "ab", "c"),))
    two = make_key((component("parameter", "a", "bc"),))
    assert one.digest != two.digest


def test_a_call_that_failed_before_it_ran_is_none_to_compare_with():
    previous = CallRecord(0, "train", "wine:train", "failed", None, None, "", 0.0, 0.0)
    assert decide(key_of(), [], previous, [], NO_LEDGERS) == Execute(
        Reason(ReasonCode.NO_RESULT, "the last call of it failed before it ran")
    )
