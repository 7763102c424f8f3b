"""Whatever is written in whatever order: the database and the fake in memory give the same answers."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cuvee.model.entry import Figure, Metric, Observation
from cuvee.model.order import LogChunk
from cuvee.testing.memory_records import MemoryRecords
from cuvee.testing.record_values import (
    batch,
    branch,
    call,
    components,
    end,
    entry,
    frame,
    ledger,
    name,
    plain,
    start,
)
from cuvee.tracking.sqlite import open_records

KEYS, PATHS, TASKS = "kl", ("train", "test"), ("wine:train", "wine:test")

leaves = st.builds(plain, st.integers(0, 3), padding=st.sampled_from([0, 240, 600]))
artifacts = st.recursive(
    leaves | st.sampled_from([frame("x"), frame("x", "y")]),
    lambda children: st.lists(children, max_size=3).map(lambda items: branch(*items)),
    max_leaves=6,
)
figures = st.lists(st.builds(Figure, st.sampled_from("fg"), artifacts), max_size=2).map(tuple)
numbers = st.floats(allow_nan=False)
logged_once = st.builds(Metric, st.sampled_from("ab"), numbers, st.none() | st.integers(0, 3))
logged = st.lists(logged_once, max_size=4).map(tuple)
chunks = st.builds(LogChunk, st.just("stdout"), st.text(max_size=3), st.just(0.5))
observations = st.builds(
    Observation, st.just("read"), st.sampled_from(["f", "\udce9"]), st.sampled_from([None, name("f")])
)
entries = st.builds(
    lambda key, artifact, observed, **more: entry(key, artifact, observed=tuple(observed), **more),
    st.sampled_from(KEYS),
    artifacts,
    st.lists(observations, max_size=2),
    figures=figures,
    metrics=logged,
    boot=st.sampled_from(["", "yesterday", "today"]),
)
calls = st.builds(
    lambda position, salt, **more: call(position, components=components(salt)[: len(salt)], **more),
    st.integers(0, 4),
    st.text("ab", max_size=3),
    path=st.sampled_from(PATHS),
    task=st.sampled_from(TASKS),
    status=st.sampled_from(["succeeded", "failed", "skipped", "cancelled"]),
    artifact=st.none() | artifacts,
    metrics=logged,
    figures=figures,
    logs=st.lists(st.builds(LogChunk, st.just("stdout"), st.text(max_size=3), st.just(0.5)), max_size=2).map(
        tuple
    ),
)


drops = st.builds(lambda key, artifact: (name(key), artifact.digest), st.sampled_from(KEYS), artifacts)
ledgers = st.sampled_from([(), (("code", ledger()),)])


def traced(known, given):
    """What of these calls can be: a path has one position in a run, and a position one path."""
    paths = {one.path: one.position for one in known}
    positions = {one.position: one.path for one in known}
    fit = []
    for one in given:
        if (
            paths.get(one.path, one.position) == one.position
            and positions.get(one.position, one.path) == one.path
        ):
            paths[one.path], positions[one.position] = one.position, one.path
            fit.append(one)
    return fit


class SameAnswers(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.sqlite = open_records(self.home, boot="today")
        self.memory = MemoryRecords(boot="today")
        self.runs = 0

    def teardown(self):
        self.sqlite.close()
        shutil.rmtree(self.home)

    @rule(pipeline=st.sampled_from(["p", "q"]))
    def begin(self, pipeline):
        begun = start(pipeline)
        assert self.sqlite.ledger.begin(begun) == self.memory.ledger.begin(begun)
        self.runs += 1

    @rule(
        data=st.data(),
        calls=st.lists(calls, max_size=3),
        entries=st.lists(entries, max_size=3),
        dropped=st.lists(drops, max_size=1),
        ledgers=ledgers,
    )
    def commit(self, data, calls, entries, dropped, ledgers):
        if not self.runs:
            return
        run = data.draw(st.integers(1, self.runs))
        fit = traced(self.memory.queries.calls(run), calls)
        given = batch(entries=entries, calls=fit, dropped=tuple(dropped), ledgers=ledgers)
        self.sqlite.ledger.commit(run, given)
        self.memory.ledger.commit(run, given)

    @rule(vouched=st.lists(entries, max_size=2))
    def vouch(self, vouched):
        self.sqlite.entries.vouch(vouched)
        self.memory.entries.vouch(vouched)

    @rule(data=st.data())
    def finish(self, data):
        if self.runs:
            run, ended = data.draw(st.integers(1, self.runs)), end(error=data.draw(st.text(max_size=2)))
            self.sqlite.ledger.end(run, ended)
            self.memory.ledger.end(run, ended)

    @rule()
    def reopen(self):
        self.sqlite.close()
        self.sqlite = open_records(self.home, boot="today")

    @invariant()
    def same_entries(self):
        keys = [name(key) for key in KEYS]
        assert self.sqlite.entries.find(keys) == self.memory.entries.find(keys)

    @invariant()
    def same_history(self):
        ours, theirs = self.sqlite.queries, self.memory.queries
        assert ours.runs() == theirs.runs()
        assert ours.runs(pipeline="p", limit=1) == theirs.runs(pipeline="p", limit=1)
        uses = [(task, path) for task in TASKS for path in PATHS]
        assert ours.latest_calls(uses) == theirs.latest_calls(uses)
        assert [*map(ours.has_ended, TASKS)] == [*map(theirs.has_ended, TASKS)]
        assert ours.ledger(ledger().digest) == theirs.ledger(ledger().digest)
        for run in range(1, self.runs + 1):
            assert ours.calls(run) == theirs.calls(run)
            assert all(ours.call(run, path) == theirs.call(run, path) for path in PATHS)


SameAnswers.TestCase.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
TestSameAnswers = SameAnswers.TestCase
