"""Change forms, upgrade notices and letters of authority: what stands there, for who may see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.lawful import terms
from custodes.people.models import RecordOutbox
from custodes.places.documents import change_form
from custodes.places.models import ChangeCase
from tests.places.changes.cases import done, found, requested
from tests.places.stage import Stage
from tests.places.upgrades.orders import ordered
from tests.web.printing.test_register import text_of

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def test_a_change_form_says_before_and_after_and_the_record(stage: Stage, client_of: Clients) -> None:
    case = done(stage)
    RecordOutbox.objects.filter(type="register.step").update(index=4712)
    told = text_of(client_of("caretaker"), reverse("places:change_print_form", args=[case.pk]))
    assert "备案变更表" in told
    assert "入口东侧，距地3米" in told
    assert "门柱南侧" in told
    assert "校门外移" in told
    assert "4712" in told
    assert client_of("outside_caretaker").get(reverse("places:change_print_form", args=[case.pk])).status_code == 404


def test_before_it_is_made_the_form_says_what_is_wanted(stage: Stage, client_of: Clients) -> None:
    case = requested(stage)
    assert "门柱南侧" in text_of(client_of("approver"), reverse("places:change_print_form", args=[case.pk]))


def test_what_was_made_without_leave_is_printed_so(stage: Stage, client_of: Clients) -> None:
    case = found(stage)
    assert "事先未经批准的改变" in text_of(client_of("inspector"), reverse("places:change_print_form", args=[case.pk]))


def test_who_found_it_for_the_police_is_not_the_units_agent(stage: Stage, client_of: Clients) -> None:
    unit = stage.school.unit
    case = found(stage)
    assert change_form(case, timezone.localdate(), terms()).agent == unit.contact
    assert stage.cast.inspector.person.name not in text_of(
        client_of("caretaker"), reverse("places:change_print_form", args=[case.pk])
    )
    unit.contact = "德吉"
    unit.save()
    assert change_form(ChangeCase.objects.get(pk=case.pk), timezone.localdate(), terms()).agent == "德吉"


def test_who_found_it_for_the_unit_is_its_agent(stage: Stage) -> None:
    assert (
        change_form(found(stage, stage.cast.caretaker.person), timezone.localdate(), terms()).agent
        == stage.cast.caretaker.person.name
    )


def test_an_english_reader_prints_the_official_words(stage: Stage, client_of: Clients) -> None:
    case, browser = done(stage), client_of("caretaker")
    browser.cookies["django_language"] = "en"
    told = text_of(browser, reverse("places:change_print_form", args=[case.pk]))
    assert "移动点位：0101校门" in told
    assert "Moving" not in told


def test_an_upgrade_notice_names_what_falls_short_and_the_last_day(stage: Stage, client_of: Clients) -> None:
    from custodes.law.duties.finding import LegalTerms
    from custodes.places.upgrades.case import due_of

    order = ordered(stage)
    told = text_of(client_of("inspector"), reverse("places:upgrade_print_notice", args=[order.pk]))
    assert "限期升级改造通知书" in told
    assert "不能检索历史图像" in told
    due = due_of(order, LegalTerms())
    assert f"{due.year}年{due.month}月{due.day}日" in told
    assert client_of("operator").get(reverse("places:upgrade_print_notice", args=[order.pk])).status_code == 404


def test_the_letter_of_a_system_names_unit_police_and_agent(stage: Stage, client_of: Clients) -> None:
    told = text_of(client_of("caretaker"), reverse("print:authorization_of_system", args=[stage.school.pk]))
    assert "校门和操场" in told
    assert stage.school.unit.name in told
    assert "次仁" in told
