"""A run is answered from the records only where all of it is still there."""

from __future__ import annotations

import apsw
import pytest

from cuvee.fingerprint.surroundings import Before, modules_digest
from cuvee.model.digest import digest_parts
from cuvee.model.footing import Footing
from cuvee.operations.unchanged import find_unchanged

SOURCE = """
@task
def one(n: int) -> int:
    log_metric("n", n)
    return n

@task
def more(n: int) -> int:
    return n + 1

@pipeline
def main(n: int = 1):
    return more(one(n))
"""

PROCESS = digest_parts("process", [])
COMMAND = digest_parts("command", [])


@pytest.fixture
def stood(project):
    """Two runs, of which the first is what a command stood on."""
    project.write(SOURCE)
    project.run()
    project.run(n=7)
    footing = Footing(1, 2, PROCESS, (), (), (), modules_digest([]))
    project.session.ledger.stand(COMMAND, footing)
    return project


def found(project):
    return find_unchanged(project.session, COMMAND, Before(PROCESS, {}))


def alter(project, sql):
    connection = apsw.Connection(str(project.session.home / "records.db"))
    connection.execute(sql)
    connection.close()


def test_it_is_found_where_nothing_moved(stood):
    answer = found(stood)
    assert answer is not None
    assert (answer.run.number, [call.path for call in answer.calls]) == (1, ["one", "more"])


def test_a_run_that_has_lost_a_call_is_not_answered_from(stood):
    alter(stood, "DELETE FROM call WHERE run = 1 AND path = 'one'")
    assert found(stood) is None


def test_a_footing_that_is_said_to_be_of_another_run_is_none(stood):
    alter(stood, "UPDATE footing SET run = 2")
    assert found(stood) is None
