"""Values: what a value's content comes to, typed and without sampling."""

from __future__ import annotations

from typing import Any

from cuvee.errors import CannotFingerprint
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.model.digest import Digest, digest_parts


def fingerprint_value(value: Any, scope: Scope, memo: Memo) -> Digest:
    """The digest of a value's content. Raises CannotFingerprint for one that has none."""
    if value is None or type(value) in (bool, int, float, complex, str, bytes):
        return digest_parts(type(value).__name__, [repr(value).encode()])
    if type(value) in (list, tuple):
        return digest_parts(type(value).__name__, [fingerprint_value(item, scope, memo) for item in value])
    if type(value) in (set, frozenset):
        return digest_parts(
            type(value).__name__, sorted(fingerprint_value(item, scope, memo) for item in value)
        )
    if type(value) is dict:
        pieces = [fingerprint_value(item, scope, memo) for pair in value.items() for item in pair]
        return digest_parts("dict", pieces)
    raise CannotFingerprint(
        f"a {type(value).__module__}.{type(value).__qualname__} has no content that a key could be made of: "
        "give the class a method __cuvee_fingerprint__ that returns what identifies it"
    )
