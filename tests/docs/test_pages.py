"""The written pages stay true: links lead somewhere, and nothing names a machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|srv)/\w")


def committed(*patterns: str) -> list[Path]:
    """Files that git knows and that match."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\n") if name]


PAGES = committed("*.md")


def test_there_are_pages() -> None:
    assert len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    dead = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path = target.split("#")[0]
        if not path or "://" in target or target.startswith("mailto:"):
            continue
        if not (page.parent / path).exists():
            dead.append(target)
    assert dead == []


def test_no_committed_text_names_a_place_on_somebodys_machine() -> None:
    found = []
    for path in committed("*.md", "*.py", "*.ts", "*.css", "*.html", "*.toml", "*.sh", "Makefile", ".ci/run"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if MACHINE.search(line) and path != Path(__file__):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def test_both_readmes_show_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make demo" in text
        assert "make test" in text


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in committed("docs/decisions/0*.md")]
    assert len(numbers) == len(set(numbers))
