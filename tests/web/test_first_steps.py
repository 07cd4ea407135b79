"""Before anything else: the one-time password is changed, and posts that need a second factor have one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from custodes.people import signin
from custodes.settings import get_settings
from tests.cast import Cast

pytestmark = pytest.mark.postgresql


def test_an_administrator_without_a_second_factor_gets_no_further(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    Authenticator.objects.all().delete()
    client = client_of("security_admin")
    assert client.get(reverse("people:person_list")).headers["Location"] == reverse("mfa_index")
    assert client.post(reverse("people:person_add"), {"name": "x"}).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.post("/api/views", {}, content_type="application/json").status_code == 403


def test_no_page_asks_for_alarms_by_itself_before_the_password_is_changed(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    client, bell = client_of("operator"), 'data-bell="'
    assert bell in client.get(reverse("home")).content.decode()
    cast.operator.account.must_change_password = True
    cast.operator.account.save(update_fields=["must_change_password"])
    page = client.get(reverse("account_change_password"))
    assert page.status_code == 200
    assert bell not in page.content.decode()
    assert client.get(reverse("upkeep:alarm_bell")).status_code in (302, 403)


def test_a_duty_officer_is_only_reminded(cast: Cast, client_of: Callable[[str], Client]) -> None:
    page = client_of("operator").get(reverse("home")).content.decode()
    assert "设置两步验证" in page
    assert "建议" in page


def test_a_training_installation_only_reminds_administrators_too(
    cast: Cast, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    Authenticator.objects.all().delete()
    training = get_settings().model_copy(update={"training": True})
    monkeypatch.setattr(signin, "get_settings", lambda: training)
    assert client_of("security_admin").get(reverse("people:person_list")).status_code == 200


def test_the_last_second_factor_of_an_administrator_stays(cast: Cast, client_of: Callable[[str], Client]) -> None:
    from allauth.mfa.adapter import get_adapter

    only = Authenticator.objects.get(user=cast.security_admin.account, type="totp")
    assert not get_adapter().can_delete_authenticator(only)
    Authenticator.objects.create(user=cast.security_admin.account, type="webauthn", data={})
    assert get_adapter().can_delete_authenticator(only)
