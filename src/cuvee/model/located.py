"""What lies in the file system, as a value: a path, and what of it counts."""

from __future__ import annotations

import os
from typing import Any, Literal

By = Literal["path", "content"]


class Located:
    """A path that counts by what lies there. The base of `File` and `Directory`."""

    __slots__ = ("by", "path")

    path: str
    by: By

    def __init__(self, path: str | os.PathLike[str], *, by: By = "path") -> None:
        if by not in ("path", "content"):
            raise ValueError(f"{type(self).__name__}(by={by!r}): `by` is 'path' or 'content'")
        object.__setattr__(self, "path", os.fspath(path))
        object.__setattr__(self, "by", by)

    def __setattr__(self, name: str, value: object) -> None:
        kind = type(self).__name__
        raise AttributeError(f"a {kind} cannot be changed; make another: {kind}({value!r})")

    def __fspath__(self) -> str:
        return self.path

    @property
    def name(self) -> str:
        """The last part of the path."""
        return os.path.basename(self.path)  # noqa: PTH119 - pathlib takes 10 ms to import

    def __repr__(self) -> str:
        by = "" if self.by == "path" else f", by={self.by!r}"
        return f"{type(self).__name__}({self.path!r}{by})"

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Located) and type(self) is type(other)
        return same and (self.path, self.by) == (other.path, other.by)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((self.path, self.by))

    def __reduce__(self) -> tuple[Any, ...]:
        return _located, (type(self), self.path, self.by)


def _located(cls: type[Located], path: str, by: By) -> Located:
    return cls(path, by=by)
