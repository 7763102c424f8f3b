"""Profiles: what a value looks like, told without the value.

Small, plain and bounded, so that it is kept with the records and stays when the bytes are gone.
All of it is JSON: an infinity is text, a time is ISO 8601.
"""

from __future__ import annotations

from typing import Literal

from cuvee.model.value import Value

VERSION = 1
"""Of the form below. Fields are only ever added; another meaning is another version."""

PROBABILITIES = tuple(step / 20 for step in range(21))
"""Which quantiles a column has: the minimum, every twentieth, the maximum of what was looked at."""

Scalar = bool | int | float | str | None
ProfileKind = Literal["frame", "series", "array", "sparse", "model", "object"]
ColumnKind = Literal["number", "boolean", "time", "duration", "text", "category", "other"]


class Histogram(Value, frozen=True):
    """How many values lie in each of the equally wide bins from `low` to `high`, both included."""

    low: float
    high: float
    counts: tuple[int, ...]


class Top(Value, frozen=True):
    """A frequent value, as text, and how often it was met."""

    value: str
    count: int


class ColumnProfile(Value, frozen=True, omit_defaults=True):
    """One column, or all the values of an array.

    `nulls` counts what is missing: null, NaN, NaT; None where that could not be told. `minimum`
    and `maximum` are of all other values. `seen` is how many values the fields named in `estimated`
    were taken from; every other field is exact. Quantiles, mean, deviation and histogram are of
    finite values; those of times are in seconds since 1970, of durations in seconds. `problem` says
    why something is not there.
    """

    name: str
    dtype: str
    kind: ColumnKind
    nulls: int | None
    minimum: Scalar = None
    maximum: Scalar = None
    infinite: int = 0
    mean: float | None = None
    deviation: float | None = None
    distinct: int | None = None
    quantiles: tuple[float, ...] = ()
    histogram: Histogram | None = None
    top: tuple[Top, ...] = ()
    seen: int = 0
    estimated: tuple[str, ...] = ()
    problem: str = ""


class Preview(Value, frozen=True):
    """The first rows, each cell a text that may be cut, None for what is missing."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


class Weight(Value, frozen=True):
    """How much a model makes of a feature, or one of its coefficients."""

    name: str
    value: float


class Profile(Value, frozen=True):
    """What a value looks like. `columns` has the first `len(columns)` of `width` columns.

    `facts` are what else is worth a line, by name. Of a model: its parameters, the names of those that
    have their `defaults`, and the shapes of what it learned (`fitted`). `problem` says why there is
    not more.
    """

    kind: ProfileKind
    type: str
    version: int = VERSION
    shape: tuple[int, ...] = ()
    columns: tuple[ColumnProfile, ...] = ()
    width: int = 0
    preview: Preview | None = None
    facts: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    defaults: tuple[str, ...] = ()
    fitted: tuple[tuple[str, str], ...] = ()
    weights: tuple[Weight, ...] = ()
    problem: str = ""

    @property
    def rows(self) -> int:
        """The length of the first axis; 0 of what has none."""
        return self.shape[0] if self.shape else 0
