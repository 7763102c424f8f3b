"""Travel: how a task's function gets into another process, and is known to be the same there.

By name where an import finds it, and then its fingerprint has to be the same; else by value, and
then all that the value names has to be the same. It never runs other code than was fingerprinted.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from typing import Any

from cuvee.authoring.signature import Signature
from cuvee.codecs.declared import registrars
from cuvee.codecs.module_name import MAIN, importable, module_name_of
from cuvee.codecs.travelling import to_travel, travelled
from cuvee.errors import CannotDecode, CannotEncode, UsageError
from cuvee.executors.pool.messages import Learn
from cuvee.fingerprint.effects import IMPORT
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.model.key import Item, Ledger
from cuvee.model.order import WorkOrder
from cuvee.ports import current


class CannotTravel(Exception):
    """A function, or a value for it, that only this process can have; the message says why."""


def pickled(value: Any) -> bytes:
    """A value as bytes. Raises CannotTravel."""
    try:
        return to_travel(value)
    except CannotEncode as error:
        raise CannotTravel(str(error)) from error


def unpickled(data: bytes) -> Any:
    """The value that `pickled` was given. Raises CannotTravel."""
    try:
        return travelled(data)
    except CannotDecode as error:
        raise CannotTravel(str(error)) from error


def learn_of(order: WorkOrder, number: int, code: ProcessCode) -> Learn:
    """What another process has to know of the order's task. Raises CannotTravel."""
    past = order.past
    if past is not None:
        return Learn(
            number,
            order.task,
            order.parameters,
            order.elements,
            past.module,
            past.module,
            past.folder,
            past.qualname,
            code=past.code.digest,
        )
    function = order.function
    ledger = code.ledger(function)
    imports = (*registrars(), *code.setters(ledger))
    setting = code.notebook_settings(ledger)
    settings = pickled(setting) if setting is not None else b""
    common = (number, order.task, order.parameters, order.elements)
    if _by_name(sys.modules.get(function.__module__), function.__qualname__, function):
        module, folder = importable(vars(sys.modules[function.__module__]))
        if module not in MAIN:
            place = (module, function.__module__, folder, function.__qualname__)
            same: dict[str, Any] = {"code": ledger.digest}
            if settings:  # they count here as the notebook's, which is no module over there
                same = {"items": _named_items(ledger, MAIN[0])}
            return Learn(*common, *place, imports=imports, settings=settings, **same)
    value = pickled((function, order.returns))
    items = _named_items(ledger, function.__module__)
    own = _acting_module(ledger, function.__module__)
    imports = (*imports, *own)
    return Learn(*common, pickled=value, items=items, imports=imports, settings=settings)


def arrive(learn: Learn, code: ProcessCode, *, forked: bool) -> tuple[Callable[..., Any], Any]:
    """The function that was meant, and its annotation. Raises CannotTravel unless it is the same."""
    if not forked:
        _reach(learn.folder)
    silent = "" if forked else _silent(learn.imports)
    if learn.settings and not forked:
        _set_again(learn.settings)
    function, returns = unpickled(learn.pickled) if learn.pickled else _named(learn, forked=forked)
    ledger = code.ledger(function)
    here = {(item.kind, item.name): item.digest for item in ledger.items} if learn.items else {}
    for kind, name, _ in learn.items:
        # What a notebook imports is known there alone: here it is looked at by itself.
        if kind == "module" and (kind, name) not in here and name.endswith(IMPORT):
            effects = code.effects(name.removesuffix(IMPORT))
            for item in effects.items if effects is not None else ():
                here.setdefault((item.kind, item.name), item.digest)
    for kind, name, digest in learn.items:
        if here.get((kind, name)) != digest:
            raise CannotTravel(f"{name} is not what it is where the run is{silent and f': {silent}'}")
    if learn.code and ledger.digest != learn.code:
        why = silent or "a file was edited after it was imported there, or a global was set"
        raise CannotTravel(f"the code of {learn.task} is not what it is where the run is: {why}")
    return function, returns


@functools.cache
def _set_again(settings: bytes) -> None:
    """Do to libraries what the notebook has done to them, once."""
    setting = unpickled(settings)
    try:
        setting()
    except Exception as error:  # whatever the user's statements raise
        told = f"{type(error).__name__}: {error}"
        raise CannotTravel(
            f"what the notebook has set of libraries cannot be set in a worker process: {told}"
        ) from error


def _named(learn: Learn, *, forked: bool) -> tuple[Callable[..., Any], Any]:
    module = sys.modules.get(learn.loaded_as) if forked else None
    if module is None:
        module = _imported(learn.module)
    thing = _found(module, learn.qualname)
    function = getattr(thing, "function", thing)
    if not callable(function):
        raise CannotTravel(f"{learn.module} has no {learn.qualname}")
    return function, Signature(function).returns


def _reach(folder: str) -> None:
    if folder and folder not in sys.path:
        sys.path.insert(0, folder)


def _silent(imports: Iterable[tuple[str, str]]) -> str:
    """Import these modules. Those that cannot be are named, and no more: where it matters what they would
    have said, the code is not the same here, and is refused for that."""
    told = []
    for name, folder in imports:
        if name in MAIN:
            told.append(
                "what is registered at a prompt or in a notebook is not known in other processes: register "
                "it in a module that the tasks' module imports"
            )
            continue
        _reach(folder)
        try:
            _imported(name)
        except CannotTravel as error:
            told.append(str(error))
    return "; ".join(told)


def _imported(name: str) -> Any:
    importing = current.imported_for.set(name)
    try:
        __import__(name)  # as a statement would: of importlib.import_module no audit event tells
        return sys.modules[name]
    except UsageError as error:
        raise CannotTravel(str(error)) from error
    except BaseException as error:  # whatever importing the user's module raises
        if isinstance(error, KeyboardInterrupt):
            raise
        raise CannotTravel(f"{name} cannot be imported: {type(error).__name__}: {error}") from error
    finally:
        current.imported_for.reset(importing)


def _found(module: Any, qualname: str) -> Any:
    thing = module
    for part in qualname.split("."):
        thing = getattr(thing, part, None)
    return thing


def _by_name(module: Any, qualname: str, function: Callable[..., Any]) -> bool:
    thing = _found(module, qualname)
    return thing is function or getattr(thing, "function", None) is function


def _acting_module(ledger: Ledger, own: str) -> tuple[tuple[str, str], ...]:
    """The function's own module as others import it, with its folder, if it acts on anything when it is
    imported: the value brings its globals and not what it has set of a library."""
    if own not in sys.modules or not any(_is_import(item, own) for item in ledger.items):
        return ()
    module, folder = importable(vars(sys.modules[own]))
    return () if module in MAIN else ((module, folder),)


def _is_import(item: Item, own: str) -> bool:
    """Whether an item is what the import of this module does to others."""
    return item.kind == "module" and item.name == f"{module_name_of(vars(sys.modules[own]))}{IMPORT}"


def _named_items(ledger: Ledger, own: str) -> tuple[tuple[str, str, bytes], ...]:
    """What a value's code names instead of carrying it: what is not of its own module, and what the import of
    that one does.

    The module's own functions and globals travel in the value; what is imported by name is taken
    from disk there.
    """
    shown = module_name_of(vars(sys.modules[own])) if own in sys.modules else own
    inside = (f"{shown}.", f"{shown} ", f"{own}.", f"{own} ")
    return tuple(
        (item.kind, item.name, item.digest)
        for item in ledger.items
        if (shown not in MAIN and own in sys.modules and _is_import(item, own))
        or (
            item.kind not in ("distribution", "observed")
            and not item.name.startswith(inside)
            and item.name not in (shown, own)
        )
    )
