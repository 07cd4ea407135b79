"""The list of a release's conditions says all that its ground says, each under one line."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from custodes.law.grounds import release
from custodes.law.grounds.release import PROTECTED, ReleaseFacts, checklist

AT = datetime.datetime(2026, 11, 27, tzinfo=datetime.UTC)
NOTHING = ReleaseFacts("", "", False, frozenset(), "", "", False, False)
ALL = ReleaseFacts(
    "道路交通安全法第六条", "提醒行人", True, frozenset(PROTECTED), "一", "二", True, True, changed_since=False
)


@pytest.mark.parametrize("changed", [None, True])
def test_all_that_is_unmet_stands_under_one_condition(changed: bool | None) -> None:
    facts = dataclasses.replace(NOTHING, changed_since=changed)
    listed = [one for each in checklist(facts, AT) for one in each.unmet]
    assert sorted(listed, key=str) == sorted(release.unmet(facts, AT), key=str)
    assert not any(each.met for each in checklist(facts, AT))


def test_nothing_is_missing_of_a_whole_one() -> None:
    found = checklist(ALL, AT)
    assert all(each.met and each.clause and each.zh and each.en for each in found)
    assert [each.name for each in found] == [
        "basis", "purpose", "assessed", *PROTECTED, "reviewed", "same", "second", "hashes",
    ]  # fmt: skip


@pytest.mark.parametrize("key", PROTECTED)
def test_each_protected_kind_has_a_line_of_its_own(key: str) -> None:
    facts = dataclasses.replace(ALL, masked=frozenset(PROTECTED) - {key})
    assert [each.name for each in checklist(facts, AT) if not each.met] == [key]


def test_a_norm_is_named_with_its_article() -> None:
    assert release.names_a_norm("《道路交通安全法》第八十七条")
    assert release.names_a_norm("PIPL26")
    assert not release.names_a_norm("按有关规定")
