"""Changed source as pages print it: what was, what is, and a little around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cuvee.cli.quantities import count_text
from cuvee.cli.summary import Page
from cuvee.cli.table import shortened
from cuvee.compare.texts import DiffLine, source_diff
from cuvee.model.change import Change
from cuvee.model.digest import Digest

_CHANGES_SHOWN, _LINES_SHOWN = 3, 12
_STYLES = {"-": "bad", "+": "good", " ": "dim", "…": "dim"}
_INDENT = "    "


def changed_sources(
    changes: Iterable[Change], sources: Mapping[Digest, str]
) -> list[tuple[Change, str, str]]:
    """The changes that a difference of source texts says more of, each once, with both texts."""
    found: dict[object, tuple[Change, str, str]] = {}
    for change in changes:
        old, new = change.old, change.new
        if old is None or new is None or (old.text and new.text):
            continue  # there is but one text, or the values say it all
        texts = [sources.get(side.source, "") if side.source else "" for side in (old, new)]
        if all(texts) and texts[0] != texts[1]:
            key = (change.name, change.part, old.digest, new.digest)
            found.setdefault(key, (change, texts[0], texts[1]))
    return list(found.values())


def source_lines(
    changes: Iterable[Change], sources: Mapping[Digest, str], page: Page, rest: str
) -> list[str]:
    """What changed in the source, the first lines of the first few; `rest` says where the rest is."""
    found = changed_sources(changes, sources)
    lines: list[str] = []
    cut = len(found) > _CHANGES_SHOWN
    for change, old, new in found[:_CHANGES_SHOWN]:
        diff = source_diff(old, new)
        lines += ["", _title(change, page), *diff_lines(diff[:_LINES_SHOWN], page)]
        if len(diff) > _LINES_SHOWN:
            cut = True
            lines.append(f"{_INDENT}… {count_text(len(diff) - _LINES_SHOWN, 'more line')}")
    more = len(found) - _CHANGES_SHOWN
    lines += ["", f"  … and {count_text(more, 'more change')}"] if more > 0 else []
    return [*lines, "", f"  {rest}"] if cut and rest else lines


def diff_lines(diff: Sequence[DiffLine], page: Page) -> list[str]:
    """A difference, each line with its sign before it."""
    return [_line(each, page) for each in diff]


def _title(change: Change, page: Page) -> str:
    name = change.route[-1] if change.route else change.name
    place = f"{change.file}:{change.line}" if change.file and change.line else ""
    return f"  {page.paint(name, 'bold')}  {page.paint(place, 'dim')}".rstrip()


def _line(line: DiffLine, page: Page) -> str:
    text = shortened(f"{line.sign} {line.text}".rstrip(), page.width - len(_INDENT))
    return _INDENT + page.paint(text, _STYLES[line.sign]) if text else ""
