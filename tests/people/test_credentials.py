"""Vetting, training, undertakings and qualifications: entered, judged by the law library, seen by who may, and run out."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import DutyStatus
from custodes.people import credentials, duty
from custodes.people.models import Credential, CredentialKind, Person, RecordOutbox
from custodes.people.scope import DivisionScope, persons_in
from custodes.people.views.credentials import ending_within
from custodes.settings import get_settings
from custodes.upkeep.dates.sorts import What
from custodes.web.workbench import workbench
from tests.cast import Cast
from tests.people.papers.samples import pdf, upload

AT = datetime.datetime(2026, 6, 1, 4, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 6, 1)
Clients = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def give(person: Person, kind: str, issued: datetime.date = TODAY, until: datetime.date | None = None) -> Credential:
    values = {"kind": kind, "number": "", "issuer": "", "issued": issued, "valid_until": until}
    return credentials.enter(person, values, by=None, at=AT)


def train(person: Person, issued: datetime.date, until: datetime.date | None = None) -> None:
    give(person, CredentialKind.SKILLS, issued, until)
    give(person, CredentialKind.SECRECY, issued, until)


@pytest.mark.clause("S34(5)")
@pytest.mark.parametrize(
    ("days_ago", "status"),
    [(0, DutyStatus.MET), (334, DutyStatus.MET), (335, DutyStatus.DUE), (365, DutyStatus.DUE), (366, DutyStatus.LATE)],
)
def test_training_counts_from_its_day_for_as_long_as_the_installation_says(
    cast: Cast, days_ago: int, status: DutyStatus
) -> None:
    train(cast.operator.person, TODAY - datetime.timedelta(days=days_ago))
    assert credentials.training(cast.operator.person, AT).status is status
    lacking = credentials.untrained(persons_in(_all()), AT).filter(pk=cast.operator.person.pk)
    assert lacking.exists() == (status is DutyStatus.LATE)


@pytest.mark.parametrize(
    ("left", "status"), [(-1, DutyStatus.LATE), (0, DutyStatus.DUE), (30, DutyStatus.DUE), (31, DutyStatus.MET)]
)
def test_a_certificates_own_last_day_comes_before_the_installations(cast: Cast, left: int, status: DutyStatus) -> None:
    until = TODAY + datetime.timedelta(days=left)
    train(cast.operator.person, TODAY - datetime.timedelta(days=900), until)
    finding = credentials.training(cast.operator.person, AT)
    assert (finding.status, finding.due) == (status, until)
    lacking = credentials.untrained(persons_in(_all()), AT).filter(pk=cast.operator.person.pk)
    assert lacking.exists() == (status is DutyStatus.LATE)


def test_one_training_alone_is_not_both(cast: Cast) -> None:
    give(cast.operator.person, CredentialKind.SKILLS)
    assert credentials.training(cast.operator.person, AT).status is DutyStatus.MISSING
    assert cast.operator.person in credentials.untrained(persons_in(_all()), AT)


def test_only_posts_that_watch_operate_or_maintain_need_training(cast: Cast) -> None:
    needing = set(credentials.untrained(persons_in(_all()), AT).values_list("account__username", flat=True))
    assert needing == {"operator", "lead", "caretaker", "system_admin", "outsider", "outside_caretaker"}


@pytest.mark.clause("S34(4)")
def test_the_file_lacks_what_nobody_entered(cast: Cast) -> None:
    (file, _training) = credentials.staff_findings(cast.operator.person, AT)
    assert set(file.missing) == {"file", "undertaking", "vetted"}
    give(cast.operator.person, CredentialKind.VETTING)
    give(cast.operator.person, CredentialKind.UNDERTAKING)
    assert credentials.staff_findings(cast.operator.person, AT)[0].status is DutyStatus.MET


def test_a_withdrawn_training_counts_no_more_and_stays_with_its_reason(cast: Cast) -> None:
    train(cast.operator.person, TODAY)
    row = Credential.objects.get(kind=CredentialKind.SKILLS)
    credentials.withdraw(row, "录错了人", by=cast.caretaker.person, at=AT)
    assert credentials.training(cast.operator.person, AT).status is DutyStatus.MISSING
    row.refresh_from_db()
    assert (row.withdrawn_why, row.withdrawn_by) == ("录错了人", cast.caretaker.person)
    with pytest.raises(credentials.CredentialRefused):
        credentials.withdraw(row, "再来", by=cast.caretaker.person, at=AT)
    assert RecordOutbox.objects.filter(record__object="people.credential").count() == 3


def test_ones_own_needs_the_certificate(cast: Cast) -> None:
    own = cast.caretaker.person
    values = {"kind": "skills", "number": "", "issuer": "", "issued": TODAY, "valid_until": None}
    with pytest.raises(credentials.CredentialRefused, match="证明文件"):
        credentials.enter(own, values, by=own, at=AT)
    row = credentials.enter(own, values, by=own, at=AT, paper=upload(pdf()))
    assert row.paper is not None
    about = RecordOutbox.objects.get(type="paper.kept").record["about"]
    assert about == f"people.credential:{row.uuid}"


def test_lapsed_training_reminds_and_lets_duty_begin(cast: Cast) -> None:
    train(cast.operator.person, TODAY - datetime.timedelta(days=400))
    parts = workbench(cast.operator.account, AT)["parts"]
    lines = [line for part in parts for line in part.lines if line.one.what is What.TRAINING]
    assert {(line.state, line.label) for line in lines} == {("danger", "已过期 35 日")}
    assert not [line for part in parts for line in part.waiting if "培训" in line.one.name], "it is told once"
    assert cast.operator.post is not None
    assert duty.begin(cast.operator.post, at=AT)
    (others,) = [
        line.one
        for part in workbench(cast.caretaker.account, AT)["parts"]
        for line in part.waiting
        if "人" in line.one.name and "培训" in line.one.name
    ]
    assert "2" in others.name  # operator and lead


def test_who_was_never_trained_is_told_so(cast: Cast) -> None:
    parts = workbench(cast.operator.account, AT)["parts"]
    assert [line.one.what for part in parts for line in part.waiting] == ["training"]


@pytest.mark.parametrize("trained", [None, 400])
def test_by_setting_nobody_begins_or_takes_over_duty_without_training(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, trained: int | None
) -> None:
    assert cast.operator.post is not None
    assert cast.lead.post is not None
    if trained:
        train(cast.operator.person, TODAY - datetime.timedelta(days=trained))
    train(cast.lead.person, TODAY)
    blocking = get_settings().model_copy(update={"training_blocks": True})
    monkeypatch.setattr(duty, "get_settings", lambda: blocking)
    with pytest.raises(duty.DutyRefused, match="第三十四条第五项") as refusal:
        duty.begin(cast.operator.post, at=AT)
    assert "请完成培训" in str(refusal.value)
    session = duty.begin(cast.lead.post, at=AT)
    with pytest.raises(duty.DutyRefused, match="第三十四条第五项"):
        duty.hand_over(session, cast.operator.post, at=AT)
    assert duty.running_session(cast.lead.person, AT) == session
    train(cast.operator.person, TODAY)
    assert duty.hand_over(session, cast.operator.post, at=AT)


@pytest.mark.clause("S13.1")
def test_what_runs_out_is_listed_once_and_not_when_a_newer_one_is_there(cast: Cast) -> None:
    firm = cast.units["b"]
    values = {"kind": "maintenance", "number": "1", "issuer": "", "issued": TODAY, "valid_until": TODAY}
    credentials.enter(firm, values, by=None, at=AT)
    scope = _all()
    assert [row.unit for row in ending_within(scope, AT)] == [firm]
    assert ending_within(DivisionScope(unit_paths=frozenset({cast.units["a"].path})), AT) == []
    until = TODAY + datetime.timedelta(days=400)
    credentials.enter(firm, {**values, "number": "2", "valid_until": until}, by=None, at=AT)
    assert ending_within(scope, AT) == []
    judged = [credentials.judge(row, AT) for row in firm.credentials.all()]
    assert {(one.finding.status, one.days) for one in judged} == {(DutyStatus.DUE, 0), (DutyStatus.MET, 400)}


def _post(client: Client, name: str, uuid: Any, data: dict[str, object]) -> str:
    return client.post(reverse(name, args=[uuid]), data, follow=True).content.decode()


def test_the_caretaker_enters_a_training_with_its_paper_on_the_page(cast: Cast, client_of: Clients) -> None:
    client, person = client_of("caretaker"), cast.operator.person
    today = timezone.localdate()
    page = _post(
        client,
        "people:person_credential_add",
        person.uuid,
        {"kind": "skills", "issued": today.isoformat(), "paper": upload(pdf(), "证书.pdf")},
    )
    assert "岗位技能培训" in page
    assert "还有 365 天" in page
    row = Credential.objects.get()
    answer = client.get(reverse("people:credential_paper", args=[row.uuid]))
    assert answer.content == pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert RecordOutbox.objects.filter(type="paper.read").count() == 1
    assert client_of("outside_caretaker").get(reverse("people:credential_paper", args=[row.uuid])).status_code == 404
    assert client_of("lead").get(reverse("people:credential_paper", args=[row.uuid])).status_code == 403
    page = _post(client, "people:credential_withdraw", row.uuid, {"why": "录错了"})
    assert "已撤销" in page


def test_a_firms_certificate_says_its_number_and_its_end(cast: Cast, client_of: Clients) -> None:
    client, unit = client_of("caretaker"), cast.units["a"]
    page = _post(client, "people:unit_credential_add", unit.uuid, {"kind": "construction", "issued": "2026-01-01"})
    assert "请填写证书编号" in page
    assert "请填写证书的有效期" in page
    page = _post(client, "people:unit_credential_add", unit.uuid, {"kind": "skills", "issued": "2026-01-01"})
    assert not Credential.objects.exists()
    data = {"kind": "construction", "number": "XZ-1", "issued": "2026-01-01", "valid_until": "2020-01-01"}
    assert "不能早于" in _post(client, "people:unit_credential_add", unit.uuid, data)
    data["valid_until"] = (timezone.localdate() + datetime.timedelta(days=9)).isoformat()
    page = _post(client, "people:unit_credential_add", unit.uuid, data)
    assert "XZ-1" in page
    assert "还有 9 天" in page
    page = client.get(reverse("people:credential_list")).content.decode()
    assert "XZ-1" in page


def _all() -> DivisionScope:
    return DivisionScope(division_paths=frozenset({"540000/"}))
