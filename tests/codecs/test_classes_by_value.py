"""What no import reaches, a class made in a function say, is pickled by value: alike in every process."""

from __future__ import annotations

import collections
import dataclasses
import enum
import os
import subprocess
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cuvee.testing.codecs import digest_of, round_trip


def plain(limit: int = 3) -> Any:
    class Plain:
        bounds = limit

        def of(self) -> Any:
            return {"some", "words", "in", "a", "set"}

    return Plain()


def tupled() -> Any:
    return collections.namedtuple("Point", "x y")(1, 2)


def listed() -> Any:
    return enum.Enum("Kind", "RED WHITE").RED  # type: ignore[attr-defined]


def data() -> Any:
    @dataclasses.dataclass
    class Data:
        number: int
        items: list[int]

    return Data(1, [2])


def general() -> Any:
    kind = typing.TypeVar("kind")

    class General(typing.Generic[kind]):
        pass

    return General()


def entwined() -> Any:
    class One:
        def other(self) -> Any:
            return Other()

    class Other(One):
        of = One

        def __init__(self) -> None:
            super().__init__()

    return [One(), Other()]


KINDS: list[Callable[[], Any]] = [plain, tupled, listed, data, general, entwined]


def test_the_digest_is_the_same_in_every_process() -> None:
    program = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "import test_classes_by_value as t\n"
        "from cuvee.testing.codecs import digest_of\n"
        "class Own: words = {'some', 'words', 'in', 'a', 'set'}\n"
        "for make in (*t.KINDS, Own): print(make.__name__, digest_of(make()).hex())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert printed.pop().count("\n") == len(KINDS) + 1


@pytest.mark.parametrize("make", KINDS)
def test_made_again_it_has_the_same_digest(make: Callable[[], Any]) -> None:
    assert digest_of(make()) == digest_of(make())


def test_another_content_of_the_class_is_another_digest() -> None:
    assert digest_of(plain()) != digest_of(plain(4))


def test_it_comes_back_as_what_it_was_and_here_its_class_is_known_again() -> None:
    first, second = plain(), plain(4)
    one, other = round_trip(first), round_trip(second)
    assert (one.bounds, other.bounds) == (3, 4)
    assert type(one) is type(first) is not type(other)
    first, second = round_trip(entwined())
    assert type(first.other()) is type(second)
    assert type(second).of is type(first)
