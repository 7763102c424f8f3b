"""Recorded ledgers: what fingerprints on record are made of, each read once."""

from __future__ import annotations

from functools import cache

from cuvee.compare.keys import LedgerOf
from cuvee.model.digest import Digest
from cuvee.model.key import Ledger
from cuvee.operations.session import Session


def recorded_ledgers(session: Session) -> LedgerOf:
    """What finds the items of a fingerprint by its digest; None where they are not on record."""

    @cache
    def ledger_of(digest: bytes) -> Ledger | None:
        return session.queries.ledger(Digest(digest))

    return ledger_of
