"""Shrinking: what was caught, less all that it is caught without."""

from __future__ import annotations

import ast
import shutil
import time
from pathlib import Path
from typing import NamedTuple

from asking import Asking
from programs import Files

_SECONDS = 30


class Catch(NamedTuple):
    """A pair of programs of which a cache would get something wrong, and what the edit between them was."""

    what: str
    before: Files
    after: Files
    edit: str


def shrink(catch: Catch, asking: Asking) -> Catch:
    """Without statements that both programs have alike, as long as the same goes wrong."""
    if not _holds(catch, asking):
        return catch
    shrunk, until = True, time.monotonic() + _SECONDS
    while shrunk:
        shrunk = False
        for name in sorted(catch.before):
            for number in reversed(range(_size(catch.before[name]))):
                if time.monotonic() > until:
                    return catch
                less = _without(catch, name, number)
                if less is not None and _holds(less, asking):
                    catch, shrunk = less, True
    return catch


def write_catch(catch: Catch, folder: Path) -> None:
    """Write both programs to a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for which, files in (("before", catch.before), ("after", catch.after)):
        for name, text in files.items():
            if text.strip() or name.endswith("__init__.py"):
                path = folder / which / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    (folder / "edit.txt").write_text(f"{catch.what}: {catch.edit}\n")


def _holds(catch: Catch, asking: Asking) -> bool:
    answers = []
    for files in (catch.before, catch.after):
        asking.write(files)
        key, result = asking.ask("key", "result")
        if "raised" in result or ("raised" in key) is (catch.what != "crashed"):
            return False
        answers.append((key, result))
    if catch.what == "crashed":
        return True
    (key, result), (key2, result2) = answers
    if key["refused"] or key2["refused"]:
        return False
    same_key, same_result = key["key"] == key2["key"], result == result2
    return same_key and not same_result if catch.what == "stale" else not same_key and same_result


def _size(text: str) -> int:
    return len(_removable(ast.parse(text)))


def _removable(tree: ast.Module) -> list[tuple[list[ast.AST], int]]:
    """The places of statements, in functions too, and of items of lists."""
    found: list[tuple[list[ast.AST], int]] = []
    for node in ast.walk(tree):
        for field in ("body", "elts"):
            items = getattr(node, field, None)
            if isinstance(items, list):
                found += [(items, index) for index in range(len(items))]
    return found


def _without(catch: Catch, name: str, number: int) -> Catch | None:
    """Less that place of both programs, where they have the same there."""
    pair = []
    for files in (catch.before, catch.after):
        tree = ast.parse(files.get(name, ""))
        places = _removable(tree)
        if number >= len(places):
            return None
        items, index = places[number]
        pair.append((tree, items, index, ast.dump(items[index])))
    if pair[0][3] != pair[1][3]:
        return None
    texts = []
    for tree, items, index, _ in pair:
        del items[index]
        if not items and isinstance(tree, ast.Module) and items is not tree.body:
            items.append(ast.Pass())
        try:
            texts.append(ast.unparse(ast.fix_missing_locations(tree)) + "\n")
            compile(texts[-1], name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, AttributeError):
            return None
    return catch._replace(before={**catch.before, name: texts[0]}, after={**catch.after, name: texts[1]})
