"""What a test asks of a codec: the value back, and its digest. Nothing is left on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.perform.pack import pack_result
from cuvee.perform.unpack import unpack
from cuvee.stores.memory import MemoryStore


def no_project(_: Any) -> Digest | None:
    """The `class_digest` of a world where no class is the project's."""
    return None


def stored(value: Any, **options: Any) -> tuple[Artifact, MemoryStore]:
    """A value as an artifact, and the store that holds it. `options` are `pack_result`'s."""
    store = MemoryStore()
    return pack_result(value, store, **{"class_digest": no_project, **options}), store


def round_trip(value: Any, **options: Any) -> Any:
    """What a consumer of the value gets. For values without files."""
    return unpack(*stored(value, **options), Path("/nonexistent"))


def digest_of(value: Any, **options: Any) -> Digest:
    """The digest that a value's artifact has."""
    return stored(value, **options)[0].digest
