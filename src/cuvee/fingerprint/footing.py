"""Whether a footing still stands: nothing that a run depended on has moved since."""

from __future__ import annotations

from pathlib import Path

from cuvee.fingerprint.environment import source_digest
from cuvee.fingerprint.observed import observation_change, own_names
from cuvee.fingerprint.surroundings import importable_digest, modules_digest
from cuvee.model.digest import Digest
from cuvee.model.footing import Footing


def footing_change(footing: Footing, process: Digest, root: Path) -> str | None:
    """What has moved, in words; None if all stands as it did. `process` is this process's digest.

    What was given and the calls' results are for others to look at.
    """
    if process != footing.process:
        return "Python, its paths, the folder, the machine or an environment variable is another"
    for folder, names in footing.folders:
        if importable_digest(folder) != names:
            return f"what can be imported from {folder} has changed"
    if modules_digest(footing.modules) != footing.modules_state:
        return "the file of a module has been touched"
    for observation in footing.observed:
        listed = observation.kind == "listed"
        own = own_names(footing.observed, observation.path) if listed else frozenset[str]()
        change = observation_change(observation, root, own)
        if change is not None:
            return change
    for folder, source in footing.editable:
        if source_digest(Path(folder)) != source:
            return f"the source in {folder}, which is installed in place, has changed"
    return None
