from __future__ import annotations

import random
import subprocess
import sys
import textwrap

import pytest

from cuvee.model.digest import digest_bytes
from cuvee.perform.chance import seed_generators, seeding_loads

SEED = digest_bytes(b"seed")


def test_the_same_seed_gives_the_same_numbers():
    np = pytest.importorskip("numpy")
    with seeding_loads(lambda: SEED):
        seed_generators(SEED)
        first = random.random(), np.random.rand(3).tolist()
        seed_generators(SEED)
        assert (random.random(), np.random.rand(3).tolist()) == first
        seed_generators(digest_bytes(b"another"))
        assert random.random() != first[0]


def test_every_word_of_the_seed_counts():
    np = pytest.importorskip("numpy")
    numbers = set()
    with seeding_loads(lambda: None):
        for position in range(32):
            seed = bytearray(32)
            seed[position] = 1
            seed_generators(bytes(seed))
            numbers.add((random.random(), float(np.random.rand())))
    assert len({a for a, _ in numbers}) == len({b for _, b in numbers}) == 32


def test_the_state_that_was_there_comes_back():
    np = pytest.importorskip("numpy")
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.rand()
    random.seed(1)
    np.random.seed(1)
    with seeding_loads(lambda: SEED):
        seed_generators(SEED)
        random.random()
        np.random.rand()
    assert (random.random(), np.random.rand()) == expected


def test_numpy_that_a_call_loads_is_seeded_as_if_it_had_been_there():
    pytest.importorskip("numpy")
    code = """
        import sys
        from cuvee.model.digest import digest_bytes
        from cuvee.perform.chance import seed_generators, seeding_loads
        if sys.argv[1] == "before":
            import numpy.random
        seed = digest_bytes(b"seed")
        with seeding_loads(lambda: seed):
            seed_generators(seed)
            import numpy
            print(numpy.random.rand())
    """
    said = [
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), when], capture_output=True, text=True, check=True
        ).stdout
        for when in ("before", "during")
    ]
    assert said[0] == said[1]


def test_importing_other_things_is_not_disturbed():
    before = list(sys.meta_path)
    with seeding_loads(lambda: SEED):
        import wave  # noqa: F401

        with pytest.raises(ModuleNotFoundError):
            import no_such_module_anywhere  # noqa: F401
    assert sys.meta_path == before


def test_numbers_are_nobodys_afterwards_where_there_were_none_before(monkeypatch):
    monkeypatch.delitem(sys.modules, "random")
    with seeding_loads(lambda: SEED):
        seed_generators(SEED)
        loaded = sys.modules["random"]
        first = loaded.random()
    after = loaded.random()
    loaded.seed(SEED)
    assert loaded.random() == first
    assert loaded.random() != after
