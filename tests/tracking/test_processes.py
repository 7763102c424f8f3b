"""Several processes at the same records, and processes that are killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import pytest

from cuvee.testing.record_values import batch, call, entry, name, start
from cuvee.tracking.sqlite import open_records

SIZE = 50

COMMITTER = textwrap.dedent(
    """
    import pathlib, sys
    from cuvee.testing.record_values import batch, call, entry, start
    from cuvee.tracking.sqlite import open_records
    records = open_records(pathlib.Path(sys.argv[1]), boot="b")
    run = records.ledger.begin(start())
    for n in range(10**6):
        positions = range(n * {SIZE}, (n + 1) * {SIZE})
        records.ledger.commit(run, batch(
            entries=[entry(f"{run}/{at}") for at in positions],
            calls=[call(at, f"p{at}") for at in positions],
        ))
        print(n + 1, flush=True)
    """
).replace("{SIZE}", str(SIZE))


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_a_kill_loses_nothing_that_was_acknowledged_and_leaves_no_half_batch(home, acknowledged):
    command = [sys.executable, "-c", COMMITTER, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = iter(process.stdout)
        told = next(int(line) for line in lines if int(line) >= acknowledged)
        process.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in lines)])
    assert process.returncode == -signal.SIGKILL
    records = open_records(home, boot="b")
    calls = records.queries.calls(1)
    assert len(calls) % SIZE == 0
    assert len(calls) >= SIZE * told
    found = records.entries.find([name(f"1/{position}") for position in range(len(calls) + SIZE)])
    assert len(found) == len(calls)
    assert records.queries.run(1).status == "running"
    assert records.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert records.ledger.begin(start()) == 2
    records.close()


def test_a_reader_sees_one_state_and_blocks_no_writer(home, sqlite):
    run = sqlite.ledger.begin(start())
    sqlite.ledger.commit(run, batch(entries=[entry("a")], calls=[call(0)]))
    other = open_records(home, boot="b", patience=0.0)
    with sqlite.database.reading("look twice"):
        first = sqlite.database.execute("SELECT count(*) FROM call").fetchone()
        other.ledger.commit(run, batch(calls=[call(1, "b")]))
        assert sqlite.database.execute("SELECT count(*) FROM call").fetchone() == first == (1,)
    assert len(sqlite.queries.calls(run)) == 2
    other.close()


def test_two_processes_may_have_runs_at_once(home, sqlite):
    other = open_records(home, boot="b")
    mine, theirs = sqlite.ledger.begin(start()), other.ledger.begin(start())
    assert (mine, theirs) == (1, 2)
    sqlite.ledger.commit(mine, batch(entries=[entry("a", seconds=1.0)], calls=[call(0)]))
    other.ledger.commit(theirs, batch(entries=[entry("a", seconds=2.0)], calls=[call(0, "b")]))
    assert [one.path for one in other.queries.calls(mine)] == ["train"]
    assert [one.seconds for one in sqlite.entries.find([name("a")])[name("a")]] == [1.0]
    other.close()


def test_a_run_deleted_while_it_goes_on_is_a_fault(home, sqlite):
    from cuvee.errors import RecordsFault

    run = sqlite.ledger.begin(start())
    other = open_records(home, boot="b")
    other.database.execute("DELETE FROM run")
    other.close()
    with pytest.raises(RecordsFault, match="deleted while it went on"):
        sqlite.ledger.commit(run, batch(entries=[entry("a")], calls=[call(0)]))
    assert sqlite.entries.find([name("a")]) == {}
