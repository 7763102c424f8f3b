"""Source: the text of a module, for what its loaded state cannot tell.

Which statements make a global, what the module imports, what it does to others while it is
imported. Text is trusted only where it is sure to be what was loaded.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from cuvee.fingerprint.blocks import inner_code, last_line
from cuvee.fingerprint.instructions import Instruction, decode
from cuvee.fingerprint.loading import cached_code, is_unchanged
from cuvee.fingerprint.references import Bound, bindings, imported_names, module_name

_STORES = frozenset({"STORE_NAME", "STORE_GLOBAL"})
_DEFINITION = re.compile(r"\s*(?:async\s+)?def\s")
_LONGEST = 60
_COMPOUND = (
    "def ",
    "async ",
    "if ",
    "elif ",
    "else",
    "for ",
    "while ",
    "try",
    "except",
    "finally",
    "with ",
)


class Source:
    """One module's source. `code` is what it compiles to; None where it does not compile."""

    def __init__(self, text: str, file: str, trusted: bool, code: CodeType | None = None) -> None:
        self.text = text
        self.file = file
        self.trusted = trusted
        self.lines = text.split("\n")
        self.code = code or _compiled(text, file)
        self.instructions: list[Instruction] = decode(self.code) if self.code else []
        self._making: dict[str, list[ast.stmt]] = {}
        self._at: dict[int, int] | None = None
        self._tree: ast.Module | None = None
        self._imported: dict[str, Bound] | None = None
        self._lines_of: dict[str, int] | None = None

    @property
    def tree(self) -> ast.Module:
        """The whole text, parsed. It takes a while: `statement_at` is for single statements."""
        if self._tree is None:
            self._tree = ast.parse(self.text) if self.code else ast.Module([], [])
        return self._tree

    def line_of(self, name: str) -> int:
        """The first line of module level that binds a name; 0 if none does."""
        if self._lines_of is None:
            self._lines_of = {}
            for ins in self.instructions:
                if self.code and ins.name in _STORES:
                    self._lines_of.setdefault(self.code.co_names[ins.arg], self.line_at(ins))
        return self._lines_of.get(name, 0)

    @property
    def imported(self) -> dict[str, Bound]:
        """The globals that imports bind: the module each is from, and the attribute it is there."""
        if self._imported is None:
            code, all_ = self.code, self.instructions
            found = [index for index, ins in enumerate(all_) if ins.name == "IMPORT_NAME"]
            pairs = [pair for index in found if code for pair in bindings(all_, index, code)]
            self._imported = dict(pairs)
        return self._imported

    def definition_at(self, line: int) -> int:
        """The line of the `def` of a function that begins in this line, maybe with a decorator."""
        if not self.lines[line - 1 : line] or not self.lines[line - 1].lstrip().startswith("@"):
            return line
        below = range(line, min(line + _LONGEST, len(self.lines)))
        return next((at + 1 for at in below if _DEFINITION.match(self.lines[at])), line)

    def imports(self) -> list[str]:
        """What is imported at module level, as it is written: modules, and names that may be modules."""
        if self.code is None:
            return []
        code = self.code
        found: list[str] = []
        for index, ins in enumerate(self.instructions):
            if ins.name == "IMPORT_NAME":
                module = module_name(self.instructions, index, code)
                inner = imported_names(self.instructions, index, code)
                found += [module, *(f"{module}{'' if module.endswith('.') else '.'}{name}" for name in inner)]
        return found

    def making(self, name: str) -> list[ast.stmt]:
        """The module-level statements that bind a name, or that act on what it is bound to."""
        if name not in self._making:
            self._making[name] = self._find_making(name)
        return self._making[name]

    def _find_making(self, name: str) -> list[ast.stmt]:
        if self.code is None or name not in self.code.co_names:
            return []
        found: dict[int, ast.stmt] = {}
        for line in self._lines_with(name):
            for statement in self.statements_at(line):
                if _binds(statement, name) or root_of(statement) == name:
                    found[statement.lineno] = statement
        return [found[line] for line in sorted(found)]

    def _lines_with(self, name: str) -> list[int]:
        """The lines of module level in which the name is loaded or stored."""
        assert self.code is not None
        names, at = self.code.co_names, self._line_by_offset()
        uses = ("LOAD_NAME", *_STORES)
        lines = {
            at.get(ins.offset, 0) for ins in self.instructions if ins.name in uses and names[ins.arg] == name
        }
        return sorted(lines - {0})

    def _line_by_offset(self) -> dict[int, int]:
        if self._at is None:
            self._at = {}
            for start, end, line in self.code.co_lines() if self.code else ():
                self._at.update(dict.fromkeys(range(start, end, 2), line or 0))
        return self._at

    def line_at(self, ins: Instruction) -> int:
        """The line of an instruction of module level."""
        return self._line_by_offset().get(ins.offset, 0)

    def statements_at(self, line: int) -> list[ast.stmt]:
        """The simple statements that begin in a line, or the module-level ones that the line is part of.

        A decorated function comes without its body: parsing a whole module takes a while.
        """
        found = self._begun_at(line)
        if found and all(
            _is_simple(each) or isinstance(each, ast.FunctionDef | ast.ClassDef) for each in found
        ):
            return [ast.increment_lineno(statement, line - 1) for statement in found]
        return [
            each
            for each in _flat(self.tree.body)
            if _first_line(each) <= line <= (each.end_lineno or each.lineno)
        ]

    def _class_at(self, line: int) -> list[ast.stmt]:
        """The class that begins in a line."""
        last = max(
            (last_line(inner) for inner in inner_code(self.code) if inner.co_firstlineno == line), default=0
        )
        try:
            found = ast.parse("\n".join(self.lines[line - 1 : last])).body
        except (SyntaxError, ValueError):
            return []
        return found if len(found) == 1 else []

    def _begun_at(self, line: int) -> list[ast.stmt]:
        """What parses by itself from a line on, in as few lines as can be; of a definition, its head."""
        first = self.lines[line - 1].lstrip()
        if self.lines[line - 1].startswith("class "):
            return self._class_at(line)
        if first.startswith(_COMPOUND):
            return []
        body = "\n    pass" if self.lines[line - 1].startswith("@") else ""
        for end in range(line, min(line + _LONGEST, len(self.lines)) + 1):
            try:
                return ast.parse("\n".join((first, *self.lines[line:end])) + body).body
            except (SyntaxError, ValueError):
                continue
        return []


def _first_line(statement: ast.stmt) -> int:
    """Where a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(each.lineno for each in decorators), statement.lineno)


class Sources:
    """The sources of modules, read when they are asked for and again when they have changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, Source | None]] = {}

    def of_space(self, space: dict[str, Any]) -> Source | None:
        """The source of the module with these globals; None where there is none to be had."""
        cells = space.get("In")
        if isinstance(cells, list) and "__file__" not in space:
            return self._of_cells(cells)
        file = space.get("__file__")
        return self.of_file(file, space.get("__spec__")) if isinstance(file, str) else None

    def of_file(self, file: str, spec: Any = None) -> Source | None:
        """The source in a file; `spec` is the one that the module was loaded with."""
        try:
            found = Path(file).stat()
            state = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, id(spec))
        except OSError:
            return None
        known = self._known.get(file)
        if known is None or known[0] != state:
            known = self._known[file] = (state, _read(file, found, spec))
        return known[1]

    def _of_cells(self, cells: list[Any]) -> Source:
        """A notebook's: all cells that were run, one after another."""
        known = self._known.get("In")
        if known is None or known[0] != len(cells) or known[1] is None:
            texts = [cell for cell in cells if isinstance(cell, str) and _compiled(cell, "cell")]
            known = self._known["In"] = (len(cells), Source("\n".join(texts), "", trusted=True))
        assert known[1] is not None
        return known[1]


def _read(file: str, status: os.stat_result, spec: Any) -> Source | None:
    if not file.endswith(".py"):
        return None
    try:
        text = importlib.util.decode_source(Path(file).read_bytes())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    code = cached_code(status, spec)
    return Source(text, file, code is not None or is_unchanged(status), code)


def _compiled(text: str, file: str) -> CodeType | None:
    try:
        return compile(text, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None


def _is_simple(statement: ast.stmt) -> bool:
    return not hasattr(statement, "body") and not isinstance(statement, ast.Match)


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that are carried out at module level: not those in functions and classes."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement
            continue
        inner = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
        for handler in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            inner += handler.body
        if inner and not isinstance(statement, ast.With | ast.AsyncWith | ast.For | ast.AsyncFor):
            yield from _flat(inner)
        else:
            yield statement


def _binds(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name == name
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any((alias.asname or alias.name.partition(".")[0]) in (name, "*") for alias in statement.names)
    return any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(statement)
    )


def root_of(statement: ast.stmt) -> str | None:
    """The name that a statement acts on: `x` in `x.append(1)`, `x.y = 1`, `x[0] = 1`, `del x.y`."""
    target: ast.expr | None = None
    if isinstance(statement, ast.Expr):
        target = statement.value
        if not isinstance(target, ast.Call | ast.Await):
            return None
    elif isinstance(statement, ast.Assign | ast.Delete):
        targets = [each for each in statement.targets if isinstance(each, ast.Attribute | ast.Subscript)]
        target = targets[0] if targets else None
    elif isinstance(statement, ast.AugAssign | ast.AnnAssign) and not isinstance(statement.target, ast.Name):
        target = statement.target
    while isinstance(target, ast.Attribute | ast.Subscript | ast.Call | ast.Await):
        target = target.func if isinstance(target, ast.Call) else target.value
    return target.id if isinstance(target, ast.Name) else None
