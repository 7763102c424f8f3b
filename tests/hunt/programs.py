"""Programs: random projects, put together from gadgets (what is computed) and links (how it is reached).

Each gadget defines `entryN(x)`, whose result depends on every constant in it; each link is one way
in which Python code gets at a function of another module. `main.py` has one task that calls them all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

Files = dict[str, str]

# Pieces by such a name make the whole project count, or nothing.
_WIDE = "~"

HOMES = ("alpha.py", "beta.py", "pkg/gamma.py", "pkg/sub/delta.py")
UNUSED = """
def unused@N(x, k=@c):
    "Nobody asks."
    if x > k:
        return [x * @c, @s]
    return @c
SPARE@N = @K
class Idle@N:
    rate = @c
    def go(self, x):
        return x + @c
"""
_HEAD = re.compile(r"^=== (.*)$", re.MULTILINE)
_SECTION = re.compile(r"^--- (\S+)$", re.MULTILINE)


class Piece(NamedTuple):
    """One gadget or link: its name, its text by section, and, of a link, the expression that calls."""

    name: str
    sections: tuple[tuple[str, str], ...]
    expression: str = ""


class Choice(NamedTuple):
    """One gadget with its link and its place: what a program is a list of, and can be had without."""

    gadget: str
    link: str
    home: str
    seed: int


def pieces(file: str, first: str) -> dict[str, Piece]:
    """The pieces of a file beside this one, by name; text before any section is for `first`."""
    text = Path(__file__).with_name(file).read_text()
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {
        head[1]: _piece(head[1], text[head.end() : end], first) for head, end in zip(heads, ends, strict=True)
    }


def _piece(name: str, text: str, first: str) -> Piece:
    text, _, expression = text.partition(">>> ")
    parts = _SECTION.split(text)
    sections = [(first, parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return Piece(
        name,
        tuple((where, body.strip("\n") + "\n") for where, body in sections if body.strip()),
        expression.strip(),
    )


GADGETS = pieces("gadgets.txt", "home")
LINKS = pieces("links.txt", "here")


def choose(rng: Random, size: int, only: Sequence[str] = ()) -> list[Choice]:
    """A random program of so many gadgets, of all or `only` of these.

    Few of them widen the net: that hides what else is wrong.
    """
    wide = rng.random() < 0.1
    gadgets = list(only) or [name for name in GADGETS if wide or not name.startswith(_WIDE)]
    links = [name for name in LINKS if wide or not name.startswith(_WIDE)]
    return [
        Choice(rng.choice(gadgets), rng.choice(links), rng.choice(HOMES), rng.randrange(1 << 30))
        for _ in range(size)
    ]


def build(choices: list[Choice]) -> Files:
    """The files of the program."""
    files: Files = dict.fromkeys(HOMES, "")
    files |= {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "stray.py": "", "main.py": "import sys\n"}
    calls: list[str] = []
    for number, choice in enumerate(choices):
        calls.append(_add(files, number, choice))
    for name, text in files.items():
        if name.endswith(HOMES) or name == "stray.py":
            files[name] = text + _filled(UNUSED, f"_{len(name)}", Random(len(choices)), {})
    body = "".join(f"        {call},\n" for call in calls)
    files["main.py"] += f"from cuvee import task\n@task\ndef work(x: int = 3):\n    return [\n{body}    ]\n"
    return files


def _add(files: Files, number: int, choice: Choice) -> str:
    """Add one gadget with its link; the expression that calls it."""
    rng = Random(choice.seed)
    gadget, link = GADGETS[choice.gadget], LINKS[choice.link]
    names = {"M": f"kin{number}", "M2": f"kinn{number}", "Mx": f"absent{number}"}
    if rng.random() < 0.5:
        names = {key: f"pkg.{name}" for key, name in names.items()}
    places = {"home": choice.home, "kin": _file_of(names["M"]), "kin2": _file_of(names["M2"])}
    for where, text in gadget.sections:
        _append(files, places.get(where) or _numbered(where, number), _filled(text, str(number), rng, names))
    linked = {"M": choice.home.removesuffix(".py").replace("/", ".")}
    for where, text in link.sections:
        file = "main.py" if where == "here" else _numbered(where, number)
        _append(files, file, _filled(text, str(number), rng, linked))
    return _filled(link.expression, str(number), rng, linked)


def _file_of(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _numbered(where: str, number: int) -> str:
    return where.replace("@N", str(number))


def _append(files: Files, name: str, text: str) -> None:
    files[name] = files.get(name, "") + text


# Not the `@c` of `@classmethod`.
_HOLE = re.compile(r"@(Mx|M2|M|N|c|K|s|d|e)(?![a-z]{2})")


def _filled(text: str, number: str, rng: Random, names: dict[str, str]) -> str:
    def fill(found: re.Match[str]) -> str:
        what = found[1]
        if what == "N":
            return number
        return names[what] if what in names else _CONSTANTS[what](rng)

    return _HOLE.sub(fill, text)


def _nested(rng: Random, depth: int = 2) -> str:
    """A literal of containers in containers."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice([_number(rng), _text(rng), "None", "True", f"{rng.randrange(9)}.25", "b'x'"])
    items = [_nested(rng, depth - 1) for _ in range(rng.randrange(1, 4))]
    if rng.random() < 0.4:
        return "{" + ", ".join(f"{_text(rng)}: {item}" for item in items) + "}"
    return (
        "[" + ", ".join(items) + "]" if rng.random() < 0.5 else "(" + "".join(f"{i}, " for i in items) + ")"
    )


def _number(rng: Random) -> str:
    return str(rng.randrange(2, 99))


def _text(rng: Random) -> str:
    return '"' + "".join(rng.choices("abcdefgh", k=rng.randrange(1, 6))) + '"'


_CONSTANTS = {
    "c": _number,
    "d": _number,
    "e": lambda rng: str(rng.randrange(1, 5)),
    "s": _text,
    "K": _nested,
}


def without_one(choices: list[Choice]) -> Iterator[list[Choice]]:
    """The program less each of its gadgets in turn."""
    for index in range(len(choices)):
        yield list(itertools.chain(choices[:index], choices[index + 1 :]))
