"""Who takes how much room; what several share counts once in each."""

from __future__ import annotations

import pytest

from cuvee.operations.usage import GIVEN, NO_RUN, Share, shares, usage

pytestmark = pytest.mark.usefixtures("results_only")


FLOW = """
    @task
    def big(n: int) -> bytes:
        return bytes([n]) * 300_000

    @task
    def both(data: bytes) -> tuple[bytes, bytes]:
        return data, b"x" * 150_000

    @pipeline
    def one():
        return both(big(1))

    @pipeline
    def two():
        return big(1), big(2)
"""


def short(found):
    return {share.name.rpartition(":")[2]: (share.bytes, share.own, share.blobs) for share in found}


def test_what_several_need_counts_once_in_each_and_once_in_all(project):
    project.write(FLOW)
    project.run("one")
    project.run("two")
    found = usage(project.session)
    assert (found.blobs, found.blob_bytes) == (3, 750_000)
    assert short(found.pipelines) == {"two": (600_000, 300_000, 2), "one": (450_000, 150_000, 2)}
    assert short(found.tasks) == {"big": (600_000, 300_000, 2), "both": (450_000, 150_000, 2)}
    assert short(found.types) == {"bytes": (600_000, 300_000, 2), "tuple": (450_000, 150_000, 2)}
    assert found.total == found.blob_bytes + found.records


def test_results_without_a_run_on_record_are_told_apart(project):
    project.write(FLOW)
    project.run("one")
    project.session.holdings.remove([1], [])
    assert [share.name for share in usage(project.session).pipelines] == [NO_RUN]


def test_what_pipelines_were_given_is_told_apart(project):
    project.write("""
        @task
        def size(data: bytes) -> int:
            return len(data)

        @pipeline
        def main(data: bytes):
            return size(data)
    """)
    project.run(data=b"x" * 90_000)
    assert usage(project.session).tasks == (Share(GIVEN, 90_000, 90_000, 1),)


def test_what_gc_would_take_counts_apart(project):
    project.write(FLOW)
    project.run("one")
    project.session.blobs.put(b"y" * 7000)
    found = usage(project.session)
    assert (found.blob_bytes, found.unneeded) == (450_000, 7000)


def test_what_is_set_aside_counts_until_gc_would_take_it(project, monkeypatch):
    project.write(FLOW)
    project.run("one")
    blobs = project.session.blobs
    digest, _ = blobs.put(b"y" * 7000)
    path = blobs._path(digest)
    path.chmod(0o644)
    path.write_bytes(b"z" * 5000)
    assert not blobs.verify(digest)
    found = usage(project.session)
    assert (found.set_aside, found.unneeded) == (5000, 0)
    assert found.total == found.blob_bytes + found.records + 5000
    monkeypatch.setattr("cuvee.operations.leftovers.KEPT_ASIDE", -60.0)
    found = usage(project.session)
    assert (found.set_aside, found.unneeded) == (0, 5000)


def test_the_largest_come_first():
    needs = {"a": [b"1"], "b": [b"2", b"3"], "c": []}
    sizes = {b"1": 5, b"2": 4, b"3": 4}
    assert [share.name for share in shares(needs, sizes)] == ["b", "a", "c"]
