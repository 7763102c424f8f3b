"""Classes: bases, metaclass and all that the class body and its decorators have put in it.

Where a machine has filled a class (an Enum, a dataclass, pydantic) what it has computed is left
out where it follows from the rest.
"""

from __future__ import annotations

import _abc
import abc
import enum
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.encoder import Encoder
from cuvee.fingerprint.names import Names
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.origins import file_of, module_of

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

_UNSEEN = frozenset(
    {
        "__dict__", "__weakref__", "__doc__", "__module__", "__qualname__", "__firstlineno__",
        "__static_attributes__", "__abstractmethods__", "_abc_impl", "__annotations__", "__annotate__",
        "__annotate_func__", "__annotations_cache__", "__annotations_as_strings__", "__signature__",
        "__weakref_slot__", "__class_getitem_cache__", "__orig_bases_cache__", "__classcell__",
        "__conditional_annotations__", "__type_params__", "__slotnames__",
    }
)  # fmt: skip
_OF_MEMBER = frozenset({"_value_", "_name_", "__objclass__", "_sort_order_"})
_MADE_BY_PYDANTIC = "__pydantic_"
_OF_PYDANTIC = frozenset({"__pydantic_fields__", "__pydantic_decorators__", "__pydantic_generic_metadata__"})
_FIELDS = (
    "__dataclass_fields__",
    "__attrs_attrs__",
    "__struct_fields__",
    "__pydantic_fields__",
    "__fields__",
)


def class_node(explorer: Explorer, cls: type) -> Node:
    """The node of a class."""
    return explorer.node("class", cls, "", lambda: _start(explorer, cls))


def _start(explorer: Explorer, cls: type) -> Node:
    module = sys.modules.get(cls.__module__)
    name = module_of(vars(module)) if module else cls.__module__
    file = file_of(module)
    node = Node("class", f"{name}.{cls.__qualname__}", cls, _fill, explorer.place(file) if file else "", 0)
    if module is not None and explorer.origins.of_class(cls) == "project":
        node.modules[cls.__module__] = None
        source = explorer.source_of(vars(module))
        node.line = source.line_of(cls.__name__) if source else 0
    return node


def _fill(explorer: Explorer, node: Node) -> list[bytes]:
    cls: type = node.subject
    encoder = Encoder(explorer, node)
    encoder.exposed = explorer.exposes(type(cls)) or any(explorer.exposes(base) for base in cls.__mro__)
    explorer.watch.value(node, cls)
    pieces = [node.base.encode(), encoder.encode(type(cls)), *encoder.each(cls.__bases__)]
    if issubclass(cls, enum.Enum):
        pieces += [name.encode() + encoder.encode(_plain(member)) for name, member in cls.__members__.items()]
    for name, value in sorted(vars(cls).items()):
        if not _is_made(cls, name, value):
            pieces += [name.encode(), encoder.encode(value)]
    if isinstance(cls, abc.ABCMeta):
        pieces += [b"registered", *_registered(cls)]
    if _reads_annotations(explorer, cls):
        pieces += [b"annotations", annotations_part(explorer, node, cls)]
    return pieces


def _is_made(cls: type, name: str, value: Any) -> bool:
    """Whether an attribute follows from the rest of the class."""
    if name in _UNSEEN:
        return True
    if name.startswith(_MADE_BY_PYDANTIC):
        return name not in _OF_PYDANTIC
    if issubclass(cls, enum.Enum) and not isinstance(value, FunctionType | classmethod | staticmethod):
        inner = name.startswith("_") and not name.startswith("__") and name.endswith("_")
        return inner or name in cls.__members__
    return False


def _registered(cls: abc.ABCMeta) -> list[bytes]:
    """The classes that are registered with an abstract one, by name: `isinstance` asks for them."""
    registry = _abc._get_dump(cls)[0]
    known = (reference() for reference in registry)
    return sorted(f"{each.__module__}.{each.__qualname__}".encode() for each in known if each is not None)


def _plain(member: Any) -> Any:
    """A member of an Enum without being one."""
    own = {name: value for name, value in vars(member).items() if name not in _OF_MEMBER}
    return member._value_, own


def _reads_annotations(explorer: Explorer, cls: type) -> bool:
    """Whether annotations are content: fields are made of them, or a base or metaclass may do so."""
    if any(name in vars(cls) for name in _FIELDS):
        return True
    if type(cls) is not type and explorer.origins.of_class(type(cls)) != "stdlib":
        return True
    hooks = (vars(base).get("__init_subclass__") for base in cls.__mro__[1:-1])
    return (
        any(hook is not None for hook in hooks)
        or hasattr(cls, "_field_defaults")
        or hasattr(cls, "__total__")
    )


def annotations_part(explorer: Explorer, node: Node, thing: Any) -> bytes:
    """The bytes that stand for the annotations of a class or a function, in a node's content."""
    own = vars(thing) if isinstance(thing, type) else {}
    encoder = Encoder(explorer, node)
    lazy = own.get("__annotate_func__") or own.get("__annotate__") or getattr(thing, "__annotate__", None)
    if not isinstance(lazy, FunctionType):
        written = own.get("__annotations__") if isinstance(thing, type) else thing.__annotations__
        return encoder.encode(written) if isinstance(written, dict) else b"none"
    cells = dict(zip(lazy.__code__.co_freevars, lazy.__closure__ or (), strict=True))
    behaviour = explorer.behaviour(lazy.__code__)
    names = Names(explorer, node, lazy.__globals__, cells)
    return encoder.join(
        "annotate", [behaviour.digest, *(names.resolve(each) for each in behaviour.references)]
    )
