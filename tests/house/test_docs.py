"""The documentation says what there is: commands, settings, reasons, public names. Its examples run."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from doc_examples import REPOSITORY, Page, matches

import cuvee
from cuvee.cli.commands import COMMANDS, LazyGroup, group
from cuvee.model.decision import ReasonCode
from cuvee.model.key import ComponentKind
from cuvee.project.settings import SETTINGS

DOCS = REPOSITORY / "docs"
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]


def said(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(REPOSITORY)) for page in PAGES])
def test_what_a_page_shows_is_what_happens(page: Path, tmp_path: Path) -> None:
    shown = Page(page, tmp_path)
    shown.run()
    assert not shown.mismatches, "\n" + "\n".join(map(str, shown.mismatches))


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("6 calls: 6 reused. 0.34 s", "12 calls:  12 reused.  980 ms", True),
        ("6 calls: 6 reused.", "6 calls: 6 executed.", False),
        ("one\n…\nfour", "one\ntwo\nthree\nfour", True),
        ("one\n…\nfour", "one\nfour\nfive", False),
        ("one", "one\ntwo", False),
        ("", "one", False),
        (
            "took <0.1 ms, why: it has not run before",
            "took 2 min 05 s, why: it has\n    not run before",
            True,
        ),
        ("one\n…", "one\ntwo", True),
        ("…\ntwo", "one\ntwo", True),
        ("…\ntwo", "one\ntoo", False),
        ("one\n…\nthree", "one\nthree", True),
        ("blake3:a72d36928230, just now", "blake3:ffffff928230, 5 min ago", True),
    ],
)
def test_only_numbers_may_differ(expected: str, actual: str, same: bool) -> None:
    assert matches(expected, actual) is same


def test_a_page_that_is_wrong_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console exit=2\n$ echo right\nright\n$ echo wrong\nleft\n```\n"
        "```pycon\n>>> 'a' + 'b'\n'ba'\n```\n"
    )
    shown = Page(page, tmp_path)
    shown.run()
    assert [mismatch.actual for mismatch in shown.mismatches] == ["exit 0\nwrong\n", "wrong", "'ab'"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_each_of_its_options_is_documented(command: str) -> None:
    page = said("commands.md")
    assert f"## `cuvee {command}`" in page
    assert isinstance(group, LazyGroup)
    found = group.get_command(click.Context(group), command)
    assert found is not None
    flags = {
        flag for parameter in found.params if isinstance(parameter, click.Option) for flag in parameter.opts
    }
    section = page.partition(f"## `cuvee {command}`")[2].partition("\n## ")[0]
    assert [flag for flag in sorted(flags) if flag not in section] == []


@pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])
def test_every_setting_is_documented(setting: object) -> None:
    page = said("configuration.md")
    for part in ("name", "variable", "flag", "default"):
        assert f"`{getattr(setting, part)}`" in page


def test_exactly_the_reasons_that_there_are_are_documented() -> None:
    rows = re.findall(r"^## `(\w+)`$", said("reasons.md"), re.M)
    assert rows == [code.value for code in ReasonCode]


def test_exactly_the_components_that_a_key_has_are_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", said("reuse.md"), re.M)
    assert sorted(rows) == sorted(ComponentKind.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", cuvee.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    page = said("python.md")
    assert re.search(rf"`{name}\b", page)
    thing = getattr(cuvee, name)
    if isinstance(thing, type) and not issubclass(thing, Exception):
        members = {member for member in dir(thing) if not member.startswith("_")}
        hidden = {"function", "call_name", "cache"} if name in ("Task", "Pipeline") else set()
        assert [member for member in sorted(members - hidden) if not re.search(rf"\b{member}\b", page)] == []


def test_every_decision_on_record_is_listed() -> None:
    files = sorted(path.stem for path in (DOCS / "decisions").glob("0*.md"))
    assert files == re.findall(r"^(0\d{3}-[\w-]+)$", said("decisions/index.md"), re.M)
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))


def test_the_documentation_speaks_of_itself_alone() -> None:
    for page in PAGES:
        assert not re.search(r"/(?:work|tmp)/|\bissue \d|\bstep \d of\b", page.read_text(encoding="utf-8")), (
            page
        )


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(REPOSITORY)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
