"""A clean process that forks one child for each question, so that every answer is a fresh process's.

In, a line of JSON each: `[what, folder]`. Out, a line each: what the child found. `key` is the key of the
project's task, `result` what its plain function gives, `run` both from a run with the project's own store.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import re
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Of work; and till the end, however busy the machine is.
LIMIT_SECONDS = 20
PATIENCE_SECONDS = 180

_ADDRESS = re.compile(r" at 0x[0-9a-f]{4}")

# What questions and programs need of others is there before the first child is.
LOADED_ONCE = (
    "numpy",
    "asyncio",
    "concurrent.futures.thread",
    "cuvee.api.tracked",
    "cuvee.wiring",
    "cuvee.engine.keys",
)


def key(folder: str) -> dict[str, Any]:
    """The key of the task, whether it may be used, and all the items that it is made of."""
    from cuvee.engine.keys import Keys
    from cuvee.fingerprint.memo import Memo
    from cuvee.fingerprint.scope import Scope

    task = importlib.import_module("main").work
    found = Keys(Scope(Path(folder)), Memo()).of_task(task)
    return {
        "key": [component.digest.hex() for component in found.components],
        "refused": [doubt.reference for doubt in found.refused],
        "doubts": len(found.code.doubts),
        "items": {
            item.name: item.digest.hex()[:16] for item in (*found.code.items, *found.environment.items)
        },
    }


def result(folder: str) -> dict[str, Any]:
    """What the plain function gives, with no cache anywhere."""
    task = importlib.import_module("main").work
    assert hasattr(task, "run"), "an edit took the decorator away"
    shown = repr(task(3))
    assert not _ADDRESS.search(shown), "it shows where it lies: another in each process"
    return {"result": shown}


def run(folder: str) -> dict[str, Any]:
    """What a run gives, and whether all of it was reused."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        done = importlib.import_module("main").work.run(3)
    records = [call._record for call in done.calls]
    executed = [record for record in records if record.decision != "reused"]
    told = (executed or records)[0]
    kept = not warned and all(each.reason_code != "not_reusable" and not each.doubts for each in records)
    return {"result": repr(done.result), "decision": told.decision, "reason": told.reason, "kept": kept}


QUESTIONS: dict[str, Callable[[str], dict[str, Any]]] = {"key": key, "result": result, "run": run}


def answer(what: str, folder: str) -> dict[str, Any]:
    sys.path.insert(0, folder)
    os.chdir(folder)
    try:
        return QUESTIONS[what](folder)
    except BaseException as error:  # noqa: BLE001 - the program's own; an edit may have broken it
        ours = "cuvee/" in traceback.format_exc() and "tests/" not in folder
        where = traceback.format_exc() if ours else ""
        return {"raised": f"{type(error).__name__}: {error}", "trace": where}


def serve(prepare: str) -> None:
    """Answer questions until there are no more. `prepare` is run first, by tests that break something."""
    for name in LOADED_ONCE:
        importlib.import_module(name)
    exec(prepare, {})
    gc.freeze()  # what is there is not touched again, so that children need no copies of it
    for line in sys.stdin:
        what, folder = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
            signal.alarm(PATIENCE_SECONDS)
            with contextlib.redirect_stdout(None):
                told = json.dumps(answer(what, folder)).encode()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(told)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        sys.stdout.write((told.decode() or json.dumps({"raised": "it did not end"})) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    serve(sys.argv[1] if len(sys.argv) > 1 else "")
