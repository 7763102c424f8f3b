"""Changes: what differs between what two calls, or two runs, depend on."""

from __future__ import annotations

from cuvee.model.digest import Digest
from cuvee.model.key import ComponentKind
from cuvee.model.value import Value


class Side(Value, frozen=True):
    """One thing as it was, or as it is. `text` is what a person reads of it: a value, a version;
    `source` the digest of its source text. Both may be missing.
    """

    digest: Digest
    text: str = ""
    source: Digest | None = None


class Change(Value, frozen=True):
    """One thing that differs, or does not: `old` is None where it is new, `new` where it is gone.

    `kind` is the component's. Of code and environment it is one item: `part` tells what it is
    (`function`, `constant`, `distribution`), `file` and `line` where it stands, `route` the way that
    leads to it, from the task to the item itself, as names to show. Of an input, `route` is the call
    that it is from. Of a folder `entries` say what is another in it, where that is known.
    """

    kind: ComponentKind
    name: str
    old: Side | None
    new: Side | None
    part: str = ""
    file: str = ""
    line: int = 0
    route: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the two sides are not the same."""
        return self.old is None or self.new is None or self.old.digest != self.new.digest

    @property
    def is_rewritten(self) -> bool:
        """Whether the source text of both sides is known and not the same."""
        old, new = self.old, self.new
        if old is None or new is None or old.source is None or new.source is None:
            return False
        return old.source != new.source
