"""Which room the header marks as the one that holds this page."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.urls import reverse

from custodes.people.permissions import Permission
from custodes.web.navigation import links_for
from tests.cast import Cast


class Everybody:
    """Somebody who may enter every room."""

    is_authenticated = True

    def get_all_permissions(self) -> set[str]:
        return {str(permission) for permission in Permission}


def marked(path: str) -> list[str]:
    """Addresses of the rooms that are marked."""
    user: Any = Everybody()
    return [link.url for link in links_for(user, path) if link.current]


@pytest.mark.parametrize(
    ("page", "room"),
    [
        (("home",), "home"),
        (("people:person_list",), "people:person_list"),
        (("people:post_list",), "people:post_list"),
        (("people:unit_detail", uuid.uuid4()), "people:unit_list"),
        (("people:division_list",), "people:unit_list"),
        (("places:camera", uuid.uuid4()), "places:camera_list"),
        (("places:system_list",), "places:camera_list"),
        (("places:system", uuid.uuid4()), "places:camera_list"),
        (("places:site_add",), "places:camera_list"),
        (("upkeep:down",), "upkeep:completeness"),
        (("oversight:mine",), "oversight:ledger"),
        (("access:viewings",), "access:viewings_all"),
        (("access:findings",), "access:viewings_all"),
        (("oversight:look", uuid.uuid4()), "access:viewings_all"),
        (("access:camera", uuid.uuid4()), "access:wall"),
    ],
)
def test_the_room_that_holds_a_page_is_marked(page: tuple[Any, ...], room: str) -> None:
    assert marked(reverse(page[0], args=page[1:])) == [reverse(room)]


def test_a_page_outside_every_room_marks_none() -> None:
    assert marked(reverse("people:profile")) == []


def test_the_posts_are_read_once_for_all_the_rooms(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        links = links_for(cast.security_admin.account, "/")
    assert reverse("people:post_list") in [link.url for link in links]
