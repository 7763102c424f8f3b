"""Edits of what modules do while they are imported, in statements of every shape."""

# ruff: noqa: E501 - a table: one row for each case

from __future__ import annotations

from edits import Edit, changed, same

_HEAD = "import fractions, m\ndef main(x):\n    return fractions.zork\n# m.py\nimport fractions\n"

_CLIENT = """
    from m import client
    def main(x):
        return client.family
    # m.py
    import socket
    FLAG = False
    if FLAG:
        client = socket.socket(socket.AF_INET)
    else:
        client = socket.socket(socket.AF_UNIX)
"""

_LATE = """
    def main(x):
        import late
        return late.documented.__doc__
    # late.py
    LIMIT = [1]
    def documented(x):
        "The doc."
        return x
"""

EDITS: list[Edit] = [
    # What is acted on, however it is written.
    changed("an effect by unpacking", _HEAD + "a, fractions.zork = 1, 3\n", "1, 3", "1, 4"),
    changed("an effect by a loop's target", _HEAD + "for fractions.zork in (1, 3): pass\n", "(1, 3)", "(1, 4)"),
    changed("an effect by a with's target", _HEAD + "import contextlib\nwith contextlib.nullcontext(3) as fractions.zork: pass\n", "(3)", "(4)"),
    changed("an effect by a deletion", _HEAD + "fractions.zork = 3\nfractions.zork_other = 4\ndel fractions.zork_other\n", "del fractions.zork_other\n", "del fractions.zork\n"),
    # What decides whether it is carried out, and with what.
    changed("the condition of a loop with an effect", _HEAD + "n = 3\nfractions.zork = 0\nwhile fractions.zork < n:\n    fractions.zork += 2\n", "n = 3", "n = 9"),
    changed("what a loop with an effect runs over", _HEAD + "NAMES = (1, 2)\nfor i in NAMES:\n    fractions.zork = i\n", "(1, 2)", "(1, 3)"),
    changed("the condition of an effect", _HEAD + "FLAG = 0\nif FLAG:\n    fractions.zork = 3\nelse:\n    fractions.zork = 4\n", "FLAG = 0", "FLAG = 1"),
    changed("what raises before an effect", _HEAD + "def go():\n    raise ValueError\ntry:\n    go()\n    fractions.zork = 1\nexcept ValueError:\n    fractions.zork = 2\n", "raise ValueError", "pass"),
    changed("the condition of a client", _CLIENT, "FLAG = False", "FLAG = True"),
    changed("a value that is bound anew later", _HEAD + "v = 3\nfractions.zork = v\nv = 0\n", "v = 3", "v = 4"),
    changed("a value that is deleted later", _HEAD + "v = 3\nfractions.zork = v\ndel v\n", "v = 3", "v = 4"),
    # How it is laid out.
    same("an effect on several lines", _HEAD + "fractions.zork = max(min(3, 4), 5)\n", "max(min(3, 4), 5)", "max(\n    min(3, 4),\n    5,\n)"),
    same("an effect in brackets", _HEAD + "fractions.zork = min(3, 4)\n", "min(3, 4)", "(\nmin(3, 4)\n)"),
    same("an effect with an annotation", _HEAD + "kept = fractions.Fraction(3)\nfractions.zork = kept\n", "kept =", "kept: object ="),
    # By their source, where they are not loaded.
    changed("a docstring that is read of what is not loaded", _LATE, "The doc.", "Another doc."),
    same("an annotation of a global of what is not loaded", _LATE.replace(".__doc__", "(1)"), "LIMIT =", "LIMIT: list ="),
    same("a docstring that is not read of what is not loaded", _LATE.replace(".__doc__", "(1)"), "The doc.", "Another doc."),
    # Classes that answer anything to any name.
    changed("an instance that makes a fool of pickle",
        "class Odd:\n    def __getattr__(self, name):\n        return lambda *a: 5\n    def __reduce_ex__(self, n):\n        return 1, 2\nodd = Odd()\ndef main(x):\n    return odd.any()\n", "a: 5", "a: 6"),
]  # fmt: skip
