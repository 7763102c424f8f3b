from __future__ import annotations

import random

import pytest

from cuvee.engine.lookup import Decided
from cuvee.engine.ready import Ready, ranks_of
from cuvee.model.decision import Execute, Reason, ReasonCode
from cuvee.model.graph import STRIDE, Call, Ref, TaskInfo
from cuvee.model.key import make_key
from cuvee.model.policy import Policy

WHY = Execute(Reason(ReasonCode.FIRST_RUN, ""))


def call(number, *needs, task="t", priority=0):
    info = TaskInfo(f"m:{task}", task, print, (), policy=Policy(priority=priority))
    return Call(number * STRIDE, f"c{number}", info, tuple((f"x{n}", Ref(n * STRIDE)) for n in needs))


def decided(node):
    return Decided(node, make_key(()), WHY, True, [])


def order(nodes, seconds, *, side_by_side, ready=None):
    queue = Ready(lambda nodes: {f"m:{task}": took for task, took in seconds.items()})
    queue.know(nodes)
    for node in ready or nodes:
        queue.add(decided(node))
    return [queue.next(side_by_side=side_by_side).call.path for _ in range(len(queue))]


def test_what_holds_up_most_begins_first_where_calls_run_side_by_side():
    # c0 → c3 → c4 is the longest way; c1 and c2 lead nowhere.
    nodes = [call(0, task="short"), call(1, task="long"), call(2, task="short")]
    nodes += [call(3, 0, task="long"), call(4, 3, task="long")]
    seconds = {"short": 1.0, "long": 5.0}
    assert order(nodes, seconds, side_by_side=True, ready=nodes[:3]) == ["c0", "c1", "c2"]
    assert ranks_of(nodes, {"m:short": 1.0, "m:long": 5.0}) == {
        0: 11.0,
        STRIDE: 5.0,
        2 * STRIDE: 1.0,
        3 * STRIDE: 10.0,
        4 * STRIDE: 5.0,
    }


def test_calls_that_run_one_after_another_do_so_as_they_were_traced():
    nodes = [call(0, task="short"), call(1, task="long")]
    assert order(nodes, {"short": 1.0, "long": 5.0}, side_by_side=False) == ["c0", "c1"]
    assert order(nodes, {"short": 1.0, "long": 5.0}, side_by_side=True) == ["c1", "c0"]


@pytest.mark.parametrize("side_by_side", [True, False])
def test_a_higher_priority_goes_before_all_that(side_by_side):
    nodes = [call(0, task="long"), call(1, task="short", priority=1), call(2, priority=-1)]
    assert order(nodes, {"short": 1.0, "long": 5.0}, side_by_side=side_by_side) == ["c1", "c0", "c2"]


def test_with_nothing_on_record_calls_begin_as_they_were_traced():
    nodes = [call(0), call(1, 0), call(2)]
    assert order(nodes, {}, side_by_side=True, ready=[nodes[2], nodes[0]]) == ["c0", "c2"]


def test_an_element_of_a_map_has_the_rank_of_the_map():
    fan = call(0, task="long")
    other = call(1, task="short")
    element = Call(1, "c0[0]", fan.task, ())
    assert order([fan, other], {"short": 1.0, "long": 5.0}, side_by_side=True, ready=[other, element]) == [
        "c0[0]",
        "c1",
    ]


def test_ranks_are_the_longest_ways_in_any_graph():
    draw = random.Random(7)
    seconds = {"m:a": 1.0, "m:b": 3.0}
    for _ in range(50):
        nodes = [
            call(n, *draw.sample(range(n), k=min(n, draw.randrange(3))), task=draw.choice("ab"))
            for n in range(20)
        ]
        takers = {n: [m for m in nodes if n * STRIDE in {a.node for _, a in m.arguments}] for n in range(20)}

        def way(n, nodes=nodes, takers=takers):
            after = max((way(m.id // STRIDE) for m in takers[n]), default=0.0)
            return seconds[nodes[n].task.name] + after

        assert ranks_of(nodes, seconds) == {n * STRIDE: way(n) for n in range(20)}


def test_whatever_the_order_in_which_they_come_they_go_by_priority_and_then_as_traced():
    draw = random.Random(7)
    for _ in range(50):
        nodes = [call(number, priority=draw.choice([0, 0, 0, 1])) for number in range(30)]
        queue = Ready(lambda nodes: {})
        queue.know(nodes)
        draw.shuffle(nodes)
        waiting: list[Call] = []
        for node in nodes:
            queue.add(decided(node))
            waiting.append(node)
            if draw.random() < 0.4:
                first = min(waiting, key=lambda node: (-node.task.policy.priority, node.id))
                waiting.remove(first)
                assert queue.next(side_by_side=False).call is first
        rest = sorted(waiting, key=lambda node: (-node.task.policy.priority, node.id))
        assert [queue.next(side_by_side=False).call for _ in rest] == rest
        assert len(queue) == 0
