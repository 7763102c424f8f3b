"""Mutations: random edits of a program, of looks alone, of what nobody reaches, or of anything at all.

An edit knows nothing of fingerprints. Whether it may change a result is for the oracle to tell; what
an edit of looks or of unreached code must not change is known beforehand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Literal, NamedTuple

from programs import Files

Kind = Literal["looks", "unreached", "meaning"]


class Mutation(NamedTuple):
    """One edit that was made: of what kind, in words, and the files after it."""

    kind: Kind
    what: str
    files: Files


def mutate(rng: Random, files: Files) -> Mutation:
    """A random edit of a random file that leaves it a program."""
    while True:
        kind: Kind = rng.choice(("looks", "meaning", "meaning", "unreached"))
        name = rng.choice(
            [each for each in files if files[each].strip() and (each, kind) != ("stray.py", "meaning")]
        )
        how = rng.choice(_EDITS[kind])
        try:
            after = how(rng, files[name])
        except _NoPlaceError:
            continue
        if after != files[name] and _parses(after):
            return Mutation(
                kind, f"{how.__name__.strip('_').replace('_', ' ')} in {name}", {**files, name: after}
            )


class _NoPlaceError(Exception):
    """The file has no place for this edit."""


def _parses(text: str) -> bool:
    try:
        compile(text, "edited", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


# Looks.


def _comments(rng: Random, text: str) -> str:
    """Comments and blank lines before statements and behind them."""
    lines = text.split("\n")
    starts = {node.lineno - 1 for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)}
    found: list[str] = []
    for number, line in enumerate(lines):
        if number in starts and rng.random() < 0.3:
            indent = line[: len(line) - len(line.lstrip())]
            found.append(rng.choice(("", f"{indent}# why: {rng.randrange(99)}", "")))
        found.append(line)
    return "\n".join(found)


def _written_anew(rng: Random, text: str) -> str:
    """As a formatter would: no comments, other quotes, other brackets, other lines."""
    return ast.unparse(ast.parse(text)) + "\n"


def _broken_lines(rng: Random, text: str) -> str:
    """Brackets and line breaks around expressions."""
    found = [
        node for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.BoolOp | ast.List | ast.Dict)
        and node.lineno == node.end_lineno
    ]  # fmt: skip
    node = _one(rng, [each for each in found if not _in_string(text, each)])
    return _spliced(text, node, f"(\n{ast.get_source_segment(text, node)}\n    )")


def _docstrings(rng: Random, text: str) -> str:
    """A docstring that comes, goes or says something else."""
    tree = ast.parse(text)
    node = _one(rng, [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.ClassDef)])
    if ast.get_docstring(node) is not None and len(node.body) > 1 and rng.random() < 0.5:
        del node.body[0]
    elif ast.get_docstring(node) is not None:
        node.body[0] = ast.Expr(ast.Constant(f"It says {rng.randrange(99)}."))
    else:
        node.body.insert(0, ast.Expr(ast.Constant(f"New, {rng.randrange(99)}.")))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _annotations(rng: Random, text: str) -> str:
    """Annotations of functions and their variables."""
    tree = ast.parse(text)
    node = _one(rng, [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)])
    node.returns = ast.Name(rng.choice(("int", "list", "object")))
    for argument in node.args.args[rng.randrange(2) :]:
        argument.annotation = ast.Constant(rng.choice(("int", "a.b", "list[int]")))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _annotated_variables(rng: Random, text: str) -> str:
    """`x = 1` as `x: int = 1`, outside of classes."""
    tree = ast.parse(text)
    bodies = [each for each in ast.walk(tree) if isinstance(each, ast.Module | ast.FunctionDef)]
    found = [
        (body.body, index) for body in bodies for index, each in enumerate(body.body)
        if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name)
    ]  # fmt: skip
    body, index = _one(rng, found)
    old: Any = body[index]
    body[index] = ast.AnnAssign(old.targets[0], ast.Name("object"), old.value, simple=1)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _moved_functions(rng: Random, text: str) -> str:
    """Two plain functions, one after another, change places."""
    tree = ast.parse(text)
    found = [
        index for index, pair in enumerate(zip(tree.body, tree.body[1:], strict=False))
        if all(isinstance(each, ast.FunctionDef) and not each.decorator_list for each in pair)
        and not any(each.args.defaults for each in pair) and pair[0].name != pair[1].name
    ]  # fmt: skip
    at = _one(rng, found)
    tree.body[at], tree.body[at + 1] = tree.body[at + 1], tree.body[at]
    return ast.unparse(tree) + "\n"


def _other_spellings(rng: Random, text: str) -> str:
    """The same number or text, written differently."""
    node = _one(rng, [each for each in _constants(text) if type(each.value) in (int, str)])
    value = node.value
    if type(value) is int:
        new = rng.choice((hex(value), f"0b{value:b}", f"({value})"))
    else:
        new = f"({value[:1]!r} {value[1:]!r})"
    return _spliced(text, node, new)


def _order_of_sets(rng: Random, text: str) -> str:
    """The items of a set the other way round."""
    tree = ast.parse(text)
    found = [each for each in ast.walk(tree) if isinstance(each, ast.Set)]
    node = _one(rng, [each for each in found if all(isinstance(item, ast.Constant) for item in each.elts)])
    node.elts.reverse()
    return ast.unparse(tree) + "\n"


# What nobody reaches.


def _new_function(rng: Random, text: str) -> str:
    """A function that nobody calls, at the top."""
    return _after_head(
        text, f"def fresh_{rng.randrange(10**6)}(a, b=2):\n    return a + {rng.randrange(99)}\n"
    )


def _new_constant(rng: Random, text: str) -> str:
    return _after_head(text, f"FRESH_{rng.randrange(10**6)} = [{rng.randrange(99)}, 'x']\n")


def _new_class(rng: Random, text: str) -> str:
    name, number = f"Fresh{rng.randrange(10**6)}", rng.randrange(99)
    return f"{text}\nclass {name}:\n    k = {number}\n    def f(self): return self.k\n"


def _edited_unused(rng: Random, text: str) -> str:
    """A constant in code that nobody reaches."""
    spans = _unused(text)
    found = [
        each for each in _constants(text)
        if type(each.value) is int and any(first <= each.lineno <= last for first, last in spans)
    ]  # fmt: skip
    return _spliced(text, _one(rng, found), str(rng.randrange(100, 999)))


def _after_head(text: str, new: str) -> str:
    """Below the imports that a module begins with; `from __future__` has to stay in front."""
    tree = ast.parse(text)
    last = 0
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            break
        last = node.end_lineno or 0
    lines = text.split("\n")
    return "\n".join((*lines[:last], new, *lines[last:]))


# Meaning.


def _constant(rng: Random, text: str) -> str:
    """Another number, text, flag; or an equal one of another type."""
    node = _one(rng, [each for each in _reached(text) if type(each.value) in (int, float, str, bool)])
    return _spliced(text, node, _other(rng, node.value))


def _other(rng: Random, value: Any) -> str:
    if type(value) is bool:
        return rng.choice((str(not value), str(int(value))))
    if type(value) is str:
        return rng.choice((repr(value + "z"), repr(value[::-1]), repr(value.encode())))
    if type(value) is int and rng.random() < 0.2:
        return rng.choice((f"{value}.0", "True", "-0.0", f"'{value}'", f"({value},)"))
    return repr(value + rng.choice((1, 7, -1))) if type(value) is int else repr(-value)


_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.BitOr)
_COMPARISONS = (ast.Lt, ast.Gt, ast.LtE, ast.GtE, ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)


def _operator(rng: Random, text: str) -> str:
    tree = ast.parse(text)
    found = [each for each in ast.walk(tree) if isinstance(each, ast.BinOp | ast.Compare | ast.BoolOp)]
    node: Any = _one(rng, found)
    if isinstance(node, ast.BinOp):
        node.op = rng.choice(_OPERATORS)()
    elif isinstance(node, ast.Compare):
        node.ops[0] = rng.choice(_COMPARISONS)()
    else:
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return ast.unparse(tree) + "\n"


def _other_name(rng: Random, text: str) -> str:
    """A name where another stood."""
    tree = ast.parse(text)
    names = [each for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
    _one(rng, names).id = _one(rng, names).id
    return ast.unparse(tree) + "\n"


def _other_attribute(rng: Random, text: str) -> str:
    tree = ast.parse(text)
    found = [each for each in ast.walk(tree) if isinstance(each, ast.Attribute)]
    _one(rng, found).attr = _one(rng, found).attr
    return ast.unparse(tree) + "\n"


def _statement_gone(rng: Random, text: str) -> str:
    tree = ast.parse(text)
    body = _one(rng, list(_bodies(tree)))
    at = rng.randrange(len(body))
    body[at] = ast.Pass()
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _statements_swapped(rng: Random, text: str) -> str:
    tree = ast.parse(text)
    body = _one(rng, [each for each in _bodies(tree) if len(each) > 1])
    at = rng.randrange(len(body) - 1)
    body[at], body[at + 1] = body[at + 1], body[at]
    return ast.unparse(tree) + "\n"


def _statement_doubled(rng: Random, text: str) -> str:
    tree = ast.parse(text)
    body = _one(rng, list(_bodies(tree)))
    at = rng.randrange(len(body))
    body.insert(at, body[at])
    return ast.unparse(tree) + "\n"


def _decorators(rng: Random, text: str) -> str:
    """One less, or in another order."""
    tree = ast.parse(text)
    node = _one(rng, [each for each in ast.walk(tree) if getattr(each, "decorator_list", [])])
    if rng.random() < 0.5:
        node.decorator_list.reverse()  # type: ignore[attr-defined]
    else:
        del node.decorator_list[-1]  # type: ignore[attr-defined]
    return ast.unparse(tree) + "\n"


def _bases(rng: Random, text: str) -> str:
    tree = ast.parse(text)
    node = _one(rng, [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and each.bases])
    if len(node.bases) > 1 and rng.random() < 0.5:
        node.bases.reverse()
    else:
        del node.bases[-1]
    return ast.unparse(tree) + "\n"


def _default(rng: Random, text: str) -> str:
    tree = ast.parse(text)
    node = _one(rng, [each for each in ast.walk(tree) if isinstance(each, ast.arguments) and each.args])
    node.defaults = node.defaults[1:] if node.defaults else [ast.Constant(rng.randrange(9))] * len(node.args)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _patch(rng: Random, text: str) -> str:
    """A name of the module bound anew at its end: a monkeypatch, or a constant overridden."""
    tree = ast.parse(text)
    named = [each for each in tree.body if isinstance(each, ast.FunctionDef | ast.Assign)]
    node: Any = _one(rng, named)
    number = rng.randrange(99)
    if isinstance(node, ast.FunctionDef):
        return f"{text}\n{node.name} = lambda *a, **k: {number}\n"
    return f"{text}\n{ast.unparse(node.targets[0])} = {number}\n"


def _patch_from_outside(rng: Random, text: str) -> str:
    """An attribute of an imported module of the project set from another one."""
    found = re.findall(r"^import ((?:pkg\.)?[a-z.]+\d*)$", text, re.MULTILINE)
    module = _one(rng, [each for each in found if re.match(r"pkg|alpha|beta|kin", each)])
    number = rng.randrange(99)
    return (
        f"{text}\nfor patch in [name for name in vars({module}) if name[:3] in ('ent', 'low', 'LIM')][:1]:\n"
        f"    setattr({module}, patch, (lambda *a: {number}) if patch.islower() else {number})\n"
    )


_EDITS: dict[Kind, tuple[Callable[[Random, str], str], ...]] = {
    "looks": (
        _comments, _written_anew, _broken_lines, _docstrings, _annotations, _other_spellings, _order_of_sets,
    ),
    # Code that walks through a module, or through its annotations, may see the first two.
    "unreached": (
        _moved_functions, _annotated_variables, _new_function, _new_constant, _new_class, _edited_unused,
        _edited_unused,
    ),
    "meaning": (
        *[_constant] * 6, *[_operator] * 2, _other_name, _other_attribute, _statement_gone,
        _statements_swapped, _statement_doubled, _decorators, _bases, _default, _patch, _patch_from_outside,
    ),
}  # fmt: skip


# Places.


def _one(rng: Random, places: list[Any]) -> Any:
    if not places:
        raise _NoPlaceError
    return rng.choice(places)


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body:
            yield body


def _constants(text: str) -> list[ast.Constant]:
    """The constants that can be exchanged where they stand: no docstrings, no pieces of f-strings."""
    tree = ast.parse(text)
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            apart |= {id(each) for each in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            apart.add(id(node.value))
        elif isinstance(node, ast.MatchValue | ast.MatchMapping):
            apart |= {id(each) for each in ast.walk(node)}
    return [each for each in ast.walk(tree) if isinstance(each, ast.Constant) and id(each) not in apart]


def _reached(text: str) -> list[ast.Constant]:
    """Those of them that are not in code which nobody reaches."""
    spans = _unused(text)
    return [each for each in _constants(text) if not any(a <= each.lineno <= b for a, b in spans)]


def _unused(text: str) -> list[tuple[int, int]]:
    """The lines, first and last, of what nobody reaches."""
    return [(node.lineno, node.end_lineno or 0) for node in ast.parse(text).body if _is_unused(node)]


def _is_unused(node: ast.stmt) -> bool:
    name = getattr(node, "name", "") or ast.unparse(node)
    return re.match(r"unused_|SPARE_|Idle_", name) is not None


def _in_string(text: str, node: ast.expr) -> bool:
    """Whether an expression stands in an f-string, where its place is not told truly."""
    line = text.split("\n")[node.lineno - 1]
    return 'f"' in line or "f'" in line


def _spliced(text: str, node: ast.expr, new: str) -> str:
    """The text with something else where an expression stood."""
    lines = text.split("\n")
    assert node.end_lineno is not None
    head = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    tail = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode()
    return "\n".join((*lines[: node.lineno - 1], head + new + tail, *lines[node.end_lineno :]))
