"""Database files that are truncated or altered, and clocks that are a year off."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cases import Bench, Broken, Fault
from hunted import SMALL, Ended, Project
from oracle import ask

_LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")


def faketime() -> str:
    """The library that lies about the time; empty if it is not installed (apt install faketime)."""
    found = [str(path) for text in _LIBRARIES for path in Path("/").glob(text[1:])]
    return found[0] if found else ""


def why_no_clock() -> str:
    """Why no clock can be off here; empty if one can."""
    return "" if faketime() else "libfaketime is not installed: apt install faketime"


def altered(how: str, at: float, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """The file of records is shortened, or some bytes of it are others: an error that says so, or right."""
    file = project.home / "records.db"
    data = bytearray(file.read_bytes())
    place = int(at * len(data))
    if how == "truncated":
        del data[place:]
    elif how == "zeros":
        data[place : place + 4096] = bytes(len(data[place : place + 4096]))
    elif how == "garbage":
        data[place : place + 64] = chance.randbytes(len(data[place : place + 64]))
    elif how == "bit":
        data[min(place, len(data) - 1)] ^= 1 << chance.randrange(8)
    file.write_bytes(data)
    ended = project.run(SMALL)
    wrong = _wrong_with_message(ended)
    if ended.code == 0 and ended.result != bench.truths[SMALL].result:
        wrong.append(f"WRONG: {ended.result}")
    if any(digests != bench.truths[SMALL].outputs[path] for path, digests in ended.acknowledged.items()):
        wrong.append("WRONG: a call gave something else")
    for command in (["fsck"], ["runs"], ["show", "1"], ["gc"], ["fsck", "--repair"]):
        code, told, notes = ask(project, *command)
        if code == 70 or "Traceback" in notes:
            wrong.append(f"cuvee {command[0]}: {told} {notes[-800:]}")
    # The advice is followed: moved away, all is computed again.
    for path in project.home.glob("records.db*"):
        path.unlink()
    return Broken(f"{how} at {place}", [ended], hit=ended.code != 0, healed=True, wrong=wrong)


def _wrong_with_message(ended: Ended) -> list[str]:
    if ended.code == 0:
        return []
    said = (ended.error or {}).get("message", "")
    helps = any(word in said for word in ("ove it away", "cuvee fsck"))
    return [] if helps else [f"no advice in: {ended.error} {ended.errors[-500:]}"]


def clock_off(days: int, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """One run with a clock that is off; then the clock is right."""
    lying = {"LD_PRELOAD": faketime(), "FAKETIME": f"{days:+d}d"}
    executor = chance.choice(("auto", "pool", "in-process"))
    ended = project.start(SMALL, "--executor", executor, **lying).wait()
    again = project.start(SMALL, "--executor", executor, **lying).wait()
    wrong = [f"ends with {run.code}: {run.error}" for run in (ended, again) if run.code]
    return Broken(f"clock {days:+d} days, {executor}", [ended, again], wrong=wrong)


def altered_cases(count: int) -> Iterator[tuple[str, str, Fault]]:
    """Each way of damage, at so many places of the file."""
    for how in ("truncated", "zeros", "garbage", "bit"):
        for n in range(count):
            yield f"database {how}", "done", partial(altered, how, n / count)


def clock_cases() -> Iterator[tuple[str, str, Fault]]:
    """A clock that is off by a day and by a year, either way."""
    for days in (-366, -1, 1, 366):
        for state in ("new", "partly"):
            yield "clock off", state, partial(clock_off, days)
