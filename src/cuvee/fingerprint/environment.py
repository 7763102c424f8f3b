"""Environment: Python, the platform and the installed distributions that code reaches."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from cuvee.fingerprint.installed import Distribution
from cuvee.fingerprint.loading import digest_of
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.key import Item, Ledger, make_ledger


def fingerprint_environment(distributions: Iterable[str], memo: Memo) -> Ledger:
    """Python's minor version, the platform, and the named distributions with all that they require.

    A distribution counts by its version; one that is installed in place by its source. Names that
    nothing installed has are left out.
    """
    named = tuple(sorted(set(distributions)))
    known = memo.environments.get(named)
    if known is None:
        items = [_python(), _platform()]
        items += [distribution_item(found) for found in memo.installed.closure(named)]
        known = memo.environments[named] = make_ledger("environment", tuple(items))
    return known


def _python() -> Item:
    name = f"python {sys.version_info[0]}.{sys.version_info[1]}"
    implementation = sys.implementation.name
    return Item(name, "python", digest_parts("python", [name.encode(), implementation.encode()]))


def _platform() -> Item:
    name = f"{sys.platform}-{os.uname().machine}"
    return Item(name, "platform", digest_parts("platform", [name.encode()]))


def distribution_item(found: Distribution) -> Item:
    """One distribution: its name, version and, where it is installed in place, its source."""
    name = f"{found.name} {found.version}"
    pieces = [found.name.encode(), found.version.encode()]
    if found.editable is not None:
        pieces.append(source_digest(found.editable))
    return Item(name, "distribution", digest_parts("distribution", pieces))


def source_digest(folder: Path) -> Digest:
    """The content of all Python files of a distribution that is installed in place."""
    pieces: list[bytes] = []
    for file in Scope(folder).files():
        pieces += [os.path.relpath(file, folder).encode(), digest_of(file)]
    return digest_parts("source", pieces)
