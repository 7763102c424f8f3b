"""Settings: what modules that no name leads to have done to the libraries that code uses.

`pd.set_option(…)` at the top of the script that runs a pipeline changes what a task in another module
computes. It counts where the code reaches that library, or one that requires it. What such a module
only keeps (`X = library.function(3)`) does not: it would tie every task to every script.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Container, Iterable, Iterator
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.codecs.module_name import MAIN, importable
from cuvee.fingerprint.effects import fill_effects, reached_from, roots_acted_on
from cuvee.fingerprint.families import unwatched, unwrapped
from cuvee.fingerprint.installed import Installed
from cuvee.fingerprint.names import absolute
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.origins import loaded_name, module_of
from cuvee.fingerprint.passages import parts_of, places_changed, root_of
from cuvee.fingerprint.source import Source
from cuvee.model.key import Ledger
from cuvee.model.value import Value

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

# Standard modules with settings of their own that results depend on.
_STANDARD = frozenset(
    {"builtins", "calendar", "codecs", "copyreg", "csv", "decimal", "gettext", "json", "locale", "socket"}
)
_PYTHON = "python"
"""Stands for all of these: what they are set to counts for any code."""

_SETTINGS = " (settings)"

_ANYWHERE = frozenset({"package", "project", "refused"})

# Each call is seeded anew, whatever was drawn or seeded before.
_SEEDING = frozenset({"seed", "manual_seed", "manual_seed_all"})


class Setting(Value, frozen=True):
    """A statement of a module that acts on these top-level packages. `exposed`: it is a definition that a
    decorator has registered with them."""

    packages: frozenset[str]
    statement: Any
    exposed: bool


class Settings:
    """What each loaded module of the project has done to libraries, looked for when it is asked for."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._known: dict[str, list[Setting]] = {}
        self._followed: dict[int, bool] = {}
        self._modules: list[str] = []
        self._loaded: dict[str, ModuleType] = {}

    def nodes(self, imported: Container[str], reached: set[str], installed: Installed) -> Iterator[Node]:
        """The nodes of what modules other than `imported` have done to packages that are among `reached`,
        or that these require."""
        names: set[str] | None = None
        for name in self._loaded_modules():
            found = [] if name in imported else self._of(name)
            if not found:
                continue
            if names is None:
                owners = [owner for package in reached for owner in installed.owners(package)]
                names = {distribution.name for distribution in installed.closure(owners)}
            used = [each for each in found if _is_used(each, names, installed) and self._follows(name, each)]
            if used:
                yield self._node(name, used)

    def _loaded_modules(self) -> list[str]:
        """Those that lie in the project, and the notebook that this process is of."""
        if list(self._loaded) != list(sys.modules):  # some microseconds, once for a task
            before, self._loaded = self._loaded, dict(sys.modules)
            # Calls import a few modules more where there are thousands: those alone are looked at.
            new = {name for name, module in self._loaded.items() if before.get(name) is not module}
            kept = [name for name in self._modules if name in self._loaded and name not in new]
            counts = self._counts
            self._modules = sorted([*kept, *(name for name in new if counts(name, self._loaded[name]))])
        return self._modules

    def _counts(self, name: str, module: object) -> bool:
        spec, known = getattr(module, "__spec__", None), self._explorer.lasting.inside
        if spec is None or not isinstance(spec, ModuleSpec):
            return self._is_inside(name, module)
        file = getattr(module, "__file__", None)
        found = known.get(name)
        if found is None or found[0] is not spec or found[1] != file:
            found = known[name] = (spec, file, self._is_inside(name, module))
        return found[2]

    def _is_inside(self, name: str, module: object) -> bool:
        if not isinstance(module, ModuleType) or loaded_name(vars(module)) != name:
            return False
        if type(getattr(module, "__loader__", None)).__module__.startswith("_pytest."):
            return False  # tests of a pipeline are none of it, and there may be hundreds
        inside = self._explorer.origins.is_loaded_inside(name, module)
        return name in MAIN if inside is None else inside

    def _of(self, name: str) -> list[Setting]:
        known = self._known.get(name)
        if known is None:
            space = vars(sys.modules[name])
            known = self._known[name] = [
                Setting(frozenset(packages), statement, exposed)
                for statement, exposed in self._explorer.acting(name)
                if not _is_only_kept(statement) and not _seeds(statement)
                if (packages := self._packages(space, statement))
            ]
        return known

    def _packages(self, space: dict[str, Any], statement: ast.stmt) -> set[str]:
        """The packages that a statement acts on, or a function of the project does that it calls. What it
        hands them is not asked."""
        found: set[str] = set()
        for name in _actors(statement):
            value = unwatched(space.get(name, getattr(builtins, name, None)))
            node = self._own(value)
            if node is None:
                found.add(self._package(value))
                continue
            reached = list(reached_from(self._explorer, node))
            if not any(each.runs for each in reached):  # what starts a run is used by no task
                found.update(package for each in reached for package in each.packages)
        return found - {""}

    def _own(self, value: Any) -> Node | None:
        """The node of a function or a class of the project, or of the class that an instance is of."""
        explorer = self._explorer
        if isinstance(value, FunctionType):
            return explorer.function_node(value) if explorer.origins.of_function(value) == "project" else None
        if isinstance(value, ModuleType) or unwrapped(value) is not value:
            return None
        cls = value if isinstance(value, type) else type(value)
        return explorer.class_node(cls) if explorer.origins.of_class(cls) == "project" else None

    def _package(self, value: Any) -> str:
        if isinstance(value, ModuleType):
            module = loaded_name(vars(value))
        else:
            module = str(getattr(value, "__module__", None) or type(value).__module__)
        top = module.partition(".")[0]
        if self._explorer.origins.of_module(module) == "installed":
            return top
        if module == "builtins" and not isinstance(value, ModuleType):
            return ""  # print(…)
        return _PYTHON if top in _STANDARD else ""

    def _follows(self, name: str, setting: Setting) -> bool:
        """Whether the names in a statement lead somewhere in particular: else it would make all that any
        task computes depend on all that is written."""
        statement = setting.statement
        known = self._followed.get(id(statement))
        if known is None:
            from cuvee.fingerprint.statements import statement_pieces  # most scripts set nothing

            root = Node("setting", "", None, None)
            statement_pieces(self._explorer, root, vars(sys.modules[name]), statement)
            nodes = reached_from(self._explorer, root)
            known = not any(doubt.widened in _ANYWHERE for node in nodes for doubt in node.doubts)
            self._followed[id(statement)] = known
        return known

    def _node(self, name: str, used: list[Setting]) -> Node:
        explorer, module = self._explorer, sys.modules[name]
        source = explorer.source_of(vars(module))
        assert source is not None
        base = module_of(vars(module)) + _SETTINGS
        statements = [(each.statement, each.exposed) for each in used]
        which = ",".join(str(each.statement.lineno) for each in used)
        subject: tuple[ModuleType, Source, Any, list[str]] = (module, source, statements, [])
        return explorer.node(
            "settings",
            module,
            which,
            lambda: Node("module", base, subject, fill_effects, explorer.place(source.file)),
        )


def settings_modules(nodes: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    """The modules whose settings are among these nodes, as another process would import them: name and
    folder. They come in the order in which they were imported here: what is set last holds."""
    places = {name: place for place, name in enumerate(sys.modules)}
    spaces = [vars(node.subject[0]) for node in nodes if _is_settings(node)]
    spaces.sort(key=lambda space: places.get(loaded_name(space), 0))
    found = map(importable, spaces)
    return tuple((name, folder) for name, folder in found if name not in MAIN)


def notebook_settings(explorer: Explorer, nodes: Iterable[Node]) -> FunctionType | None:
    """What does to libraries again what a notebook that these nodes are of has done to them, and the modules
    that it imported for that; None where there is nothing of the kind. No other process can import it.

    It is done in the order in which the cells did: a module that is imported may set what a cell has set
    before, and the other way round.
    """
    acting = [node for node in nodes if node.kind == "module" and node.fill is fill_effects]
    own = next((node for node in acting if _module_of(node) in MAIN), None)
    others = {loaded_name(vars(node.subject[0])) for node in acting if _module_of(node) not in MAIN}
    module = sys.modules[MAIN[0]] if own is None else own.subject[0]
    source = explorer.source_of(vars(module)) if module_of(vars(module)) in MAIN else None
    if source is None:
        return None
    _, _, statements, for_that = (None, None, [], []) if own is None else own.subject
    steps = [each for each, exposed in statements if not exposed and not _is_only_kept(each)]
    steps += _imports_of(explorer, source, module, {*others, *for_that})
    steps.sort(key=lambda step: step.lineno)
    return _function_of(steps, source, module) if steps else None


def _module_of(node: Node) -> str:
    return module_of(vars(node.subject[0]))


def _imports_of(
    explorer: Explorer, source: Source, module: ModuleType, wanted: Container[str]
) -> Iterator[ast.stmt]:
    """The imports of a notebook by which one of these modules may have been loaded first."""
    for line, written in source.imports_by_line():
        name = absolute(written, vars(module))
        if name in sys.modules and any(each in wanted for each in explorer.led_to(name)):
            place = {"lineno": line, "end_lineno": line, "col_offset": 0, "end_col_offset": 0}
            yield ast.Import([ast.alias(name)], **place)


def _function_of(steps: list[ast.stmt], source: Source, module: ModuleType) -> FunctionType:
    tree = ast.parse("def settings(): pass")
    tree.body[0].body += steps  # type: ignore[attr-defined]
    made: dict[str, FunctionType] = {}
    exec(compile(ast.fix_missing_locations(tree), source.file or "<settings>", "exec"), made)  # noqa: S102
    return FunctionType(made["settings"].__code__, vars(module))


def settings_files(ledger: Ledger) -> tuple[str, ...]:
    """The files of the modules whose settings of libraries are in a ledger, as it names them."""
    found = (item for item in ledger.items if item.kind == "module" and item.name.endswith(_SETTINGS))
    return tuple(item.file for item in found if item.file)


def _is_settings(node: Node) -> bool:
    return node.kind == "module" and node.fill is fill_effects and node.base.endswith(_SETTINGS)


def _is_used(setting: Setting, distributions: set[str], installed: Installed) -> bool:
    if _PYTHON in setting.packages:
        return True
    return any(owner in distributions for package in setting.packages for owner in installed.owners(package))


def _actors(statement: Any) -> set[str]:
    """The names of what acts when a statement is carried out, or is acted on."""
    found: set[str | None] = {*roots_acted_on(statement)}
    found.update(root_of(each) for each in getattr(statement, "decorator_list", ()))
    for part in parts_of(statement):
        if isinstance(part, ast.Expr) and not isinstance(part.value, ast.Call):
            found.update(root_of(each) for each in ast.walk(part) if isinstance(each, ast.Call))
    return {name for name in found if name is not None}


def _is_only_kept(statement: ast.stmt) -> bool:
    """Whether a statement does no more than bind names."""
    bound = isinstance(statement, ast.Assign | ast.AnnAssign)
    return bound and next(places_changed(statement), None) is None


def _seeds(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    called = statement.value.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in _SEEDING
