"""A copy of the process that a pipeline's body makes is no second run."""

from __future__ import annotations

import pytest

FORKS = """
    import os
    import sys
    import warnings

    @task
    def use(x: int) -> int:
        return x

    @pipeline
    def main(how: str):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # from 3.12 on Python warns where there are threads
            copy = os.fork()
        if not copy and how == "leaves":
            sys.exit(3)
        if not copy and how == "fails":
            raise ValueError("in the copy")
        return use(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) if copy else -1)
"""


@pytest.mark.parametrize(("how", "code"), [("returns", 0), ("leaves", 3), ("fails", 1)])
def test_it_ends_where_the_body_does(project, how, code):
    project.write(FORKS)
    assert project.run(how=how).result == code
    assert len(project.session.queries.runs()) == 1
