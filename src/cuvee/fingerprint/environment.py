"""Environment: Python, the platform and the installed distributions that code reaches."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from importlib import metadata

from cuvee.fingerprint.memo import Memo
from cuvee.model.digest import digest_parts
from cuvee.model.key import Item, Ledger, make_ledger


def fingerprint_environment(distributions: Iterable[str], memo: Memo) -> Ledger:
    """Python's minor version, the platform, and the named distributions with all that they require."""
    items = [
        _item(f"python {sys.version_info[0]}.{sys.version_info[1]}", "python"),
        _item(f"{sys.platform}-{platform.machine()}", "platform"),
    ]
    for distribution in metadata.distributions():
        items.append(_item(f"{distribution.name} {distribution.version}", "distribution"))
    unique = {item.name: item for item in items}
    return make_ledger("environment", tuple(unique.values()))


def _item(name: str, kind: str) -> Item:
    return Item(name, kind, digest_parts("environment", [name.encode()]))
