from __future__ import annotations

import random

import pytest

from cuvee.engine.scheduler import Expand, Look, Scheduler, Skip
from cuvee.errors import InternalError
from cuvee.model.artifact import Part, make_artifact
from cuvee.model.digest import digest_bytes
from cuvee.model.graph import STRIDE, Call, Given, Ref


def looked_at(instructions):
    return [i.call.path for i in instructions if isinstance(i, Look)]


def skipped(instructions):
    return [(i.node.path, i.because) for i in instructions if isinstance(i, Skip)]


def test_a_call_is_looked_at_once_everything_it_takes_is_there(call, artifact):
    scheduler = Scheduler()
    assert looked_at(scheduler.add([call(0), call(1), call(2, 0, 1)])) == ["t0", "t1"]
    assert scheduler.succeeded(0, artifact(b"a")) == []
    assert looked_at(scheduler.succeeded(STRIDE, artifact(b"b"))) == ["t2"]
    assert scheduler.open == 1


def test_a_failure_skips_all_that_depends_on_it_and_nothing_else(call, artifact):
    scheduler = Scheduler()
    scheduler.add([call(0), call(1), call(2, 0), call(3, 2), call(4, 1)])
    assert skipped(scheduler.failed(0)) == [("t2", "t0"), ("t3", "t0")]
    assert looked_at(scheduler.succeeded(STRIDE, artifact(b"b"))) == ["t4"]
    assert scheduler.why_failed(3 * STRIDE) == "t0"
    assert scheduler.why_failed(STRIDE) is None


def test_a_node_that_comes_after_its_need_failed_is_skipped_at_once(call):
    scheduler = Scheduler()
    scheduler.add([call(0)])
    scheduler.failed(0)
    assert skipped(scheduler.add([call(1, 0), call(2, 1)])) == [("t1", "t0"), ("t2", "t0")]
    assert scheduler.open == 0


def test_a_chain_of_ten_thousand_is_skipped_without_recursion(call):
    scheduler = Scheduler()
    scheduler.add([call(0), *(call(n, n - 1) for n in range(1, 10_000))])
    assert len(skipped(scheduler.failed(0))) == 9_999
    assert scheduler.open == 0


def test_the_second_word_about_a_call_is_ignored(call, artifact):
    scheduler = Scheduler()
    scheduler.add([call(0), call(1, 0)])
    assert looked_at(scheduler.succeeded(0, artifact(b"a"))) == ["t1"]
    assert scheduler.succeeded(0, artifact(b"b")) == []
    assert scheduler.failed(0) == []
    assert scheduler.artifact(0) == artifact(b"a")


def test_a_node_cannot_enter_twice(call):
    scheduler = Scheduler()
    scheduler.add([call(0)])
    with pytest.raises(InternalError):
        scheduler.add([call(0)])


def _elements(fan, count):
    return [
        Call(fan.id + n + 1, f"{fan.path}[{n}]", fan.task, (("x", Given(make_artifact("plain", "int"), "")),))
        for n in range(count)
    ]


def test_a_fan_is_done_when_its_last_element_is(call, fan, artifact):
    scheduler = Scheduler()
    walk = fan(1, 0)
    scheduler.add([call(0), walk, call(2, 1)])
    assert scheduler.succeeded(0, artifact(b"list")) == [Expand(walk)]
    elements = _elements(walk, 2)
    assert looked_at(scheduler.expanded(walk.id, elements)) == ["t1[0]", "t1[1]"]
    assert scheduler.elements(walk.id) == (walk.id + 1, walk.id + 2)
    assert scheduler.succeeded(walk.id + 1, artifact(b"a")) == []
    assert looked_at(scheduler.succeeded(walk.id + 2, artifact(b"b"))) == ["t2"]


def test_an_empty_fan_is_done_at_once(call, fan, artifact):
    scheduler = Scheduler()
    walk = fan(1, 0)
    scheduler.add([call(0), walk, call(2, 1)])
    scheduler.succeeded(0, artifact(b"list"))
    assert looked_at(scheduler.expanded(walk.id, [])) == ["t2"]


def test_a_failed_element_fails_the_fan_after_the_others_ended(call, fan, artifact):
    scheduler = Scheduler()
    walk = fan(1, 0)
    scheduler.add([call(0), walk, call(2, 1)])
    scheduler.succeeded(0, artifact(b"list"))
    scheduler.expanded(walk.id, _elements(walk, 2))
    assert scheduler.failed(walk.id + 1) == []
    assert skipped(scheduler.succeeded(walk.id + 2, artifact(b"b"))) == [("t2", "t1[0]")]
    assert scheduler.open == 0


def test_a_fan_over_a_fan_waits_for_its_calls_and_not_for_their_results(call, fan, artifact):
    scheduler = Scheduler()
    first, second = fan(1, 0), fan(2, 1)
    scheduler.add([call(0), first, second])
    scheduler.succeeded(0, artifact(b"list"))
    instructions = scheduler.expanded(first.id, _elements(first, 2))
    assert looked_at(instructions) == ["t1[0]", "t1[1]"]
    assert Expand(second) in instructions
    calls = [
        Call(second.id + n + 1, f"t2[{n}]", second.task, (("x", Ref(first.id + n + 1)),)) for n in range(2)
    ]
    assert looked_at(scheduler.expanded(second.id, calls)) == []
    assert looked_at(scheduler.succeeded(first.id + 2, artifact(b"b"))) == ["t2[1]"]


def test_a_fan_over_a_fan_that_is_skipped_is_skipped(call, fan):
    scheduler = Scheduler()
    scheduler.add([call(0), fan(1, 0), fan(2, 1)])
    assert skipped(scheduler.failed(0)) == [("t1", "t0"), ("t2", "t0")]


def _stored(data):
    digest = digest_bytes(data)
    return make_artifact("numpy", "ndarray", b"", (Part("data", digest, len(data)),)), digest


def test_a_damaged_input_is_made_again_and_the_call_asked_for_once_more(call):
    scheduler = Scheduler()
    scheduler.add([call(0), call(1, 0)])
    value, digest = _stored(b"bytes")
    scheduler.succeeded(0, value)
    assert looked_at(scheduler.damaged(STRIDE, frozenset([digest]))) == ["t0"]
    assert looked_at(scheduler.succeeded(0, value)) == ["t1"]
    scheduler.succeeded(STRIDE, value)
    assert scheduler.open == 0


def test_two_calls_that_miss_one_input_have_it_made_once(call):
    scheduler = Scheduler()
    scheduler.add([call(0), call(1, 0), call(2, 0)])
    value, digest = _stored(b"bytes")
    scheduler.succeeded(0, value)
    assert looked_at(scheduler.damaged(STRIDE, frozenset([digest]))) == ["t0"]
    assert looked_at(scheduler.damaged(2 * STRIDE, frozenset([digest]))) == []
    assert looked_at(scheduler.succeeded(0, value)) == ["t1", "t2"]


def test_damage_that_no_call_made_is_not_ours_to_mend(call, artifact):
    scheduler = Scheduler()
    scheduler.add([call(0), call(1, 0)])
    scheduler.succeeded(0, artifact(b"a"))
    assert scheduler.damaged(STRIDE, frozenset([digest_bytes(b"else")])) is None


def test_an_element_made_again_does_not_end_its_fan_twice(call, fan):
    scheduler = Scheduler()
    walk = fan(1, 0)
    value, digest = _stored(b"bytes")
    other, _ = _stored(b"other")
    scheduler.add([call(0), walk])
    scheduler.succeeded(0, other)
    scheduler.expanded(walk.id, _elements(walk, 2))
    scheduler.succeeded(walk.id + 1, value)
    scheduler.add([Call(5 * STRIDE, "t5", walk.task, (("x", Ref(walk.id + 1)),))])
    assert looked_at(scheduler.damaged(5 * STRIDE, frozenset([digest]))) == ["t1[0]"]
    scheduler.succeeded(walk.id + 1, value)
    assert not scheduler.settled([walk.id])
    scheduler.succeeded(walk.id + 2, other)
    assert scheduler.settled([walk.id])


def test_the_end_of_a_call_releases_what_waits_for_it_alone(call, fan, artifact):
    scheduler = Scheduler()
    scheduler.add([call(0), call(1), call(2, 0, 1), call(3)])
    assert not scheduler.releases(0)  # the other is not there yet either
    scheduler.succeeded(STRIDE, artifact(b"b"))
    assert scheduler.releases(0)
    assert not scheduler.releases(3 * STRIDE)


def test_the_end_of_the_last_element_releases_what_waits_for_the_fan(call, fan, artifact):
    scheduler = Scheduler()
    walk = fan(1, 0)
    scheduler.add([call(0), walk, call(2, 1)])
    scheduler.succeeded(0, artifact(b"list"))
    scheduler.expanded(walk.id, _elements(walk, 2))
    assert not scheduler.releases(walk.id + 1)
    scheduler.succeeded(walk.id + 2, artifact(b"b"))
    assert scheduler.releases(walk.id + 1)


@pytest.mark.parametrize("seed", range(30))
def test_any_graph_in_any_order_ends_with_each_call_as_its_needs_say(seed, call, artifact):
    """The oracle: a call succeeds if all it needs did and it does not fail itself; else it is skipped."""
    chance = random.Random(seed)
    size = chance.randrange(1, 40)
    needs = {n: sorted(chance.sample(range(n), chance.randrange(0, min(n, 4) + 1))) for n in range(size)}
    failing = {n for n in range(size) if chance.random() < 0.1}
    scheduler = Scheduler()
    ready, ended = [], {}

    def follow(instructions):
        for instruction in instructions:
            if isinstance(instruction, Look):
                ready.append(instruction.call.id)
            else:
                ended[instruction.node.id // STRIDE] = "skipped"

    remaining = list(range(size))
    while remaining or ready:
        if remaining and (not ready or chance.random() < 0.5):
            follow(scheduler.add([call(remaining[0], *needs[remaining.pop(0)])]))
            continue
        number = ready.pop(chance.randrange(len(ready))) // STRIDE
        assert all(ended[need] == "done" for need in needs[number])
        if number in failing:
            ended[number] = "failed"
            follow(scheduler.failed(number * STRIDE))
        else:
            ended[number] = "done"
            follow(scheduler.succeeded(number * STRIDE, artifact(bytes([number]))))
    expected = {}
    for n in range(size):
        fine = all(expected[need] == "done" for need in needs[n])
        expected[n] = ("failed" if n in failing else "done") if fine else "skipped"
    assert ended == expected
    assert scheduler.open == 0


def test_what_follows_from_what_is_known_at_any_depth_through_maps_too(call, fan):
    scheduler = Scheduler()
    scheduler.add([call(0), fan(1, 0), call(2, 1), call(3)])
    element = Call(STRIDE + 1, "t1[0]", call(1).task, ())
    scheduler.expanded(STRIDE, [element])
    assert scheduler.follows(2 * STRIDE, 0)
    assert scheduler.follows(2 * STRIDE, element.id)
    assert not scheduler.follows(0, 2 * STRIDE)
    assert not scheduler.follows(3 * STRIDE, 0)
