"""Source: the text of a module, for what its loaded state cannot tell.

Which statements make a global, what the module imports, what it does to others while it is
imported. Text is trusted only where it is sure to be what was loaded.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.instructions import Instruction, decode
from cuvee.fingerprint.loading import cached_code, is_unchanged
from cuvee.fingerprint.passages import Passages, binds, roots_of, without_annotation
from cuvee.fingerprint.references import Bound, bindings, imported_names, module_name

if TYPE_CHECKING:
    from cuvee.fingerprint.volatile import Outline

_STORES = frozenset({"STORE_NAME", "STORE_GLOBAL"})
_DEFINITION = re.compile(r"\s*(?:async\s+)?def\s")
_LONGEST = 60


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
        self._passages: Passages | None = None
        self._outline: Outline | None = None
        self._bound: Counter[str] | None = None

    @property
    def tree(self) -> ast.Module:
        """The whole text, parsed. It takes a while: `statements_at` is for single statements."""
        if self._tree is None:
            self._tree = ast.parse(self.text) if self.code else ast.Module([], [])
        return self._tree

    @property
    def unannotated(self) -> CodeType:
        """What the text compiles to without the annotations of module level."""
        assert self.code is not None
        if "__annotations__" not in self.code.co_names and "__annotate__" not in self.code.co_names:
            return self.code
        body = [each for statement in self.tree.body for each in without_annotation(statement)]
        return compile(ast.Module(body, []), self.file, "exec", dont_inherit=True)

    @property
    def outline(self) -> Outline | None:
        """What of it is looked at for what is never the same; None where it does not compile."""
        if self._outline is None and self.code is not None:
            from cuvee.fingerprint.volatile import outline_of  # only the command asks, once a run is done

            self._outline = outline_of(self._tree or ast.parse(self.text))
        return self._outline

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
        return [name for _, name in self._imports()]

    def imports_by_line(self) -> list[tuple[int, str]]:
        """The same, each with its line."""
        return [(self.line_at(ins), name) for ins, name in self._imports()]

    def _imports(self) -> Iterator[tuple[Instruction, str]]:
        for index, ins in enumerate(self.instructions):
            if self.code is not None and ins.name == "IMPORT_NAME":
                module = module_name(self.instructions, index, self.code)
                yield ins, module
                for name in imported_names(self.instructions, index, self.code):
                    yield ins, f"{module}{'' if module.endswith('.') else '.'}{name}"

    def is_rebound(self, name: str) -> bool:
        """Whether module level binds the name more than once, or takes it away again."""
        if self._bound is None:
            names = self.code.co_names if self.code else ()
            touched = (*_STORES, "DELETE_NAME", "DELETE_GLOBAL")
            self._bound = Counter(names[ins.arg] for ins in self.instructions if ins.name in touched)
        return self._bound[name] > 1

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
                if binds(statement, name) or name in roots_of(statement):
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
        """The module-level statements that the line is part of; a decorated function without its body."""
        if self._passages is None:
            assert self.code is not None
            self._passages = Passages(self.lines, self.code, lambda: self.tree)
        return self._passages.at(line)


class Sources:
    """The sources of modules, read when they are asked for and again when they have changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], Source | None]] = {}

    def of_space(self, space: dict[str, Any]) -> Source | None:
        """The source of the module with these globals; None where there is none to be had."""
        cells = space.get("In")
        if isinstance(cells, list) and "__file__" not in space:
            return self._of_cells(cells)
        file = space.get("__file__")
        return self.of_file(file, space.get("__spec__")) if isinstance(file, str) else None

    def of_file(self, file: str, spec: Any = None) -> Source | None:
        """The source in a file; `spec` is the one that the module was loaded with, None for any."""
        try:
            found = Path(file).stat()
            state = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, id(spec))
        except OSError:
            return None
        known = self._known.get(file)
        if known is None or (known[0] != state and (spec is not None or known[0][:3] != state[:3])):
            known = self._known[file] = (state, _read(file, found, spec))
        return known[1]

    def files(self) -> list[str]:
        """The files that were looked at."""
        return [file for file in self._known if file != "In"]

    def _of_cells(self, cells: list[Any]) -> Source:
        """A notebook's: all cells that were run, one after another."""
        known = self._known.get("In")
        state = tuple(cells)  # not how many there are: a notebook can be told to begin anew
        if known is None or known[0] != state or known[1] is None:
            texts = [cell for cell in cells if isinstance(cell, str) and _compiled(cell, "cell")]
            known = self._known["In"] = (state, Source("\n".join(texts), "", trusted=True))
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
