from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from cuvee.ports import slender

LOADED = """
import sys
from cuvee.ports.slender import load_msgspec
before = list(sys.meta_path)
load_msgspec()
assert sys.meta_path == before
assert "msgspec" in sys.modules and "typing_extensions" not in sys.modules
import typing_extensions
from typing import NotRequired, TypedDict
import msgspec
class Options(TypedDict):
    depth: NotRequired[int]
assert msgspec.json.decode(b"{}", type=Options) == {}
class Theirs(typing_extensions.TypedDict):
    depth: typing_extensions.NotRequired[int]
    wide: typing_extensions.Annotated[int, msgspec.Meta(gt=0)]
assert msgspec.json.decode(b'{"wide": 1}', type=Theirs) == {"wide": 1}
try:
    msgspec.json.decode(b'{"wide": 0}', type=Theirs)
except msgspec.ValidationError:
    print("as ever")
"""


def test_msgspec_does_the_same_without_what_it_asks_for_which_is_there_for_others():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout == "as ever\n"


def test_other_threads_may_have_it_meanwhile():
    finder = slender._Without(threading.get_ident())
    with pytest.raises(ModuleNotFoundError, match="does without"):
        finder.find_spec("typing_extensions")
    assert finder.find_spec("json") is None
    assert slender._Without(-1).find_spec("typing_extensions") is None
