from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from cuvee.model.digest import digest_bytes
from cuvee.ports import descriptors
from cuvee.stores.claims import FilesystemClaims

KEY, OTHER = digest_bytes(b"key"), digest_bytes(b"other")


@pytest.fixture
def two(tmp_path):
    claims = FilesystemClaims(tmp_path), FilesystemClaims(tmp_path)
    yield claims
    for each in claims:
        each.close()


def test_a_key_is_claimed_by_one(two):
    one, other = two
    assert one.take(KEY)
    assert one.take(KEY)
    assert not other.take(KEY)
    assert other.take(OTHER)


def test_what_was_dropped_can_be_claimed(two):
    one, other = two
    one.take(KEY)
    one.drop(KEY)
    one.drop(KEY)
    assert other.take(KEY)
    assert not one.take(KEY)


def test_closing_drops_all_and_leaves_no_file(two, tmp_path):
    one, other = two
    one.take(KEY)
    one.take(OTHER)
    one.close()
    one.close()
    assert list((tmp_path / "claims").iterdir()) == []
    assert other.take(KEY)
    assert other.take(OTHER)


def test_a_claim_is_known_as_ours_while_it_is_held(two):
    before = set(descriptors.own)
    two[0].take(KEY)
    assert len(descriptors.own - before) == 1
    two[0].drop(KEY)
    assert descriptors.own == before


def test_a_claim_ends_with_its_process_however_that_ends(two, tmp_path):
    program = (
        "import signal, sys; from pathlib import Path\n"
        "from cuvee.model.digest import digest_bytes\n"
        "from cuvee.stores.claims import FilesystemClaims\n"
        "print(FilesystemClaims(Path(sys.argv[1])).take(digest_bytes(b'key')), flush=True)\n"
        "signal.pause()\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"True\n"
    assert not two[0].take(KEY)
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    assert two[0].take(KEY)


def test_many_that_take_and_drop_never_hold_a_key_together(tmp_path):
    program = (
        "import os, sys; from pathlib import Path\n"
        "from cuvee.model.digest import digest_bytes\n"
        "from cuvee.stores.claims import FilesystemClaims\n"
        "home = Path(sys.argv[1]); inside = home / 'inside'; taken = 0\n"
        "while taken < 200:\n"
        "    claims = FilesystemClaims(home)\n"
        "    if claims.take(digest_bytes(b'key')):\n"
        "        os.close(os.open(inside, os.O_CREAT | os.O_EXCL))\n"
        "        os.unlink(inside)\n"
        "        taken += 1\n"
        "    claims.close()\n"
    )
    many = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ends = [(each.communicate()[1], each.returncode) for each in many]
    assert [code for _, code in ends] == [0, 0, 0], ends


def test_what_a_dead_holder_has_left_is_swept_and_what_is_held_stays(two, tmp_path):
    one, other = two
    one.take(KEY)
    (tmp_path / "claims" / OTHER.hex()).touch()
    assert other.sweep(dry_run=True) == 1
    assert other.sweep() == 1
    assert [path.name for path in (tmp_path / "claims").iterdir()] == [KEY.hex()]
    assert not other.take(KEY)
    assert FilesystemClaims(tmp_path / "new").sweep() == 0
