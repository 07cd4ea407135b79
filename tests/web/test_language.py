"""Chinese first; English when chosen; every string has its English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from custodes.settings import get_settings
from custodes.web import catalogue, navigation
from tests.cast import Cast


def _language(client: Client, url: str) -> str:
    return client.get(url).headers["Content-Language"]


def test_pages_are_chinese_whatever_the_browser_prefers(db: None) -> None:
    answer = Client(headers={"accept-language": "en"}).get(reverse("account_login"))
    assert answer.headers["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans"' in answer.content.decode()


def test_a_chosen_language_stays_with_the_browser(db: None) -> None:
    client = Client()
    client.post(reverse("set_language"), {"language": "en", "next": reverse("account_login")})
    assert _language(client, reverse("account_login")) == "en"


def test_a_chosen_language_stays_with_the_account(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client_of("operator").post(reverse("set_language"), {"language": "en"})
    assert _language(client_of("operator"), reverse("home")) == "en"
    assert _language(client_of("lead"), reverse("home")) == "zh-hans"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_switch_never_leads_elsewhere(db: None, target: str) -> None:
    answer = Client().post(reverse("set_language"), {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(db: None) -> None:
    client = Client()
    client.post(reverse("set_language"), {"language": "tlh"})
    assert _language(client, reverse("account_login")) == "zh-hans"


def test_every_string_has_its_english() -> None:
    assert catalogue.problems() == []


def test_a_template_with_uneven_indentation_is_read(tmp_path: object) -> None:
    import io

    source = "<p>\n      {% translate '甲' %}\n  {% if a %}\n {% include 'x' with label=_('乙') %}{% endif %}\n</p>"
    found = {
        message
        for _line, _function, message, _comments in catalogue.extract_template(io.BytesIO(source.encode()), [], [], {})
    }
    assert found == {"甲", "乙"}


def test_english_lists_are_joined_by_english_marks() -> None:
    with translation.override("en"):
        assert [translation.gettext(mark) for mark in ("、", "；", "，", "：")] == [", ", "; ", ", ", ": "]


def test_the_installation_is_named_in_the_language_of_the_page(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def name(language: str) -> str:
        client = Client()
        client.post(reverse("set_language"), {"language": language, "next": "/"})
        return str(client.get(reverse("account_login")).context["installation_name"])

    assert name("zh-hans") == "公共安全视频图像信息系统"
    assert name("en") == "Public-safety video system"
    both = {"installation_name": "拉萨市公共安全视频", "installation_name_en": "Lhasa public-safety video"}
    settings = get_settings().model_copy(update=both)
    monkeypatch.setattr(navigation, "get_settings", lambda: settings)
    assert (name("zh-hans"), name("en")) == tuple(both.values())
