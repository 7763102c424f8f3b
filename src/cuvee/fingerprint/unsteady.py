"""Unsteady: functions from elsewhere that give another value each time, whatever they are given.

The clock, and random generators that no seed of a run reaches. Durations (`perf_counter` and its
kin) are nothing that a result is made of.
"""

from __future__ import annotations

from typing import Literal

from cuvee.model.value import Value

Kind = Literal["clock", "generator"]


class Unsteady(Value, frozen=True):
    """`most`: only a call with no more arguments than that gives another value each time; `words`: only one
    that is given one of these texts."""

    kind: Kind
    most: int | None = None
    words: tuple[str, ...] = ()


_CLOCK = Unsteady("clock")
_GENERATOR = Unsteady("generator")
_BY_WORD = Unsteady("clock", words=("now", "today"))

_UNSTEADY: dict[str, Unsteady] = {
    "time.time": _CLOCK,
    "time.time_ns": _CLOCK,
    "time.clock_gettime": _CLOCK,
    "time.localtime": Unsteady("clock", 0),
    "time.gmtime": Unsteady("clock", 0),
    "time.ctime": Unsteady("clock", 0),
    "time.asctime": Unsteady("clock", 0),
    "time.strftime": Unsteady("clock", 1),
    "datetime.datetime.now": _CLOCK,
    "datetime.datetime.today": _CLOCK,
    "datetime.datetime.utcnow": _CLOCK,
    "datetime.date.today": _CLOCK,
    "Timestamp.now": _CLOCK,
    "Timestamp.today": _CLOCK,
    "Timestamp.utcnow": _CLOCK,
    "Period.now": _CLOCK,
    "to_datetime": _BY_WORD,
    "Timestamp": _BY_WORD,
    "Period": _BY_WORD,
    "DatetimeIndex": _BY_WORD,
    "PeriodIndex": _BY_WORD,
    "date_range": _BY_WORD,
    "bdate_range": _BY_WORD,
    "period_range": _BY_WORD,
    "numpy.datetime64": _BY_WORD,
    "email.utils.formatdate": Unsteady("clock", 0),
    "email.utils.localtime": Unsteady("clock", 0),
    "email.utils.make_msgid": _CLOCK,
    "pendulum.now": _CLOCK,
    "pendulum.today": _CLOCK,
    "arrow.now": _CLOCK,
    "arrow.utcnow": _CLOCK,
    "uuid.uuid1": _GENERATOR,
    "uuid.uuid4": _GENERATOR,
    "uuid.uuid7": _GENERATOR,
    "posix.urandom": _GENERATOR,
    "os.urandom": _GENERATOR,
    "os.getrandom": _GENERATOR,
    "random.SystemRandom": _GENERATOR,
    "random.Random": Unsteady("generator", 0),
    "numpy.random.default_rng": Unsteady("generator", 0),
    "numpy.random.RandomState": Unsteady("generator", 0),
    "numpy.random.SeedSequence": Unsteady("generator", 0),
    "numpy.random.PCG64": Unsteady("generator", 0),
    "numpy.random.MT19937": Unsteady("generator", 0),
    "numpy.random.Philox": Unsteady("generator", 0),
    "numpy.random.SFC64": Unsteady("generator", 0),
}

_SECRETS = "secrets."
_WITHOUT_EFFECT = frozenset({"secrets.compare_digest"})


def unsteady(name: str) -> Unsteady | None:
    """What is known of a function by its whole name, as `unsteady_name` gives it."""
    if name.startswith(_SECRETS) and name.count(".") == 1 and name not in _WITHOUT_EFFECT:
        return _GENERATOR
    return _UNSTEADY.get(name)


def unsteady_name(module: str, name: str) -> str:
    """The name that a function is known by here, wherever its library keeps it."""
    if module.startswith("numpy.random"):
        module = "numpy.random"
    elif module.startswith("pandas"):
        return name  # `Timestamp` lives in a module of its own
    elif module in ("pendulum", "arrow") or module.startswith(("pendulum.", "arrow.")):
        module = module.partition(".")[0]
    return f"{module}.{name}"
