"""The letter of authority of a unit that has no account: printed from the page on which it applies."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from custodes.documents.fonts import FontsMissing
from custodes.people.models import UnitApplication
from custodes.people.views import applications
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    cache.clear()


def text(answer: Any) -> str:
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(answer.content)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_the_page_leads_to_the_blank_letter_and_prints_what_is_typed() -> None:
    address = reverse("people:unit_apply")
    page = Client().get(address).content.decode()
    assert f'href="{address}?print=letter"' in page
    assert 'name="print" value="letter"' in page


def test_whoever_has_no_account_prints_the_letter_blank_or_as_typed(cast: Cast) -> None:
    browser, address, division = Client(), reverse("people:unit_apply"), cast.units["a"].division
    assert "委托办理备案授权书" in text(browser.get(address, {"print": "letter"}))
    typed = {"print": "letter", "name": "纳金路示范幼儿园", "applicant": "尼玛", "password1": "secret-1234"}
    told = text(browser.post(address, {**typed, "division": division.pk}))
    assert "纳金路示范幼儿园" in told
    assert "尼玛" in told
    assert f"{division.name_zh}公安机关" in told
    assert "secret" not in told
    assert not UnitApplication.objects.exists()


def test_a_letter_with_a_wrong_credit_code_is_not_printed(cast: Cast) -> None:
    browser, address = Client(), reverse("people:unit_apply")
    typed = {"print": "letter", "name": "纳金路示范幼儿园", "uscc": "12540102MB0X00001K"}
    page = browser.post(address, typed).content.decode()
    assert "最后一位校验码与前十七位不符" in page
    assert page.count('href="#id_') == 1, "of what is not filled in yet nothing is said"
    assert "纳金路示范幼儿园" in page
    right = browser.post(address, typed | {"uscc": "1254 0102 MB0X 0000 36"})
    assert "委托办理备案授权书" in text(right)


@pytest.mark.parametrize("division", ["x", "²", "9" * 5000, "-1"])
def test_a_division_that_is_none_is_left_blank(division: str) -> None:
    answer = Client().post(reverse("people:unit_apply"), {"print": "letter", "division": division})
    assert "委托办理备案授权书" in text(answer)


def test_letters_that_are_filled_in_are_counted_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applications, "printed", lambda *_arguments: HttpResponse("printed"))
    browser, address = Client(), reverse("people:unit_apply")
    answers = [browser.post(address, {"print": "letter", "name": "幼儿园"}).status_code for _time in range(21)]
    assert answers == [200] * 20 + [429]
    assert browser.get(address, {"print": "letter"}).status_code == 200
    cache.clear()


def test_a_machine_without_fonts_says_so_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(*_arguments: object, **_named: object) -> bytes:
        raise FontsMissing

    monkeypatch.setattr(applications, "blank_letter", bare)
    monkeypatch.setattr("custodes.people.printed.render", bare)
    browser, address = Client(), reverse("people:unit_apply")
    for answer in (
        browser.get(address, {"print": "letter"}, follow=True),
        browser.post(address, {"print": "letter", "name": "幼儿园"}, follow=True),
    ):
        assert answer.redirect_chain == [(address, 302)]
        assert "本机没有中文字体" in answer.content.decode()
