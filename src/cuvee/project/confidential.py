"""Confidential files: those that seem to hold a password, a key or a token. They are never kept.

Rather one too many: a file that is left out is named, one that was kept is in the store for good.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

from cuvee.model.value import Value

# Names that end, that begin, and that begin and end so.
_ENDS = (".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".env")
_STARTS = ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials.", "secrets.", "secret.")
_ACCOUNTS = ("service_account", "service-account")
_NAMES = frozenset({"credentials", "kaggle.json"})


class _Form(Value, frozen=True):
    """What a secret of one kind looks like; one of the `words` is in each of them."""

    what: str
    words: tuple[bytes, ...]
    pattern: bytes


def _form(what: str, words: str, pattern: bytes) -> _Form:
    return _Form(what, tuple(word.encode() for word in words.split("|")), pattern)


_FORMS = (
    _form("a private key", "PRIVATE KEY", rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
    _form("a key of AWS", "AKIA|ASIA", rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    _form(
        "a token of GitHub",
        "ghp_|gho_|ghu_|ghs_|ghr_|github_pat_",
        rb"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})",
    ),
    _form("a token of GitLab", "glpat-", rb"\bglpat-[A-Za-z0-9_-]{20,}"),
    _form("a token of Slack", "xox", rb"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    _form("a key of Google", "AIza", rb"\bAIza[0-9A-Za-z_-]{35}"),
    _form("a token of Hugging Face", "hf_", rb"\bhf_[A-Za-z0-9]{30,}"),
    _form("a token of PyPI", "pypi-", rb"\bpypi-[A-Za-z0-9_-]{50,}"),
    _form("a token of npm", "npm_", rb"\bnpm_[A-Za-z0-9]{36}\b"),
    _form("a key of Stripe", "k_live_", rb"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    _form("a key of an AI service", "sk-", rb"\bsk-[A-Za-z0-9_-]{32,}"),
    _form("a token (JWT)", "eyJ", rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    _form(
        "a password in an address",
        "://",
        rb"\b[a-z][a-z0-9+]*://[^\s/:@'\"{}<>]+:[^\s/:@'\"{}<>$]{3,}@[A-Za-z0-9]",
    ),
)

# A name that says secret, and a long text that looks drawn by chance.
_ASSIGNED = (
    rb"(?i)(?:password|passwd|pwd|secret|token|api_?key|access_?key|auth_?key|credential)\w{0,40}"
    rb"['\"]?\s{0,9}[:=]\s{0,9}['\"]?([A-Za-z0-9+/=_.~!@#$%^&*-]{12,})"
)
_ASSIGNED_WORDS = (
    b"password", b"passwd", b"pwd", b"secret", b"token", b"apikey", b"api_key", b"accesskey", b"access_key",
    b"authkey", b"auth_key", b"credential",
)  # fmt: skip
_LEAST_BITS = 3.3


def why_confidential(name: str, content: bytes) -> str:
    """What a file seems to hold, to complete "left out: …"; "" for nothing. `name` is without folders."""
    if _is_named_so(name.lower()):
        return "its name says that it holds secrets"
    found = _well_known(content)
    if found is not None:
        return f"it seems to hold {found[1]} ({_line(content, found[0])})"
    if _has_any(_ASSIGNED_WORDS, content.lower()):
        for match in re.finditer(_ASSIGNED, content):
            if _is_drawn(match[1]):
                return f"it seems to hold a secret ({_line(content, match.start())})"
    return ""


def _is_named_so(name: str) -> bool:
    is_account = name.startswith(_ACCOUNTS) and name.endswith(".json")
    return name in _NAMES or is_account or name.startswith(_STARTS) or name.endswith(_ENDS)


def _well_known(content: bytes) -> tuple[int, str] | None:
    """Where the first secret of a known form begins, and what it is."""
    # To look for a word takes a thousandth of what it takes to try a pattern at each place.
    forms = [form for form in _FORMS if _has_any(form.words, content)]
    found = ((re.search(form.pattern, content), form.what) for form in forms)
    return min(((match.start(), what) for match, what in found if match), default=None, key=itemgetter(0))


def _has_any(words: Iterable[bytes], content: bytes) -> bool:
    return any(word in content for word in words)


def _is_drawn(text: bytes) -> bool:
    """Whether letters and digits are mixed as chance mixes them, and not as in a name."""
    if not (re.search(rb"\d", text) and re.search(rb"[A-Za-z]", text)):
        return False
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts) >= _LEAST_BITS


def _line(content: bytes, at: int) -> str:
    return f"line {content.count(bytes([10]), 0, at) + 1}"
