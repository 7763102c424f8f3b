from __future__ import annotations

import asyncio
import collections
import dataclasses
import functools
import io
import itertools
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cuvee.errors import CannotDecode, CannotEncode, DamagedBlob
from cuvee.model.digest import Digest
from cuvee.model.file import File
from cuvee.model.secret import Secret
from cuvee.perform.unpack import unpack
from cuvee.testing.codecs import digest_of, round_trip, stored


class Model:
    def __init__(self, weights: Any) -> None:
        self.weights = weights

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Special(Model):
    pass


@dataclasses.dataclass
class Login:
    name: str
    password: Any


def scale(number: float) -> float:
    return number * 2


@pytest.mark.parametrize(
    "value",
    [
        collections.Counter("abca"),
        collections.OrderedDict(b=1, a=2),
        collections.defaultdict(list, {"a": [1]}),
        collections.deque([1, 2], maxlen=3),
        types.SimpleNamespace(a=1),
        functools.partial(scale, 2),
        Model([1, 2]),
        scale,
        Model,
        int,
        len,
        io.BytesIO(b"abc").getvalue,
        ValueError("a", 1).args,
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_values_are_pickled(value: Any) -> None:
    back = round_trip(value)
    assert type(back) is type(value)
    if type(value) not in (functools.partial, types.BuiltinMethodType):
        assert back == value


def test_it_wears_its_badge() -> None:
    artifact, _ = stored(Model(1))
    assert (artifact.codec, artifact.type) == ("pickle", "test_pickled.Model")


def test_lambdas_and_closures_come_back() -> None:
    factor = 3
    assert round_trip(lambda number: number * factor)(2) == 6


def test_large_buffers_are_parts_that_a_reader_can_write_to() -> None:
    model = Model(np.arange(300_000.0))
    artifact, store = stored(model)
    assert [part.size for part in artifact.parts][1:] == [2_400_000]
    one, other = (unpack(artifact, store, Path()) for _ in range(2))
    one.weights += 1
    assert (other.weights == model.weights).all()


# An instance counts with the code that it is an instance of.


def versions(**numbers: bytes) -> Callable[[Any], Digest | None]:
    return lambda thing: (number := numbers.get(getattr(thing, "__name__", ""))) and Digest(number)


@pytest.mark.parametrize(
    "value",
    [
        Model(1),
        [Model(1)],
        {"a": (1, {"b": Model(1)})},
        Model([Model(2)]),
        Special(1),
        Model,
        functools.partial(Model, 1),
        np.array([Model(1)], object),
    ],
    ids=lambda value: type(value).__name__,
)
def test_changed_code_of_a_class_is_another_digest(value: Any) -> None:
    before = digest_of(value, class_digest=versions(Model=b"1", Special=b"1"))
    assert before == digest_of(value, class_digest=versions(Model=b"1", Special=b"1", other=b"1"))
    assert before != digest_of(value, class_digest=versions(Model=b"2", Special=b"2"))
    assert before != digest_of(value)


def test_so_is_that_of_a_function() -> None:
    for value in (scale, functools.partial(scale), Model(scale)):
        assert digest_of(value, class_digest=versions(scale=b"1")) != digest_of(
            value, class_digest=versions(scale=b"2")
        )


def test_each_class_is_asked_for_once() -> None:
    asked: list[Any] = []
    stored([Model(1) for _ in range(10)] + [Special(2)] * 2, class_digest=lambda thing: asked.append(thing))
    assert [thing for thing in asked if thing in (Model, Special)] == [Model, Special]


# What is refused, and the word on what to do.


def walk() -> Any:
    yield 1


async def wait() -> None:
    pass


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "generator": (walk, "a generator can be walked only once: return a list of its items"),
    "map": (lambda: map(abs, [1]), "a map can be walked only once"),
    "zip": (lambda: zip([1], [2], strict=True), "a zip can be walked only once"),
    "iterator": (lambda: iter([1]), "a list_iterator can be walked only once"),
    "chain": (lambda: itertools.chain([1]), "a chain can be walked only once"),
    "file": (Path(__file__).open, r"return File\(path\)"),
    "secret": (lambda: Secret("hush"), "Secret cannot be kept"),
    "lock": (threading.Lock, "cannot be kept: .* Return what it is made of"),
    "socket": (socket.socket, "cannot be kept"),
    "database": (lambda: sqlite3.connect(":memory:"), "cannot be kept"),
    "module": (lambda: sys, "a module .sys. is not a value"),
}


@pytest.mark.parametrize(("make", "match"), REFUSED.values(), ids=REFUSED.keys())
def test_what_has_no_content_is_refused_with_a_word_on_what_to_do(
    make: Callable[[], Any], match: str
) -> None:
    value = make()
    try:
        for whole in (value, *([] if value is sys else [[value], {"a": (1, value)}, Model(value)])):
            with pytest.raises(CannotEncode, match=match) as caught:
                stored(whole)
            assert "hush" not in str(caught.value)
    finally:
        if hasattr(value, "close"):
            value.close()


def test_a_coroutine_is_refused() -> None:
    coroutine = wait()
    with pytest.raises(CannotEncode, match="await it"):
        stored(coroutine)
    asyncio.run(coroutine)


def test_a_file_inside_an_object_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a")
    for value in (Model(File(tmp_path / "a.csv")), np.array([File(tmp_path / "a.csv")], object)):
        with pytest.raises(CannotEncode, match="its content would not count"):
            stored(value)


def test_a_file_in_memory_is_a_value() -> None:
    assert round_trip(io.BytesIO(b"abc")).getvalue() == b"abc"


def test_an_object_that_raises_when_it_is_pickled_is_refused() -> None:
    class Broken:
        def __reduce__(self) -> Any:
            raise RuntimeError("boom")

    with pytest.raises(CannotEncode, match="RuntimeError: boom"):
        stored(Broken())


def test_a_class_that_is_gone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    artifact, store = stored(Model(1))
    monkeypatch.delattr(sys.modules[__name__], "Model")
    with pytest.raises(CannotDecode, match=r"test_pickled\.Model cannot be read back"):
        unpack(artifact, store, Path())


def test_missing_bytes_are_told_as_such() -> None:
    artifact, store = stored(Model(np.arange(300_000.0)))
    store._blobs.clear()
    with pytest.raises(DamagedBlob):
        unpack(artifact, store, Path())


# What a script defines can be read by whoever imports it.

SCRIPT = """
    import collections, dataclasses, enum, pickle, sys, typing
    class Kind(enum.Enum):
        RED = 1
    class Model:
        def __init__(self, kind): self.kind = kind
    @dataclasses.dataclass
    class Fold:
        model: object
        function: object
    class Split(typing.NamedTuple):
        train: object
    def double(n): return 2 * n
    def ours(thing):
        return b"1" if getattr(thing, "__module__", "") == __name__ else None
    def make():
        return [Kind.RED, Model(Kind.RED), Fold(Model([Fold]), double), Split(Model(1)), {"f": double}]
    def check(back):
        assert [type(item) for item in back] == [Kind, Model, Fold, Split, dict], back
        assert back[0] is back[1].kind is Kind.RED
        assert back[2].function is back[4]["f"] is double
        assert back[2].model.kind == [Fold]
    if __name__ == "__main__":
        from cuvee.testing.codecs import stored
        artifact, store = stored(make(), class_digest=ours)
        sys.stdout.buffer.write(pickle.dumps((artifact, store)))
"""
READER = """
    import pathlib, pickle, sys
    from cuvee.perform.unpack import unpack
    from cuvee.testing.codecs import digest_of
    import pkg.models as models
    artifact, store = pickle.loads(sys.stdin.buffer.read())
    models.check(unpack(artifact, store, pathlib.Path()))
    assert digest_of(models.make(), class_digest=models.ours) == artifact.digest
"""


@pytest.mark.parametrize("how", [["pkg/models.py"], ["-m", "pkg.models"]], ids=["file", "module"])
def test_what_a_script_makes_can_be_read_by_whoever_imports_it(tmp_path: Path, how: list[str]) -> None:
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "models.py").write_text(textwrap.dedent(SCRIPT))
    made = subprocess.run([sys.executable, *how], cwd=tmp_path, capture_output=True, check=True)
    read = [sys.executable, "-c", textwrap.dedent(READER)]
    done = subprocess.run(read, cwd=tmp_path, input=made.stdout, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")


NOTEBOOK = textwrap.dedent(SCRIPT.partition("    if __name__")[0])


def test_what_a_notebook_makes_is_its_own_again_and_travels_to_where_it_is_not_defined() -> None:
    make = NOTEBOOK + textwrap.dedent(
        """
        import pathlib
        from cuvee.testing.codecs import round_trip, stored
        check(round_trip(make()))
        sys.stdout.buffer.write(pickle.dumps(stored([Model(3), double])))
        """
    )
    made = subprocess.run([sys.executable, "-c", make], capture_output=True, check=True)
    read = textwrap.dedent(
        """
        import pathlib, pickle, sys
        from cuvee.perform.unpack import unpack
        model, double = unpack(*pickle.loads(sys.stdin.buffer.read()), pathlib.Path())
        assert model.kind == 3 and double(4) == 8
        """
    )
    done = subprocess.run([sys.executable, "-c", read], input=made.stdout, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_a_handle_is_refused_wherever_it_is() -> None:
    from cuvee.authoring.handle import Handle
    from cuvee.model.graph import Ref

    handle = Handle(Ref(1), int, "train(...)")
    for whole in (handle, [handle], {"a": handle}, Model(handle)):
        with pytest.raises(CannotEncode, match="not there yet"):
            stored(whole)


def test_a_secret_in_a_dataclass_is_refused() -> None:
    with pytest.raises(CannotEncode, match="Secret cannot be kept"):
        stored(Login("me", Secret("hush")))
