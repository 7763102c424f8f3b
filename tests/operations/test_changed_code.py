"""Which code changed is told by name, in a plan and in a run, and is on record afterwards."""

from __future__ import annotations

BEFORE = """
    def scale(x: int) -> int:
        return 2 * x

    @task
    def load(n: int) -> int:
        return scale(n)

    @pipeline
    def main(n: int = 3):
        return load(n)
"""


def test_a_changed_helper_is_named(project):
    project.write(BEFORE)
    project.run()
    project.write(BEFORE.replace("2 * x", "3 * x"))
    reason = project.plan().calls[0].reason
    assert reason == f"{project.name}.scale() changed ({project.name}.py:3)"
    assert project.run()["load"].reason == reason


def test_the_code_of_every_call_is_on_record(project):
    for factor in (2, 3):
        project.write(BEFORE.replace("2 * x", f"{factor} * x"))
        call = project.run()["load"]
        digest = next(part.digest for part in call.components if part.kind == "code")
        ledger = project.session.queries.ledger(digest)
        assert ledger is not None
        assert {f"{project.name}.load", f"{project.name}.scale"} <= {item.name for item in ledger.items}
