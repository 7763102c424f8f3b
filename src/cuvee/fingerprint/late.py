"""Late: the distributions that a call imported while it ran, as something that it asked of the world.

Those that its code names, with all that they require, are in its environment already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cuvee.fingerprint.environment import distribution_item
from cuvee.fingerprint.memo import Memo
from cuvee.model.entry import Observation
from cuvee.model.key import Ledger

KIND = "distribution"


def late_distributions(modules: Iterable[str], environment: Ledger, memo: Memo) -> tuple[Observation, ...]:
    """The distributions of these top-level modules, and all that they require, that are no part of an
    environment."""
    owners = [owner for module in modules for owner in memo.installed.owners(module)]
    known: Collection[str] = {item.name for item in environment.items}
    found = memo.installed.closure(owners)
    items = [(each, distribution_item(each)) for each in found]
    return tuple(
        Observation(KIND, each.name, item.digest, (each.version,))
        for each, item in items
        if item.name not in known
    )


def distribution_change(observation: Observation, memo: Memo) -> str | None:
    """What happened to a distribution that a call imported, in words; None if it is as it was."""
    found = memo.installed.distribution(observation.path)
    if found is None:
        return f"{observation.path}, which was imported while it ran, is not installed any more"
    if distribution_item(found).digest == observation.digest:
        return None
    before = "".join(observation.detail)
    if found.version == before:
        return f"{observation.path}, which was imported while it ran, has changed in its folder"
    return f"{observation.path}, which was imported while it ran, is {found.version} and was {before}"
