"""All edits, and projects that cannot be followed all the way."""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

from typing import NamedTuple

import edits_of_classes
import edits_of_functions
import edits_of_imports
import edits_of_names
import edits_of_state
import edits_of_surroundings
from edits import Edit, Files, files_of

EDITS: list[Edit] = [
    *edits_of_functions.EDITS,
    *edits_of_classes.EDITS,
    *edits_of_names.EDITS,
    *edits_of_surroundings.EDITS,
    *edits_of_imports.EDITS,
    *edits_of_state.EDITS,
]


class Refusal(NamedTuple):
    """A project that must not be reused, and what the doubt has to name."""

    name: str
    files: Files
    word: str
    prelude: str = ""


_SHY = """
class Shy:
    @property
    def __class__(self):
        raise RuntimeError("shy")
"""


_LAZY = """
class Lazy:
    def __getattr__(self, name):
        raise RuntimeError("not loaded yet")
"""


REFUSALS = [
    Refusal("exec", files_of("def main(x):\n    exec(x)\n"), "exec"),
    Refusal("the words of the command", files_of("import sys\ndef main(x):\n    return sys.argv[1]\n"), "argv"),
    Refusal("a client that was captured", files_of("""
        import socket
        def make(client):
            def main(x):
                return client
            return main
        """), "client", "main = make(socket.socket())"),
    Refusal("a client put in from outside", files_of("import socket\ndef main(x):\n    return hidden\nglobals()['hid' + 'den'] = socket.socket()\n"), "hidden"),
    Refusal("a value that does not say what it is", files_of(_SHY + "ODD = Shy()\ndef main(x):\n    return ODD\n"), "Shy"),
    Refusal("one in a list", files_of(_SHY + "def main(x):\n    return hidden\nglobals()['hid' + 'den'] = [Shy()]\n"), "hidden"),
    Refusal("one of another module", files_of("import other\ndef main(x):\n    return other.ODD\n# other.py\n" + _SHY + "ODD = Shy()\n"), "Shy"),
    Refusal("one that refuses every question", files_of(_LAZY + "ODD = Lazy()\ndef main(x):\n    return ODD\n"), "Lazy"),
    Refusal("one of those in a list", files_of(_LAZY + "def main(x):\n    return hidden\nglobals()['hid' + 'den'] = [Lazy()]\n"), "hidden"),
    Refusal("one of those of another module", files_of("import other\ndef main(x):\n    return other.ODD\n# other.py\n" + _LAZY + "ODD = Lazy()\n"), "Lazy"),
    Refusal("one that was captured", files_of(_SHY + "def make(odd):\n    def main(x):\n        return odd\n    return main\n"), "Shy", "main = make(Shy())"),
]  # fmt: skip


class Widening(NamedTuple):
    """A project with a reference that can't be resolved: how far the net goes, what and where it was."""

    name: str
    files: Files
    widened: str
    reference: str
    line: int


WIDENINGS = [
    Widening("getattr", files_of("import h\ndef main(x):\n    return getattr(h, x)\n# h.py\nA = 1\n"), "module", "h", 3),
    Widening("eval", files_of("def main(x):\n    return eval(x)\n"), "project", "eval", 2),
    Widening("globals", files_of("def main(x):\n\n    return globals()[x]\n"), "module", "globals", 3),
    Widening("a missing attribute", files_of("import h\ndef main(x):\n    return h.gone\n# h.py\nA = 1\n"), "module", "h.gone", 3),
    Widening("an import of what is not loaded", files_of("def main(x):\n    import h\n    return h.A\n# h.py\nA = 1\n"), "module", "import h", 2),
]  # fmt: skip
