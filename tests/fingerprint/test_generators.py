"""Random generators in code: which are seen, and that their state is no content."""

from __future__ import annotations

import textwrap

import pytest
from projects import Job, Process

SOURCE = """
    import random, statistics, json
    from random import shuffle, random as drawn
    import numpy as np
    from numpy.random import rand

    def by_module(): return random.random()
    def by_name(x): shuffle(x)
    def by_alias(): return drawn()
    def in_the_body():
        from random import choice
        return choice([1, 2])
    def of_numpy(): return np.random.rand()
    def of_numpy_by_name(): return rand()
    def indirect(): return by_alias()
    def held(generator=drawn): return generator()
    def statistical(): return statistics.NormalDist().samples(3)
    def none(x): return json.dumps(x)

    def main(x): return {main}
    """

ALL = {
    "by_module()": {"random"},
    "by_name(x)": {"random"},
    "by_alias()": {"random"},
    "in_the_body()": {"random"},
    "of_numpy()": {"numpy"},
    "of_numpy_by_name()": {"numpy"},
    "indirect()": {"random"},
    "held()": {"random"},
    "statistical()": {"statistics"},
    "none(x)": set(),
}


@pytest.fixture(scope="module")
def jobs() -> list[Job]:
    files = {main: textwrap.dedent(SOURCE).replace("{main}", main) for main in ALL}
    return [Job(main, {"main.py": text}) for main, text in files.items()]


def test_a_generator_is_seen_however_it_is_named(in_process: Process, jobs: list[Job]) -> None:
    told = in_process(jobs)
    assert not [each["error"] for each in told.values() if "error" in each]
    found = {
        main: {name for name, item in each["items"].items() if item[0] in ("generator", "distribution")}
        for main, each in told.items()
    }
    assert found == ALL


def test_the_state_of_a_global_generator_is_no_content(in_process: Process, jobs: list[Job]) -> None:
    # Each process begins with another state of `random`, and of numpy.
    one, two = (in_process(jobs) for _ in range(2))
    assert {main: each["digest"] for main, each in one.items()} == {
        main: each["digest"] for main, each in two.items()
    }


def test_a_generator_of_the_projects_own_counts_by_its_state(in_process: Process) -> None:
    source = "import random\n\ndraw = random.Random({seed}).random\n\ndef main(): return draw()\n"
    jobs = [Job(str(n), {"main.py": source.format(seed=seed)}) for n, seed in enumerate((3, 3, 4))]
    one, same, other = (each["digest"] for each in in_process(jobs).values())
    assert one == same
    assert one != other
