from __future__ import annotations

import signal
from pathlib import Path

import pytest
from msgspec import structs

from cuvee import TaskFailed
from cuvee.api.run import Run
from cuvee.errors import CheckError
from cuvee.model.event import CallEnded, Warned


def decisions(run):
    return {call.path: call.decision or call.status for call in run.calls}


def reasons(run):
    return {call.path: call._record.reason_code for call in run.calls}


def told_reasons(run):
    return {call.path: call.reason for call in run.calls}


CHAIN = """
    @task
    def load(n: int) -> list[int]:
        return list(range(n))

    @task
    def total(xs: list[int], scale: int = 1) -> int:
        log_metric("total", sum(xs) * scale)
        return sum(xs) * scale

    @pipeline
    def main(n: int = 4, scale: int = 1):
        return total(load(n), scale=scale)
"""


def test_the_second_run_reuses_everything_and_has_the_same_result(project):
    project.write(CHAIN)
    first, second = project.run(), project.run()
    assert decisions(first) == {"load": "executed", "total": "executed"}
    assert decisions(second) == {"load": "reused", "total": "reused"}
    assert first.result == second.result == 6
    assert second.saved_seconds > 0


def test_metrics_of_reused_calls_are_shown_again(project):
    project.write(CHAIN)
    assert project.run().metrics == project.run().metrics == {"total": 6.0}


def test_a_changed_parameter_runs_what_takes_it_and_what_follows(project):
    project.write(CHAIN)
    project.run()
    run = project.run(scale=2)
    assert decisions(run) == {"load": "reused", "total": "executed"}
    assert run["total"].reason == "scale: 1 → 2"
    assert run.result == 12


def test_back_again_is_reused(project):
    project.write(CHAIN)
    project.run()
    project.run(scale=2)
    run = project.run(scale=1)
    assert decisions(run) == {"load": "reused", "total": "reused"}
    assert run.result == 6


def test_an_equal_output_stops_the_wave(project):
    text = """
        @task
        def sign(x: int) -> int:
            return 1 if x > 0 else -1

        @task
        def use(s: int) -> int:
            return s * 10

        @pipeline
        def main(x: int = 5):
            return use(sign(x))
    """
    project.write(text)
    project.run()
    assert decisions(project.run(x=7)) == {"sign": "executed", "use": "reused"}


def test_changed_code_runs_again_and_so_does_what_depends_on_its_result(project):
    project.write(CHAIN)
    project.run()
    project.write(CHAIN.replace("list(range(n))", "list(range(n + 1))"))
    run = project.run()
    assert decisions(run) == {"load": "executed", "total": "executed"}
    assert reasons(run)["load"] == "code_changed"
    assert run.result == 10


def test_a_changed_helper_runs_what_reaches_it(project):
    text = """
        FACTOR = 2

        def scale(x):
            return x * FACTOR

        @task
        def grow(x: int) -> int:
            return scale(x)

        @pipeline
        def main():
            return grow(3)
    """
    project.write(text)
    assert project.run().result == 6
    project.write(text.replace("FACTOR = 2", "FACTOR = 5"))
    assert project.run().result == 15
    project.write(text.replace("FACTOR = 2", "FACTOR = 5").replace("x * FACTOR", "x + FACTOR"))
    assert project.run().result == 8
    project.write(text)
    back = project.run()
    assert back.result == 6
    assert decisions(back) == {"grow": "reused"}


def test_a_failed_call_fails_its_dependants_only(project):
    project.write("""
        @task
        def good(x: int) -> int:
            return x

        @task
        def bad(x: int) -> int:
            raise ValueError(f"no {x}")

        @pipeline
        def main():
            a = bad(1)
            return good(a), good.options(name="other")(2)
    """)
    run = project.run()
    assert run.status == "failed"
    assert decisions(run) == {"bad": "executed", "good": "skipped", "other": "executed"}
    assert run["other"].output == 2
    with pytest.raises(TaskFailed, match="has no result"):
        _ = run.result
    with pytest.raises(TaskFailed, match="no 1"):
        _ = run["bad"].output


def test_the_next_run_picks_up_where_a_failed_one_stopped(project):
    text = """
        @task
        def first(x: int) -> int:
            return x + 1

        @task
        def second(x: int) -> int:
            BODY

        @pipeline
        def main():
            return second(first(1))
    """
    project.write(text.replace("BODY", "raise RuntimeError('not yet')"))
    assert project.run().status == "failed"
    project.write(text.replace("BODY", "return x * 10"))
    run = project.run()
    assert decisions(run) == {"first": "reused", "second": "executed"}
    assert run.result == 20


def test_a_failure_is_never_reused(project):
    project.write("""
        @task
        def bad() -> int:
            raise ValueError("always")

        @pipeline
        def main():
            return bad()
    """)
    project.run()
    run = project.run()
    assert decisions(run) == {"bad": "executed"}
    assert reasons(run) == {"bad": "no_result"}


def test_a_traceback_has_the_users_frames_only(project):
    project.write("""
        def deep():
            raise KeyError("k")

        @task
        def inner() -> int:
            return deep()

        @task
        def bad() -> int:
            return inner()

        @pipeline
        def main():
            return bad()
    """)
    failure = project.run()["bad"]._record.failure
    assert "in deep" in failure.traceback
    assert "in inner" in failure.traceback
    assert "cuvee/perform" not in failure.traceback
    assert "cuvee/authoring" not in failure.traceback
    assert failure.type == "KeyError"


def test_sys_exit_in_a_task_fails_the_task_and_not_the_program(project):
    project.write("""
        import sys

        @task
        def leave() -> int:
            sys.exit(3)

        @pipeline
        def main():
            return leave()
    """)
    run = project.run()
    assert run.status == "failed"
    assert run["leave"]._record.failure.type == "SystemExit"


def test_a_result_of_another_type_than_annotated_is_a_failure(project):
    project.write("""
        @task
        def wrong() -> int:
            return "text"

        @pipeline
        def main():
            return wrong()
    """)
    run = project.run()
    assert run.status == "failed"
    failure = run["wrong"]._record.failure
    assert failure.message == (
        "`wrong`: its annotation says it returns int, and it returned 'text': it is a str, not an int"
    )
    assert failure.traceback == f"{project.module.__file__}:{failure.line}: {failure.message}\n"


def test_a_task_that_forgets_its_return_is_asked_for_it(project):
    project.write("""
        @task
        def forgets() -> int:
            3 + 4

        @task
        def may(x: int = 1) -> int | None:
            pass

        @pipeline
        def main():
            return forgets(), may()
    """)
    run = project.run()
    assert run["forgets"]._record.failure.message == (
        "`forgets`: its annotation says it returns int, and it returned None: is a `return` missing?"
    )
    assert run["may"].status == "succeeded"


def test_a_generator_as_a_result_says_what_to_do(project):
    project.write("""
        @task
        def lazy():
            return (x for x in range(3))

        @pipeline
        def main():
            return lazy()
    """)
    failure = project.run()["lazy"]._record.failure
    assert "return a list" in failure.message


def test_known_and_unknown_lists_are_mapped_alike(project):
    project.write("""
        @task
        def numbers(n: int) -> list[int]:
            return list(range(n))

        @task
        def square(x: int, plus: int = 0) -> int:
            return x * x + plus

        @task
        def total(xs: list[int]) -> int:
            return sum(xs)

        @pipeline
        def main(n: int = 3):
            known = square.map([0, 1, 2], plus=1)
            unknown = square.map(numbers(n), plus=1)
            twice = square.map(unknown)
            return total(known), total(unknown), total(twice), known[1]
    """)
    run = project.run()
    assert run.result == (8, 8, 1 + 4 + 25, 2)
    assert [call.path for call in run.calls] == [
        *(f"square[{n}]" for n in range(3)),
        "numbers",
        *(f"square#2[{n}]" for n in range(3)),
        *(f"square#3[{n}]" for n in range(3)),
        "total",
        "total#2",
        "total#3",
    ]
    grown = project.run(n=4)
    assert decisions(grown)["square#2[0]"] == "reused"
    assert decisions(grown)["square#2[3]"] == "executed"


def test_an_empty_map_is_an_empty_list(project):
    project.write("""
        @task
        def nothing() -> list[int]:
            return []

        @task
        def square(x: int) -> int:
            return x * x

        @task
        def total(xs: list[int]) -> int:
            return sum(xs)

        @pipeline
        def main():
            return total(square.map(nothing())), total(square.map([]))
    """)
    assert project.run().result == (0, 0)


def test_maps_walk_lists_side_by_side_and_refuse_unequal_ones(project):
    project.write("""
        @task
        def numbers(n: int) -> list[int]:
            return list(range(n))

        @task
        def add(x: int, y: int) -> int:
            return x + y

        @pipeline
        def main(n: int = 2):
            return add.map(numbers(n), [10, 20])
    """)
    assert project.run().result == [10, 21]
    run = project.run(n=3)
    assert run.status == "failed"
    assert "3, 2 items" in run["add"]._record.failure.message


def test_each_call_of_a_map_takes_what_the_plain_call_would(project):
    module = project.write("""
        @task
        def told(a: str, b: str = "b", *rest: str, c: str = "c", **more: str) -> str:
            return repr((a, b, rest, c, more))

        @task
        def only(a: str, /, b: str = "b", *, c: str = "c") -> str:
            return a + b + c

        @pipeline
        def main():
            return [
                told.map(["1", "2", "3"]),
                told.map(["1", "2"], c="C", d="D"),
                told.map(["1", "2"], b="B"),
                told.map(["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"], d="D"),
                only.map(["1", "2"], c="C"),
                only.map(["1", "2"], ["3", "4"]),
            ]
    """)
    told, only = module.told, module.only
    assert project.run().result == [
        [told(a) for a in "123"],
        [told(a, c="C", d="D") for a in "12"],
        [told(a, b="B") for a in "12"],
        [told(*each, d="D") for each in ("1357", "2468")],
        [only(a, c="C") for a in "12"],
        [only("1", "3"), only("2", "4")],
    ]


def test_result_lets_the_body_decide(project):
    project.write("""
        @task
        def score(x: int) -> float:
            return x / 10

        @task
        def improve(x: int) -> int:
            return x + 1

        @pipeline
        def main(x: int = 1):
            value = x
            while result(score(value)) < 0.4:
                value = result(improve(value))
            return value
    """)
    run = project.run()
    assert run.result == 4
    assert [call.path for call in run.calls] == [
        "score",
        "improve",
        "score#2",
        "improve#2",
        "score#3",
        "improve#3",
        "score#4",
    ]
    assert set(decisions(project.run()).values()) == {"reused"}


def test_a_call_that_depends_on_the_same_as_an_earlier_one_of_its_run_says_so(project):
    project.write("""
        @task
        def score(x: int) -> float:
            return x / 10

        @pipeline
        def main():
            return [result(score(1)), result(score(1))]
    """)
    assert told_reasons(project.run()) == {
        "score": "it has not run before",
        "score#2": "an earlier call of this run, which depends on the same, gave it",
    }
    for _ in range(2):
        assert set(told_reasons(project.run()).values()) == {"nothing it depends on changed since run 1"}


def test_result_of_a_failed_call_ends_the_body_and_the_rest_goes_on(project):
    project.write("""
        @task
        def bad() -> int:
            raise ValueError("no")

        @task
        def good() -> int:
            return 1

        @pipeline
        def main():
            other = good()
            try:
                value = result(bad())
            except Exception:
                value = 0
            return good.options(name="never")()
    """)
    run = project.run()
    assert run.status == "failed"
    assert decisions(run) == {"good": "executed", "bad": "executed"}


def test_a_body_that_raises_is_a_failed_run_with_the_users_traceback(project):
    project.write("""
        @task
        def good() -> int:
            return 1

        @pipeline
        def main():
            good()
            return {}["missing"]
    """)
    run = project.run()
    assert run.status == "failed"
    assert "KeyError: 'missing'" in run._record.end.error
    assert "in main" in run._record.end.error
    assert "cuvee/authoring" not in run._record.end.error
    assert decisions(run) == {"good": "skipped"}


def test_named_outputs_are_artifacts_of_their_own(project):
    project.write("""
        from dataclasses import dataclass
        from typing import NamedTuple, TypedDict

        @dataclass
        class Split:
            train: list[int]
            test: list[int]

        class Pair(NamedTuple):
            low: int
            high: int

        class Report(TypedDict):
            rmse: float
            rows: int

        @task
        def split(xs: list[int], at: int) -> Split:
            return Split(xs[:at], [0])

        @task
        def pair(xs: list[int]) -> Pair:
            return Pair(min(xs), max(xs))

        @task
        def report(rows: int) -> Report:
            return {"rmse": 0.5, "rows": rows}

        @task
        def two(x: int) -> tuple[int, str]:
            return x, str(x)

        @task
        def use(x: object) -> str:
            return repr(x)

        @pipeline
        def main(at: int = 2):
            parts = split([1, 2, 3], at)
            low, high = pair(parts.train)
            told = report(high)
            number, text = two(low)
            return [
                use(parts.test), use(told["rmse"]), use(number), use(text), use(parts),
                use.options(name="pair")(pair([5, 6]).high),
            ]
    """)
    run = project.run()
    assert run.result == ["[0]", "0.5", "1", "'1'", "Split(train=[1, 2], test=[0])", "6"]
    again = project.run(at=3)
    assert decisions(again)["split"] == "executed"
    assert decisions(again)["use"] == "reused", "the element that did not change stops the wave"


def test_a_nested_pipeline_is_inlined_under_its_name(project):
    project.write("""
        @task
        def clean(x: int) -> int:
            return x + 1

        @pipeline
        def features(x: int) -> int:
            return clean(clean(x))

        @pipeline
        def main(x: int = 1):
            return features(features(x)), clean(x)
    """)
    run = project.run()
    assert [call.path for call in run.calls] == [
        "features/clean",
        "features/clean#2",
        "features#2/clean",
        "features#2/clean#2",
        "clean",
    ]
    assert run.result == (5, 2)


def test_pipelines_that_share_tasks_share_their_results(project):
    project.write(
        CHAIN
        + """
    @pipeline
    def other(n: int = 4):
        return load(n)
    """
    )
    project.run()
    assert decisions(project.run("other")) == {"load": "reused"}


def test_a_single_task_is_run_on_its_own(project):
    project.write(CHAIN)
    run = project.run("total", xs=[1, 2], scale=3)
    assert run.result == 9
    assert decisions(project.run("total", xs=[1, 2], scale=3)) == {"total": "reused"}


def test_a_literal_that_is_changed_later_in_the_body_counts_as_it_was(project):
    project.write("""
        @task
        def size(xs: list[int]) -> int:
            return len(xs)

        @pipeline
        def main():
            xs = [1]
            one = size(xs)
            xs.append(2)
            return one, size(xs)
    """)
    assert project.run().result == (1, 2)


def test_nothing_that_a_task_does_to_its_input_reaches_another(project):
    project.write("""
        @task
        def make() -> list[int]:
            return [1, 2]

        @task
        def spoil(xs: list[int]) -> int:
            xs.append(3)
            return len(xs)

        @task
        def count(xs: list[int]) -> int:
            return len(xs)

        @pipeline
        def main():
            xs = make()
            return spoil(xs), count(xs), spoil(xs)
    """)
    assert project.run().result == (3, 2, 3)


def test_lists_and_dicts_of_handles_are_put_together_again(project):
    project.write("""
        @task
        def one(x: int) -> int:
            return x

        @task
        def show(xs: list[int], named: dict, pair: tuple) -> str:
            return f"{xs} {named} {pair}"

        @pipeline
        def main():
            a, b = one(1), one(2)
            return show([a, 7, b], {"a": a, 3: b}, (a, [b]))
    """)
    assert project.run().result == "[1, 7, 2] {'a': 1, 3: 2} (1, [2])"


def test_arguments_of_every_kind_arrive(project):
    project.write("""
        @task
        def f(a: int, /, b: int, *rest: int, key: int = 9, **more: int) -> str:
            return f"{a} {b} {rest} {key} {sorted(more.items())}"

        @pipeline
        def main():
            h = f(1, 2)
            return h, f(1, b=2), f(1, 2, 3, 4, key=5, x=6)
    """)
    assert project.run().result == ("1 2 () 9 []", "1 2 () 9 []", "1 2 (3, 4) 5 [('x', 6)]")


def test_a_default_is_a_parameter_and_not_code(project):
    text = """
        @task
        def f(x: int = 1) -> int:
            return x

        @pipeline
        def main():
            return f()
    """
    project.write(text)
    project.run()
    project.write(text.replace("x: int = 1", "x: int = 2"))
    run = project.run()
    assert run.result == 2
    assert reasons(run) == {"f": "parameter_changed"}


def test_a_secret_reaches_the_task_and_no_record(project):
    project.write("""
        @task
        def ask(token: Secret) -> int:
            print("asking with", token.reveal())
            return len(token.reveal())

        @task
        def refuse(token: Secret) -> int:
            raise PermissionError(f"no access with {token.reveal()}")

        @pipeline
        def main(token: Secret):
            return ask(token)

        @pipeline
        def fails(token: Secret):
            return refuse(token)
    """)
    from cuvee import Secret

    run = project.run(token=Secret("hunter2-is-secret"))
    assert run.result == 17
    assert run.parameters == {"token": "***"}
    assert run["ask"].logs == "asking with ***\n"
    failed = project.run("fails", token=Secret("hunter2-is-secret"))
    assert failed["refuse"]._record.failure.message == "no access with ***"
    assert decisions(project.run(token=Secret("another"))) == {"ask": "reused"}
    assert decisions(project.run(token=Secret("x", version="2"))) == {"ask": "executed"}
    project.session.close()
    for path in project.root.rglob("*"):
        if path.is_file():
            assert b"hunter2-is-secret" not in path.read_bytes(), path


def test_a_secret_that_is_returned_is_refused(project):
    project.write("""
        @task
        def leak(token: Secret):
            return [token]

        @pipeline
        def main(token: Secret):
            return leak(token)
    """)
    from cuvee import Secret

    run = project.run(token=Secret("s"))
    assert run.status == "failed"
    assert "Secret" in run["leak"]._record.failure.message


@pytest.mark.parametrize("result", ["'Bearer ' + t", "{'token': [t]}", "('x' * 100_000 + t).encode()"])
def test_a_secrets_text_that_is_returned_is_refused(project, result):
    project.write(f"""
        @task
        def leak(token: Secret):
            t = token.reveal()
            return {result}

        @pipeline
        def main(token: Secret):
            return leak(token)
    """)
    from cuvee import Secret

    run = project.run(token=Secret("hunter2-is-secret"))
    assert run.status == "failed"
    assert "secret in it" in run["leak"]._record.failure.message
    project.session.close()
    for path in project.root.rglob("*"):
        if path.is_file():
            assert b"hunter2-is-secret" not in path.read_bytes(), path


def test_an_argument_without_content_runs_each_time_and_says_so(project):
    project.write("""
        import threading
        client = threading.Lock()

        @task
        def use(lock: object, x: int) -> int:
            return x

        @task
        def after(x: int) -> int:
            return x

        @pipeline
        def main():
            return after(use(client, 1))
    """)
    project.run()
    run = project.run()
    assert decisions(run) == {"use": "executed", "after": "reused"}
    assert reasons(run)["use"] == "not_reusable"


def test_cache_false_runs_each_time(project):
    project.write("""
        @task(cache=False)
        def now(x: int) -> int:
            return x

        @pipeline
        def main():
            return now(1)
    """)
    project.run()
    run = project.run()
    assert decisions(run) == {"now": "executed"}
    assert reasons(run) == {"now": "cache_off"}


def test_options_rename_a_call_and_turn_reuse_off(project):
    project.write("""
        @task
        def f(x: int) -> int:
            return x

        @pipeline
        def main():
            return f.options(name="big")(1), f.options(cache=False)(1)
    """)
    project.run()
    run = project.run()
    assert decisions(run) == {"big": "reused", "f": "executed"}


def test_chance_is_seeded_by_task_and_arguments(project):
    project.write("""
        import random

        @task
        def roll(x: int) -> float:
            return random.random()

        @task
        def other(x: int) -> float:
            return random.random()

        @pipeline
        def main():
            return roll.map([1, 2]), other(1)

        @pipeline
        def backwards():
            return other.options(cache=False)(1), roll.options(cache=False).map([2, 1])
    """)
    (one, two), third = project.run().result
    assert len({one, two, third}) == 3
    third_again, (two_again, one_again) = project.run("backwards").result
    assert (one, two, third) == (one_again, two_again, third_again)


def test_the_outer_random_state_is_as_it_was(project):
    import random

    project.write("""
        import random

        @task
        def roll() -> float:
            return random.random()

        @pipeline
        def main():
            return roll()
    """)
    random.seed(5)
    expected = random.random()
    random.seed(5)
    project.run()
    assert random.random() == expected


def test_a_global_that_changes_while_the_run_goes_on_is_named_and_nothing_kept(project):
    project.write("""
        COUNT = [0]

        @task
        def count(x: int) -> int:
            COUNT[0] += 1
            return COUNT[0]

        @pipeline
        def main():
            return count(1)
    """)
    run = project.run()
    assert any(isinstance(event, Warned) and "COUNT" in event.text for event in project.events)
    project.write(Path(project.module.__file__).read_text().partition("\n")[2])
    assert decisions(project.run()) == {"count": "executed"}
    assert run.result == 1


def test_what_a_call_prints_is_kept_with_it(project, capsys):
    project.write("""
        import sys

        @task
        def talk() -> int:
            print("hello")
            print("oh", file=sys.stderr)
            return 1

        @pipeline
        def main():
            return talk()
    """)
    run = project.run()
    assert run["talk"].logs == "hello\noh\n"
    out, err = capsys.readouterr()
    assert (out, err) == ("hello\n", "oh\n")


def test_every_component_of_a_key_is_on_record(project):
    project.write(CHAIN)
    components = project.run()["total"].components
    assert [(c.kind, c.name) for c in components] == [
        ("task", ""),
        ("code", ""),
        ("environment", ""),
        ("input", "xs"),
        ("parameter", "scale"),
    ]
    for component in components[1:3]:
        assert project.session.queries.ledger(component.digest).items


def test_deleting_all_history_changes_no_decision(project):
    project.write(CHAIN)
    project.run()
    project.session.close()
    import apsw

    with apsw.Connection(str(project.root / ".cuvee" / "records.db")) as database:
        database.execute("PRAGMA foreign_keys = on")
        database.execute("DELETE FROM run")
    from cuvee.wiring import open_session

    project.session = open_session(project.root)
    run = project.run()
    assert decisions(run) == {"load": "reused", "total": "reused"}


@pytest.mark.usefixtures("results_only")
def test_a_blob_that_is_gone_is_made_again(project):
    project.write("""
        @task
        def big() -> bytes:
            return bytes(range(256)) * 1000

        @task
        def size(data: bytes, extra: int = 0) -> int:
            return len(data) + extra

        @pipeline
        def main(extra: int = 0):
            return size(big(), extra)
    """)
    project.run()
    blobs = [path for path in (project.root / ".cuvee" / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) == 1
    blobs[0].unlink()
    run = project.run(extra=1)
    assert decisions(run) == {"big": "executed", "size": "executed"}
    assert reasons(run)["big"] == "artifact_damaged"
    assert run.result == 256_001


@pytest.mark.usefixtures("results_only")
@pytest.mark.parametrize("damage", ["flip", "truncate", "extend"])
def test_a_damaged_blob_is_never_served_but_made_again(project, damage):
    project.write("""
        @task
        def big() -> bytes:
            return bytes(range(256)) * 1000

        @task
        def total(data: bytes, extra: int = 0) -> int:
            return sum(data) + extra

        @pipeline
        def main(extra: int = 0):
            return total(big(), extra)
    """)
    expected = project.run().result
    (blob,) = [path for path in (project.root / ".cuvee" / "blobs").rglob("*") if path.is_file()]
    data = bytearray(blob.read_bytes())
    if damage == "flip":
        data[1000] ^= 1
    elif damage == "truncate":
        del data[-1:]
    else:
        data += b"x"
    blob.chmod(0o644)
    blob.write_bytes(data)
    run = project.run(extra=1)
    assert run.result == expected + 1
    assert decisions(run)["big"] == "executed"
    assert run.saved_seconds == 0.0
    assert decisions(project.run(extra=2)) == {"big": "reused", "total": "executed"}


@pytest.mark.usefixtures("results_only")
@pytest.mark.parametrize("gone", [0, 1, 2, None], ids=["first", "second", "third", "by a power loss"])
def test_a_result_of_which_several_blobs_are_damaged_is_made_again_once(project, gone):
    project.write("""
        @task
        def parts() -> tuple[bytes, bytes, bytes]:
            return tuple(bytes([n]) * 100_000 for n in range(3))

        @task
        def total(parts: tuple[bytes, bytes, bytes], extra: int = 0) -> int:
            return sum(map(sum, parts)) + extra

        @pipeline
        def main(extra: int = 0):
            return total(parts(), extra)
    """)
    if gone is None:
        project.session = structs.replace(project.session, boot="before")
        project.run()
        project.session = structs.replace(project.session, boot="now")
    else:
        project.run()
    blobs = sorted(path for path in (project.root / ".cuvee" / "blobs").rglob("*") if path.is_file())
    for blob in blobs:
        blob.chmod(0o644)
        blob.write_bytes(b"\x07" * 100_000)
    if gone is not None:
        blobs[gone].unlink()
    run = project.run(extra=1)
    assert run.result == 300_001
    ended = [event.call.path for event in project.events if isinstance(event, CallEnded)]
    assert ended == ["parts", "total"]
    assert not any(isinstance(event, Warned) for event in project.events)
    assert all(project.session.blobs.verify(blob.digest) for blob in project.session.blobs.stored())


@pytest.mark.usefixtures("results_only")
def test_a_damaged_result_is_made_again_for_result_too(project):
    project.write("""
        @task
        def big(n: int) -> bytes:
            return bytes([n]) * 100_000

        @pipeline
        def main():
            return len(result(big(1)))
    """)
    project.run()
    (blob,) = [path for path in (project.root / ".cuvee" / "blobs").rglob("*") if path.is_file()]
    blob.chmod(0o644)
    blob.write_bytes(b"\x02" * 100_000)
    run = project.run()
    assert run.result == 100_000
    assert decisions(run) == {"big": "executed"}


def test_an_undeclared_file_that_changes_runs_what_read_it(project):
    data = project.root / "data.txt"
    data.write_text("1")
    project.write(f"""
        @task
        def read() -> str:
            from pathlib import Path
            return Path({str(data)!r}).read_text()

        @pipeline
        def main():
            return read()
    """)
    assert project.run().result == "1"
    assert decisions(project.run()) == {"read": "reused"}
    data.write_text("2")
    run = project.run()
    assert run.result == "2"
    assert run["read"].reason == "data.txt, which it read, has changed"
    data.write_text("1")
    assert decisions(project.run()) == {"read": "reused"}


def test_a_file_that_was_missing_and_is_there_now_runs_what_looked_for_it(project):
    project.write(f"""
        from pathlib import Path

        @task
        def read() -> str:
            try:
                return Path({str(project.root / "maybe.txt")!r}).read_text()
            except FileNotFoundError:
                return "nothing"

        @pipeline
        def main():
            return read()
    """)
    assert project.run().result == "nothing"
    assert decisions(project.run()) == {"read": "reused"}
    (project.root / "maybe.txt").write_text("here")
    assert project.run().result == "here"


def test_a_written_file_that_is_gone_is_written_again(project):
    out = project.root / "report.txt"
    project.write(f"""
        @task
        def write() -> int:
            with open({str(out)!r}, "w") as file:
                return file.write("text")

        @pipeline
        def main():
            return write()
    """)
    project.run()
    assert decisions(project.run()) == {"write": "reused"}
    out.unlink()
    run = project.run()
    assert decisions(run) == {"write": "executed"}
    assert out.read_text() == "text"
    assert decisions(project.run()) == {"write": "reused"}


def test_a_file_argument_counts_by_content(project):
    (project.root / "numbers.txt").write_text("1 2")
    project.write("""
        @task
        def total(file: File) -> int:
            with open(file) as stream:
                return sum(map(int, stream.read().split()))

        @pipeline
        def main(file: File = File("numbers.txt")):
            return total(file)
    """)
    assert project.run().result == 3
    assert decisions(project.run()) == {"total": "reused"}
    (project.root / "numbers.txt").write_text("1 3")
    run = project.run()
    assert run.result == 4
    assert reasons(run) == {"total": "file_changed"}


def test_a_returned_file_is_taken_into_the_store(project):
    project.write("""
        import tempfile, os

        @task
        def write(text: str) -> File:
            path = os.path.join(tempfile.mkdtemp(), "out.txt")
            with open(path, "w") as file:
                file.write(text)
            return File(path)

        @task
        def read(file: File) -> str:
            with open(file, "r+") as stream:
                text = stream.read()
                stream.write("spoiled")
            return text + " " + file.name

        @pipeline
        def main(text: str = "hello"):
            made = write(text)
            return read(made), read.options(name="again")(made)
    """)
    assert project.run().result == ("hello out.txt", "hello out.txt")


def test_ctrl_c_ends_the_run_and_keeps_what_is_done(project):
    # Whoever starts the tests in the background may have them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    project.write("""
        import os, signal, time

        @task
        def first() -> int:
            return 1

        @task
        def wait(x: int) -> int:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(30)
            return x

        @task
        def last(x: int) -> int:
            return x

        @pipeline
        def main():
            return last(wait(first()))
    """)
    run = project.run()
    assert run.status == "cancelled"
    assert decisions(run) == {"first": "executed", "wait": "cancelled", "last": "cancelled"}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert decisions(project.run())["first"] == "reused"


def test_every_call_that_ended_was_told(project):
    project.write(CHAIN)
    project.run()
    ended = [event.call.path for event in project.events if isinstance(event, CallEnded)]
    assert ended == ["load", "total"]


def test_wrong_arguments_leave_no_run_behind(project):
    project.write(CHAIN)
    with pytest.raises(CheckError, match="it is a str, not an int"):
        project.run(n="four")
    with pytest.raises(CheckError, match="did you mean `scale`"):
        project.run(scal=2)
    assert project.session.queries.runs() == ()


def test_all_problems_are_told_at_once_each_at_its_line(project):
    project.write("""
        @task
        def number(x: int) -> int:
            return x

        @task
        def text(s: str) -> str:
            return s

        @pipeline
        def main():
            a = number("x")
            b = text(number(1))
            c = number(y=2)
            if a is None:
                pass
            if isinstance(b, str):
                pass
            return c
    """)
    with pytest.raises(CheckError) as caught:
        project.run()
    lines = str(caught.value).splitlines()
    file = project.module.__file__
    source = Path(file).read_text().splitlines()
    places = [line.partition(": ")[0].removeprefix(f"{file}:") for line in lines]
    assert [source[int(place) - 1].strip() for place in places] == [
        'a = number("x")',
        "b = text(number(1))",
        "c = number(y=2)",
        "c = number(y=2)",
        "if a is None:",
        "if isinstance(b, str):",
    ]


def test_a_condition_on_a_handle_is_told_with_what_was_found_before_it(project):
    project.write("""
        @task
        def number(x: int) -> int:
            return x

        @pipeline
        def main():
            a = number("x")
            if a:
                return a is None
    """)
    with pytest.raises(CheckError) as caught:
        project.run()
    words = ("int", "if result(a):", "`is`")
    assert [word in problem.message for problem, word in zip(caught.value.problems, words, strict=True)] == [
        True
    ] * 3


def test_a_problem_after_result_ends_the_run_as_failed(project):
    project.write("""
        @task
        def number(x: int) -> int:
            return x

        @pipeline
        def main():
            if result(number(1)) == 1:
                return number("x")
    """)
    with pytest.raises(CheckError):
        project.run()
    (record,) = project.session.queries.runs()
    assert record.status == "failed"


def test_numpy_and_pandas_go_through(project):
    pytest.importorskip("pandas")
    project.write("""
        import numpy as np
        import pandas as pd

        @task
        def frame(n: int) -> pd.DataFrame:
            return pd.DataFrame({"a": np.arange(n), "b": np.arange(n) / 2})

        @task
        def means(df: pd.DataFrame) -> dict[str, float]:
            df["a"] = 0
            return {name: float(value) for name, value in df.mean().items()}

        @task
        def noise() -> float:
            return float(np.random.rand())

        @pipeline
        def main(n: int = 5):
            df = frame(n)
            return means(df), means.options(name="again")(df), noise()
    """)
    first = project.run().result
    assert first[0] == first[1] == {"a": 0.0, "b": 1.0}
    again = project.run()
    assert again.result == first
    assert set(decisions(again).values()) == {"reused"}


def test_handles_in_a_dict_or_a_tuple_are_checked_entry_by_entry(project):
    project.write("""
        @task
        def number(x: int) -> int:
            return x

        @task
        def use(named: dict[str, str], pair: tuple[int, str]) -> int:
            return 1

        @pipeline
        def main():
            n = number(1)
            return use({"a": n}, (n, n))
    """)
    with pytest.raises(CheckError) as caught:
        project.run()
    assert [problem.message for problem in caught.value.problems] == [
        "`use` takes named: dict[str, str], and `number` gives int",
        "`use` takes pair: tuple[int, str], and `number` gives int",
    ]


def problems_of(project, name="main"):
    with pytest.raises(CheckError) as caught:
        project.run(name)
    assert project.session.queries.runs() == ()
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("number.map(3)", "number.map() walks lists, and 3 is none: write number.map([…])"),
        (
            "number.map(x=[1])",
            "number.map() takes at least one list to walk, and arguments by name are the same for all: "
            "write number.map(x=…) without `x=`",
        ),
        (
            "result(number)",
            "result() takes what a call of `number` gives, not `number` itself: write result(number(…))",
        ),
        ("number.run(1)", "number.run() in a pipeline's body would be a run of its own: write number(…)"),
        (
            "main()",
            "pipelines call each other 50 deep (… → main → main → main): end the recursion, or use a loop",
        ),
        (
            "a, b = three()",
            "the result of `three` gives 3 elements, and is unpacked into 2: write 3 names on the left, "
            "or annotate what the task returns",
        ),
    ],
)
def test_mistakes_of_a_body_are_told_before_anything_runs(project, body, message):
    project.write(f"""
        @task
        def number(x: int) -> int:
            return x

        @task
        def three() -> tuple[int, int, int]:
            return 1, 2, 3

        @pipeline
        def main():
            {body}
    """)
    assert problems_of(project)[0] == message


def test_an_instance_of_a_project_class_is_reused(project):
    project.write("""
        class Scaler:
            def __init__(self, by):
                self.by = by

        @task
        def make(by: int) -> Scaler:
            return Scaler(by)

        @task
        def use(scaler: Scaler) -> int:
            return scaler.by

        @pipeline
        def main():
            return use(make(3))
    """)
    assert project.run().result == 3
    assert decisions(project.run()) == {"make": "reused", "use": "reused"}
    assert not any(isinstance(event, Warned) for event in project.events)


def test_a_logged_figure_can_be_had_again(project):
    pytest.importorskip("matplotlib")
    project.write("""
        @task
        def draw() -> int:
            from matplotlib.figure import Figure

            figure = Figure()
            figure.subplots().plot([1, 2, 3])
            log_figure("curve", figure)
            log_figure("logo", "<svg xmlns='http://www.w3.org/2000/svg'></svg>")
            return 1

        @pipeline
        def main():
            return draw()
    """)
    project.run()
    figures = project.run()["draw"].figures
    assert list(figures) == ["curve", "logo"]
    assert figures["curve"].startswith(b"\x89PNG")
    assert figures["curve"]._repr_mimebundle_() == {"image/png": bytes(figures["curve"])}
    assert figures["logo"]._repr_mimebundle_()["image/svg+xml"].startswith("<svg")
    assert repr(figures["logo"]).startswith("<image/svg+xml of ")


def test_a_run_is_a_collection_of_its_calls(project):
    project.write(CHAIN)
    run = project.run()
    assert [call.path for call in run] == ["load", "total"]
    assert len(run) == 2
    assert "load" in run
    assert "lode" not in run
    assert run == Run(project.session, run._record)
    assert run != project.run()
    assert repr(run["load"]).startswith("<call load of run 1: executed, ")


@pytest.mark.parametrize(
    "body",
    [
        "return Pair(h, [h])",
        "import types; return types.SimpleNamespace(a=h)",
        "number(Pair(h, 1))",
        "number(lambda: h)",
    ],
)
def test_a_handle_inside_a_value_is_told_before_anything_runs(project, body):
    project.write(f"""
        from dataclasses import dataclass

        @dataclass
        class Pair:
            a: object
            b: object

        @task
        def number(x: object) -> int:
            return 1

        @pipeline
        def main():
            h = number(1)
            {body}
    """)
    assert "has a handle inside" in problems_of(project)[0]


@pytest.mark.parametrize("returned", ["threading.Lock()", "[h, threading.Lock()]", "{'a': (h, Secret('s'))}"])
def test_a_pipeline_that_returns_what_cannot_be_kept_is_told_before_anything_runs(project, returned):
    project.write(f"""
        import threading

        @task
        def number() -> int:
            return 1

        @pipeline
        def main():
            h = number()
            return {returned}
    """)
    assert "`main` returns what cannot be kept" in problems_of(project)[0]


@pytest.mark.parametrize("text", ["repr(h)", "f'{h!r}'", "str([h])", "f'{[h]}'"])
def test_a_handle_does_not_become_text(project, text):
    project.write(f"""
        @task
        def number() -> int:
            return 1

        @task
        def show(x: str) -> str:
            return x

        @pipeline
        def main():
            h = number()
            return show({text})
    """)
    assert "cannot be made text" in problems_of(project)[0]


def test_a_map_over_what_is_no_list_fails_alone(project):
    project.write("""
        @task
        def one():
            return 5

        @task
        def number(x: int) -> int:
            return x

        @pipeline
        def main():
            return number.map(one()), number.options(name="other")(2)
    """)
    run = project.run()
    assert run.status == "failed"
    assert decisions(run) == {"one": "executed", "number": "failed", "other": "executed"}
    assert "of type int" in run["number"]._record.failure.message


@pytest.mark.parametrize("code", [0, 3])
def test_sys_exit_in_a_body_is_a_failed_run(project, code):
    project.write(f"""
        import sys

        @task
        def number() -> int:
            return 1

        @pipeline
        def main():
            number()
            sys.exit({code})
    """)
    run = project.run()
    assert run.status == "failed"
    assert "SystemExit" in run._record.end.error


def test_a_damaged_result_of_a_run_is_made_again(project):
    project.write("""
        @task
        def big(n: int) -> bytes:
            return bytes([n]) * 100_000

        @pipeline
        def main():
            return big(1), big(2)
    """)
    project.run()
    for blob in (project.root / ".cuvee" / "blobs").rglob("*"):
        if blob.is_file():
            blob.chmod(0o644)
            blob.write_bytes(b"\x03" * 100_000)
    run = project.run()
    assert run.result == (b"\x01" * 100_000, b"\x02" * 100_000)


def test_a_known_tuple_is_walked_in_every_way(project):
    project.write("""
        @task
        def two() -> tuple[int, int]:
            return 1, 2

        @task
        def number(x: int, y: int = 0) -> int:
            return x + y

        @pipeline
        def main():
            return [*two()], list(two()), number(*two()), number.map(two()), [number(x) for x in two()]
    """)
    assert project.run().result == ([1, 2], [1, 2], 3, [1, 2], [1, 2])


def test_in_python_what_a_run_warns_of_is_a_warning(project, monkeypatch):
    monkeypatch.chdir(project.root)
    project.write("""
        SEEN = []

        @task
        def note(x: int) -> int:
            SEEN.append(x)
            return x

        @pipeline
        def main():
            return note(1)
    """)
    with pytest.warns(UserWarning, match="SEEN changed while the run went on") as caught:
        run = project.module.main.run()
    assert caught[0].filename == __file__
    assert run.result == 1
