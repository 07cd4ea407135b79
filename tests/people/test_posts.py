"""Assigning and ending posts: who may, what is kept apart, what is recorded."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from custodes.people import posts
from custodes.people.models import ADMINISTRATORS, Account, Division, Person, Post, PostKind, RecordOutbox, Unit
from tests.cast import Cast
from tests.patience import PATIENCE

pytestmark = pytest.mark.postgresql

AT = datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.UTC)


def _assign(cast: Cast, kind: str, **more: object) -> Post:
    person = cast.bystander.person
    return posts.assign(person, cast.units["a"], kind, by=cast.security_admin.person, at=AT, **more)  # type: ignore[arg-type]


def test_nobody_gives_themselves_a_post(cast: Cast) -> None:
    admin = cast.security_admin.person
    with pytest.raises(posts.PostRefused):
        posts.assign(admin, cast.units["a"], PostKind.DUTY_OFFICER, by=admin, at=AT)
    assert not Post.objects.filter(person=admin, kind=PostKind.DUTY_OFFICER).exists()


@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", sorted(ADMINISTRATORS))
def test_one_person_never_holds_two_administrator_posts(cast: Cast, first: str, second: str) -> None:
    _assign(cast, first)
    with pytest.raises(posts.PostRefused):
        _assign(cast, second)


def test_an_administrator_post_that_has_ended_makes_room_for_another(cast: Cast) -> None:
    post = _assign(cast, PostKind.SYSTEM_ADMIN)
    posts.end(post, by=cast.security_admin.person, at=AT)
    assert _assign(cast, PostKind.AUDIT_ADMIN).pk


def test_an_administrator_post_that_has_run_out_makes_room_for_another(cast: Cast) -> None:
    old = _assign(cast, PostKind.SYSTEM_ADMIN, valid_until=AT + datetime.timedelta(days=1))
    later = AT + datetime.timedelta(days=2)
    by = cast.security_admin.person
    posts.assign(cast.bystander.person, cast.units["a"], PostKind.AUDIT_ADMIN, by=by, at=later)
    old.refresh_from_db()
    assert old.ended_at == old.valid_until


def test_the_database_itself_refuses_a_second_administrator_post(cast: Cast) -> None:
    person, unit = cast.system_admin.person, cast.units["city"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(person=person, unit=unit, kind=PostKind.AUDIT_ADMIN, valid_from=AT)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_assigned_at_the_same_moment_one_is_refused() -> None:
    unit = Unit.objects.create(name="市局", kind="public_security", division=_city())
    person = Person.objects.create(name="次仁", unit=unit)
    barrier, results = threading.Barrier(2), []

    def assign(kind: str) -> None:
        try:
            barrier.wait(PATIENCE)
            posts.assign(person, unit, kind, by=None, at=AT)
            results.append("assigned")
        except posts.PostRefused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=assign, args=(kind,)) for kind in (PostKind.SYSTEM_ADMIN, PostKind.AUDIT_ADMIN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(results) == ["assigned", "refused"]
    assert Post.objects.open().filter(person=person, kind__in=ADMINISTRATORS).count() == 1


def test_the_last_security_administrator_stays(cast: Cast) -> None:
    assert cast.security_admin.post is not None
    with pytest.raises(posts.PostRefused):
        posts.end(cast.security_admin.post, by=cast.system_admin.person, at=AT)


def test_a_post_is_recorded_when_it_is_given_and_when_it_ends(cast: Cast) -> None:
    post = _assign(cast, PostKind.DUTY_OFFICER, note="政办〔2026〕3号")
    posts.end(post, by=cast.security_admin.person, at=AT)
    records = [
        row.record for row in RecordOutbox.objects.filter(type="config.changed", record__object_id=str(post.uuid))
    ]
    assert len(records) == 2
    # Both were written at the same moment: the order in which they are read says nothing.
    [given] = [told for told in records if "kind" in told["changes"]]
    [ended] = [told for told in records if "kind" not in told["changes"]]
    assert given["by"] == str(cast.security_admin.person.uuid)
    assert given["changes"]["kind"] == [None, "duty_officer"]
    assert given["changes"]["note"] == [None, "政办〔2026〕3号"]
    assert ended["changes"]["ended_at"] == [None, "2026-03-02T01:00:00.000000Z"]


def test_a_refused_post_leaves_no_record(cast: Cast) -> None:
    before = RecordOutbox.objects.count()
    with pytest.raises(posts.PostRefused):
        _assign(cast, PostKind.DUTY_OFFICER, valid_until=AT - datetime.timedelta(days=1))
    assert RecordOutbox.objects.count() == before


def test_a_post_counts_from_its_first_to_before_its_last_instant(cast: Cast) -> None:
    end = AT + datetime.timedelta(hours=1)
    post = posts.assign(
        cast.bystander.person, cast.units["a"], PostKind.APPROVER, by=None, at=AT, valid_from=AT, valid_until=end
    )
    instants = {AT - datetime.timedelta(microseconds=1): False, AT: True, end: False}
    for instant, counts in instants.items():
        assert post.is_valid(instant) is counts
        assert Post.objects.valid(instant).filter(pk=post.pk).exists() is counts


def test_permissions_end_with_the_post(cast: Cast) -> None:
    account = Account.objects.get(pk=cast.operator.account.pk)
    assert account.has_perm("access.watch")
    assert cast.operator.post is not None
    posts.end(cast.operator.post, by=cast.security_admin.person, at=timezone.now())
    assert not account.has_perm("access.watch")


def test_a_permission_that_does_not_exist_is_refused_to_everybody(cast: Cast) -> None:
    assert not any(member.account.has_perm("access.everything") for member in cast.members.values())


def _city() -> Division:
    # A transactional test may find the tables emptied by the one before it.
    region, _ = Division.objects.get_or_create(
        code="540000", defaults={"name_zh": "西藏自治区", "name_en": "Tibet", "kind": "region"}
    )
    city, _ = Division.objects.get_or_create(
        code="540100", defaults={"name_zh": "拉萨市", "name_en": "Lhasa", "kind": "city", "parent": region}
    )
    return city
