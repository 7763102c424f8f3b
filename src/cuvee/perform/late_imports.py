"""Late imports: what calls import while they run, so that they depend on its version.

A module is imported once in a process, so what one call has imported may have been used by any call
after it without a trace: it counts for all of them.
"""

from __future__ import annotations

import sys
from itertools import islice

_OWN = "cuvee"

_imported: tuple[str, ...] = ()


def note_imports(before: int) -> None:
    """A call has ended; `before` is how many modules were loaded when it began."""
    global _imported
    if len(sys.modules) == before:
        return
    new = (name.partition(".")[0] for name in islice(list(sys.modules), before, None))
    foreign = (name for name in new if name not in sys.stdlib_module_names and name != _OWN)
    _imported = tuple(dict.fromkeys((*_imported, *foreign)))


def imported_late() -> tuple[str, ...]:
    """The top-level modules, Python's own left out, that calls of this process have imported so far."""
    return _imported
