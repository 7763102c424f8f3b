"""What code objects do: not how they are laid out, and every change of what they do.

Python's own library is the material: real functions, all that the language has.
"""

from __future__ import annotations

import argparse
import ast
import collections
import contextlib
import copy
import dataclasses
import dis
import enum
import functools
import inspect
import json.decoder
import pickle
import random
import tokenize
import typing
from types import CodeType, ModuleType

import pytest

from cuvee.fingerprint.behaviour import find_behaviour
from cuvee.fingerprint.instructions import decode

MODULES: list[ModuleType] = [
    argparse, collections, contextlib, dataclasses, enum, functools, inspect, json.decoder, pickle,
    tokenize, typing,
]  # fmt: skip
_PADDING = {"CACHE", "NOP", "NOT_TAKEN", "EXTENDED_ARG"}


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _inner(code: CodeType) -> list[CodeType]:
    found = [code]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found += _inner(constant)
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_formatting_comments_and_layout_leave_no_trace(module: ModuleType) -> None:
    written = compile(inspect.getsource(module), "one", "exec")
    tidied = compile(ast.unparse(_tree(module)), "two", "exec")
    pairs = list(zip(_inner(written), _inner(tidied), strict=True))
    other = [
        one.co_qualname for one, two in pairs if find_behaviour(one).digest != find_behaviour(two).digest
    ]
    assert other == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_jumps_go_where_the_disassembler_says(module: ModuleType) -> None:
    for code in _inner(compile(inspect.getsource(module), "one", "exec")):
        told = [ins for ins in dis.get_instructions(code) if ins.opname not in _PADDING]
        jumps = [ins.argval for ins in told if ins.opcode in dis.hasjrel]
        assert [ins.target for ins in decode(code) if ins.target >= 0] == jumps


def test_docstrings_leave_no_trace_unless_something_is_in_the_way() -> None:
    one = compile('def f(x):\n    "One."\n    def g():\n        "Two."\n    return g\n', "f", "exec")
    two = compile("def f(x):\n    def g():\n        pass\n    return g\n", "f", "exec")
    assert find_behaviour(one).digest == find_behaviour(two).digest
    three = compile('def f(x):\n    "One."\n    return "One."\n', "f", "exec")
    four = compile('def f(x):\n    "One."\n    return None\n', "f", "exec")
    assert find_behaviour(three).digest != find_behaviour(four).digest


def _mutate(function: ast.FunctionDef, chance: random.Random) -> ast.AST | None:
    """Change one thing that the function does; what was changed, or None if there was nothing."""
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    chance.shuffle(nodes)
    return next((node for node in nodes if _change(node)), None)


def _change(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=bool(value)):
            node.value = not value
        case ast.Constant(value=int(value)):
            node.value = float(value)
        case ast.Constant(value=str(value)):
            node.value = value + "x"
        case ast.BinOp():
            node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        case ast.Compare():
            node.ops[0] = ast.Gt() if isinstance(node.ops[0], ast.LtE) else ast.LtE()
        case ast.BoolOp():
            node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        case ast.Attribute():
            node.attr += "z"
        case ast.Name(ctx=ast.Load()):
            node.id += "z"
        case ast.If():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Call(args=[_, *_]) if not any(isinstance(each, ast.Starred) for each in node.args):
            node.args.append(ast.Constant(7))
        case _:
            return False
    return True


def _compiled(function: ast.FunctionDef) -> CodeType | None:
    try:
        return compile(ast.fix_missing_locations(ast.Module([function], [])), "f", "exec")
    except (SyntaxError, ValueError, TypeError):
        return None


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_every_change_of_what_a_function_does_is_seen() -> None:
    chance = random.Random(7)
    unseen: list[str] = []
    tried = 0
    for module in MODULES:
        functions = [node for node in ast.walk(_tree(module)) if isinstance(node, ast.FunctionDef)]
        for function in chance.sample(functions, min(30, len(functions))):
            function.decorator_list.clear()
            if ast.get_docstring(function) is not None:
                function.body[:1] = [ast.Pass()]
            changed = copy.deepcopy(function)
            what = _mutate(changed, chance)
            one, two = _compiled(function), _compiled(changed)
            if what is None or one is None or two is None or _equal(one, two):
                continue
            tried += 1
            if find_behaviour(one).digest == find_behaviour(two).digest:
                unseen.append(f"{module.__name__}.{function.name}: {ast.dump(what)[:80]}")
    assert tried > 250
    assert unseen == []


def _equal(one: CodeType, two: CodeType) -> bool:
    """Whether the compiler made the same of both: constants that it folded away, say."""
    pairs = zip(_inner(one), _inner(two), strict=False)
    return len(_inner(one)) == len(_inner(two)) and all(_made(a) == _made(b) for a, b in pairs)


def _made(code: CodeType) -> tuple[object, ...]:
    plain = [repr(constant) for constant in code.co_consts if not isinstance(constant, CodeType)]
    return code.co_code, code.co_names, plain
