"""`Secret`: a value that is used and never shown."""

from __future__ import annotations

import os
from typing import NoReturn


class Secret:
    """A password, a token: shown as `***`, kept in no record, log, snapshot or key.

    `reveal()` gives the text. Results do not depend on it unless it has a `version`: change the
    version when a new secret means other data.
    """

    __slots__ = ("_name", "_text", "version")

    def __init__(self, text: str, *, version: str | None = None) -> None:
        self._text: str | None = text
        self._name: str | None = None
        self.version = version

    @classmethod
    def from_env(cls, name: str, *, version: str | None = None) -> Secret:
        """The secret in an environment variable, read when it is revealed."""
        secret = cls("", version=version)
        secret._text, secret._name = None, name
        return secret

    def reveal(self) -> str:
        """The text. Raises LookupError when the environment variable is not set."""
        if self._text is not None:
            return self._text
        value = os.environ.get(self._name or "")
        if value is None:
            raise LookupError(
                f"the secret's environment variable {self._name} is not set: export {self._name}=…"
            )
        return value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a Secret cannot be pickled: it would end up in a record; pass it to the task that needs it"
        )
