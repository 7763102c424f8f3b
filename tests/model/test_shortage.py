"""What a machine refuses is told as such, and other errors are not taken for it."""

from __future__ import annotations

import errno

import pytest

from cuvee.errors import EnvironmentFault
from cuvee.model.shortage import shortage
from cuvee.operations.refusals import explained


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "ulimit -n"),
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "/data/x: the disk is full"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "ulimit -u"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_a_shortage_leaves_as_a_fault_of_the_environment_that_says_what_to_do(error, said):
    with pytest.raises(EnvironmentFault, match=said) as caught, explained():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error", [FileNotFoundError(errno.ENOENT, "none"), PermissionError(errno.EACCES, "no"), ValueError("x")]
)
def test_what_is_no_shortage_stays_what_it_is(error):
    assert shortage(error) is None
    with pytest.raises(type(error)), explained():
        raise error
