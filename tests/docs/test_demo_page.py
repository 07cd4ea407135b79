"""The demo's guide lists every login that the seed makes, and what waits for each, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from custodes.demo.logins import PEOPLE

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
HEAD = {"zh-hans": "| 登录账号 | 是谁 | 可以试什么 |", "en": "| sign in as | who | what waits |"}
PAGES = {"zh-hans": "demo.zh-CN.md", "en": "demo.md"}


def login_rows(language: str) -> list[str]:
    """The table's lines, made of the seed; paste them into the page when the story has changed."""
    rows = [HEAD[language], "| --- | --- | --- |"]
    between = "，" if language == "zh-hans" else ", "
    with translation.override(language):
        for person in PEOPLE:
            who = between.join((person.name, person.post, person.unit_name))
            waits = "<br>".join(texts[language == "en"] for texts in person.waits)
            rows.append(f"| `{person.username}` | {who} | {waits} |")
    return rows


@pytest.mark.parametrize("language", PAGES)
def test_the_guide_lists_the_logins_of_the_seed(language: str) -> None:
    lines = (GUIDE / PAGES[language]).read_text(encoding="utf-8").splitlines()
    begin = lines.index(HEAD[language])
    table = lines[begin : lines.index("", begin)]
    assert table == login_rows(language)


def test_what_waits_names_only_logins_that_there_are() -> None:
    usernames = {person.username for person in PEOPLE}
    assert len(usernames) == len(PEOPLE)
    for person in PEOPLE:
        for _, english in person.waits:
            assert set(re.findall(r"`(\w+)`", english)) <= usernames, person.username
