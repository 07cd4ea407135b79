"""Departments and categories stand once, in the law: its text has them in this order, and the apps take theirs from here."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import translation

from custodes.law.building.categories import CATEGORIES
from custodes.law.building.departments import CONNECTING, NAMED, PLANNING, Department
from custodes.law.clauses.registry import find
from custodes.people.models import UnitKind
from custodes.people.models.unit import NAMED_DEPARTMENTS
from custodes.places.models import SiteCategory


@pytest.mark.parametrize(
    ("clause", "listed", "count"), [("S6.2", NAMED, 17), ("S8.1", PLANNING, 9), ("S23", CONNECTING, 10)]
)
def test_each_list_is_that_of_its_clause_in_its_order(clause: str, listed: tuple[Department, ...], count: int) -> None:
    text = find(clause).zh
    assert len(listed) == count
    joined = "、".join(one.zh for one in listed)
    assert joined in text.replace("市大数据", "大数据")


def test_kinds_of_units_name_the_departments_as_the_law_does() -> None:
    assert [kind.value for kind in NAMED_DEPARTMENTS] == [one.key for one in NAMED]
    for one in NAMED:
        with translation.override("zh-hans"):
            assert str(UnitKind(one.key).label) == one.name_zh
        with translation.override("en"):
            assert str(UnitKind(one.key).label) == one.name_en


def test_categories_of_sites_are_the_items_of_s9() -> None:
    assert [(kind.value, kind.name.lower()) for kind in SiteCategory] == [(one.number, one.key) for one in CATEGORIES]
    with translation.override("zh-hans"):
        assert str(SiteCategory.EDUCATION_HEALTH.label) == "（九）学校、幼儿园、医院"
    with translation.override("en"):
        assert str(SiteCategory.EDUCATION_HEALTH.label) == "(9) Schools, kindergartens, hospitals"


@pytest.mark.django_db
def test_no_stored_choice_has_changed() -> None:
    call_command("makemigrations", "--check", "--dry-run", "people", "places")
