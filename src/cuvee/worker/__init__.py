"""The process at the far end: performs what it is sent. Of the project's folders it knows the store only."""

from __future__ import annotations

from cuvee.worker.serving import main, serve_fork

__all__ = ["main", "serve_fork"]
