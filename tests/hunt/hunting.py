"""The hunt: random programs, random edits, and after each edit the question whether a cache would lie.

`python tests/hunt/hunting.py --cases 10000 --seed 1`. What it catches it makes small, writes to a
folder, and says how to ask again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import NamedTuple

from asking import Answer, Asking
from mutations import Kind, mutate
from programs import Files, build, choose
from shrinking import Catch, shrink, write_catch

SIZE = 5
EDITS = 15
RUNS_EVERY = 10

# An edit of the task's own annotations may ask for what it is not given.
_REFUSED = ("CheckError", "TaskFailed")

# What counts only in programs that mention a word by which such things are read.
_BESIDE = ("(annotations)", "(docstring)", "(docstrings)", "(all that is written)", "(lines)", "(order)")


class State(NamedTuple):
    """The program at one time, and what fresh processes said of it."""

    files: Files
    key: tuple[str, ...]
    result: str
    refused: bool
    doubts: int
    items: dict[str, str]


class Hunt:
    """Counts what it sees, and keeps what it catches. `gadgets` are those that it is about; () for all."""

    def __init__(
        self,
        asking: Asking,
        seed: int,
        gadgets: Sequence[str] = (),
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.say = say
        self.asking = asking
        self.gadgets = gadgets
        self.seed = seed
        self.counts: Counter[str] = Counter()
        self.catches: list[Catch] = []

    def go(self, cases: int, tell: Callable[[Hunt], None] = lambda _: None, stop_at: str = "") -> None:
        """Hunt until so many edits have been judged, or until something of that kind is caught."""
        number = 0
        while self.counts["edits"] < cases and not self.counts[stop_at]:
            rng = Random(f"{self.seed}/{number}")
            trail = _Trail(self, rng, min(EDITS, cases - self.counts["edits"]))
            if number % RUNS_EVERY == RUNS_EVERY - 1:
                trail.go_running()
            else:
                trail.go()
            number += 1
            self.counts["programs"] += 1
            tell(self)

    @property
    def figures(self) -> str:
        counts = self.counts
        return (
            f"{counts['edits']} edits of {counts['programs']} programs. Of meaning: {counts['meaning']} "
            f"({counts['changed']} changed the result, {counts['cautious']} ran for nothing). "
            f"Of looks: {counts['looks']}. Of what nobody reaches: {counts['unreached']}. "
            f"Back again: {counts['back']}. By real runs: {counts['runs']}.\nStale: {counts['stale']}. "
            f"Needless: {counts['needless']} of {counts['looks'] + counts['unreached']}. "
            f"Of what the program may read: {counts['read']}. "
            f"Missed on the way back: {counts['missed']}. Crashed: {counts['crashed']}. "
            f"Refused: {counts['refused']}."
        )

    def caught(self, what: str, before: Files, after: Files, edit: str) -> None:
        self.counts[what] += 1
        self.catches.append(Catch(what, before, after, edit))
        self.say(f"{what}: {edit}")


class _Trail:
    """One program and its edits, one after another, now and then back to where it was."""

    def __init__(self, hunt: Hunt, rng: Random, edits: int) -> None:
        self.hunt = hunt
        self.rng = rng
        self.edits = edits
        self.asking = hunt.asking
        self.counts = hunt.counts

    def go(self) -> None:
        state = self._begin()
        seen = [state]
        for _ in range(self.edits):
            if len(seen) > 2 and self.rng.random() < 0.25:
                state = self._back(self.rng.choice(seen[:-1]), seen)
                continue
            mutation = mutate(self.rng, state.files)
            after = self._look(mutation.files)
            if after is None:
                continue
            self.counts["edits"] += 1
            self.counts[mutation.kind] += 1
            self._judge(seen, state, after, mutation.kind, mutation.what)
            state = after
            seen.append(state)

    def _begin(self) -> State:
        for _ in range(100):
            state = self._look(build(choose(self.rng, self.rng.randrange(1, SIZE + 1), self.hunt.gadgets)))
            if state is not None:
                return state
        raise AssertionError(f"no program of a hundred could be looked at: {self.hunt.catches[-1:]}")

    def _look(self, files: Files) -> State | None:
        """What is said of the program as it is now; None if it raises."""
        self.asking.write(files)
        key, result = self.asking.ask("key", "result")
        if "raised" in result:
            return None
        if "raised" in key:
            self.hunt.caught("crashed", files, files, key["raised"] + key["trace"])
            return None
        return State(
            files, tuple(key["key"]), result["result"], bool(key["refused"]), key["doubts"], key["items"]
        )

    def _judge(self, seen: list[State], before: State, after: State, kind: Kind, edit: str) -> None:
        if after.refused or before.refused:
            self.counts["refused"] += 1
            return
        for old in seen:
            if old.key == after.key and old.result != after.result and not old.refused:
                self.hunt.caught("stale", old.files, after.files, edit)
        same = before.result == after.result
        if not same:
            self.counts["changed"] += 1
        elif before.key != after.key:
            sure = kind == "looks" or (kind == "unreached" and not before.doubts)
            if sure and _are_beside(before, after):
                self.counts["read"] += 1
            elif sure:
                self.hunt.caught("needless", before.files, after.files, f"{edit}\n{_differ(before, after)}")
            else:
                self.counts["cautious"] += 1

    def _back(self, old: State, seen: list[State]) -> State:
        again = self._look(old.files)
        assert again is not None, "it did not raise before"
        self.counts["edits"] += 1
        self.counts["back"] += 1
        if again.key != old.key and not old.refused:
            self.hunt.caught("missed", old.files, old.files, _differ(old, again))
        return again

    def go_running(self) -> None:
        """The same with a store and real runs: what is reused has to be what a fresh process gives."""
        files = self._begin().files
        self.asking.forget()
        seen: list[Files] = [files]
        kept: list[Files] = []
        for _ in range(self.edits):
            back = len(seen) > 2 and self.rng.random() < 0.25
            edited = self.rng.choice(seen[:-1]) if back else mutate(self.rng, files).files
            self.asking.write(edited)
            run, result = self.asking.ask("run", "result")
            if "raised" in result or run.get("raised", "").startswith(_REFUSED):
                continue
            files = edited
            self.counts["edits"] += 1
            self.counts["runs"] += 1
            self._judge_run(run, result, seen[-1], files, files in kept)
            seen.append(files)
            if run.get("kept"):
                kept.append(files)

    def _judge_run(self, run: Answer, result: Answer, before: Files, files: Files, kept: bool) -> None:
        if "raised" in run:
            self.hunt.caught("crashed", files, files, run["raised"] + run["trace"])
        elif run["result"] != result["result"]:
            self.hunt.caught("stale", before, files, f"a real run: {run['reason']}")
        elif kept and run["decision"] != "reused":
            self.hunt.caught("missed", files, files, f"a real run: {run['reason']}")


def _are_beside(one: State, two: State) -> bool:
    """Whether nothing differs but what some code of the program may read: a docstring, say."""
    names = [name for name in {*one.items, *two.items} if one.items.get(name) != two.items.get(name)]
    return all(name.endswith(_BESIDE) for name in names)


def _differ(one: State, two: State) -> str:
    names = sorted({*one.items, *two.items})
    return "\n".join(f"  {name} differs" for name in names if one.items.get(name) != two.items.get(name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--ask", type=Path, help="a folder with `before` and `after` that was written by a hunt"
    )
    options = parser.parse_args()
    folder = Path(mkdtemp(prefix="cuvee-hunt-"))
    asking = Asking(folder / "project")
    try:
        if options.ask is not None:
            return _ask_again(asking, options.ask)
        return _hunt(asking, options.cases, options.seed, folder)
    finally:
        asking.close()


def _hunt(asking: Asking, cases: int, seed: int, folder: Path) -> int:
    hunt, began = Hunt(asking, seed, say=lambda text: print(f"\r{text}", flush=True)), time.monotonic()

    def tell(hunt: Hunt) -> None:
        share = hunt.counts["edits"] / cases
        left = (time.monotonic() - began) * (1 - share) / share
        done = f"{hunt.counts['edits']} of {cases} edits, {len(hunt.catches)} caught"
        print(f"\r{done}, about {left:.0f} s left ", end="", file=sys.stderr)

    hunt.go(cases, tell)
    print(f"\r{hunt.figures} {time.monotonic() - began:.0f} s.")
    for number, catch in enumerate(hunt.catches[:20]):
        place = folder / f"{catch.what}-{number}"
        write_catch(shrink(catch, asking) if number < 5 else catch, place)
        print(f"{catch.what}: {catch.edit}\n  python tests/hunt/hunting.py --ask {place}")
    return 1 if hunt.catches else 0


def _ask_again(asking: Asking, place: Path) -> int:
    for which in ("before", "after"):
        files = {
            str(file.relative_to(place / which)): file.read_text() for file in (place / which).rglob("*.py")
        }
        asking.write(files)
        key, result = asking.ask("key", "result")
        print(which, key.get("key", key), result.get("result", result), "refused:", key.get("refused"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
