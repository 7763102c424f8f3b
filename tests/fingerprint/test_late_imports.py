"""What a function imports when it runs comes to the same whether somebody has loaded it yet or not."""

from __future__ import annotations

import pytest
from projects import Job, Process

BODIES = {
    "a name of a module": "from wsgiref.util import guess_scheme\n    return guess_scheme(x)",
    "a name of a library": "from sklearn.base import clone\n    return clone(x)",
    "a module by its path": "import xml.dom.minidom\n    return xml.dom.minidom.parseString(x)",
    "a module by another name": "import xml.sax.saxutils as utils\n    return utils.escape(x)",
    "a module of a package": "from email.mime import text\n    return text.MIMEText(x)",
    "a class and its method": "from mailbox import Maildir\n    return Maildir(x).clean()",
    "a class's own method": "from plistlib import UID\n    return UID.__new__(x)",
    "a module handed on": "import getopt\n    return str(getopt)",
}
LOADS = (
    "wsgiref.util, sklearn.base, "
    "xml.dom.minidom, xml.sax.saxutils, email.mime.text, mailbox, plistlib, getopt"
)


@pytest.fixture(scope="module")
def told(in_process: Process) -> dict[str, dict[str, object]]:
    files = {name: {"main.py": f"def main(x):\n    {body}\n"} for name, body in BODIES.items()}
    before = [Job(f"{name}, not loaded", text) for name, text in files.items()]
    after = [Job(f"{name}, loaded", text, prelude=f"import {LOADS}") for name, text in files.items()]
    return in_process([*before, *after])


@pytest.mark.parametrize("name", BODIES)
def test_the_fingerprint_is_the_same_before_and_after(told: dict[str, dict[str, object]], name: str) -> None:
    before, after = told[f"{name}, not loaded"], told[f"{name}, loaded"]
    assert "error" not in before
    assert before["items"] == after["items"]


def test_what_the_project_has_put_into_a_library_counts(in_process: Process) -> None:
    text = "def main(x):\n    from sklearn.base import clone\n    return clone(x)\n"
    prelude = "import sklearn.base\ndef mine(x): return {}\nsklearn.base.clone = mine"
    told = in_process(
        [
            Job("as it is", {"main.py": text}),
            Job("one", {"main.py": text}, prelude=prelude.format("x")),
            Job("another", {"main.py": text}, prelude=prelude.format("x, x")),
        ]
    )
    assert len({each["digest"] for each in told.values()}) == 3


@pytest.mark.parametrize("call", ["joblib.load", "cloudpickle.loads"])
def test_what_can_reach_any_code_widens_the_net_before_it_is_loaded_too(
    in_process: Process, call: str
) -> None:
    module = call.partition(".")[0]
    text = f"def main(x):\n    import {module}\n    return {call}(x)\n"
    told = in_process([Job("it", {"main.py": text})])["it"]
    assert [doubt[1] for doubt in told["doubts"]] == ["project"]
