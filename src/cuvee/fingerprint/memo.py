"""Memo: what has been fingerprinted already in this process, passed in by whoever owns a run."""

from __future__ import annotations

from typing import Any

from cuvee.model.digest import Digest


class Memo:
    """Remembers digests and snapshots of globals for one run. Not shared between threads."""

    def __init__(self) -> None:
        self.globals: dict[str, tuple[dict[str, Any], str, Digest]] = {}
        self.sources: dict[str, Digest] = {}
