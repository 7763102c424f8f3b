"""Redaction: the text of a call's secrets never leaves it in a log or a traceback."""

from __future__ import annotations

from collections.abc import Iterable

from cuvee.model.order import Failure
from cuvee.model.secret import Secret

HIDDEN = "***"


class Redactor:
    """Hides the secrets that one call was given."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        # Longest first: one secret can be part of another.
        self._texts = sorted({text for secret in secrets for text in _texts(secret)}, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text with every secret hidden."""
        for secret in self._texts:
            text = text.replace(secret, HIDDEN)
        return text

    def failure(self, failure: Failure) -> Failure:
        """The failure with every secret hidden."""
        if not self._texts:
            return failure
        return Failure(
            failure.type, self.text(failure.message), self.text(failure.traceback), failure.file, failure.line
        )


def _texts(secret: Secret) -> list[str]:
    """The secret's text, as it is and as `repr` would show it; nothing for one that is not there."""
    try:
        text = secret.reveal()
    except LookupError:
        return []
    return [form for form in (text, repr(text)[1:-1]) if form]
