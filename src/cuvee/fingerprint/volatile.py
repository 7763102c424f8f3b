"""Volatile: code that gives something else each time it is run, whatever it is given.

Read from the source of what runs when modules are imported and a pipeline's body is traced: the
statements of module level, and by their names whatever functions and classes these lead to. Names
are all that is looked at, so much that is steady is taken for volatile, and hardly anything the
other way round.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

# Clocks, generators, what is asked of the person, the terminal or the machine, scratch files, and
# ways to run or to read what no name leads to.
_NAMES = frozenset(
    {
        "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time",
        "process_time_ns", "thread_time", "clock_gettime", "clock_gettime_ns", "localtime", "gmtime",
        "ctime", "asctime", "strftime", "now", "today", "utcnow", "random", "secrets", "uuid", "uuid1",
        "uuid3", "uuid4", "uuid5", "uuid6", "uuid7", "urandom", "getrandom", "SystemRandom", "Random",
        "default_rng", "RandomState", "SeedSequence", "PCG64", "MT19937", "Philox", "SFC64", "token_hex",
        "token_bytes", "token_urlsafe", "choice", "choices", "shuffle", "sample", "randint", "randrange",
        "uniform", "gauss", "normal", "rand", "randn", "integers", "permutation", "randbits", "hash", "id",
        "input", "getpass", "stdin", "isatty", "get_terminal_size", "argv", "getpid", "getppid",
        "betavariate", "binomialvariate", "expovariate", "gammavariate", "getrandbits", "lognormvariate",
        "normalvariate", "paretovariate", "randbytes", "randbelow", "triangular", "vonmisesvariate",
        "weibullvariate", "RAND_bytes", "mksalt", "formatdate", "make_msgid", "times", "getrusage",
        "getrlimit", "getpriority", "nice", "umask", "statvfs", "get_ident", "get_native_id",
        "current_process",
        "gethostname", "getlogin", "getnode", "getloadavg", "virtual_memory", "cpu_percent", "disk_usage",
        "is_available", "device_count", "mkdtemp", "mkstemp", "mktemp", "gettempdir", "NamedTemporaryFile",
        "TemporaryFile", "TemporaryDirectory", "exec", "eval", "compile", "get_data",
        "run", "runs", "run_path", "run_module", "ctypes", "CDLL", "cdll",
    }
)  # fmt: skip
# What libraries take for the date.
_WORDS = frozenset({"now", "today"})
_SYSTEM = ("/proc", "/sys", "/dev", "/run", "/etc", "/var")
_BY_TEXT = frozenset({"getattr", "attrgetter", "methodcaller"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

Start = tuple[str, int]
"""Where a function begins: its file, and the line of its first decorator, else of its `def`."""


class Passage(NamedTuple):
    """What a piece of source mentions: the names in it in order, and what it calls, as `name` or
    `name.attribute`."""

    names: tuple[str, ...]
    calls: frozenset[str]


class Definition(NamedTuple):
    """A function or a class, with all that is in it, and the line that it begins in."""

    name: str
    line: int
    passage: Passage


class Outline(NamedTuple):
    """All of a module that is looked at: what runs when it is imported, and its definitions at any depth."""

    at_import: Passage
    definitions: tuple[Definition, ...]


class Seen(NamedTuple):
    """What was found. `volatile`: the first name that is; `calls`: what is called, as `name` or
    `name.attribute`; `body`: whether the body was found."""

    volatile: str | None
    calls: frozenset[str]
    body: bool


def outline_of(tree: ast.Module) -> Outline:
    """The outline of a module's source."""
    definitions = [node for node in ast.walk(tree) if isinstance(node, _Definition)]
    found = [Definition(node.name, _line(node), _passage(ast.walk(node))) for node in definitions]
    return Outline(_passage(_run_at_import(tree)), tuple(found))


def look_through(modules: Mapping[str, Outline], body: Start | None, tasks: Collection[Start]) -> Seen:
    """Look through modules by their files, and the body that begins there; `tasks` are not run by it."""
    defined: dict[str, list[tuple[str, Definition]]] = {}
    for file, outline in modules.items():
        for definition in outline.definitions:
            defined.setdefault(definition.name, []).append((file, definition))
    look = _Look(defined)
    for outline in modules.values():
        look.at(outline.at_import)
    look.follow(())
    bodies = [each for found in defined.values() for file, each in found if (file, each.line) == body]
    for each in bodies:
        look.at(each.passage)
    look.follow(tasks)
    return Seen(look.volatile, frozenset(look.calls), bool(bodies))


class _Look:
    def __init__(self, defined: Mapping[str, list[tuple[str, Definition]]]) -> None:
        self.volatile: str | None = None
        self.calls: set[str] = set()
        self._defined = defined
        self._waiting: list[str] = []
        self._met: set[str] = set()

    def at(self, passage: Passage) -> None:
        for name in passage.names:
            if name in _NAMES or name.startswith(_SYSTEM):
                self.volatile = self.volatile or name
            if name in self._defined and name not in self._met:
                self._met.add(name)
                self._waiting.append(name)
        self.calls |= passage.calls

    def follow(self, tasks: Collection[Start]) -> None:
        """Look at all that the names met so far lead to, but for these."""
        while self._waiting:
            for file, definition in self._defined[self._waiting.pop()]:
                if (file, definition.line) not in tasks:
                    self.at(definition.passage)


def _passage(nodes: Iterable[ast.AST]) -> Passage:
    """What these nodes mention, each by itself."""
    seeds: set[ast.AST] = set()
    names: dict[str, None] = {}
    calls: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr == "seed":
            seeds.update(ast.walk(node.value))  # `random.seed(0)` is steady
        if node in seeds:
            continue
        names.update(dict.fromkeys(_names_of(node)))
        if isinstance(node, ast.Call):
            calls.add(_called(node.func))
        elif isinstance(node, ast.Set | ast.SetComp):
            calls.add("set")
    return Passage(tuple(names), frozenset(calls))


def _names_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.alias) and node.asname:
        yield node.name.rpartition(".")[2]  # from here on it goes by another name
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value.startswith(_SYSTEM) or node.value in _WORDS:
            yield node.value
    elif isinstance(node, ast.Call) and _root(node.func).rpartition(".")[2] in _BY_TEXT:
        for given in node.args:
            yield given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else "eval"


def _called(node: ast.expr) -> str:
    """The name that an expression begins with, and the attribute of it that is called, if it is one."""
    root = _root(node)
    return f"{root}.{node.attr}" if isinstance(node, ast.Attribute) else root


def _root(node: ast.expr) -> str:
    """The name that an expression begins with; "" where it begins with none."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when a module is imported: not the bodies of functions, nor what only a
    script does."""
    yield node
    if isinstance(node, ast.If) and _asks_for_main(node.test):
        inside: list[ast.AST] = list(node.orelse)
    elif isinstance(node, _Function):
        arguments = node.args
        inside = [*node.decorator_list, *arguments.defaults, *filter(None, arguments.kw_defaults)]
    else:
        inside = list(ast.iter_child_nodes(node))
    for child in inside:
        yield from _run_at_import(child)


def _asks_for_main(test: ast.expr) -> bool:
    return ast.unparse(test) in ("__name__ == '__main__'", "'__main__' == __name__")


def _line(node: _Definition) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
