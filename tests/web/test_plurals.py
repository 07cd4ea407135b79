"""English says whether one is meant or many; Chinese doesn't need to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

LISTS = {
    "places:camera_list": "Cameras",
    "places:system_list": "Systems",
    "places:site_list": "Sites",
    "people:person_list": "People",
    "people:unit_list": "Units",
    "people:post_list": "Posts",
    "people:division_list": "Divisions",
    "access:viewings_all": "Viewings",
}


@pytest.mark.parametrize(("name", "heading"), LISTS.items())
def test_a_list_is_headed_by_what_there_are_many_of(
    cast: Cast, client_of: Callable[[str], Client], name: str, heading: str
) -> None:
    client = client_of("auditor")
    client.post(reverse("set_language"), {"language": "en"})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert re.findall(r"<h1>([^<]*)</h1>", page) == [heading]
    assert f"<title>{heading} · " in page


def test_a_column_is_headed_by_what_each_row_is_one_of(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client = client_of("auditor")
    client.post(reverse("set_language"), {"language": "en"})
    page = client.get(reverse("people:post_list")).content.decode()
    assert "<span>Post</span>" in page
