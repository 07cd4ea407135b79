"""What puts power into a person's hands takes two: the attack by one, the way by two, and who counts as another person."""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.decision import decide
from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.password import PasswordSheet
from custodes.people import accounts, confirming, duty, posts
from custodes.people.entrusting import EntrustmentRefused
from custodes.people.independence import independent, party, why_not_independent
from custodes.people.models import (
    Account,
    Entrustment,
    EntrustmentState,
    Person,
    Post,
    PostKind,
    RecordOutbox,
)
from custodes.people.viewer import Viewer
from custodes.people.views import entrusting
from custodes.places import watching
from custodes.places.models import SystemPost
from custodes.settings import get_settings
from custodes.upkeep.alarms.conditions import people
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.alarms.words import title, where_to_look
from custodes.upkeep.models import Alarm, AlarmState
from tests.cast import PASSWORD, SINCE, Cast
from tests.documents.reading import text
from tests.patience import PATIENCE
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
DAY = datetime.timedelta(days=1)
WAITING, CONFIRMED = EntrustmentState.WAITING, EntrustmentState.CONFIRMED


def _send(client: Client, name: str, data: dict[str, object], *args: object) -> str:
    return client.post(reverse(name, args=args), data, follow=True).content.decode()


def _invent(client: Client, cast: Cast, name: str, username: str, kind: str) -> Person:
    """A person who does not exist, with a post and an account, as the attacker entered them."""
    _send(client, "people:person_add", {"name": name, "unit": cast.units["a"].pk})
    person = Person.objects.get(name=name)
    _send(client, "people:post_assign", {"kind": kind, "unit": cast.units["a"].pk}, person.uuid)
    page = _send(client, "people:account_open", {"username": username}, person.uuid)
    assert "当面确认" in page
    assert 'class="secret"' not in page, "whoever opens an account is shown no password"
    return person


def _live(stage: Stage, at: datetime.datetime) -> Ask:
    return Ask((stage.gate,), live=True, span=None, purpose="", content="", asked_at=at)


def _signs_in(username: str, password: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": password})
    return "_auth_user_id" in client.session


def test_one_security_administrator_with_two_invented_persons_reaches_no_picture(stage, client_of: Clients):
    """The attack of the issue: two invented persons, two posts, two accounts; one links the other's post, duty, picture."""
    cast, attacker = stage.cast, client_of("security_admin")
    watcher = _invent(attacker, cast, "赵虚", "zhaoxu", PostKind.DUTY_OFFICER)
    keeper = _invent(attacker, cast, "钱假", "qianjia", PostKind.CARETAKER)
    for person in (watcher, keeper):
        account = Account.objects.get(person=person)
        assert (account.is_active, account.has_usable_password()) == (False, False)
        assert "尚待确认" in _send(attacker, "people:account_reopen", {}, person.uuid)
        account.refresh_from_db()
        assert not account.is_active, "an account that waits is not opened as one that was closed"
        assert not _signs_in(account.username, PASSWORD)
        with pytest.raises(accounts.AccountRefused, match="待确认"):
            accounts.ask_reset(account, "忘记", by=cast.security_admin.person, at=timezone.now())

    # Nor does the attacker confirm what they have asked for, on the page or behind it.
    for row in Entrustment.objects.filter(state=WAITING):
        assert attacker.post(reverse("people:entrustment_confirm", args=[row.uuid])).status_code == 403
        with pytest.raises(EntrustmentRefused, match="由审计管理员，或者该人员所在单位的审批人确认"):
            confirming.confirm(row, by=cast.security_admin.person, at=timezone.now())
    assert Entrustment.objects.filter(state=WAITING).count() == 4

    # The posts open nothing: no duty, no linking, and no picture even where every other row lies ready.
    post = Post.objects.get(person=watcher)
    with pytest.raises(duty.DutyRefused):
        duty.begin(post, at=timezone.now())
    link = watching.link(stage.school, post, keeper, timezone.now())
    assert link.awaits
    now = timezone.now()
    assert isinstance(decide(watcher, _live(stage, now), now), Refused)
    assert not Account.objects.get(person=keeper).has_perm("places.manage_places")

    # Each step stands as an alarm before those who audit, and whoever took it neither sees nor ends one, by whatever they end.
    watch = SourceWatch([people.ENTRUSTED])
    watch.round(now)
    alarms = Alarm.objects.filter(state=AlarmState.OPEN)
    assert sorted(alarms.values_list("kind", flat=True)) == [
        "account.opened", "account.opened", "post.given", "post.given", "post.watches",
    ]  # fmt: skip
    assert "新开账号：赵虚 · 城关区第一小学 · zhaoxu" in {title(alarm) for alarm in alarms}
    seen = {name: visible_alarms(one.person, now).count() for name, one in cast.members.items()}
    assert {name for name, count in seen.items() if count == 5} == {"auditor", "inspector"}
    assert not any(count for name, count in seen.items() if name not in ("auditor", "inspector"))
    for name, leads in {"auditor": "/people/entrustments/", "inspector": "/people/"}.items():
        reader, opened = Viewer(cast.members[name].account, now), client_of(name)
        for alarm in alarms:
            _, href = where_to_look(alarm, reader) or ("", "")
            assert href.startswith(leads), (name, alarm.kind)
            assert opened.get(href).status_code == 200, f"{name} is led where they may go: {href}"
    for row in Entrustment.objects.filter(state=WAITING, made_by=cast.security_admin.person):
        confirming.withdraw(row, by=cast.security_admin.person, at=now)
    watch.round(now + DAY)
    watch.round(now + 9 * DAY)
    assert alarms.count() == 5


def test_what_two_have_done_counts_from_the_confirmation_on(stage, client_of: Clients):
    cast = stage.cast
    asks, leads = client_of("security_admin"), client_of("approver")
    person = _invent(asks, cast, "格桑", "gesang", PostKind.DUTY_OFFICER)
    listed = leads.get(reverse("people:entrustment_list")).content.decode()
    assert "格桑" in listed
    assert "待确认：分配岗位，格桑" in leads.get(reverse("home")).content.decode()
    post_row, account_row = (Entrustment.objects.get(person=person, kind=kind) for kind in ("post", "account"))
    for other in ("operator", "outsider", "inspector"):
        assert client_of(other).post(reverse("people:entrustment_confirm", args=[post_row.uuid])).status_code == 403
    before = Post.objects.get(person=person).valid_from
    _send(leads, "people:entrustment_confirm", {}, post_row.uuid)
    post = Post.objects.get(person=person)
    assert not post.awaits
    assert post.valid_from > before, "it counted at no moment before it was confirmed"
    told = leads.get(account_row.get_absolute_url()).content.decode()
    assert "30 日内，您与该人员不视为相互独立的两人" in told, "what it costs whoever confirms is said before"
    answer = leads.post(reverse("people:entrustment_confirm", args=[account_row.uuid]))
    assert "no-store" in answer.headers["Cache-Control"]
    password = answer.content.decode().split('class="secret">')[1].split("<")[0]
    assert _signs_in("gesang", password)
    assert Account.objects.get(username="gesang").has_perm("people.stand_duty")
    again = leads.post(reverse("people:entrustment_confirm", args=[account_row.uuid]))
    assert again.status_code == 409, "it is confirmed once, and the password shown once"
    assert 'class="secret"' not in again.content.decode()
    assert password not in str(list(RecordOutbox.objects.values_list("record", flat=True)))

    link = watching.link(stage.school, post, cast.caretaker.person, timezone.now())
    duty.begin(post, at=timezone.now())
    now = timezone.now()
    assert isinstance(decide(person, _live(stage, now), now), Refused)
    _send(client_of("auditor"), "people:entrustment_confirm", {}, link.entrustment.uuid)
    now = timezone.now()
    assert isinstance(decide(person, _live(stage, now), now), Granted)


def test_a_reset_changes_nothing_before_it_is_confirmed_and_leaves_the_second_factor(cast: Cast, client_of: Clients):
    account, admin = cast.system_admin.account, client_of("security_admin")
    page = _send(admin, "people:account_reset", {"reason": "遗忘密码，当面核对工作证"}, cast.system_admin.person.uuid)
    assert 'class="secret"' not in page
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    with pytest.raises(accounts.AccountRefused, match="已有一项"):
        accounts.ask_reset(account, "再来一次", by=cast.security_admin.person, at=timezone.now())
    row = Entrustment.objects.get(kind="reset")
    password = confirming.confirm(row, by=cast.auditor.person, at=timezone.now())
    account.refresh_from_db()
    assert account.check_password(password)
    assert Authenticator.objects.filter(user=account).exists(), "nobody has asked to take it off"
    lost = accounts.ask_reset(account, "手机丢失", second_factor=True, by=cast.security_admin.person, at=timezone.now())
    confirming.confirm(lost, by=cast.auditor.person, at=timezone.now())
    assert not Authenticator.objects.filter(user=account).exists()


def test_what_is_refused_or_taken_back_is_as_if_it_had_never_been(cast: Cast, client_of: Clients):
    admin = client_of("security_admin")
    person = _invent(admin, cast, "格桑", "gesang", PostKind.DUTY_OFFICER)
    rows = {row.kind: row for row in Entrustment.objects.filter(person=person, state=WAITING)}
    with pytest.raises(EntrustmentRefused, match="只有提出人"):
        confirming.withdraw(rows["account"], by=cast.auditor.person, at=timezone.now())
    _send(admin, "people:entrustment_withdraw", {}, rows["account"].uuid)
    assert not Account.objects.filter(username="gesang").exists(), "the name is free again"
    refuse = reverse("people:entrustment_refuse", args=[rows["post"].uuid])
    assert client_of("auditor").post(refuse, {"words": ""}).status_code == 409
    client_of("auditor").post(refuse, {"words": "查无此人"})
    post = Post.objects.get(person=person)
    assert post.ended_at is not None
    assert not post.is_valid(post.valid_from)
    rows["post"].refresh_from_db()
    assert (rows["post"].state, rows["post"].words) == (EntrustmentState.REFUSED, "查无此人")
    assert independent(cast.auditor.person, person, timezone.now())


def test_a_post_that_ends_takes_what_waits_of_it_along(stage):
    cast, now = stage.cast, timezone.now()
    post = posts.assign(
        cast.bystander.person, cast.units["a"], PostKind.DUTY_OFFICER, by=cast.security_admin.person, at=now
    )
    watching.link(stage.school, post, cast.caretaker.person, now)
    posts.end(post, by=cast.security_admin.person, at=now)
    assert not SystemPost.objects.filter(post=post).exists()
    assert set(Entrustment.objects.filter(post=post).values_list("state", flat=True)) == {EntrustmentState.WITHDRAWN}


def test_who_may_confirm_is_of_another_line_and_of_the_own_unit(cast: Cast):
    now, admin = timezone.now(), cast.security_admin.person
    posts.assign(cast.bystander.person, cast.units["a"], PostKind.DUTY_OFFICER, by=admin, at=now)
    row = Entrustment.objects.get(kind="post")
    other = Person.objects.create(name="别处审批", unit=cast.units["b"])
    Post.objects.create(person=other, unit=cast.units["b"], kind=PostKind.APPROVER, valid_from=SINCE)
    refused = {
        cast.bystander.person: "给自己",
        other: "审批人确认",
        cast.system_admin.person: "审批人确认",
        admin: "审批人确认",
    }
    for person, why in refused.items():
        with pytest.raises(EntrustmentRefused, match=why):
            confirming.confirm(row, by=person, at=now)
    # The leader of the unit confirms no administrator: that is the audit's.
    posts.assign(cast.caretaker.person, cast.units["a"], PostKind.AUDIT_ADMIN, by=admin, at=now)
    audit = Entrustment.objects.get(kind="post", person=cast.caretaker.person)
    with pytest.raises(EntrustmentRefused):
        confirming.confirm(audit, by=cast.approver.person, at=now)
    confirming.confirm(audit, by=cast.auditor.person, at=now)
    # Somebody whom the one who asks has made is no other person: neither on the page nor in the database.
    posts.assign(other, cast.units["a"], PostKind.APPROVER, by=admin, at=now)
    confirming.confirm(Entrustment.objects.get(kind="post", person=other), by=cast.auditor.person, at=now)
    with pytest.raises(EntrustmentRefused, match=r"30 日内.*S33\.1.*请由其他人员办理"):
        confirming.confirm(row, by=other, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entrustment.objects.filter(pk=row.pk).update(state=CONFIRMED, decided_by=admin)
    confirming.confirm(row, by=cast.approver.person, at=now)


def test_a_leader_is_handed_no_password_of_somebody_who_reaches_further(cast: Cast, client_of: Clients):
    """A school's approver, and the account of one of its people who also audits the city, stands duty elsewhere, or is to do so."""
    now, admin, school = timezone.now(), cast.security_admin.person, cast.units["a"]
    row = accounts.ask_reset(cast.bystander.account, "遗忘密码", by=admin, at=now)
    page = reverse("people:entrustment_confirm", args=[row.uuid])
    for kind, unit, awaits in (
        (PostKind.AUDIT_ADMIN, "a", False),
        (PostKind.DUTY_LEAD, "city", False),
        (PostKind.DUTY_LEAD, "city", True),
    ):
        post = Post.objects.create(
            person=cast.bystander.person, unit=cast.units[unit], kind=kind, valid_from=SINCE, awaits=awaits
        )
        with pytest.raises(EntrustmentRefused, match="由审计管理员"):
            confirming.confirm(row, by=cast.approver.person, at=now)
        assert client_of("approver").post(page).status_code == 404
        post.delete()
    Post.objects.create(person=cast.bystander.person, unit=school, kind=PostKind.DUTY_LEAD, valid_from=SINCE)
    Post.objects.create(
        person=cast.bystander.person,
        unit=cast.units["city"],
        kind=PostKind.DUTY_LEAD,
        valid_from=SINCE,
        valid_until=now - DAY,
    )
    assert confirming.confirm(row, by=cast.approver.person, at=now), "what has run out reaches nothing"


def test_whom_one_has_made_is_no_other_person_for_the_days_of_the_setting(cast: Cast):
    now, admin = timezone.now(), cast.security_admin.person
    new = Person.objects.create(name="格桑", unit=cast.units["a"])
    days = get_settings().independent_days * DAY
    for kind, by, decided in (("person", admin, None), ("account", cast.caretaker.person, cast.approver.person)):
        Entrustment.objects.create(
            kind=kind,
            person=new,
            made_by=by,
            made_at=now,
            state=CONFIRMED,
            decided_by=decided,
            decided_at=now,
            about="格桑",
        )
    bound = {admin, cast.caretaker.person, cast.approver.person}
    assert party(new, now) == {new.pk, *(person.pk for person in bound)}
    for person in bound:
        assert not independent(person, new, now)
        assert not independent(new.pk, person.pk, now)
        assert "请由其他人员办理" in why_not_independent(new, person, now + days / 2)
        assert independent(person, new, now + days + DAY)
        assert why_not_independent(new, person, now + days + DAY) == ""
    assert independent(cast.operator.person, new, now)
    assert not independent(admin, admin, now)
    assert independent(admin, None, now)
    # Whoever confirmed a post was handed nothing.
    Entrustment.objects.create(
        kind="post",
        person=new,
        made_by=admin,
        made_at=now,
        state=CONFIRMED,
        decided_by=cast.auditor.person,
        decided_at=now,
    )
    assert independent(cast.auditor.person, new, now)


def test_whom_those_have_made_whom_one_has_made_is_no_other_person_either(cast: Cast):
    """A made B and B made C: A and C are one hand; two whom A has made are two, and so is whom B had made before."""
    now, made_first = timezone.now(), timezone.now() - 2 * DAY
    a, auditor = cast.security_admin.person, cast.auditor.person
    b, c, d, before, sibling, watcher = (
        Person.objects.create(name=name, unit=cast.units["a"]) for name in ("乙", "丙", "丁", "早", "邻", "看")
    )

    def gives(kind: str, by: Person, person: Person, when: datetime.datetime, second: Person | None = None) -> None:
        Entrustment.objects.create(
            kind=kind, person=person, made_by=by, made_at=when, state=CONFIRMED, decided_by=second, decided_at=when
        )

    gives("account", b, before, made_first - DAY)
    gives("post", a, b, made_first)
    gives("post", a, sibling, made_first)
    gives("reset", cast.operator.person, b, made_first, auditor)
    gives("account", b, c, now - DAY)
    gives("watch", c, watcher, now)
    gives("post", c, d, now)
    # What was given for looking later, or asked for before the account was confirmed, hides nothing of who made whom.
    gives("watch", b, c, now)
    gives("watch", a, b, made_first - DAY)
    assert party(a, now) == {a.pk, b.pk, sibling.pk, c.pk, d.pk}
    assert party(auditor, now) == {auditor.pk, b.pk, c.pk, d.pk}, "who was handed the password of who made them"
    assert party(d, now) == {d.pk, c.pk, b.pk, a.pk, auditor.pk, cast.operator.person.pk}
    assert party(before, now) == {before.pk, b.pk}
    assert party(watcher, now) == {watcher.pk, c.pk}, "a system to watch makes nobody"
    assert not independent(d, a, now)
    assert "所任命、开户的人员办理" in why_not_independent(a, d, now)
    assert why_not_independent(sibling, d, now) == ""
    assert party(a, now + get_settings().independent_days * DAY - DAY / 2) == {a.pk}, "the first link is long ago"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["confirm", "withdraw"])
def test_of_two_who_decide_at_once_one_finds_it_decided(second: str):
    from tests.cast import build
    from tests.people.test_posts import _city

    city = _city()
    for code in ("540102", "540103"):
        type(city).objects.get_or_create(
            code=code, defaults={"name_zh": code, "name_en": code, "kind": "county", "parent": city}
        )
    cast, now = build(), timezone.now()
    post = posts.assign(
        cast.bystander.person, cast.units["a"], PostKind.CARETAKER, by=cast.security_admin.person, at=now
    )
    row = Entrustment.objects.get(post=post)
    barrier, results = threading.Barrier(2), []

    def act(does: Callable[[], object]) -> None:
        try:
            barrier.wait(PATIENCE)
            does()
            results.append("done")
        except EntrustmentRefused:
            results.append("refused")
        finally:
            connection.close()

    ways = [
        lambda: confirming.confirm(row, by=cast.auditor.person, at=now),
        (lambda: confirming.confirm(row, by=cast.approver.person, at=now))
        if second == "confirm"
        else (lambda: confirming.withdraw(row, by=cast.security_admin.person, at=now)),
    ]
    threads = [threading.Thread(target=act, args=(way,)) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(results) == ["done", "refused"]
    row.refresh_from_db()
    post.refresh_from_db()
    assert post.is_valid(timezone.now()) is (row.state == CONFIRMED)


def test_a_password_goes_once_on_a_sealed_sheet_and_is_kept_nowhere(
    cast: Cast, client_of: Clients, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    account = cast.bystander.account
    row = accounts.ask_reset(account, "遗忘密码，当面核对工作证", by=cast.security_admin.person, at=timezone.now())
    confirm, leads = reverse("people:entrustment_confirm", args=[row.uuid]), client_of("approver")
    assert "确认并打印密封件" in leads.get(row.get_absolute_url()).content.decode()
    # Whoever asked gets no sheet, and where this machine can't print nothing is confirmed.
    assert client_of("security_admin").post(confirm, {"sealed": "1"}).status_code == 403
    with monkeypatch.context() as here:
        here.setattr(entrusting, "render_sheet", _without_fonts)
        answer = leads.post(confirm, {"sealed": "1"})
    assert (answer.status_code, "没有确认" in answer.content.decode()) == (409, True)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)

    answer = leads.post(confirm, {"sealed": "1"})
    assert answer["Content-Disposition"].startswith("inline"), "no file among the downloads"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    shown = text(answer.content)
    for words in ("周涛", "城关区第一小学", "bystander", "央金", "请本人亲启"):
        assert words in shown
    [password] = re.findall(r"(?:[a-zA-Z2-9]{5}-){3}[a-zA-Z2-9]{5}", shown)
    assert _signs_in("bystander", password)
    again = leads.post(confirm, {"sealed": "1"})
    assert (again.status_code, again.headers["Content-Type"][:9]) == (409, "text/html")
    row.refresh_from_db()
    assert row.words == "密封打印"
    assert password not in str(list(RecordOutbox.objects.values_list("record", flat=True))) + caplog.text
    assert password not in repr(PasswordSheet(password=password))


def _without_fonts(*said: object, **more: object) -> bytes:
    raise FontsMissing
