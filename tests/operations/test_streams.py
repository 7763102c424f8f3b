"""Tasks that yield their result."""

from __future__ import annotations

import pytest

from cuvee.errors import CheckError

CHUNKS = """
    from collections.abc import Iterator
    import numpy as np

    @task
    def chunks(n: int, size: int = 1000) -> Iterator[np.ndarray]:
        for i in range(n):
            yield np.full(size, float(i))

    @task
    def total(parts: Iterator[np.ndarray]) -> float:
        return float(sum(part.sum() for part in parts))

    @task
    def size(part: np.ndarray) -> float:
        return float(part.sum())

    @pipeline
    def main(n: int = 3):
        return total(chunks(n))

    @pipeline
    def each(n: int = 3):
        return size.map(chunks(n))
"""


def test_items_are_stored_as_they_come_and_read_as_they_are_asked_for(project):
    project.write(CHUNKS)
    run = project.run()
    assert run.result == 3000.0
    artifact = run["chunks"]._record.artifact
    assert (artifact.codec, len(artifact.children)) == ("items", 3)
    again = project.run()
    assert {call.decision for call in again.calls} == {"reused"}


def test_no_item_is_held_while_the_next_is_made(project):
    project.write(
        """
    import gc
    import weakref
    from collections.abc import Iterator
    import numpy as np

    @task
    def chunks() -> Iterator[np.ndarray]:
        alive = []
        for i in range(3):
            gc.collect()
            assert not any(ref() is not None for ref in alive)
            item = np.full(100_000, float(i))
            alive.append(weakref.ref(item))
            yield item
            del item
"""
    )
    assert project.run("chunks")["chunks"].status == "succeeded"


def test_a_consumer_walks_them_once_and_every_consumer_has_its_own(project):
    project.write(CHUNKS)
    run = project.run("main")
    first, second = run["chunks"].output, run["chunks"].output
    assert [float(part[0]) for part in first] == [0.0, 1.0, 2.0]
    assert list(first) == []
    assert len(list(second)) == 3


def test_the_items_can_be_mapped_over(project):
    project.write(CHUNKS)
    assert project.run("each").result == [0.0, 1000.0, 2000.0]
    assert project.run("each", n=4)["size[2]"].decision == "reused"


def test_no_items_are_a_result_too(project):
    project.write(CHUNKS)
    assert project.run(n=0).result == 0.0


def test_a_plain_call_is_the_generator(project):
    module = project.write(CHUNKS)
    assert [len(part) for part in module.chunks(2, size=5)] == [5, 5]
    assert module.total(module.chunks(3)) == 3000.0


def test_what_it_reads_and_logs_while_it_yields_is_seen(project):
    (project.root / "data.txt").write_text("1")
    project.write(
        """
    from collections.abc import Iterator
    from pathlib import Path

    @task
    def lines() -> Iterator[str]:
        yield "first"
        log_metric("read", 1)
        print("reading")
        yield (Path(__file__).parent / "data.txt").read_text()

    @task
    def join(parts: Iterator[str]) -> str:
        return ",".join(parts)

    @pipeline
    def main():
        return join(lines())
"""
    )
    run = project.run()
    assert run.result == "first,1"
    assert run.metrics == {"read": 1.0}
    (project.root / "data.txt").write_text("2")
    assert project.run().result == "first,2"


def failing(body: str) -> str:
    return f"""
    from collections.abc import Iterator

    @task
    def numbers() -> Iterator[int]:
        yield 1
        {body}

    @pipeline
    def main():
        return numbers()
"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('no more')", "no more"),
        ("yield 'two'", "item 1 of what it yields is wrong: it is a str, not an int"),
    ],
)
def test_what_goes_wrong_on_the_way_fails_the_call(project, body, message):
    project.write(failing(body))
    run = project.run()
    assert run["numbers"].status == "failed"
    assert message in run["numbers"]._record.failure.message


@pytest.mark.parametrize("annotation", ["list[int]", "int", "None"])
def test_a_generator_that_promises_no_iterator_is_told_what_to_write(project, annotation):
    project.write(failing("yield 2").replace("Iterator[int]:", f"{annotation}:"))
    with pytest.raises(CheckError, match=r"yields its result: annotate what each item is, `-> Iterator"):
        project.run()


def test_a_consumer_that_wants_a_list_is_told_before_anything_runs(project):
    project.write(
        CHUNKS
        + """
    @task
    def count(parts: list[np.ndarray]) -> int:
        return len(parts)

    @pipeline
    def wrong():
        return count(chunks(2))
"""
    )
    with pytest.raises(CheckError, match="gives Iterator"):
        project.run("wrong")


def test_passing_on_what_was_walked_is_refused(project):
    project.write(
        """
    from collections.abc import Iterator

    @task
    def numbers() -> Iterator[int]:
        yield 1

    @task
    def same(parts: Iterator[int]) -> Iterator[int]:
        return parts

    @pipeline
    def main():
        return same(numbers())
"""
    )
    assert "can be walked only once" in project.run()["same"]._record.failure.message


def test_a_damaged_item_is_made_again(project):
    project.write(CHUNKS)
    run = project.run()
    [first, *_] = run["chunks"]._record.artifact.children
    path = project.session.blobs._path(first[1].parts[0].digest)
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size - 1))
    project.write(CHUNKS.replace("float(sum(", "1 + float(sum("))
    assert project.run().result == 3001.0
