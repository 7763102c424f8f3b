"""The hunt for values that are told apart wrongly: pairs that differ in one attribute and look alike,
and equal values that look different.

    python tests/fingerprint/value_hunt.py --cases 100000 --seed 7 [--python PATH]

Each case is a value, one that differs from it in exactly one attribute, and the first made in another
way; other processes, with other hash seeds, make the first too. `--python` names other interpreters
that have cuvee, to be compared with on values without code of a version's own.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from value_kinds import FIELDS, MAPPINGS, OF_PROJECT, SEQUENCES, SETS, STANDARD, Kind, name

from cuvee.errors import CannotEncode
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.value import fingerprint_value

HERE = Scope(Path(__file__).parent)
_DEPTH = 3

Digester = Callable[[Any], bytes]


def kinds(portable: bool = False) -> dict[str, Kind]:
    """All kinds by name; those of libraries too, unless only what every Python has is wanted."""
    if portable:
        return {kind.name: kind for kind in STANDARD if kind.portable}
    from value_kinds_of_libraries import LIBRARIES

    return {kind.name: kind for kind in (*STANDARD, *LIBRARIES)}


class Spec(NamedTuple):
    """How a value is made: of a leaf its attributes, of a container its items, by key where it has keys."""

    kind: str
    content: Any


# Near to each other as values are: `==` or a careless encoding takes one for the other.
_TWINS: list[list[Spec]] = [
    [Spec(kind, {"value": value}) for kind, value in group]
    for group in (
        [("bool", True), ("int", 1), ("float", 1.0), ("str", "1"), ("bytes", b"1"), ("int subclass", 1)],
        [("bool", False), ("int", 0), ("float", 0.0), ("float", -0.0), ("none", None), ("str", "")],
        [("str", "ab"), ("bytes", b"ab"), ("bytearray", b"ab"), ("str subclass", "ab"), ("path", "ab")],
    )
]


class Generator:
    """Specs from a seed; `only` the kinds given."""

    def __init__(self, only: dict[str, Kind], rng: random.Random, portable: bool) -> None:
        self.kinds = only
        self.rng = rng
        self.names = list(only)
        self.fields = [field for field in FIELDS if not (portable and field in OF_PROJECT)]

    def spec(self, depth: int = 0) -> Spec:
        rng = self.rng
        if depth >= _DEPTH or rng.random() < 0.5 + 0.2 * depth:
            kind = self.kinds[rng.choice(self.names)]
            return Spec(kind.name, {key: draw(rng) for key, draw in kind.attributes.items()})
        shape = rng.choice((SEQUENCES, self.fields, MAPPINGS, SETS))
        chosen = rng.choice(list(shape))
        if shape is SETS:
            return Spec(chosen, sorted({name(rng) for _ in range(rng.randrange(6))}))
        if shape is MAPPINGS:
            keys = {name(rng): None for _ in range(rng.randrange(4))}
            return Spec(chosen, {key: self.spec(depth + 1) for key in keys})
        count = 2 if shape is self.fields else rng.randrange(4)
        return Spec(chosen, [self.spec(depth + 1) for _ in range(count)])

    def twins(self) -> tuple[Spec, Spec]:
        """Two values that are near to each other, by themselves or somewhere inside."""
        one, two = self.rng.sample([each for each in self.rng.choice(_TWINS) if each.kind in self.kinds], 2)
        while self.rng.random() < 0.5:
            around, shape = self.spec(_DEPTH), self.rng.choice(list(SEQUENCES))
            one, two = Spec(shape, [around, one]), Spec(shape, [around, two])
        return one, two

    def other(self, spec: Spec) -> Spec:
        """A spec that differs from this one in exactly one attribute."""
        while True:
            found = self._other(spec)
            if found is not None and exact(found) != exact(spec):
                return found

    def _other(self, spec: Spec) -> Spec | None:
        rng = self.rng
        if spec.kind in self.kinds:
            draws = self.kinds[spec.kind].attributes
            if not draws or spec.kind == "none":
                return Spec("bool", {"value": False})
            changed = rng.choice(list(draws))
            if rng.random() < 0.05:
                return self.spec(_DEPTH)
            return Spec(spec.kind, {**spec.content, changed: draws[changed](rng)})
        for family in (SEQUENCES, self.fields, MAPPINGS, SETS):
            if spec.kind in family and rng.random() < 0.2:
                return Spec(rng.choice(list(family)), spec.content)
        if spec.kind in SETS:
            return Spec(spec.kind, sorted({*spec.content} ^ {rng.choice([*spec.content, name(rng)])}))
        if spec.kind in MAPPINGS:
            return Spec(spec.kind, self._other_items(spec.content))
        return Spec(spec.kind, self._other_list(spec.content, fixed=spec.kind in FIELDS))

    def _other_items(self, items: dict[str, Spec]) -> dict[str, Spec]:
        rng, keys = self.rng, list(items)
        choice = rng.randrange(4)
        if not keys or choice == 0:
            return {**items, name(rng): self.spec(_DEPTH)}
        key = rng.choice(keys)
        if choice == 1:
            return {other: items[other] for other in keys if other != key}
        if choice == 2:
            return dict(reversed(items.items()))
        return {**items, key: self.other(items[key])}

    def _other_list(self, items: list[Spec], *, fixed: bool) -> list[Spec]:
        rng = self.rng
        choice = 2 if fixed else rng.randrange(3)
        if not items or choice == 0:
            return [*items, self.spec(_DEPTH)]
        place = rng.randrange(len(items))
        if choice == 1:
            return items[:place] + items[place + 1 :]
        return [*items[:place], self.other(items[place]), *items[place + 1 :]]


def make(spec: Spec, way: int, known: dict[str, Kind]) -> Any:
    """The value of a spec."""
    kind = known.get(spec.kind)
    if kind is not None:
        return kind.make(spec.content, way)
    if spec.kind in SETS:
        return SETS[spec.kind](spec.content[::-1] if way else spec.content)
    if spec.kind in MAPPINGS:
        return MAPPINGS[spec.kind]({key: make(item, way, known) for key, item in spec.content.items()}, way)
    items = [make(item, way, known) for item in spec.content]
    return {**SEQUENCES, **FIELDS}[spec.kind](items, way)


def exact(value: Any) -> Any:
    """A spec so that two are equal only if they say the same, to the bit and to the type."""
    if isinstance(value, float):
        return "float", struct.pack("<d", value)
    if isinstance(value, dict):
        return "dict", tuple((key, exact(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return type(value).__name__, tuple(map(exact, value))
    return type(value).__name__, repr(value)


def stored_alike(spec: Spec, known: dict[str, Kind]) -> bool:
    """Whether both ways of making a value are stored as the same bytes, all codecs being exact."""
    kind = known.get(spec.kind)
    if kind is not None:
        return kind.stored_alike
    if spec.kind in SETS:
        return True
    if spec.kind not in (
        "list",
        "tuple",
        "dict",
        "pair",
        "other pair",
        "dataclass",
        "same dataclass",
        "slim dataclass",
    ):
        return False
    items = spec.content.values() if isinstance(spec.content, dict) else spec.content
    return all(stored_alike(item, known) for item in items)


# Containers that a codec of their own keeps, item by item.
_EXACT = frozenset(
    {"list", "tuple", "dict", "pair", "other pair", "dataclass", "same dataclass", "slim dataclass"}
)


class Found(NamedTuple):
    """What a hunt has found: how many cases, and those that went wrong, in words; what the first of each
    pair came to, as `digests` tells it."""

    cases: int
    alike: list[str]
    unstable: list[str]
    kinds: collections.Counter[str]
    digests: list[str]


def by_value() -> Digester:
    """As a global counts."""
    memo = Memo()
    return lambda value: fingerprint_value(value, HERE, memo)


def as_argument() -> Digester:
    """As an argument counts: by what is stored."""
    from cuvee.fingerprint.code import fingerprint_class
    from cuvee.testing.codecs import digest_of

    memo = Memo()
    return lambda value: digest_of(value, class_digest=lambda thing: fingerprint_class(thing, HERE, memo))


def specs(cases: int, seed: int, portable: bool = False) -> Iterator[tuple[Spec, Spec]]:
    """Pairs that differ in one attribute."""
    generator = Generator(kinds(portable), random.Random(seed), portable)
    for _ in range(cases):
        if generator.rng.random() < 0.1:
            yield generator.twins()
        else:
            spec = generator.spec()
            yield spec, generator.other(spec)


def hunt(cases: int, seed: int, by: Digester, argument: Digester | None, first: bool = False) -> Found:
    """Look at so many pairs within this process, or until the first that is wrong.

    `argument` is asked too, of every value that it takes.
    """
    known = kinds()
    found = Found(cases, [], [], collections.Counter(), [])
    for spec, other in specs(cases, seed):
        if first and (found.alike or found.unstable):
            break
        one, same, two = make(spec, 0, known), make(spec, 1, known), make(other, 0, known)
        found.kinds[spec.kind] += 1
        digest = by(one)
        if digest == by(two):
            found.alike.append(f"as a global: {spec} and {other}")
        if digest != by(same):
            found.unstable.append(f"as a global: {spec}")
        if argument is None:
            continue
        stored, different = _stored(one, argument), _stored(two, argument)
        found.digests.append(_told(digest, stored, spec))
        if stored is None or different is None:
            continue
        if stored == different:
            found.alike.append(f"as an argument: {spec} and {other}")
        if stored_alike(spec, known) and stored != argument(same):
            found.unstable.append(f"as an argument: {spec}")
    return found


def digests(cases: int, seed: int, portable: bool = False) -> list[str]:
    """What the first of each pair comes to, as a global and, if it can be stored, as an argument."""
    known, by, argument = kinds(portable), by_value(), as_argument()
    made = ((spec, make(spec, 0, known)) for spec, _ in specs(cases, seed, portable))
    return [_told(by(value), _stored(value, argument), spec) for spec, value in made]


def _stored(value: Any, argument: Digester) -> bytes | None:
    """What it comes to as an argument; None where it counts by what its class says, or cannot be reused."""
    try:
        return argument(value)
    except CannotEncode:
        return None


def _told(digest: bytes, stored: bytes | None, spec: Spec) -> str:
    return f"{digest.hex()} {'-' if stored is None else stored.hex()} {spec}"


def elsewhere(cases: int, seed: int, hash_seed: int, python: str = "", portable: bool = False) -> list[str]:
    """The same in another process, with another hash seed."""
    command = [python or sys.executable, __file__, "--cases", str(cases), "--seed", str(seed), "--print"]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    if not python:
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [*command, *(["--portable"] if portable else [])],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return done.stdout.splitlines()


def differing(here: list[str], there: list[str]) -> list[str]:
    """What came to something else in another process."""
    assert len(here) == len(there)
    return [f"{one}   {two}" for one, two in zip(here, there, strict=True) if one != two]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--python", action="append", default=[], help="another interpreter to compare with")
    parser.add_argument("--print", action="store_true", help="print digests, for another process to compare")
    parser.add_argument("--portable", action="store_true", help="only values that every Python has alike")
    chosen = parser.parse_args()
    if chosen.print:
        print("\n".join(digests(chosen.cases, chosen.seed, chosen.portable)))
        return
    began = time.perf_counter()
    # Other processes, so that they have a core of their own.
    with ThreadPoolExecutor() as beside:
        process = beside.submit(elsewhere, chosen.cases, chosen.seed, 77)
        others = [
            beside.submit(elsewhere, chosen.cases, chosen.seed, 7, python, portable=True)
            for python in chosen.python
        ]
        found = hunt(chosen.cases, chosen.seed, by_value(), as_argument())
        across = differing(found.digests, process.result())
        portable = digests(chosen.cases, chosen.seed, portable=True) if others else []
        versions = [line for other in others for line in differing(portable, other.result())]
    seconds = time.perf_counter() - began
    print(f"{found.cases} pairs of {len(found.kinds)} kinds in {seconds:.0f} s, seed {chosen.seed}")
    for what, lines in (
        ("differ and look alike", found.alike), ("are equal and look different", found.unstable),
        ("come to something else in another process", across), ("… with another Python", versions),
    ):  # fmt: skip
        print(f"{len(lines):6}  {what}")
        for line in lines[:20]:
            print(f"        {line}")
    sys.exit(1 if found.alike or found.unstable or across or versions else 0)


if __name__ == "__main__":
    main()
