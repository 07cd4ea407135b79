"""Leave to mask: decided by the release, on record first, asked again for each call, and good for nothing else."""

from __future__ import annotations

import datetime
import uuid

import msgspec
import pytest
from django.utils import timezone

from custodes.access import decision, leave, papers
from custodes.access.ask import Ask, Granted
from custodes.access.grants import NotaryDown, ViewClosed
from custodes.access.models import Grant
from custodes.access.release.conditions import NO_ACCOUNT
from custodes.access.release.looking import FilmWork, content_of, to_work_on
from custodes.access.revocation import revoke
from custodes.law.grounds import release as ground
from custodes.law.grounds.ground import Unmet
from custodes.ledger.records import Grant as GrantRecord
from custodes.ledger.records import Refusal
from custodes.notary.grants import check_record, check_within
from custodes.notary.protocol import TokenClaims
from custodes.people.models import RecordOutbox

RELEASE = uuid.UUID(int=0x5EED)
NOT_YOURS = Unmet(
    "S30.2", "不是本次发布的复核人员", "no reviewer of this release", "请复核人员办理", "a reviewer does it"
)


class Machine:
    """What the release says."""

    def __init__(self) -> None:
        self.unmet: tuple[Unmet, ...] = ()
        self.asked = 0

    def __call__(self, person: object, ask: object, at: object) -> decision.GatheredFacts:
        self.asked += 1
        granted = Granted(ground.NAME, ground.CLAUSES, None, None, 0)
        return decision.GatheredFacts(None, lambda: granted, self.unmet, due=lambda _: ())


@pytest.fixture
def machine(monkeypatch) -> Machine:
    made = Machine()
    monkeypatch.setitem(decision.GATHERERS, ground.NAME, made)
    return made


def wish(stage):
    end = timezone.now() - datetime.timedelta(hours=1)
    span = (end - datetime.timedelta(minutes=5), end)
    return Ask((stage.gate,), False, span, "寻找走失人员", content_of(RELEASE), timezone.now(), FilmWork(RELEASE))


def opened(stage):
    decided = leave.decided(stage.cast.operator.person, wish(stage), timezone.now())
    grant = decided.keep()
    decided.open(grant)
    return grant


def test_it_is_on_record_and_good_for_masking_alone(stage, notary, machine):
    grant = opened(stage)
    [record] = [one for one in notary.records if isinstance(one, GrantRecord)]
    assert (record.ground, record.masking, record.handover, record.live, record.still) == (
        *("release", True, False, False, False),
    )
    assert record.sound == ()
    assert str(RELEASE) in (record.content or "")
    assert "S30.2" in record.clauses
    assert "N22" in record.clauses
    check_record(record)
    [request] = papers.token_requests(grant, (stage.gate,))
    claims = msgspec.convert(request.claims, TokenClaims)
    assert claims.masking
    check_within(claims, record)
    assert leave.piece_token(grant, wish(stage), stage.gate, timezone.now()).startswith("again-")
    assert machine.asked == 2, "it is decided again"


def test_a_grant_of_another_ground_masks_nothing(stage, notary, machine):
    grant = opened(stage)
    Grant.objects.filter(pk=grant.pk).update(ground="duty")
    grant.refresh_from_db()
    [request] = papers.token_requests(grant, (stage.gate,))
    assert "masking" not in request.claims
    assert not papers.grant_record(grant, (stage.gate,)).masking


def test_a_release_that_says_no_is_a_refusal_on_record(stage, notary, machine):
    machine.unmet = (NOT_YOURS,)
    with pytest.raises(leave.LeaveRefused) as refused:
        opened(stage)
    assert refused.value.refused.unmet == (NOT_YOURS,)
    [record] = notary.records
    assert isinstance(record, Refusal)
    assert [one.clause for one in record.unmet] == ["S30.2"]
    assert not Grant.objects.exists()


def test_a_closed_account_gets_none(stage, notary, flow):
    row = flow.begun()
    account = stage.cast.caretaker.account
    account.is_active = False
    account.save()
    with pytest.raises(leave.LeaveRefused) as refused:
        leave.decided(flow.reviewer, to_work_on(row, timezone.now()), timezone.now())
    assert refused.value.refused.unmet == (NO_ACCOUNT,)


def test_what_the_release_takes_back_opens_nothing_more(stage, notary, machine):
    grant = opened(stage)
    machine.unmet = (NOT_YOURS,)
    with pytest.raises(leave.LeaveRefused):
        leave.piece_token(grant, wish(stage), stage.gate, timezone.now())
    grant.refresh_from_db()
    assert grant.revoked_at is not None
    assert grant.revoked_clause == "S30.2"
    assert RecordOutbox.objects.filter(type="revocation").count() == 1
    machine.unmet = ()
    with pytest.raises(ViewClosed):
        leave.piece_token(grant, wish(stage), stage.gate, timezone.now())


def test_what_is_taken_back_while_the_notary_signs_gives_no_token(stage, notary, machine):
    grant = opened(stage)
    notary.before_answer = lambda: revoke(
        Grant.objects.filter(pk=grant.pk), by="system", reason="撤回发布", clause="S30.2"
    )
    with pytest.raises(ViewClosed):
        leave.piece_token(grant, wish(stage), stage.gate, timezone.now())


def test_without_the_notary_nothing_is_granted(stage, notary, machine):
    notary.down = True
    with pytest.raises(NotaryDown):
        opened(stage)
    assert not Grant.objects.open().exists()


def test_it_is_no_look_that_a_browser_could_renew(stage, notary, machine, client_of):
    grant = opened(stage)
    stage.on_duty()
    answer = client_of("operator").post(f"/api/views/{grant.pk}/renew", {}, content_type="application/json")
    assert answer.status_code == 403
    grant.refresh_from_db()
    assert grant.revoked_at is None, "the leave goes on for what it is for"
    other = client_of("approver").post(f"/api/views/{grant.pk}/renew", {}, content_type="application/json")
    assert other.status_code == 404, "nor is there anything for somebody else"
