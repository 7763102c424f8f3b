"""Given values: what a pipeline's body gives its calls, as far as the records have to keep it."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator

from cuvee.model.artifact import Artifact
from cuvee.model.graph import Fan, Given, Node, leaves_of

_READABLE = frozenset({"int", "float", "str", "bool", "NoneType", "list", "tuple", "dict"})
_CUT = "…"


def values_to_keep(nodes: Iterable[Node]) -> Iterator[Artifact]:
    """Those that cannot be read from the text on record: long or nested ones, frames, files."""
    for node in nodes:
        for _, argument in (*node.over, *node.arguments) if type(node) is Fan else node.arguments:
            if type(argument) is Given:  # as nearly always, and mostly a number
                artifact = argument.artifact
                number = artifact.type == "int" and artifact.codec == "plain" and argument.text.isdigit()
                if number or _is_told(argument):
                    continue
            for leaf in leaves_of(argument):
                if isinstance(leaf, Given) and not _is_told(leaf):
                    yield leaf.artifact


def _is_told(given: Given) -> bool:
    artifact, text = given.artifact, given.text
    if artifact.codec != "plain" or artifact.type not in _READABLE or _CUT in text:
        return False
    if artifact.type == "str" or text.isdigit():
        return True
    # To parse the others takes longer than all else that is done for a short call.
    return _is_number(text) if artifact.type == "float" else _is_literal(text)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True
