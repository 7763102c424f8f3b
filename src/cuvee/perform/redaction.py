"""Redaction: the text of a call's secrets never leaves it in a log, a traceback or a result.

Results are looked through as far as they go to the database, and texts and bytes of any length; a
secret inside a large array or model is not found.
"""

from __future__ import annotations

from collections.abc import Iterable

from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact
from cuvee.model.order import Failure, Live, WorkOrder
from cuvee.model.secret import Secret
from cuvee.profiles.texts import NOTHING_HIDDEN, Redact

HIDDEN = "***"


class Redactor:
    """Hides the secrets that one call was given."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        # Longest first: one secret can be part of another.
        self._texts = sorted({text for secret in secrets for text in _texts(secret)}, key=len, reverse=True)

    @property
    def hides(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._texts)

    def text(self, text: str) -> str:
        """The text with every secret hidden."""
        for secret in self._texts:
            text = text.replace(secret, HIDDEN)
        return text

    @property
    def hide(self) -> Redact:
        """What hides every secret in a text; NOTHING_HIDDEN where there is none."""
        return self.text if self._texts else NOTHING_HIDDEN

    def failure(self, failure: Failure) -> Failure:
        """The failure with every secret hidden."""
        if not self._texts:
            return failure
        return Failure(
            failure.type, self.text(failure.message), self.text(failure.traceback), failure.file, failure.line
        )

    def check_text(self, value: object) -> None:
        """Raise CannotEncode for a text or bytes, of any length, with a secret in it."""
        if self._texts and isinstance(value, str | bytes):
            data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
            self._check(data)

    def check_artifact(self, artifact: Artifact) -> None:
        """Raise CannotEncode if what of a result goes to the database has a secret in it."""
        if self._texts:
            self._check(artifact.meta)
            for part in artifact.parts:
                self._check(part.inline or b"")
            for _, child in artifact.children:
                self.check_artifact(child)

    def _check(self, data: bytes) -> None:
        if any(text.encode("utf-8", "surrogatepass") in data for text in self._texts):
            raise CannotEncode(
                "its result has a secret in it, and results are kept: return what it was used for"
            )


NO_SECRETS = Redactor()
"""Of a call that was given none."""


def redactor_of(order: WorkOrder) -> Redactor:
    """A redactor of the secrets that an order has among its arguments."""
    for _, payload in order.arguments:
        if type(payload) is Live:
            break
    else:
        return NO_SECRETS  # as for nearly all
    live = [payload.value for _, payload in order.arguments if isinstance(payload, Live)]
    return Redactor(value for value in live if isinstance(value, Secret))


def _texts(secret: Secret) -> list[str]:
    """The secret's text, as it is and as `repr` would show it; nothing for one that is not there."""
    try:
        text = secret.reveal()
    except LookupError:
        return []
    return [form for form in (text, repr(text)[1:-1]) if form]
