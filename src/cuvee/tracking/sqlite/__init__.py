"""Records in one SQLite database: `<home>/records.db`."""

from __future__ import annotations

from cuvee.tracking.sqlite.records import Records, open_records

__all__ = ["Records", "open_records"]
