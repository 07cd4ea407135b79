"""The page of the interface says what each operation does in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from custodes.web.programs.reference import OPERATIONS, schema

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def test_every_operation_is_told_in_chinese_and_no_other_is() -> None:
    named = {one["operationId"] for methods in schema()["paths"].values() for one in methods.values()}
    assert set(OPERATIONS) == named


def test_the_page_speaks_its_own_language(client_of: Clients) -> None:
    client = client_of("caretaker")
    page = client.get(reverse("programs:reference")).content.decode()
    rows = re.findall(r'<td lang="([a-zA-Z-]+)">', page)
    assert set(rows) == {"zh-Hans"}
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(reverse("programs:reference")).content.decode()
    assert 'lang="en">Take back what is with the police' in english
