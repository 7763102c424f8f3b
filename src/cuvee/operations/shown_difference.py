"""A difference as Python hands it out: a page at a prompt, a table in a notebook."""

from __future__ import annotations

from cuvee.model.difference import Difference

_ROOTS_SHOWN = 20


class ShownDifference(Difference, frozen=True):
    """What two runs differ in: `summary`, `root_changes`, `knock_on`, `calls`, `metrics`, `data`."""

    def _repr_html_(self) -> str:
        from cuvee.operations.html import difference_html  # for notebooks only

        return difference_html(self)

    def __repr__(self) -> str:
        lines = [f"<run {self.b.number} beside run {self.a.number}: {self.summary}"]
        lines += [f"  {root.kind}: {root.text}" for root in self.root_changes[:_ROOTS_SHOWN]]
        left = len(self.root_changes) - _ROOTS_SHOWN
        lines += [f"  … and {left} more"] if left > 0 else []
        return "\n".join(lines) + ">"


def shown_difference(found: Difference) -> ShownDifference:
    """The same difference, as Python hands it out."""
    return ShownDifference(*(getattr(found, name) for name in found.__struct_fields__))
