"""Programs and their keys: who enters, who lets in, what is shown once, and what is on record."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.logs import masked
from custodes.people import programs
from custodes.people.models import Division, Person, Post, Program, ProgramKey, ProgramState, RecordOutbox
from custodes.people.programs import OpenedKey, ProgramRefused, ProgramWish, Shut
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
KEY = re.compile(r"csk_[a-z0-9]{8}_[\w-]{43}")


def _wanted(cast: Cast, **more: Any) -> ProgramWish:
    county = Division.objects.get(code="540102")
    values = {"name": "校务系统", "person": cast.caretaker.person, "division": county, "scopes": ("systems:read",)}
    return ProgramWish(**{**values, "why": "同步", **more})


def _approved(cast: Cast) -> Program:
    row = programs.ask(_wanted(cast), cast.system_admin.person, timezone.now())
    return programs.decide(row, approve=True, words="", by=cast.security_admin.person, at=timezone.now())


def _issue(cast: Cast, row: Program, **more: Any) -> tuple[ProgramKey, str]:
    values = {"days": 30, "per_minute": 60, "by": cast.system_admin.person, "at": timezone.now(), **more}
    return programs.issue(row, **values)


def test_one_administrator_enters_and_another_lets_in(cast: Cast) -> None:
    row = programs.ask(_wanted(cast), cast.system_admin.person, timezone.now())
    with pytest.raises(ProgramRefused):
        _issue(cast, row)
    with pytest.raises(ProgramRefused):
        programs.decide(row, approve=True, words="", by=cast.system_admin.person, at=timezone.now())
    row = programs.decide(row, approve=True, words="", by=cast.security_admin.person, at=timezone.now())
    assert row.state == ProgramState.APPROVED
    with pytest.raises(ProgramRefused):
        programs.decide(row, approve=True, words="", by=cast.security_admin.person, at=timezone.now())


def test_the_database_itself_lets_nobody_approve_what_they_asked_for(cast: Cast) -> None:
    row = programs.ask(_wanted(cast), cast.system_admin.person, timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Program.objects.filter(pk=row.pk).update(decided_by=cast.system_admin.person)


@pytest.mark.parametrize(
    "change",
    [
        {"person": "system_admin"},
        {"person": "auditor"},
        {"person": "bystander"},
        {"scopes": ()},
        {"scopes": ("footage:read",)},
        {"division": "540000"},
    ],
)
def test_a_program_without_a_lawful_person_scope_or_division_is_refused(cast: Cast, change: dict[str, Any]) -> None:
    if "person" in change:
        change = {"person": cast.members[change["person"]].person}
    if "division" in change:
        change = {"division": Division.objects.filter(code=change["division"]).first() or Division(path="000000/")}
    with pytest.raises(ProgramRefused):
        programs.ask(_wanted(cast, **change), cast.system_admin.person, timezone.now())
    assert not Program.objects.exists()


def test_a_refusal_needs_words_and_ends_it(cast: Cast) -> None:
    row = programs.ask(_wanted(cast), cast.system_admin.person, timezone.now())
    by, at = cast.security_admin.person, timezone.now()
    with pytest.raises(ProgramRefused):
        programs.decide(row, approve=False, words="", by=by, at=at)
    row = programs.decide(row, approve=False, words="用途不明", by=by, at=at)
    assert row.state == ProgramState.REFUSED
    with pytest.raises(ProgramRefused):
        _issue(cast, row)


def test_a_key_is_long_kept_as_a_hash_and_opens_until_its_last_moment(cast: Cast) -> None:
    key, secret = _issue(cast, _approved(cast))
    assert KEY.fullmatch(secret)
    assert secret not in (key.prefix, key.digest)
    assert key.digest == programs.digest_of(secret)
    assert isinstance(programs.opened_by(secret, timezone.now()), OpenedKey)
    assert programs.opened_by(secret[:-1], timezone.now()) is None
    assert programs.opened_by(key.digest, timezone.now()) is None
    late = programs.opened_by(secret, key.expires_at)
    assert isinstance(late, Shut)
    assert late.why == "expired"


@pytest.mark.parametrize("more", [{"days": 0}, {"days": 5000}, {"per_minute": 0}, {"per_minute": 100_000}])
def test_a_key_has_an_end_and_a_rate_within_bounds(cast: Cast, more: dict[str, int]) -> None:
    with pytest.raises(ProgramRefused):
        _issue(cast, _approved(cast), **more)


def test_a_program_has_few_keys(cast: Cast) -> None:
    row = _approved(cast)
    keys = [_issue(cast, row)[0] for _each in range(programs.MOST_KEYS)]
    with pytest.raises(ProgramRefused):
        _issue(cast, row)
    programs.revoke(keys[0], cast.security_admin.person, timezone.now())
    _issue(cast, row)


def test_everything_is_on_record_and_no_key_and_no_hash_is(cast: Cast) -> None:
    row = _approved(cast)
    key, secret = _issue(cast, row)
    programs.revoke(key, cast.system_admin.person, timezone.now())
    programs.end(row, cast.security_admin.person, timezone.now())
    records = [one.record for one in RecordOutbox.objects.filter(type="config.changed").order_by("created_at")]
    told = [list(one["changes"]) for one in records if one["object"] == "people.program"]
    assert len(told) == 5
    text = json.dumps(records)
    assert key.prefix in text
    assert secret not in text
    assert key.digest not in text


def test_a_log_line_masks_a_key(cast: Cast) -> None:
    _key, secret = _issue(cast, _approved(cast))
    assert secret not in masked(f"sent {secret} by mail")


def test_the_pages_lead_from_entering_to_a_key_that_is_shown_once(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    admin, security = client_of("system_admin"), client_of("security_admin")
    values = {
        "name": "校务系统",
        "person": cast.caretaker.person.pk,
        "division": Division.objects.get(code="540102").pk,
        "scopes": ["systems:read", "cameras:read"],
        "why": "同步点位",
    }
    assert admin.post(reverse("people:program_add"), values).status_code == 302
    row = Program.objects.get()
    page = reverse("people:program", args=[row.uuid])
    assert "批准接入" not in admin.get(page).content.decode()
    assert "批准接入" in security.get(page).content.decode()
    decide = reverse("people:program_decide", args=[row.uuid])
    assert security.post(decide, {"words": "", "refuse": "1"}).status_code == 409
    assert security.post(decide, {"words": "", "approve": "1"}).status_code == 302
    issued = admin.post(reverse("people:program_key", args=[row.uuid]), {"days": 30, "per_minute": 60})
    secret = KEY.search(issued.content.decode())[0]  # type: ignore[index]
    assert issued.headers["Cache-Control"] == "private, no-store"
    assert isinstance(programs.opened_by(secret, timezone.now()), OpenedKey)
    again = admin.get(page).content.decode()
    assert secret not in again
    assert ProgramKey.objects.get().prefix in again
    revoke = reverse("people:program_key_revoke", args=[row.uuid, ProgramKey.objects.get().prefix])
    assert security.post(revoke).status_code == 302
    assert isinstance(programs.opened_by(secret, timezone.now()), Shut)
    assert security.post(reverse("people:program_end", args=[row.uuid])).status_code == 302
    assert Program.objects.get().state == ProgramState.ENDED


def test_an_administrator_of_another_division_does_not_see_it(cast: Cast, client_of: Callable[[str], Client]) -> None:
    row = _approved(cast)
    unit = cast.units["city"].__class__.objects.create(
        name="堆龙公安分局", kind="public_security", division=Division.objects.get(code="540103")
    )
    for member, kind in (("system_admin", "system_admin"), ("security_admin", "security_admin")):
        Post.objects.filter(person=cast.members[member].person).update(ended_at=timezone.now())
        Post.objects.create(
            person=cast.members[member].person,
            unit=unit,
            kind=kind,
            valid_from=timezone.now() - datetime.timedelta(days=1),
        )
        client = client_of(member)
        assert client.get(reverse("people:program", args=[row.uuid])).status_code == 404
        assert row.name not in client.get(reverse("people:program_list")).content.decode()
        assert client.post(reverse("people:program_end", args=[row.uuid])).status_code == 404
    assert Person.objects.filter(pk=row.person_id).exists()


def test_a_person_sees_what_acts_with_their_posts_and_takes_them_back(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    row = _approved(cast)
    _key, secret = _issue(cast, row)
    end = reverse("people:own_program_end", args=[row.uuid])
    assert client_of("approver").post(end).status_code == 404
    mine = client_of("caretaker")
    assert row.name in mine.get(reverse("people:profile")).content.decode()
    assert row.name not in client_of("approver").get(reverse("people:profile")).content.decode()
    assert mine.post(end).status_code == 302
    assert isinstance(programs.opened_by(secret, timezone.now()), Shut)
