"""A short hunt for wrong values out of damaged stores, and that it finds what it is there to find."""

from __future__ import annotations

import signal

import blob_hunt
import pytest
from blob_damages import DAMAGES
from blob_hunt import hunt, names_of

from cuvee.stores.filesystem import FilesystemStore
from cuvee.stores.mapping import private_view
from cuvee.tracking.sqlite import entries


def test_a_damaged_store_gives_the_right_values_or_none() -> None:
    found = hunt(names_of(1, range(15)))
    assert (found.cases, found.wrong, found.crashed) == (15, [], [])
    assert found.right > 3
    assert len(found.kinds) > len(DAMAGES) / 3


class _Trusting(bytes):
    """A seal that is equal to every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = bytes.__hash__


def _unchecked_blobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FilesystemStore, "_checked", lambda self, digest, file: private_view(file))


def _unchecked_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    seal = entries.seal
    monkeypatch.setattr(entries, "seal", lambda *fields: _Trusting(seal(*fields)))


@pytest.mark.parametrize("broken", [_unchecked_blobs, _unchecked_entries])
def test_a_store_that_checks_less_is_caught(broken, monkeypatch):
    broken(monkeypatch)
    assert hunt(names_of(3, range(400)), first=True).wrong


def _looked_at() -> None:
    signal.raise_signal(signal.SIGALRM)


def test_a_case_that_stands_where_it_stood_has_hung_and_the_find_says_where():
    where = r"7\.1 has hung: .* stands at .*test_blob_hunt\.py:\d+ < "
    with pytest.raises(blob_hunt._Hung, match=where), blob_hunt._ended_in_time("7.1"):
        [_looked_at() for _ in range(2)]


def test_a_case_that_a_busy_machine_makes_slow_goes_on():
    with blob_hunt._ended_in_time("7.1"):
        _looked_at()
        _looked_at()
        _looked_at()
    assert signal.alarm(0) == 0
