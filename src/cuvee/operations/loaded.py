"""Loaded values: results on record that are given as arguments, and stay what they are on record."""

from __future__ import annotations

from typing import Any

from cuvee.codecs.versions import code_in
from cuvee.errors import CannotDecode, ParameterError
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.model.artifact import Artifact
from cuvee.operations.session import Session


class LoadedValues:
    """Looks references up, and remembers which artifact each value was.

    So a task that is run on `@12:train` has the same key as in run 12, whatever a second encoding
    of the model would give, and the record says where it came from.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, tuple[Any, Artifact, str]] = {}
        self._holds = False
        self.referred = False  # whether a value was looked up by what a person calls it
        self._code: ProcessCode | None = None

    def load(self, reference: str) -> Any:
        """The value that a reference names. Raises ReferenceNotFound, DamagedBlob."""
        from cuvee.operations.references import find_artifact, settled_reference  # most runs load nothing

        queries = self._session.queries
        self.referred = True
        self.hold()
        artifact = find_artifact(queries, reference)
        return self.load_known(artifact, settled_reference(queries, reference))

    def load_known(self, artifact: Artifact, reference: str) -> Any:
        """The value of an artifact that is on record, with the classes that are loaded now.

        Raises DamagedBlob, and ParameterError where a class in it has another version by now and does not
        say what becomes of its instances.
        """
        from cuvee.operations.values import load_artifact  # as for `load`

        if code_in(artifact):
            artifact = self._fitted(artifact, reference)
        value = load_artifact(self._session, artifact)
        self.know(value, artifact, reference)
        return value

    def _fitted(self, artifact: Artifact, reference: str) -> Artifact:
        from cuvee.perform.fitting import fit  # it loads cloudpickle

        session = self._session
        if self._code is None:
            self._code = ProcessCode(session.scope)
        try:
            return fit(artifact, session.blobs, class_digest=self._code.class_digest)
        except CannotDecode as error:
            raise ParameterError(f"{reference or 'an input on record'}: {error}") from error

    def know(self, value: Any, artifact: Artifact, reference: str) -> None:
        """From now on this very object is what is on record as that artifact; `reference` is its text."""
        self._known[id(value)] = (value, artifact, reference)

    def hold(self) -> None:
        """Nothing is deleted from now on until `settle`."""
        if not self._holds:
            self._session.blobs.hold()
            self._holds = True

    def settle(self) -> None:
        """What is used is on record by now, and so safe from being deleted."""
        if self._holds:
            self._holds = False
            self._session.blobs.release()

    @property
    def known(self) -> bool:
        """Whether any value is from the records."""
        return bool(self._known)

    def origin(self, value: Any) -> tuple[Artifact, str] | None:
        """The artifact that this very object was loaded from, and its reference."""
        found = self._known.get(id(value))
        return found[1:] if found is not None and found[0] is value else None
