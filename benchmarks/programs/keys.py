"""Times keys and digests in this process; prints seconds as JSON: best of rounds, per call or per byte."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from cuvee.engine.keys import Keys
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.value import fingerprint_value
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.graph import Argument, Call, Given, TaskInfo
from cuvee.model.order import Payload
from cuvee.perform.pack import pack
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project

# Short enough to be done before others have their turn.
_CALLS, _SHORT_ROUNDS = 500, 300
_ROUNDS = 7
_BYTES = 200_000_000
HERE = Scope(Path(__file__).parent)


def train(depth: int, kind: str) -> int:
    return depth


class Nowhere(MemoryStore):
    """Digests what it is given and keeps nothing: writing is not measured here."""

    def put(self, source: Any, digest: Digest | None = None) -> Any:
        view = memoryview(source).cast("B")
        return digest or digest_bytes(view), view.nbytes


NOWHERE = Nowhere()


def best(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    least = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - began)
    return least


def given(value: Any) -> Artifact:
    return pack(value, NOWHERE, class_digest=no_project, root=HERE.root, keep_inputs=0)


def nothing(_: Argument) -> Payload:
    raise AssertionError


def key_of_call() -> float:
    """Two small arguments, one of them another in each call: packed, and put into a key."""
    keys = Keys(HERE, Memo())
    parameters = (("depth", "POSITIONAL_OR_KEYWORD"), ("kind", "POSITIONAL_OR_KEYWORD"))
    info = TaskInfo("keys:train", "train", train, parameters)
    numbers = iter(range(10**9))

    def work() -> None:
        for _ in range(_CALLS):
            depth, kind = given(next(numbers)), given("forest")
            arguments = (("depth", Given(depth, "7")), ("kind", Given(kind, "'forest'")))
            keys.of_call(Call(0, "train", info, arguments), nothing, str)

    return best(work, _SHORT_ROUNDS) / _CALLS


def main() -> None:
    array = np.random.default_rng(1).random(_BYTES // 8)
    frame = pd.DataFrame(array.reshape(10, -1).T, columns=[f"c{n}" for n in range(10)])
    table = pa.table({name: frame[name].to_numpy() for name in frame})
    memo = Memo()
    seconds = {"key": key_of_call(), "blake3": best(lambda: digest_bytes(array.view("u1").data)) / _BYTES}
    for name, value in (("array", array), ("frame", frame), ("table", table)):
        seconds[f"{name}, global"] = best(lambda value=value: fingerprint_value(value, HERE, memo)) / _BYTES  # type: ignore[misc]
        if name != "table":
            seconds[f"{name}, argument"] = best(lambda value=value: given(value)) / _BYTES  # type: ignore[misc]
    print(json.dumps(seconds))


main()
