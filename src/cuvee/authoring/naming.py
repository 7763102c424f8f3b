"""Names: a function is called the same whether its module was imported, run as a script, or with -m.

Every `@task` passes through here while user code is being imported: nothing that is slow to import.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from cuvee.codecs.module_name import MAIN, module_name_of


def qualified_name(function: Callable[..., Any]) -> str:
    """`module:qualname`, with the module's name as `import` would know it."""
    return f"{_module_of(function)}:{function.__qualname__}"


def _module_of(function: Callable[..., Any]) -> str:
    name = function.__module__
    if name not in MAIN:
        return name
    code = getattr(function, "__code__", None)
    if code is not None and code.co_filename.startswith("<"):  # typed at a prompt, after a script ran
        return "__main__"
    # A decorator of another module can have put its own globals in front of the function's.
    namespace = getattr(function, "__globals__", {})
    if namespace.get("__name__") == name:
        return module_name_of(namespace)
    return module_name_of(vars(sys.modules[name]))
