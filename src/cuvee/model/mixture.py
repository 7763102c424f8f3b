"""Mixtures on the wire: what goes to the process that has a mixture's source, and what comes back."""

from __future__ import annotations

from typing import Literal

import msgspec

from cuvee.model.record import Mixed
from cuvee.model.value import Value


class GivenAgain(Value, frozen=True):
    """A parameter of the pipeline: as run `run` was given it; as a file or folder that lies at `path`; or
    the whole number `number`."""

    name: str
    form: Literal["recorded", "file", "directory", "number"]
    run: int = 0
    path: str = ""
    by: Literal["path", "content"] = "path"
    number: int = 0


class MixtureOrder(Value, frozen=True):
    """One run to make: the pipeline `name` of the file or module `place`, relative to the project."""

    place: str
    name: str
    mixed: Mixed
    parameters: tuple[GivenAgain, ...] = ()
    overrides: tuple[str, ...] = ()
    seed: int | None = None


class MixtureDone(Value, frozen=True):
    """What came of it. `problem`: why there is no result; `run` is 0 where there is no run either. `last`:
    the process makes no other run."""

    run: int = 0
    problem: str = ""
    last: bool = False


encode = msgspec.json.Encoder().encode
decode_order = msgspec.json.Decoder(MixtureOrder).decode
decode_done = msgspec.json.Decoder(MixtureDone).decode
