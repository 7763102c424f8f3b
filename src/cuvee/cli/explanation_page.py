"""A call's whole key as `--explain` prints it: each component and item, old and new, what changed first."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.cli.change_lines import changed_sources, diff_lines
from cuvee.cli.doubts import doubt_lines
from cuvee.cli.quantities import count_text
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, table_lines, wrapped
from cuvee.compare.texts import source_diff
from cuvee.compare.words import mark_of, route_text
from cuvee.model.change import Change, Side
from cuvee.model.digest import Digest, digest_text
from cuvee.model.explanation import Explanation, Seen

_SIGNS = {"same": " ", "changed": "~", "new": "+", "gone": "-"}
_STYLES = {"same": "dim", "changed": "warn", "new": "good", "gone": "bad"}
_WORDS = {"changed": "changed", "new": "is new", "gone": "is gone", "same": ""}
_LISTED = ("code", "environment")
_MARKS = "~ changed, + new, - gone"


def explanation_lines(found: Explanation, page: Page) -> list[str]:
    """The whole page."""
    compared = found.against is not None
    sections = [
        _head(found, page),
        _section("depends on", [_component(part, found, compared) for part in found.components], page),
        _awaited(found, page),
        _causes(found, page),
        _section("code", [_item(each, compared) for each in found.code], page),
        _changed(found, page),
        _section("environment", [_item(each, compared) for each in found.environment], page),
        _section("used without being given it", [_seen(each) for each in found.observed], page),
        [line for doubt in found.doubts for line in doubt_lines(doubt, page)],
    ]
    filled = [section for section in sections if section]
    return [line for n, section in enumerate(filled) for line in ([""] if n else []) + section]


def _head(found: Explanation, page: Page) -> list[str]:
    lines = [f"{page.paint(found.path, 'bold')} ({found.task}): {page.paint(found.decision, 'bold')}"]
    lines += ["  " + line for line in wrapped(f"Why: {found.reason}", page.width - 2)] if found.reason else []
    if not found.components:
        return [*lines, "  It has no key: what it depends on was not all there."]
    if found.against is None:
        return [*lines, "  There is no call before it to compare with."]
    differ = sum(each.differs for each in (*found.components, *found.code, *found.environment))
    told = f"Compared with run {found.against}" + (f"; {_MARKS}." if differ else ": nothing changed.")
    return [*lines, f"  {told}", *_reformatted(found, page)]


def _reformatted(found: Explanation, page: Page) -> list[str]:
    """That source was rewritten and does the same: why something that was edited is reused."""
    names = [each.route[-1] if each.route else each.name for each in found.reformatted]
    if not names:
        return []
    text = f"Only written differently, and the same in what it does: {', '.join(names)}."
    return ["  " + line for line in wrapped(text, page.width - 2)]


def _section(title: str, rows: Sequence[Row], page: Page) -> list[str]:
    if not rows:
        return []
    table = table_lines(rows, width=page.width, paint=page.paint, most_lines=0)
    return [page.paint(title, "dim"), *table]


def _component(part: Change, found: Explanation, compared: bool) -> Row:
    text = _values(part)
    if part.kind in _LISTED:
        text = _counts(found.code if part.kind == "code" else found.environment, compared)
    elif part.kind == "input" and part.route:
        text = f"{text}, from {', '.join(part.route)}" if text else f"from {', '.join(part.route)}"
    return [
        *_sign(part, compared),
        Cell(part.kind, "dim"),
        Cell(part.name, "bold"),
        _digests(part),
        Cell(text),
    ]


def _item(item: Change, compared: bool) -> Row:
    place = f"{item.file}:{item.line}" if item.file and item.line else ""
    text = "  ".join(filter(None, (_values(item), place)))
    name = item.route[-1] if item.kind == "code" and item.route else item.name
    return [*_sign(item, compared), Cell(item.part, "dim"), Cell(name, "bold"), _digests(item), Cell(text)]


def _sign(change: Change, compared: bool) -> list[Cell]:
    mark = mark_of(change)
    return [Cell(_SIGNS[mark], _STYLES[mark])] if compared else []


def _digests(change: Change) -> Cell:
    """`1a2b3c4d → 5e6f7a8b` of what changed, else one."""
    sides = [side for side in (change.old, change.new) if side is not None]
    texts = dict.fromkeys(digest_text(side.digest)[7:15] for side in sides)
    return Cell(" → ".join(texts), "dim")


def _values(change: Change) -> str:
    """`8 → 12` of what changed, else what it is."""
    texts = dict.fromkeys(filter(None, (_text(change.old), _text(change.new))))
    return " → ".join(texts)


def _text(side: Side | None) -> str:
    return side.text if side is not None else ""


def _counts(items: Sequence[Change], compared: bool) -> str:
    text = count_text(sum(item.new is not None for item in items), "item")
    differ = sum(item.differs for item in items)
    return f"{text}, {differ} changed" if compared and differ else text


def _awaited(found: Explanation, page: Page) -> list[str]:
    if not found.awaited:
        return []
    text = f"Not there yet, since calls before it have to run: {', '.join(found.awaited)}."
    return wrapped(text, page.width)


def _causes(found: Explanation, page: Page) -> list[str]:
    """Why the calls that gave what changed decided as they did."""
    rows: list[Row] = [[Cell(path, "bold"), Cell(text)] for path, text in found.causes]
    return _section("where what changed is from", rows, page)


def _changed(found: Explanation, page: Page) -> list[str]:
    """Of each item of code that changed: the way to it, and what differs in its source, whole."""
    lines: list[str] = []
    sources: dict[Digest, str] = dict(found.sources)
    for item in found.code if found.against is not None else ():
        if not item.differs:
            continue
        name = item.route[-1] if item.route else item.name
        said = f": {_values(item)}" if "→" in _values(item) else f" {_WORDS[mark_of(item)]}"
        lines += ["", page.paint(name, "bold") + page.paint(said, "dim")]
        if len(item.route) > 1:
            lines += ["  " + line for line in wrapped(route_text(item), page.width - 2)]
        for _, old, new in changed_sources([item], sources):
            lines += diff_lines(source_diff(old, new), page)
    return lines[1:]


def _seen(seen: Seen) -> Row:
    observation = seen.observation
    digest = digest_text(observation.digest)[7:15] if observation.digest else "not there"
    change = Cell(seen.change, "warn")
    return [Cell(observation.kind, "dim"), Cell(observation.path, "bold"), Cell(digest, "dim"), change]
