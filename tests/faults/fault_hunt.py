"""The hunt for lost and wrong results: a real pipeline is run by the real command, and broken.

    python tests/faults/fault_hunt.py --cases 1000 --seed 7 --only kills
    python tests/faults/fault_hunt.py --only enospc --step 7 --seed 3

Cases come from a seed (kills at random instants) or from a list of all points (`--only points`, say); of a
list `--step 7 --seed 3` takes each seventh from the third on. After each the oracle looks at what is left,
and the run that goes on from there has to give what a run without any fault gives, without performing again
what was acknowledged.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import forking
from altered import altered_cases, clock_cases, why_no_clock
from cases import Bench, Broken, Fault, judge
from disks import full_cases, limit_cases, read_only_disk, why_no_limit
from disks import why_not as why_no_disk
from kills import kill_at_random, kill_beside
from points import CHANGING, point_cases
from points import why_not as why_no_points
from signals import signal_cases, stuck_cases


@dataclass
class Found:
    """What came of a hunt. `wrong` names its cases."""

    cases: int = 0
    hit: int = 0
    acknowledged: int = 0
    kinds: collections.Counter[str] = field(default_factory=collections.Counter)
    met: collections.Counter[str] = field(default_factory=collections.Counter)
    wrong: list[str] = field(default_factory=list)


_Case = tuple[str, str, Fault]
"""A name, the state that the store is in, and the fault."""


def random_cases(chance: random.Random) -> Iterator[_Case]:
    """Kills without end."""
    while True:
        state = chance.choices(("new", "partly", "done"), (5, 4, 1))[0]
        if chance.random() < 0.2:
            yield "kill beside another run", state, kill_beside
        else:
            yield "kill", state, kill_at_random


# So many of the kills meet a run that is a fork of this process, and the others the command itself.
_FORKED = 0.9

_WRITING = tuple(name for name in CHANGING if name not in ("flock", "openat"))
ENDLESS: dict[str, Callable[[random.Random], Iterator[_Case]]] = {
    "kills": random_cases,
    "signals": signal_cases,
}
"""Kinds of faults that come by chance."""

LISTED: dict[str, Callable[[Bench], Iterator[_Case]]] = {
    "points": lambda bench: point_cases(bench, "signal=KILL", CHANGING, ("new", "partly")),
    "eio": lambda bench: point_cases(bench, "error=EIO", _WRITING, ("new",)),
    "enospc": lambda bench: point_cases(bench, "error=ENOSPC", _WRITING, ("new",)),
    "emfile": lambda bench: point_cases(bench, "error=EMFILE", ("openat",), ("new",)),
    "full": lambda bench: full_cases(),
    "limits": lambda bench: limit_cases(),
    "readonly": lambda bench: iter([("read-only", "new", read_only_disk)] * 4),
    "altered": lambda bench: altered_cases(100),
    "clocks": lambda bench: clock_cases(),
    "stuck": lambda bench: stuck_cases(),
}
"""Kinds of faults that are tried one after another, at every point."""


MISSING: dict[str, Callable[[], str]] = {
    **dict.fromkeys(("points", "eio", "enospc", "emfile"), why_no_points),
    **dict.fromkeys(("full", "readonly"), why_no_disk),
    "limits": why_no_limit,
    "clocks": why_no_clock,
}
"""Why a kind of faults cannot be made on this machine; empty if it can."""


def cases_of(kind: str, bench: Bench, seed: int, step: int) -> Iterator[_Case]:
    """The cases of a kind; of those that are listed each `step`th."""
    if kind in ENDLESS:
        return ENDLESS[kind](random.Random(seed))
    listed = list(LISTED[kind](bench))
    chosen = listed[seed % step :: step]
    print(f"{kind}: {len(listed)} points, {len(chosen)} of them here", flush=True)
    return iter(chosen)


def try_case(bench: Bench, kind: str, case: _Case, chance: random.Random, found: Found) -> None:
    name, state, fault = case
    told = f"case {found.cases}: {name}, {state}"
    try:
        project = bench.project(state)
        project.forks = kind == "kills" and state != "done" and chance.random() < _FORKED
        broken: Broken = fault(bench, project, chance)
        wrong = judge(bench, project, broken, collect_first=chance.random() < 0.2)
        told += f", {broken.what}"
        found.hit += broken.hit
        found.acknowledged += len(broken.told)
        found.met.update(broken.met)
    except Exception:  # noqa: BLE001 - a hunt tells of it and goes on
        wrong = [traceback.format_exc()]
    found.cases += 1
    found.kinds[name] += 1
    if wrong:
        found.wrong.append(told)
        print(told, *wrong, sep="\n    ", flush=True)
        if len(found.wrong) > 20:
            return  # the folder is kept, but not all of them
    else:
        project.remove()


def hunt(kind: str, count: int, seed: int, step: int, place: Path, found: Found | None = None) -> Found:
    """So many cases of a kind at most, counted in `found`; each `step`th of those that are listed."""
    found = found or Found()
    chance = random.Random(seed)
    bench = Bench(place).prepare()
    forking.load()
    began = time.perf_counter()
    for case in cases_of(kind, bench, seed, step):
        if found.cases >= count:
            break
        try_case(bench, kind, case, chance, found)
        if found.cases % 50 == 0:
            print(f"{found.cases} cases in {time.perf_counter() - began:.0f} s", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*ENDLESS, *LISTED], default="kills")
    parser.add_argument("--step", type=int, default=1, help="each so manieth of a list")
    chosen = parser.parse_args()
    if missing := MISSING.get(chosen.only, str)():
        print(f"no {chosen.only} here: {missing}", file=sys.stderr)
        sys.exit(2)
    began = time.perf_counter()
    found = Found()
    place = Path(tempfile.mkdtemp(prefix="cuvee-faults-"))
    try:
        hunt(chosen.only, chosen.cases, chosen.seed, chosen.step, place, found)
    except KeyboardInterrupt:
        print("stopped before its end")
    print(f"{found.cases} cases in {time.perf_counter() - began:.0f} s, seed {chosen.seed}")
    print(f"{found.hit:6}  met their fault; {found.acknowledged} calls had been acknowledged by then")
    for what, count in (*found.met.most_common(), *found.kinds.most_common()):
        print(f"{count:6}  {what}")
    print(f"{len(found.wrong):6}  wrong", *found.wrong[:20], sep="\n        ")
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
