from __future__ import annotations

import pickle

from cuvee import errors
from cuvee.errors import CheckError, CuveeError, DamagedBlob
from cuvee.model.problem import Place, Problem


def test_every_error_is_in_the_tree_and_in_the_drawing():
    drawn = errors.__doc__
    for name, thing in vars(errors).items():
        if isinstance(thing, type) and issubclass(thing, BaseException):
            assert issubclass(thing, CuveeError)
            assert name in drawn
            assert thing.__doc__


def test_problems_are_told_in_the_order_of_their_lines():
    problems = [
        Problem("c", Place("b.py", 1)),
        Problem("b", Place("a.py", 9)),
        Problem("a", Place("a.py", 2)),
        Problem("0"),
    ]
    assert str(CheckError(problems)) == "0\nb.py:1: c\na.py:2: a\na.py:9: b"


def test_a_damaged_blob_travels_between_processes():
    error = pickle.loads(pickle.dumps(DamagedBlob("it is gone", b"\x01digest")))
    assert (str(error), error.digest) == ("it is gone", b"\x01digest")
