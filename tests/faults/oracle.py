"""The oracle: what has to hold of a store after a fault, whatever the fault was.

Nothing acknowledged is lost, nothing wrong is reused, no process is left, no run counts as going on, each
attempt has one end, and the next run gives, to the bit, what a run without any fault gives.
"""

from __future__ import annotations

import io
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
from hunted import HANGS, Ended, Project, digests_of

from cuvee.cli.ending import run_with
from cuvee.cli.output import Output

_CALM = 10.0
"""Seconds within which whatever a run has started has to be gone."""

# A traceback through the command: not that of Python itself, which was interrupted before it began.
_OURS = re.compile(r'Traceback \(most recent call last\):\n(.*\n)*?  File ".*/cuvee/(?!__init__)')

# What is in a store's folder.
_PART = re.compile(
    r"records\.db(-wal|-shm)?|blobs|source\.known|unfinished|quarantine|gate|scratch|claims|begun|\.gitignore"
)

_OVER = {"succeeded", "failed", "skipped", "cancelled"}
_CODES = {0, 1, 2, 130}


@dataclass(frozen=True)
class Truth:
    """What a target gives when nothing goes wrong: digests by path, and the result."""

    outputs: dict[str, list[str]]
    result: Any

    @classmethod
    def of(cls, run: Ended) -> Truth:
        assert run.code == 0, (run.code, run.errors)
        return cls(run.acknowledged, run.result)


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def ask(project: Project, *command: str) -> tuple[int, dict[str, Any], str]:
    """What a command of cuvee says as JSON: exit code, answer, notes."""
    answer, notes = io.StringIO(), io.StringIO()
    with _inside(project.folder):
        code = run_with([*command, "--json"], Output(answer, notes, json=True))
    told = answer.getvalue()
    return code, json.loads(told) if told else {}, notes.getvalue()


def wrong_with_ending(ended: Ended, *, killed: bool) -> list[str]:
    """What is wrong with how a run that met a fault has ended, as far as a person sees it."""
    wrong = []
    if ended.code == HANGS:
        wrong.append(f"the run hangs: {ended.errors[-1500:]}")
    elif ended.code not in _CODES and not (killed and ended.code < 0):
        wrong.append(f"exit code {ended.code}")
    if _OURS.search(ended.errors) or "bug of cuvee" in ended.errors:
        wrong.append(f"a traceback: {ended.errors[-1500:]}")
    if ended.error is not None and ended.error["kind"] == "InternalError":
        wrong.append(f"told as a bug of cuvee: {ended.error['message']}")
    failed = any(call["status"] == "failed" for call in ended.calls)
    over = bool(ended.events) and ended.events[-1].get("event") == "run_ended"
    if ended.code == 1 and over and ended.error is None and not failed:
        wrong.append("failed, and says nothing")
    twice = [path for path, times in Counter(call["path"] for call in ended.calls).items() if times > 1]
    if twice:
        wrong.append(f"more than one end: {twice}")
    return wrong


def wrong_with_processes(project: Project) -> list[str]:
    """Processes that are left though the runs have ended; they are ended here."""
    deadline = time.monotonic() + _CALM
    while (left := project.processes()) and time.monotonic() < deadline:
        time.sleep(0.01)
    for pid in left:
        os.kill(pid, 9)
    return [f"a process is left: {words}" for words in left.values()]


def wrong_with_store(project: Project) -> list[str]:
    """What is wrong with the store when nobody works on it."""
    file = project.home / "records.db"
    if not file.exists():
        return []
    wrong = _wrong_in_database(file)
    code, found, notes = ask(project, "fsck")
    if code or not found.get("clean"):
        wrong.append(f"fsck: {found} {notes}")
    _, listed, notes = ask(project, "runs")
    wrong += [f"run {run['run']} counts as running" for run in listed.get("runs", ())
              if run["status"] == "running"]  # fmt: skip
    return wrong


def _wrong_in_database(file: Path) -> list[str]:
    connection = apsw.Connection(str(file))
    try:
        wrong = []
        answer = connection.execute("PRAGMA integrity_check").fetchone()
        if answer != ("ok",):
            wrong.append(f"integrity: {answer}")
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'call'").fetchone():
            return wrong
        for run, path, status, times in connection.execute(
            "SELECT run, path, status, count(*) FROM call GROUP BY run, path"
        ):
            if status not in _OVER or times > 1:
                wrong.append(f"call {path} of run {run}: {status}, {times} times")
        return wrong
    finally:
        connection.close()


def wrong_with_next(project: Project, told: dict[str, list[str]], truth: Truth, ended: Ended) -> list[str]:
    """What is wrong with the run that goes on from there; `told` is what had been acknowledged."""
    wrong = wrong_with_ending(ended, killed=False)
    if ended.code:
        return [*wrong, f"the next run ends with {ended.code}: {ended.error} {ended.errors[-1500:]}"]
    if ended.result != truth.result:
        wrong.append(f"WRONG: the result is {ended.result}, and should be {truth.result}")
    found = {call["path"]: call for call in ended.calls}
    for path, digests in truth.outputs.items():
        if path not in found or digests_of(found[path]) != digests:
            wrong.append(f"WRONG: {path} gave {found.get(path)}, and should have given {digests}")
    for path, digests in told.items():
        if digests != truth.outputs.get(path):
            wrong.append(f"WRONG: {path} was told to have given {digests}")
        elif path in found and found[path]["decision"] != "reused":
            wrong.append(f"LOST: {path} was acknowledged, and runs again: {found[path]['reason']}")
    return wrong


def wrong_with_collecting(project: Project) -> list[str]:
    """What `gc` has left lying about."""
    code, _, notes = ask(project, "gc")
    if code:
        return [f"gc ends with {code}: {notes}"]
    wrong = [
        f"{path.relative_to(project.home)} is left after gc"
        for name in ("unfinished", "scratch", "claims", "begun")
        for path in (project.home / name).glob("*")
    ]
    wrong += [f"{path.name} is no part of a store" for path in project.home.iterdir()
              if not _PART.fullmatch(path.name)]  # fmt: skip
    _, found, _ = ask(project, "fsck")
    if found.get("unneeded"):
        wrong.append(f"{found['unneeded']} blobs that nobody needs are left after gc")
    return wrong
