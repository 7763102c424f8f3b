"""Select: which runs are meant, by what they were given, what they came to and what they are called.

    metric.rmse < 0.7 and param.max_depth = 8
    pipeline = train and not (status = failed or age > 30d)

A field that a run does not have makes a comparison false, whichever it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cuvee.codecs.plain import decode_plain
from cuvee.errors import ParameterError
from cuvee.model.record import Argued, RunRecord

Value = float | str
Field = Callable[[RunRecord], tuple[Value, ...]]
"""What a run has of something: one value, several (tags), or none."""

_Test = Callable[[RunRecord], bool]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<sign><=|>=|!=|==|=|<|>|~|\(|\))
      | (?P<quoted>'[^']*'|"[^"]*")
      | (?P<word>[^\s()<>=!~'"]+)
    )""",
    re.VERBOSE,
)
_SIGNS = ("=", "==", "!=", "<", "<=", ">", ">=", "~")
_AGE = re.compile(r"(\d+(?:\.\d+)?)(w|d|h|m|s)")
_AGE_UNITS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_PLAIN = ("run", "pipeline", "status", "seconds", "saved", "age", "tag", "note", "commit")
_FIELDS = f"metric.NAME, param.NAME, {', '.join(_PLAIN)}"


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def select(runs: Sequence[RunRecord], where: str, sort: str, now: float) -> list[RunRecord]:
    """The runs that `where` is true of, in the order of `sort`; as they come where that is not given.

    Raises ParameterError for text that is no condition, which points at the place, and for a metric
    or parameter that none of the runs has.
    """
    found = list(runs)
    if where:
        test = _Parser(where, runs, now).parse()
        found = [run for run in found if test(run)]
    if sort:
        found = _sorted(found, runs, sort, now)
    return found


def field(name: str, runs: Sequence[RunRecord], now: float) -> Field:
    """What runs have under that name. Raises ParameterError for no field, and for one that no run has."""
    kind, dot, rest = name.partition(".")
    if kind == "metric" and dot:
        _check_known("metric", rest, [known for run in runs for known, _ in run.metrics])
        return lambda run: tuple(value for known, value in run.metrics if known == rest)
    if kind == "param" and dot:
        _check_known("parameter", rest, [given.name for run in runs for given in run.start.parameters])
        return lambda run: tuple(_given(given) for given in run.start.parameters if given.name == rest)
    if name not in _PLAIN:
        raise ParameterError(f"{name!r} is nothing that runs have: there are {_FIELDS}")
    return lambda run: _plain(run, name, now)


def _plain(run: RunRecord, name: str, now: float) -> tuple[Value, ...]:
    end = run.end
    found: dict[str, Callable[[], tuple[Value | None, ...]]] = {
        "run": lambda: (float(run.number),),
        "pipeline": lambda: tuple(dict.fromkeys((run.start.pipeline.rpartition(":")[2], run.start.pipeline))),
        "status": lambda: (run.status,),
        "seconds": lambda: (end.seconds if end else None,),
        "saved": lambda: (end.saved_seconds if end else None,),
        "age": lambda: (now - run.start.started,),
        "tag": lambda: tuple(tag.name for tag in run.tags),
        "note": lambda: (run.note or None,),
        "commit": lambda: (end.git.commit if end and end.git else None,),
    }
    return tuple(value for value in found[name]() if value is not None)


def _given(given: Argued) -> Value:
    """A parameter's value, where it can be compared, else its text."""
    if given.artifact is None or given.artifact.codec != "plain":
        return given.text
    value = decode_plain(given.artifact.meta)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return float(value)
    return value if isinstance(value, str) else given.text


def _check_known(what: str, name: str, known: Sequence[str]) -> None:
    names = sorted(set(known))
    if name in names:
        return
    if not names:
        raise ParameterError(f"no run has a {what} {name!r}, nor any other")
    import difflib  # for mistakes only

    close = difflib.get_close_matches(name, names, n=1)
    hint = f": did you mean {close[0]}? There are" if close else "; there are"
    raise ParameterError(f"no run has a {what} {name!r}{hint} {', '.join(names)}")


def _sorted(found: list[RunRecord], runs: Sequence[RunRecord], sort: str, now: float) -> list[RunRecord]:
    get = field(sort.removeprefix("-"), runs, now)
    keyed = [(get(run), run) for run in found]
    there = [(values[0], run) for values, run in keyed if values and values[0] == values[0]]
    missing = [run for values, run in keyed if not values or values[0] != values[0]]
    # Numbers before texts, either way round; equals stay the newest first.
    there.sort(key=lambda pair: _order(pair[0]), reverse=sort.startswith("-"))
    return [run for _, run in there] + missing


def _order(value: Value) -> tuple[bool, float, str]:
    return (True, 0.0, value) if isinstance(value, str) else (False, value, "")


@dataclass(slots=True)
class _Parser:
    """Reads a condition: `or` binds least, then `and`, then `not`."""

    text: str
    runs: Sequence[RunRecord]
    now: float
    _at: int = 0

    def parse(self) -> _Test:
        test = self._or()
        token = self._peek()
        if token is not None:
            raise self._mistake(token.at, f"{token.text!r} is one too many: write `and` or `or` before it")
        return test

    def _or(self) -> _Test:
        tests = [self._and()]
        while self._takes_word("or"):
            tests.append(self._and())
        return tests[0] if len(tests) == 1 else lambda run: any(test(run) for test in tests)

    def _and(self) -> _Test:
        tests = [self._not()]
        while self._takes_word("and"):
            tests.append(self._not())
        return tests[0] if len(tests) == 1 else lambda run: all(test(run) for test in tests)

    def _not(self) -> _Test:
        if self._takes_word("not"):
            test = self._not()
            return lambda run: not test(run)
        token = self._peek()
        if token is not None and token.text == "(" and token.kind == "sign":
            self._next()
            inner = self._or()
            closing = self._peek()
            if closing is None or closing.text != ")":
                raise self._mistake(token.at, "this bracket is not closed")
            self._next()
            return inner
        return self._comparison()

    def _comparison(self) -> _Test:
        name = self._next()
        if name is None or name.kind != "word":
            raise self._mistake(
                name.at if name else len(self.text), f"what is compared is missing: {_FIELDS}"
            )
        sign = self._next()
        if sign is None or sign.text not in _SIGNS or sign.kind != "sign":
            at = sign.at if sign else len(self.text)
            raise self._mistake(at, f"{name.text} is compared by one of {' '.join(_SIGNS)}")
        value = self._next()
        if value is None or value.kind == "sign":
            at = value.at if value else len(self.text)
            raise self._mistake(at, f"what {name.text} is compared with is missing")
        try:
            get = field(name.text, self.runs, self.now)
        except ParameterError as error:
            raise self._mistake(name.at, str(error)) from None
        wanted = self._value(value, name.text)
        return lambda run: _compares(get(run), sign.text, wanted)

    def _value(self, token: _Token, name: str) -> Value:
        if token.kind == "quoted":
            return token.text[1:-1]
        if name == "age":
            match = _AGE.fullmatch(token.text)
            if match is None:
                raise self._mistake(token.at, "an age is written as 7d, 12h or 30m")
            return float(match[1]) * _AGE_UNITS[match[2]]
        try:
            return float(token.text)
        except ValueError:
            return token.text

    def _takes_word(self, word: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "word" or token.text != word:
            return False
        self._next()
        return True

    def _peek(self) -> _Token | None:
        before = self._at
        token = self._next()
        self._at = before
        return token

    def _next(self) -> _Token | None:
        if not self.text[self._at :].strip():
            return None
        match = _TOKEN.match(self.text, self._at)
        if match is None or match.lastgroup is None:
            at = self._at + len(self.text[self._at :]) - len(self.text[self._at :].lstrip())
            raise self._mistake(at, "this cannot be read")
        self._at = match.end()
        return _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))

    def _mistake(self, at: int, what: str) -> ParameterError:
        return ParameterError(f"{what}\n  {self.text}\n  {' ' * at}^")


def _compares(values: Sequence[Value], sign: str, wanted: Value) -> bool:
    """Whether one of the values compares so; to be unequal, all have to."""
    if sign == "!=":
        return bool(values) and not any(_holds(have, "=", wanted) for have in values)
    return any(_holds(have, sign, wanted) for have in values)


def _holds(have: Value, sign: str, wanted: Value) -> bool:
    if sign == "~":
        return str(wanted).lower() in str(have).lower()
    if isinstance(have, str) and not isinstance(wanted, str):
        wanted = format(wanted, "g")
    if isinstance(have, str) != isinstance(wanted, str):
        return False
    if sign in ("=", "=="):
        return have == wanted
    if isinstance(have, float) and math.isnan(have):
        return False
    below, same = have < wanted, have == wanted  # type: ignore[operator]
    return {"<": below, "<=": below or same, ">": not below and not same, ">=": not below}[sign]
