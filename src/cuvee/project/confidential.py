"""Confidential files: those that seem to hold a password, a key or a token. They are never kept.

Rather one too many: a file that is left out is named, one that was kept is in the store for good.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections import Counter

_NAMES = (
    "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.env", "id_rsa*", "id_dsa*",
    "id_ecdsa*", "id_ed25519*", "credentials", "credentials.*", "secrets.*", "secret.*", "kaggle.json",
    "service_account*.json", "service-account*.json",
)  # fmt: skip
_KNOWN = (
    ("a private key", rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
    ("a key of AWS", rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a token of GitHub", rb"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})"),
    ("a token of GitLab", rb"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("a token of Slack", rb"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    ("a key of Google", rb"\bAIza[0-9A-Za-z_-]{35}"),
    ("a token of Hugging Face", rb"\bhf_[A-Za-z0-9]{30,}"),
    ("a token of PyPI", rb"\bpypi-[A-Za-z0-9_-]{50,}"),
    ("a token of npm", rb"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a key of Stripe", rb"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    ("a key of an AI service", rb"\bsk-[A-Za-z0-9_-]{32,}"),
    ("a token (JWT)", rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("a password in an address", rb"\b[a-z][a-z0-9+]*://[^\s/:@'\"{}<>]+:[^\s/:@'\"{}<>$]{3,}@[A-Za-z0-9]"),
)
_WELL_KNOWN = re.compile(b"|".join(b"(" + pattern + b")" for _, pattern in _KNOWN))

# A name that says secret, and a long text that looks drawn by chance.
_ASSIGNED = re.compile(
    rb"(?i)(?:password|passwd|pwd|secret|token|api_?key|access_?key|auth_?key|credential)\w{0,40}"
    rb"['\"]?\s{0,9}[:=]\s{0,9}['\"]?([A-Za-z0-9+/=_.~!@#$%^&*-]{12,})"
)
_LEAST_BITS = 3.3


def why_confidential(name: str, content: bytes) -> str:
    """What a file seems to hold, to complete "left out: …"; "" for nothing. `name` is without folders."""
    if any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in _NAMES):
        return "its name says that it holds secrets"
    found = _WELL_KNOWN.search(content)
    if found is not None:
        return f"it seems to hold {_KNOWN[(found.lastindex or 1) - 1][0]} ({_line(content, found.start())})"
    for match in _ASSIGNED.finditer(content):
        if _is_drawn(match[1]):
            return f"it seems to hold a secret ({_line(content, match.start())})"
    return ""


def _is_drawn(text: bytes) -> bool:
    """Whether letters and digits are mixed as chance mixes them, and not as in a name."""
    if not (re.search(rb"\d", text) and re.search(rb"[A-Za-z]", text)):
        return False
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts) >= _LEAST_BITS


def _line(content: bytes, at: int) -> str:
    return f"line {content.count(bytes([10]), 0, at) + 1}"
