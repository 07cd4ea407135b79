"""The machine of a release: state × event × who acts; each guard with its clause; each step with its record."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from custodes.access.leave import LeaveRefused
from custodes.access.models import Release, ReleaseDecision, ReleaseFinding, ReleaseState
from custodes.access.papers import microseconds
from custodes.access.release.case import RELEASE
from custodes.access.release.desk import AtNode, Desk
from custodes.access.release.facts import locked
from custodes.access.release.masking import Finding
from custodes.access.release.reach import desk_of
from custodes.access.release.sheet import document_of, sidecar_of
from custodes.access.release.working import WorkProgress
from custodes.cases.step import StepInput
from custodes.cases.taking import keep
from custodes.oversight.log_phrases import LedgerNames, tell
from custodes.people.lawful import terms
from custodes.people.models import Post, PostKind, RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings
from custodes.upkeep.dates.worklist import worklist_of
from tests.access.notary import FakeNotary
from tests.access.release import orders
from tests.access.release.flow import FINDINGS, Flow, accepted
from tests.access.release.node import leak, track

pytestmark = pytest.mark.postgresql

S = ReleaseState


def _events(flow: Flow) -> dict[str, Callable[[Release, Any], Release]]:
    said = flow.taken

    def approve(row: Release, by: Any) -> Release:
        if row.state == S.REVIEWED:
            orders.shown_whole(orders.show(row, said(by)), said(by).at)
        return orders.second_review(row, flow.seen(row), said(by))

    return {
        "give_back": lambda row, by: orders.give_back(row, said(by, "请补充")),
        "propose_again": lambda row, by: orders.propose_again(row, flow.proposal(), said(by)),
        "assess": lambda row, by: orders.assess(row, "必要", "小", "遮蔽", said(by)),
        "refuse": lambda row, by: orders.refuse(row, said(by, "不必要")),
        "begin": lambda row, by: orders.begin(row, said(by)),
        "mask": lambda row, by: orders.take_tracks(row, said(by)),
        "find": lambda row, by: orders.answer(row, FINDINGS[:-1], said(by)),
        "write": lambda row, by: orders.write(row, "solid", said(by)),
        "review": lambda row, by: orders.review(row, flow.seen(row), said(by, "已看过")),
        "remask": lambda row, by: orders.send_back(row, said(by, "请补画")),
        "second_review": approve,
        "publish": lambda row, by: orders.publish(row, "学校公众号", flow.seen(row), said(by)),
        "withdraw": lambda row, by: orders.withdraw(row, "已删除", said(by, "异议")),
        "drop": lambda row, by: orders.drop(row, said(by, "不需要")),
        "forget": lambda row, by: orders.forget(row, said(by)),
    }


#: Who takes an event where a test asks for nobody else.
ACTOR = {
    "give_back": "approver", "propose_again": "lead", "assess": "approver", "refuse": "approver", "begin": "caretaker",
    "mask": "caretaker", "find": "caretaker", "write": "caretaker", "review": "caretaker", "remask": "approver",
    "second_review": "approver", "publish": "lead", "withdraw": "lead", "drop": "lead", "forget": "lead",
}  # fmt: skip
#: (state, event) → the state behind it; everything else is refused.
TABLE = {
    (S.PROPOSED, "give_back"): S.RETURNED,
    (S.PROPOSED, "assess"): S.ASSESSED,
    (S.PROPOSED, "refuse"): S.REFUSED,
    (S.PROPOSED, "drop"): S.DROPPED,
    (S.RETURNED, "propose_again"): S.PROPOSED,
    (S.RETURNED, "drop"): S.DROPPED,
    (S.ASSESSED, "begin"): S.ASSESSED,
    (S.ASSESSED, "drop"): S.DROPPED,
    (S.MASKED, "begin"): S.MASKED,
    (S.REVIEWED, "begin"): S.MASKED,
    (S.APPROVED, "begin"): S.MASKED,
    (S.MASKED, "find"): S.MASKED,
    (S.MASKED, "write"): S.MASKED,
    (S.MASKED, "drop"): S.DROPPED,
    (S.REVIEWED, "find"): S.MASKED,
    (S.REVIEWED, "write"): S.MASKED,
    (S.REVIEWED, "remask"): S.MASKED,
    (S.REVIEWED, "second_review"): S.APPROVED,
    (S.REVIEWED, "refuse"): S.REFUSED,
    (S.REVIEWED, "drop"): S.DROPPED,
    (S.APPROVED, "find"): S.MASKED,
    (S.APPROVED, "write"): S.MASKED,
    (S.APPROVED, "remask"): S.MASKED,
    (S.APPROVED, "publish"): S.PUBLISHED,
    (S.APPROVED, "drop"): S.DROPPED,
    (S.HANDED, "forget"): S.HANDED,
    (S.PUBLISHED, "withdraw"): S.WITHDRAWN,
    (S.PUBLISHED, "forget"): S.PUBLISHED,
    (S.WITHDRAWN, "forget"): S.WITHDRAWN,
}


@pytest.mark.parametrize("state", list(S))
def test_each_state_takes_its_own_events_and_no_other(flow: Flow, state: ReleaseState) -> None:
    from custodes.access.release.working import MaskingRefused

    row = flow.at(state)
    for event, act in _events(flow).items():
        actor = flow.stage.cast.members[ACTOR[event]].person
        there = dict(flow.node.standings)
        with transaction.atomic():
            wanted = TABLE.get((state, event))
            if wanted is None:
                with pytest.raises((StepRefused, LeaveRefused, MaskingRefused)):
                    act(row, actor)
                assert Release.objects.get(pk=row.pk).state == state, event
            else:
                assert act(row, actor).state == wanted, event
            transaction.set_rollback(True)
        flow.node.standings = there


def test_each_step_is_on_record_with_who_when_why_papers_and_hashes(flow: Flow) -> None:
    row = flow.withdrawn()
    told = [one.record for one in RecordOutbox.objects.filter(type="release.step").order_by("created_at", "pk")]
    told.sort(key=lambda one: row.steps.get(pk=one["step"]).seq)
    assert [one["event"] for one in told] == [
        "propose", "assess", "begin", "mask", "find", "write", "review", "see", "second_review", "publish", "withdraw",
    ]  # fmt: skip
    assert {one["release"] for one in told} == {str(row.pk)}
    published, approved = told[-2], told[-3]
    for one in (told[-5], approved, published):
        assert one["answered"] == [["pictures.masked", 2], ["pictures.none", 10], ["tracks.masked", 2]]
        assert (one["overlay"], "left" in one) == ("absent", False)
    shown = row.showings.get().whole_at
    assert shown is not None
    assert approved["looked"] == microseconds(shown)
    assert not [one["event"] for one in told if "looked" in one and one is not approved]
    assert (published["source"], published["output"]) == (row.source, row.output)
    assert published["tracks"] == row.marked
    assert published["where"] == row.published_where
    assert published["by"] == str(flow.proposer.uuid)
    names = LedgerNames.of(told)
    assert tell({"type": "release.step", **published}, names).split(" · ") == [
        row.number, flow.stage.gate.name, "公开", "学校公众号 https://example.org/1",
    ]  # fmt: skip
    for step, one in zip(row.steps.order_by("seq"), told, strict=True):
        assert one["clauses"] == step.clauses
        assert step.clauses
        assert one["on"] == step.on.isoformat()
        assert one["content"]


def test_a_step_and_its_record_stand_or_fall_together(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    row = flow.proposed()
    before = RecordOutbox.objects.count()
    monkeypatch.setattr("custodes.cases.records.record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        orders.assess(row, "必要", "小", "遮蔽", flow.taken(flow.approver))
    assert Release.objects.get(pk=row.pk).state == S.PROPOSED
    assert RecordOutbox.objects.count() == before


def _broken(*_args: Any, **_more: Any) -> None:
    raise RuntimeError("no record")


def _clauses(refusal: pytest.ExceptionInfo[StepRefused]) -> list[str]:
    return [one.clause for one in refusal.value.unmet]


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        ({"basis": "本单位决定"}, "PIPL25"),
        ({"basis": "…"}, "PIPL25"),
        ({"basis_kind": "consent", "basis": "当事人同意"}, "PIPL25"),
        ({"purpose": " "}, "PIPL26"),
    ],
    ids=str,
)
def test_nothing_is_proposed_without_basis_and_purpose(flow: Flow, change: dict[str, Any], clause: str) -> None:
    with pytest.raises(StepRefused) as refusal:
        flow.proposed(**change)
    assert clause in _clauses(refusal)
    assert not Release.objects.exists()


def test_a_span_to_come_or_longer_than_a_node_masks_is_refused(flow: Flow) -> None:
    now = flow.taken(flow.proposer).at
    for begin, end in ((now, now + datetime.timedelta(minutes=1)), (now - datetime.timedelta(hours=3), now)):
        with pytest.raises(StepRefused) as refusal:
            flow.proposed(span_from=begin, span_to=end)
        assert _clauses(refusal) == ["S30.2"]


def test_the_assessment_is_written_whole_by_another_and_kept_three_years(flow: Flow) -> None:
    row = flow.proposed()
    with pytest.raises(StepRefused) as refusal:
        orders.assess(row, "必要", "", "遮蔽", flow.taken(flow.approver))
    assert _clauses(refusal) == ["PIPL55"]
    with pytest.raises(StepRefused) as refusal:
        orders.assess(row, "必要", "小", "遮蔽", flow.taken(flow.proposer))
    assert _clauses(refusal) == ["S33.1"]
    done = orders.assess(row, "必要", "小", "遮蔽", flow.taken(flow.approver))
    assert done.keep_until is not None
    assert done.assessed_at is not None
    assert done.keep_until.year == done.assessed_at.year + 3


@pytest.mark.parametrize("act", [orders.give_back, orders.refuse], ids=lambda act: act.__name__)
def test_giving_back_and_refusing_take_a_reason_and_another_person(flow: Flow, act: Any) -> None:
    row = flow.proposed()
    for by, words in ((flow.approver, ""), (flow.proposer, "理由")):
        with pytest.raises(StepRefused):
            act(row, flow.taken(by, words))
    act(row, flow.taken(flow.approver, "理由"))
    assert row.steps.last().words == "理由"


def test_tracks_are_not_taken_in_before_they_are_found(flow: Flow) -> None:
    row = flow.begun()
    with pytest.raises(StepRefused):
        orders.take_tracks(row, flow.taken(flow.reviewer))
    assert not row.tracks.exists()


@pytest.mark.parametrize(
    ("undo", "reason"),
    [
        (lambda flow, row: row.tracks.filter(number=1).update(state="open"), "没有逐条确认"),
        (lambda flow, row: row.tracks.filter(number=1).update(acquaintance="unasked"), "认识的人"),
        (lambda flow, row: row.tracks.filter(number=1).update(acquaintance="yes"), "仍能认出"),
        (lambda flow, row: row.tracks.filter(number=1).update(state="rejected", remark=""), "没有写明理由"),
        (lambda flow, row: row.looks.first().delete(), "抽查画面"),
        (lambda flow, row: row.findings.filter(key="plates").delete(), "机动车号牌"),
        (lambda flow, row: row.findings.filter(key="minors").delete(), "未成年人"),
        (lambda flow, row: row.findings.filter(key="plates").update(answer="masked"), "没有遮蔽的轨迹"),
        (lambda flow, row: row.findings.filter(key="faces").update(answer="absent"), "有已确认的轨迹"),
        (lambda flow, row: row.tracks.filter(number=1).update(growth=1301), "没有按现在的轨迹"),
    ],
    ids=range(10),
)
def test_a_review_wants_every_track_sample_and_answer(flow: Flow, undo: Any, reason: str) -> None:
    row = flow.written()
    undo(flow, row)
    with pytest.raises(StepRefused) as refusal:
        orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
    assert any(reason in one.reason_zh for one in refusal.value.unmet)
    assert all(one.clause and one.remedy_zh for one in refusal.value.unmet)
    assert Release.objects.get(pk=row.pk).state == S.MASKED


def test_two_who_take_tracks_in_at_once_do_it_once(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    row = flow.begun()
    flow.node.find(row.pk)
    found, once = flow.node.found, [True]

    def first(*args: Any) -> bytes:
        if once and once.pop():
            orders.take_tracks(row, flow.taken(flow.proposer))
        return found(*args)

    monkeypatch.setattr("custodes.access.release.working.found", first)
    with pytest.raises(StepRefused):
        orders.take_tracks(row, flow.taken(flow.reviewer))
    assert row.tracks.count() == 2


def test_leaks_have_to_be_said_something_of(flow: Flow) -> None:
    flow.node.leaks = [leak(), leak("under mask", 4), leak("shown", 5)]
    row = flow.written()
    with pytest.raises(StepRefused) as refusal:
        orders.review(row, flow.seen(row), flow.taken(flow.reviewer))
    assert "仍检出" in refusal.value.unmet[0].reason_zh
    done = orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "两处都是海报"))
    assert done.leaks == {"finds": 2, "pictures": 2, "tracks": 0, "shown": 1}


def test_minors_are_never_exempt_whatever_is_cited(flow: Flow) -> None:
    row = flow.masked()
    with pytest.raises(StepRefused) as refusal:
        orders.answer(row, [Finding("minors", "exempt", "某法第一条", read=True)], flow.taken(flow.reviewer))
    assert _clauses(refusal) == ["PIPL28"]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseFinding.objects.create(
            release=row, key="minors", answer="exempt", by=flow.reviewer, at=flow.taken(flow.reviewer).at
        )


@pytest.mark.parametrize(("law", "read"), [("", True), ("按规定", True), ("道路交通安全法第八十七条", False)])
def test_an_exemption_names_an_article_that_somebody_has_read(flow: Flow, law: str, read: bool) -> None:
    row = flow.masked()
    with pytest.raises(StepRefused):
        orders.answer(row, [Finding("plates", "exempt", law, read)], flow.taken(flow.reviewer))
    assert not row.findings.exists()


def test_a_lawful_exemption_stands_with_who_read_it(flow: Flow) -> None:
    row = flow.decided()
    row = orders.answer(
        row, [Finding("plates", "exempt", "道路交通安全法第八十七条", read=True)], flow.taken(flow.reviewer)
    )
    assert row.findings.get(key="plates").read_by == flow.reviewer
    row = orders.write(row, "solid", flow.taken(flow.reviewer))
    flow.node.finish(row.pk)
    assert orders.review(row, flow.seen(row), flow.taken(flow.reviewer)).state == S.REVIEWED


@pytest.mark.parametrize("who", ["proposer", "reviewer"])
def test_who_proposed_or_reviewed_does_not_approve(flow: Flow, who: str) -> None:
    row = flow.shown()
    with pytest.raises(StepRefused):
        orders.second_review(row, flow.seen(row), flow.taken(getattr(flow, who)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=row.pk).update(approved_by=getattr(flow, who))


def _decided_a_track(flow: Flow, row: Release) -> None:
    row.tracks.filter(number=1).update(by=flow.approver)


def _decided_a_track_before_another_did(flow: Flow, row: Release) -> None:
    decision = row.tracks.get(number=1).decisions.get()
    ReleaseDecision.objects.filter(pk=decision.pk).update(by=flow.approver)


def _ticked_a_sample(flow: Flow, row: Release) -> None:
    one = row.looks.first()
    assert one is not None
    row.looks.filter(pk=one.pk).update(by=flow.approver)


def _answered_a_picture_before_another_did(flow: Flow, row: Release) -> None:
    one = row.looks.exclude(answer="").first()
    assert one is not None
    row.looks.filter(pk=one.pk).update(by=flow.approver)
    flow.look(row, one.time)
    assert row.looks.get(time=one.time, by=flow.reviewer).answer
    assert not row.looks.get(time=one.time, by=flow.approver).answer
    flow.again(row)


def _answered(flow: Flow, row: Release) -> None:
    row.findings.filter(key="faces").update(by=flow.approver)


def _read_an_article(flow: Flow, row: Release) -> None:
    row.findings.filter(key="faces").update(read_by=flow.approver)


def _answering(flow: Flow) -> StepInput:
    return replace(flow.taken(flow.approver), outside=AtNode(WorkProgress("written")))


def _took(event: str) -> Callable[[Flow, Release], None]:
    def put(flow: Flow, row: Release) -> None:
        with transaction.atomic():
            held = locked(row)
            held.revision += 1
            held.save()
            keep(RELEASE, held, event, str(held.state), _answering(flow), ("S30.2",), "", ())

    return put


@pytest.mark.parametrize(
    "did",
    [
        _decided_a_track, _decided_a_track_before_another_did, _ticked_a_sample, _answered_a_picture_before_another_did, _answered, _read_an_article, _took("propose"),
        _took("propose_again"), _took("find"), _took("write"), _took("review"),
    ],
    ids=["track", "track before", "sample", "sample before", "answer", "article", "propose", "propose again", "find", "write", "review"],
)  # fmt: skip
def test_who_did_any_of_the_work_does_not_approve_it(flow: Flow, client_of: Any, did: Any) -> None:
    row = flow.shown()
    did(flow, row)
    with pytest.raises(StepRefused) as refusal:
        orders.second_review(row, flow.seen(row), flow.taken(flow.approver))
    assert _clauses(refusal) == ["S30.2"]
    assert Release.objects.get(pk=row.pk).state == S.REVIEWED
    told = client_of("approver").get(reverse("access:release_progress", args=[row.pk])).content.decode()
    assert "批准公开" not in told
    assert "不能审批" in told
    waiting = worklist_of(flow.approver, flow.taken(flow.approver).at, terms()).waiting.rows
    assert [one for one in waiting if one.what == "release"] == []


def test_who_ever_proposed_it_does_not_assess_it(flow: Flow) -> None:
    row = flow.returned()
    row = orders.propose_again(row, flow.proposal(), flow.taken(flow.reviewer))
    assert row.proposed_by == flow.reviewer
    with pytest.raises(StepRefused) as refusal:
        orders.assess(row, "必要", "小", "遮蔽", flow.taken(flow.proposer))
    assert _clauses(refusal) == ["S33.1"]


def test_the_longest_span_is_what_the_node_masks_and_no_law(flow: Flow, client_of: Any) -> None:
    minutes = get_settings().mask_longest_seconds / 60
    end = flow.taken(flow.proposer).at - datetime.timedelta(hours=1)
    flow.proposed(span_from=end - datetime.timedelta(minutes=minutes), span_to=end)
    with pytest.raises(StepRefused) as refusal:
        flow.proposed(span_from=end - datetime.timedelta(minutes=minutes, seconds=1), span_to=end)
    [one] = refusal.value.unmet
    assert f"{minutes:g} 分钟" in one.reason_zh
    assert "并非法律规定" in one.reason_zh
    told = client_of("lead").get(reverse("access:release_propose")).content.decode()
    assert f"最长 {minutes:g} 分钟（本系统的上限）" in told


def test_a_camera_is_of_the_unit_whose_reviewers_see_it(flow: Flow, client_of: Any) -> None:
    """Posts at two units: the release is of the unit whose camera it is, and no other is taken."""
    cast, now = flow.stage.cast, flow.taken(flow.proposer).at
    lobby = flow.stage.lobby
    other = lobby.system.unit
    assert other != cast.units["a"]
    Post.objects.create(
        person=flow.proposer, unit=other, kind=PostKind.DUTY_LEAD, valid_from=now - datetime.timedelta(1)
    )
    assert desk_of(flow.proposer, now, lobby) == other
    assert desk_of(flow.proposer, now, flow.stage.gate) == cast.units["a"]
    with pytest.raises(StepRefused) as refusal:
        flow.proposed(camera=lobby)
    assert "不属于本件的办理单位" in refusal.value.unmet[0].reason_zh
    row = flow.returned()
    with pytest.raises(StepRefused):
        orders.propose_again(row, flow.proposal(camera=lobby), flow.taken(flow.proposer))
    mine = orders.propose(flow.proposal(camera=lobby), other, flow.taken(flow.proposer))
    assert client_of("caretaker").get(mine.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("change", "clause"),
    [({"basis": "…"}, "PIPL25"), ({"purpose": ""}, "PIPL26"), ({"assessed_at": None}, "PIPL55")],
    ids=str,
)
def test_no_call_to_the_node_without_what_the_law_wants_by_then(
    flow: Flow, notary: FakeNotary, change: dict[str, Any], clause: str
) -> None:
    """Q1: the leave is decided anew for each call."""
    row = flow.masked()
    desk = Desk(flow.reviewer, row)
    desk.standing()
    asked = len(flow.node.tokens)
    Release.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(LeaveRefused) as refusal:
        desk.standing()
    assert [one.clause for one in refusal.value.refused.unmet] == [clause]
    assert len(flow.node.tokens) == asked


@pytest.mark.parametrize("step", ["second_review", "publish"])
def test_another_copy_than_the_reviewed_one_goes_no_further(flow: Flow, step: str) -> None:
    row = flow.shown() if step == "second_review" else flow.approved()
    flow.node.finish(row.pk)  # encoded anew
    with pytest.raises(StepRefused) as refusal:
        _events(flow)[step](row, flow.approver if step == "second_review" else flow.proposer)
    assert any("重新编码" in one.reason_zh for one in refusal.value.unmet)


@pytest.mark.parametrize("state", [S.REVIEWED, S.APPROVED])
def test_a_new_encoding_and_a_changed_track_go_back_to_masking(flow: Flow, state: ReleaseState) -> None:
    row = flow.at(state)
    with transaction.atomic():
        again = orders.write(row, "mosaic", flow.taken(flow.reviewer))
        assert (again.state, again.output, again.reviewed_by, again.approved_by) == (S.MASKED, "", None, None)
        transaction.set_rollback(True)
    flow.node.finish(row.pk)
    flow.save(row, accepted(document_of(row.tracks.first()), growth=1500))
    row.refresh_from_db()
    assert (row.state, row.output, row.reviewed_by, row.approved_by) == (S.MASKED, "", None, None)
    assert row.steps.last().event == "remask"
    with pytest.raises(StepRefused):
        orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "同前"))


@pytest.mark.clause("S30.2", "N22", "PIPL25", "PIPL55")
def test_the_law_is_asked_again_at_publication(flow: Flow) -> None:
    row = flow.approved()
    for change in ({"basis": ""}, {"purpose": ""}, {"assessed_at": None}, {"source": ""}):
        with transaction.atomic():
            Release.objects.filter(pk=row.pk).update(**change)
            with pytest.raises((StepRefused, LeaveRefused)):
                orders.publish(row, "学校公众号", flow.seen(row), flow.taken(flow.proposer))
            transaction.set_rollback(True)
    with pytest.raises(StepRefused):
        orders.publish(row, " ", flow.seen(row), flow.taken(flow.proposer))
    assert orders.publish(row, "学校公众号", flow.seen(row), flow.taken(flow.proposer)).state == S.PUBLISHED


def test_what_nobody_has_looked_at_is_hidden_in_what_is_written(flow: Flow) -> None:
    flow.node.tracks = [track(1), track(2), track(3)]
    row = flow.masked()
    flow.save(
        row, track(2) | {"state": "rejected", "left": False, "review": {"acquaintance": "unasked", "remark": "是海报"}}
    )
    row = orders.write(Release.objects.get(pk=row.pk), "solid", flow.taken(flow.reviewer))
    assert [one.hidden for one in sidecar_of(row).tracks] == [True, False, True]
    assert flow.node.sidecars[-1] == sidecar_of(row).encode()


def test_withdrawing_says_why_and_what_was_done(flow: Flow) -> None:
    row = flow.published()
    for words, takedown in (("", "已删除"), ("异议", " ")):
        with pytest.raises(StepRefused):
            orders.withdraw(row, takedown, flow.taken(flow.reviewer, words))
    assert orders.withdraw(row, "已删除", flow.taken(flow.reviewer, "异议")).state == S.WITHDRAWN


def test_numbers_go_on_by_unit_and_year(flow: Flow) -> None:
    first, second = flow.proposed(), flow.proposed()
    assert first.number.endswith("0001号")
    assert second.number.endswith("0002号")
