"""Past source in a worker: its modules are imported, its tasks described, artifacts fitted to its classes.

Nothing of the project as it is now may get in: what of it was imported all the same is an error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cuvee.authoring.declared_parameters import MISSING
from cuvee.authoring.signature import Signature
from cuvee.authoring.task import Task
from cuvee.codecs.travelling import to_travel
from cuvee.errors import CannotEncode, CuveeError, TargetError
from cuvee.executors.pool.messages import Declined, Describe, Described, Fit, Fitted, Setup
from cuvee.executors.pool.travel import CannotTravel
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.scope import Scope
from cuvee.model.past import PastParameter, PastTask
from cuvee.perform.fitting import fit
from cuvee.perform.imports import watching_imports
from cuvee.ports.blobs import BlobStore
from cuvee.project.importing import import_file, import_name

Answer = Described | Fitted | Declined


class Past:
    """What a worker knows of the source that it serves."""

    def __init__(self, setup: Setup, code: ProcessCode, blobs: BlobStore) -> None:
        self._root = Path(setup.root)
        self._home = Path(setup.home)
        self._today = Scope(Path(setup.today), (self._home, self._root))
        self._code = code
        self._blobs = blobs
        self._looked_at: set[str] = set()

    def answer(self, question: Describe | Fit) -> Answer:
        """A task as it is loaded here, or an artifact as it is with the classes here; why not, if not."""
        try:
            if isinstance(question, Fit):
                with self.importing():
                    return Fitted(fit(question.artifact, self._blobs, class_digest=self._code.class_digest))
            with self.importing():
                return Described(self._task(question))
        except (CuveeError, CannotTravel) as error:
            return Declined(str(error))

    @contextmanager
    def importing(self) -> Iterator[None]:
        """While this is open, what modules ask when they are imported is heard.

        Raises CannotTravel at the end, if a module of the project as it is now was imported.
        """
        with watching_imports(self._root, self._home):
            yield
        self.check()

    def check(self) -> None:
        """Raise CannotTravel if a module of the project as it is now has been imported meanwhile."""
        for name in sys.modules.keys() - self._looked_at:
            self._looked_at.add(name)
            file = getattr(sys.modules[name], "__file__", None)
            if self._today.is_project(file):
                raise CannotTravel(f"{name} was imported from {file}, which is of today and not of that run")

    def _task(self, asked: Describe) -> PastTask:
        module = import_file(self._root / asked.file) if asked.file else import_name(asked.module, self._root)
        thing: Any = module
        for part in asked.qualname.split("."):
            thing = getattr(thing, part, None)
        function = getattr(thing, "function", thing)
        if not callable(function):
            raise TargetError(f"{asked.file or asked.module} has no {asked.qualname}")
        signature = Signature(function)
        task = thing if isinstance(thing, Task) else Task(function)
        code, sources = self._code.described(function)
        return PastTask(
            0,
            task.name,
            module.__name__,
            asked.qualname,
            sys.path[0],
            tuple(
                PastParameter(
                    each.name,
                    each.kind,
                    _travelling(each.annotation),
                    None if each.default is MISSING else _travelling(each.default),
                    each.default is MISSING,
                )
                for each in signature.parameters
            ),
            _travelling(signature.returns),
            _travelling((task.cache, task.seed, task.policy)),
            code,
            tuple(sources.items()),
        )


def _travelling(value: Any) -> bytes | None:
    try:
        return to_travel(value)
    except CannotEncode:
        return None
