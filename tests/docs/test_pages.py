"""The written pages stay true: links lead somewhere, and nothing names a machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
LINK_TEXT = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|srv)/\w")


def committed(*patterns: str) -> list[Path]:
    """Files that git knows and that match."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\n") if name]


PAGES = committed("*.md")


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page says, as GitHub makes it: small letters, hyphens, no punctuation."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    shown = [LINK_TEXT.sub(r"\1", heading).strip().lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in shown}


def test_there_are_pages() -> None:
    assert len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_and_to_a_heading_that_it_has(page: Path) -> None:
    dead = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        aim = page.parent / path if path else page
        if not aim.exists() or (anchor and aim.suffix == ".md" and anchor not in anchors(aim)):
            dead.append(target)
    assert dead == []


def test_no_committed_text_names_a_place_on_somebodys_machine() -> None:
    found = []
    for path in committed("*.md", "*.py", "*.ts", "*.css", "*.html", "*.toml", "*.sh", "Makefile", ".ci/run"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if MACHINE.search(line) and path != Path(__file__):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_is_short_and_shows_its_two_commands_on_the_first_screen(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    screen = "\n".join(text.splitlines()[:20])
    assert "make demo" in screen
    assert "make test" in screen
    assert len(text.split()) < 600
    assert len(text) < 6_000


TRANSLATED = [page for page in PAGES if page.name.endswith(".zh-CN.md")]


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_in_two_languages_has_the_same_parts_and_each_leads_to_the_other(page: Path) -> None:
    other = page.with_name(page.name.replace(".zh-CN.md", ".md"))
    parts = [re.findall(r"^#+(?= )", one.read_text(encoding="utf-8"), re.MULTILINE) for one in (page, other)]
    assert parts[0] == parts[1]
    assert f"]({other.name})" in page.read_text(encoding="utf-8")
    assert f"]({page.name})" in other.read_text(encoding="utf-8")


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in committed("docs/decisions/0*.md")]
    assert len(numbers) == len(set(numbers))
