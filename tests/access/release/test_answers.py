"""What is said of a copy rests on answers: of each track, of each sample picture, of what is burnt in; and on a look of who approves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.access.forms.release import FindForm
from custodes.access.models import Release, ReleaseState
from custodes.access.release.answers import answers_of
from custodes.access.release.facts import was_shown
from custodes.access.release.guards import Marks, ReleaseQuestion, contradictions
from custodes.access.release.masking import KEYS, Finding
from custodes.access.release.sheet import DOUBT, MOST_DOUBTS, document_of, pictures_of, samples_of
from custodes.access.release.tracks import SampleReview, TrackRefused, look
from custodes.law.grounds.release import ReleaseFacts
from custodes.people.lawful import terms
from custodes.people.models import Person, RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from custodes.upkeep.dates.worklist import worklist_of
from tests.access.release import orders
from tests.access.release.flow import FINDINGS, CopyFlow, Flow, accepted
from tests.access.release.node import COPY, TIMES, track
from tests.web.printing.test_register import text_of

pytestmark = pytest.mark.postgresql

Browsers = Callable[[str], Client]
S = ReleaseState
LEFT = {"state": "rejected", "left": True, "review": {"acquaintance": "unasked", "remark": "讲解员，本人同意公开"}}
POSTER = {"state": "rejected", "left": False, "review": {"acquaintance": "unasked", "remark": "是海报"}}
BURNT_IN = {"number": None, "kind": "overlay", "state": "accepted", "growth": 1000, "whole_body": False, "left": None}
BURNT_IN |= {"review": {"acquaintance": "no", "remark": ""}}


def places(begin: int, end: int) -> list[Any]:
    return [[begin, "drawn", 160, 160, 1600, 320], [end, "drawn", 160, 160, 1600, 320]]


def reasons(refusal: pytest.ExceptionInfo[StepRefused]) -> list[str]:
    return [one.reason_zh for one in refusal.value.unmet]


def answered_again(flow: Flow, row: Release) -> None:
    """Every picture that is not answered, as the tracks have it now."""
    there = set(row.looks.exclude(answer="").values_list("time", flat=True))
    for time in pictures_of(row):
        if time not in there:
            spans = [one.frames for one in row.tracks.exclude(state="rejected")]
            hidden = any(frames[0][0] <= time <= frames[-1][0] for frames in spans)
            flow.look(row, time, "masked" if hidden else "none")


def written_again(flow: Flow, row: Release, *findings: Finding) -> Release:
    orders.answer(row, findings or FINDINGS, flow.taken(flow.reviewer))
    row = orders.write(row, "solid", flow.taken(flow.reviewer))
    flow.node.finish(row.pk)
    return row


# Who approves it has looked.


@pytest.mark.clause("S30.2")
def test_who_approves_is_refused_until_the_copy_was_shown_to_them_whole(flow: Flow, client_of: Browsers) -> None:
    row = flow.reviewed()
    browser, url = client_of("approver"), reverse("access:release_copy", args=[row.pk])
    act = reverse("access:release_second_review", args=[row.pk])
    leaks, progress = (reverse(f"access:release_{name}", args=[row.pk]) for name in ("leaks", "progress"))

    def refused() -> str:
        answer = browser.post(act, {"copy": row.output})
        assert answer.status_code == 422
        assert Release.objects.get(pk=row.pk).state == S.REVIEWED
        return str(answer.content.decode())

    for words in ("没有您看过要公开的成品的记录", "把成品从头放到尾"):
        assert words in refused()
    assert f'{leaks}#copy-title"' in browser.get(progress).content.decode()
    told = browser.get(leaks).content.decode()  # the page alone is no look, and loads nothing of the copy by itself
    assert 'preload="none"' in told
    assert not row.showings.exists()
    refused()

    coming: Any = browser.get(url)
    pieces = iter(coming.streaming_content)
    assert row.steps.filter(event="see", by=flow.approver).count() == 1, "on record before its first byte"
    assert next(pieces) == COPY[:6]
    refused()  # a part of it is not it

    assert b"".join(client_of("caretaker").get(url).streaming_content) == COPY  # type: ignore[attr-defined]
    refused()  # nor is another's look
    assert b"".join(browser.get(url).streaming_content) == COPY  # type: ignore[attr-defined]
    assert row.steps.filter(event="see").count() == 1, "one step for each copy; each look is in the node's own records"
    told = browser.get(leaks).content.decode()
    assert "您从头到尾看过这件成品" in told
    assert f"{leaks}#copy-title" not in browser.get(progress).content.decode()
    assert browser.post(act, {"copy": row.output}).status_code == 302


def test_another_copy_is_looked_at_anew(flow: Flow) -> None:
    row = flow.shown()
    assert was_shown(row, flow.approver)
    orders.send_back(row, flow.taken(flow.approver, "请补画"))
    row = written_again(flow, row)
    row = orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
    assert not was_shown(row, flow.approver)
    with pytest.raises(StepRefused) as refusal:
        orders.second_review(row, row.output, flow.taken(flow.approver))
    assert reasons(refusal) == ["没有您看过要公开的成品的记录"]
    flow.show(row)
    assert orders.second_review(row, row.output, flow.taken(flow.approver)).state == S.APPROVED


def test_it_is_not_shown_for_approval_once_it_went_back(flow: Flow) -> None:
    row = flow.reviewed()
    old = Release.objects.get(pk=row.pk)
    orders.send_back(row, flow.taken(flow.approver, "请补画"))
    with pytest.raises(StepRefused):
        orders.show(old, flow.taken(flow.approver))
    assert not row.showings.exists()


# Each track and each picture is answered.


@pytest.mark.clause("S30.2", "N22")
def test_one_of_four_people_masked_is_not_called_masked_by_ticking_pictures(flow: Flow, client_of: Browsers) -> None:
    """The detector finds one of four: whoever only ticks what is shown to them gets no further, and nothing calls it masked."""
    flow.node.tracks = [track(1)]
    row = flow.masked()
    flow.save(row, accepted(track(1)))
    browser, save = client_of("caretaker"), reverse("access:release_save", args=[row.pk])
    for time in pictures_of(row):
        row.refresh_from_db()
        body = {"version": row.version, "looked": time}
        assert browser.post(save, body, content_type="application/json").status_code == 422
    orders.answer(row, FINDINGS[:-1], flow.taken(flow.reviewer))
    with pytest.raises(StepRefused) as refusal:
        orders.review(written_again(flow, row, *FINDINGS[:-1]), flow.seen(row), flow.taken(flow.reviewer, "已看过"))
    assert {"还有抽查画面没有答复", "轨迹、抽查画面没有全部答复，不能写明已遮蔽：人脸和个体特征"} <= set(
        reasons(refusal)
    )
    told = browser.get(row.get_absolute_url()).content.decode()
    form = text_of(client_of("auditor"), reverse("access:release_print_form", args=[row.pk]))
    for page in (told, form):
        assert "填写为已遮蔽，轨迹、抽查画面还没有全部答复" in "".join(page.split())
        assert "已答复0/12张" in "".join(page.split())


@pytest.mark.parametrize(
    ("time", "answer", "remark", "words"),
    [
        (0, "none", "", "有 2 处遮蔽"),
        (0, "left minors", "讲解员", "未成年人一律遮蔽"),
        (0, "left minors faces", "讲解员", "未成年人一律遮蔽"),
        (0, "left", "讲解员", "选择是哪几类"),
        (0, "left who", "讲解员", "选择是哪几类"),
        (TIMES[-1], "masked", "", "没有遮蔽"),
        (0, "left faces", "…", "写明是什么"),
        (0, "left faces", "x" * 2001, "过长"),
        (0, "left faces", "讲解员\x00", "不能保存"),
        (0, "", "", "请答复"),
        (1, "masked", "", "不是抽查画面"),
    ],
)
def test_an_answer_that_the_tracks_speak_against_is_none(
    flow: Flow, time: int, answer: str, remark: str, words: str
) -> None:
    row = flow.masked()
    said, *kinds = answer.split(" ")
    with pytest.raises(TrackRefused, match=words):
        look(row, row.version, SampleReview(time, said, remark, tuple(kinds)), flow.taken(flow.reviewer))
    assert not row.looks.exists()


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (POSTER, True),
        ({"frames": [[0, "found", 1600, 1600, 1700, 1700], [90_000, "found", 1760, 1600, 2560, 2560]]}, True),
        ({"frames": [[45_000, "drawn", 1600, 1600, 2400, 2560], [90_000, "found", 1760, 1600, 2560, 2560]]}, True),
        ({"growth": 1000}, True),
        ({"growth": 2000}, False),
        ({"whole_body": True}, False),
    ],
    ids=["shown", "smaller", "later", "less around it", "more around it", "the body too"],
)
def test_an_answer_stands_as_long_as_what_it_rests_on_is_hidden(flow: Flow, change: dict[str, Any], gone: bool) -> None:
    row = flow.written()
    said = accepted(document_of(row.tracks.get(number=1)), review={"remark": "走开了"}) | change
    kept = flow.saved(row, said)
    assert (0 in kept.unanswered) is gone
    assert answers_of(row).pictures.get("open", 0) == len(kept.unanswered)
    assert all(time <= 90_000 for time in kept.unanswered), "pictures in which it hides nothing stay answered"
    row.refresh_from_db()
    row = written_again(flow, row)
    if gone:
        with pytest.raises(StepRefused) as refusal:
            orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
        assert "还有抽查画面没有答复" in reasons(refusal)
        answered_again(flow, row)
    assert orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过")).state == S.REVIEWED


def test_an_answer_that_was_replaced_stays_with_who_gave_it_and_the_approver_sees_it(
    flow: Flow, client_of: Browsers
) -> None:
    row = flow.decided()
    flow.look(row, 0, "left", "玻璃门里有一人")
    before = orders.said_by(row)
    row.refresh_from_db()
    look(row, row.version, SampleReview(0, "masked"), flow.taken(flow.proposer))
    flow.look(row, pictures_of(row)[-1])  # as it was: nothing is replaced
    kept = [
        (one.time, one.answer, one.kinds, one.remark, one.by, one.replaced_by) for one in row.replaced_answers.all()
    ]
    assert kept == [
        (0, "masked", [], "", flow.reviewer, flow.reviewer),
        (0, "left", ["faces"], "玻璃门里有一人", flow.reviewer, flow.proposer),
    ]
    assert [(one.answer, one.by) for one in row.looks.filter(time=0).exclude(answer="")] == [("masked", flow.proposer)]
    assert orders.said_by(row) != before
    # A mask that goes takes answers with it: those stay to be read too.
    row.refresh_from_db()
    gone = flow.saved(row, track(1) | POSTER).unanswered
    assert {one.time for one in row.replaced_answers.all()} == {0, *gone}
    page = client_of("approver").get(row.get_absolute_url()).content.decode()
    for words in (f"{len(gone) + 2} 处抽查画面的答复被改过", "有应遮蔽而保留可见的", "玻璃门里有一人"):
        assert words in page
    assert "玻璃门里有一人" not in client_of("auditor").get(row.get_absolute_url()).content.decode()


def test_where_nothing_was_to_hide_a_new_mask_asks_again(flow: Flow) -> None:
    row = flow.decided()
    kept = flow.saved(row, BURNT_IN | {"kind": "sign", "frames": places(TIMES[-2], TIMES[-1])})
    assert TIMES[-1] in kept.unanswered
    assert 0 not in kept.unanswered


def test_an_answer_that_is_changed_behind_the_review_makes_it_void(flow: Flow) -> None:
    row = flow.shown()
    flow.look(row, 0, "left", "柜台后的职员，本人同意")
    row.refresh_from_db()
    assert (row.state, row.output, row.steps.last().event) == (S.MASKED, "", "remask")


@pytest.mark.clause("S30.2", "N22")
def test_what_stays_in_sight_is_named_with_its_reason_wherever_masked_is_said(flow: Flow, client_of: Browsers) -> None:
    flow.node.tracks = [track(number) for number in (1, 2, 3)]
    row = flow.decided()
    flow.save(row, track(2) | LEFT)
    flow.save(row, track(3) | POSTER)
    flow.look(row, 0, "left", "玻璃门里有一人，看不清面部")
    answered_again(flow, row)
    row.refresh_from_db()
    row = written_again(flow, row)
    row = orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
    flow.show(row)
    row = orders.second_review(row, row.output, flow.taken(flow.approver))
    row = orders.publish(row, "学校公众号", row.output, flow.taken(flow.proposer))
    pages = [
        client_of("auditor").get(url).content.decode()
        for url in (row.get_absolute_url(), reverse("access:release_publication", args=[row.pk]))
    ]
    pages.append(text_of(client_of("auditor"), reverse("access:release_print_form", args=[row.pk])))
    for page in pages:
        flat = "".join(page.split())
        for words in (
            "已遮蔽，另有2处保留可见", "轨迹#2（人脸）：讲解员，本人同意公开", "抽查画面00:00.0（人脸和个体特征）：玻璃门里有一人，看不清面部", "已答复12/12张",
        ):  # fmt: skip
            assert words in flat, words
        assert "轨迹#3" not in flat, "a poster is nothing to hide"
    for event in ("review", "second_review", "publish"):
        record = row.steps.get(event=event).record.record
        counts = dict(record["answered"])
        assert (counts["tracks.masked"], counts["tracks.left"], counts["tracks.none"], counts["pictures.left"]) == (
            1,
            1,
            1,
            1,
        )
        assert record["left"] == ["track 2", "picture 0"]
    assert "讲解员" not in str(record), "reasons stay out of the log, which is kept for ever"


def test_a_kind_is_not_absent_that_is_left_in_sight(flow: Flow) -> None:
    row = flow.decided()
    for number in (1, 2):
        flow.save(row, track(number) | LEFT)
    answered_again(flow, row)
    row.refresh_from_db()
    row = written_again(flow, row, Finding("faces", "absent"), *FINDINGS[1:])
    with pytest.raises(StepRefused) as refusal:
        orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
    assert reasons(refusal) == ["没有遮蔽，只有保留可见的：人脸和个体特征"]


@pytest.mark.clause("S30.2", "PIPL45")
def test_with_only_the_person_concerned_in_the_picture_there_is_an_answer_that_stands(
    flow: Flow, client_of: Browsers
) -> None:
    own = CopyFlow(flow.stage, flow.node)
    row = own.decided()
    for number in (1, 2):
        own.save(row, track(number) | LEFT | {"review": {"acquaintance": "unasked", "remark": "申请人本人"}})
    answered_again(own, row)
    row.refresh_from_db()

    def reviewed(**answers: str) -> Release:
        there = {one.key: one.answer for one in FINDINGS} | answers
        again = written_again(own, row, *(Finding(*one) for one in there.items()))
        return orders.review(again, own.seen(again), own.taken(own.reviewer, "已看过"))

    for answer in ("masked", "absent"):
        with pytest.raises(StepRefused) as refusal:
            reviewed(faces=answer)
        [one] = refusal.value.unmet
        assert "只有保留可见的" in one.remedy_zh, answer
    with pytest.raises(StepRefused) as refusal:
        reviewed(faces="shown", plates="shown")
    assert reasons(refusal) == ["写明只有保留可见的，但轨迹、抽查画面中没有：机动车号牌"]
    done = reviewed(faces="shown", minors="shown")
    assert (done.state, done.findings.get(key="minors").answer) == (S.REVIEWED, "absent"), "minors have no such answer"
    page = client_of("approver").get(done.get_absolute_url()).content.decode()
    assert "没有遮蔽，只有保留可见的" in page
    own.show(done)
    assert orders.second_review(done, done.output, own.taken(own.approver)).state == S.APPROVED
    # The form says which to choose; where no consent is behind it there is no such answer.
    done = orders.send_back(done, own.taken(own.approver, "补答"))
    hint = "只有申请人本人，或者同意公开的人"
    for there, asked in ((done, True), (flow.masked(), False)):
        form = FindForm()
        form.ask_of(there)
        shown = {key: "shown" in dict(form.fields[f"{key}-answer"].choices) for key in KEYS}
        assert shown == dict.fromkeys(("faces", "plates", "organisations"), asked) | {"minors": False, "overlay": True}
        assert (hint in str(next(form.asked()).hint)) is asked


@pytest.mark.clause("S30.2")
def test_what_a_reviewer_left_in_sight_in_a_picture_contradicts_that_it_is_absent(flow: Flow) -> None:
    row = flow.decided()
    flow.look(row, TIMES[-1], "left", "店招和车牌没有遮", ("plates", "organisations", "overlay"))
    row = written_again(flow, row)
    with pytest.raises(StepRefused) as refusal:
        orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
    assert reasons(refusal) == [
        "没有遮蔽，只有保留可见的：机动车号牌",
        "没有遮蔽，只有保留可见的：法人、非法人组织名称和营业执照",
        "写明没有叠加，或者已全程遮蔽，但有抽查画面写明叠加文字保留可见",
    ]
    law = "道路交通安全法第八十七条"
    exempt = [Finding(key, "exempt", law, read=True) for key in ("plates", "organisations")]
    there = {one.key: one for one in (*FINDINGS, *exempt, Finding("overlay", "shown"))}
    row = written_again(flow, row, *there.values())
    assert orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过")).state == S.REVIEWED
    # Answered anew, it says nothing of the kinds any more.
    flow.look(row, TIMES[-1], "none")
    assert row.looks.get(time=TIMES[-1]).kinds == []


@pytest.mark.parametrize("by_rule", [True, False])
@pytest.mark.parametrize("seen", [set(), {"accepted"}, {"left"}, {"accepted", "left"}, {"pictured"}])
def test_of_what_the_tracks_say_one_answer_stands_and_each_remedy_leads_there(seen: set[str], by_rule: bool) -> None:
    kinds = {name: frozenset({"plates" if name == "pictured" else "plate"}) for name in seen}
    marks = Marks(hidden=kinds.get("accepted", frozenset()), **kinds)
    facts = ReleaseFacts("", "", False, frozenset(), "", "", False, False)

    def against(answer: str) -> str:
        laws = {"plates": ("道路交通安全法第八十七条", True)}
        asked = ReleaseQuestion(
            facts, timezone.now(), marks=marks, findings={"plates": answer}, laws=laws, by_rule=by_rule
        )
        return "".join(one.remedy_zh for one in contradictions(asked))

    names = {
        "masked": "已遮蔽",
        "absent": "画面中没有",
        "shown": "只有保留可见的",
        "exempt": "法律、法规规定可以不遮蔽的",
    }
    offered = [one for one in names if one != "shown" or not by_rule]
    stands = [one for one in offered if one != "exempt" and not against(one)] or ["exempt"]
    assert len(stands) == 1
    for one in set(offered) - {*stands, "exempt"}:
        assert names[stands[0]] in against(one), one


def test_pictures_in_which_the_detector_was_in_doubt_are_asked_too(flow: Flow) -> None:
    surest = round(DOUBT * 1000)
    flow.node.tracks = [
        track(1, surest=surest),
        track(2, surest=surest - 1, frames=[[360_000, "found", 16, 16, 32, 32], [396_000, "found", 16, 16, 32, 32]]),
        *(track(number, surest=400, frames=[[TIMES[number], "found", 1, 1, 20, 20]]) for number in range(3, 3 + 60)),
    ]
    row = flow.masked()
    assert len(row.doubts) == MOST_DOUBTS
    assert set(row.doubts) <= set(TIMES)
    assert 378_000 not in row.doubts, "the least sure come first"
    assert set(pictures_of(row)) == {*samples_of(row.times, row.source), *row.doubts}
    flow.node.tracks = flow.node.tracks[:2]
    assert flow.masked().doubts == [378_000]


# What is burnt in.


@pytest.mark.clause("S30.2")
@pytest.mark.parametrize(
    ("answer", "drawn", "wrong"),
    [
        ("", None, "没有答复画面上是否叠加"),
        ("absent", None, ""),
        ("absent", (0, TIMES[-1]), "写明画面上没有叠加时间、地点"),
        ("masked", None, "没有遮住它的轨迹"),
        ("masked", (0, TIMES[-2]), "没有从第一张画面到最后一张"),
        ("masked", (3_600, TIMES[-1]), "没有从第一张画面到最后一张"),
        ("masked", (0, TIMES[-1]), ""),
        ("shown", None, ""),
    ],
)
def test_no_time_and_place_is_said_where_a_person_found_none_in_the_pictures(
    flow: Flow, client_of: Browsers, answer: str, drawn: tuple[int, int] | None, wrong: str
) -> None:
    row = flow.decided()
    if drawn:
        flow.save(row, BURNT_IN | {"frames": places(*drawn)})
        answered_again(flow, row)
    row.findings.filter(key="overlay").delete()
    findings = (*FINDINGS[:-1], *((Finding("overlay", answer),) if answer else ()))
    row.refresh_from_db()
    row = written_again(flow, row, *findings)
    if wrong:
        with pytest.raises(StepRefused) as refusal:
            orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
        [one] = refusal.value.unmet
        assert wrong in one.reason_zh
        assert (one.clause, bool(one.remedy_zh)) == ("S30.2", True)
    else:
        row = orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
        assert row.steps.get(event="review").record.record["overlay"] == answer
    pages = [client_of("auditor").get(row.get_absolute_url()).content.decode()]
    pages.append(text_of(client_of("auditor"), reverse("access:release_print_form", args=[row.pk])))
    pages.append(client_of("caretaker").get(reverse("access:release_progress", args=[row.pk])).content.decode())
    words = {"absent": "没有时间地点信息", "masked": "已全程遮蔽", "shown": "仍然可见（"}
    for page in pages[: 3 if row.state == S.MASKED else 2]:
        flat = "".join(page.split())
        said = [key for key, one in words.items() if one in flat]
        assert said == ([] if wrong and answer != "absent" else [answer] if answer else []), flat[-2000:]


def test_who_has_answered_no_picture_does_not_say_what_is_burnt_in(flow: Flow) -> None:
    row = flow.decided()
    with pytest.raises(StepRefused) as refusal:
        orders.answer(row, [Finding("overlay", "absent")], flow.taken(flow.proposer))
    assert reasons(refusal) == ["您没有答复过本件的抽查画面，不能答复画面上叠加了什么"]
    assert row.findings.get(key="overlay").by == flow.reviewer


@pytest.mark.parametrize(
    ("key", "answer"), [("overlay", "exempt"), ("faces", "shown"), ("minors", "shown"), ("who", "masked")]
)
def test_an_answer_of_another_question_is_not_taken(flow: Flow, key: str, answer: str) -> None:
    row = flow.masked()
    orders.answer(row, [Finding(key, answer, "某法第一条", read=True)], flow.taken(flow.reviewer))
    assert not row.findings.exists()


# Rows of before these questions were asked.


def _as_before(flow: Flow, row: Release) -> None:
    row.looks.update(answer="", masks=0)
    row.tracks.filter(state="rejected").update(left=None)
    row.findings.filter(key="overlay").delete()
    row.showings.all().delete()


def test_what_waits_since_before_goes_no_further_and_what_was_public_says_what_it_lacks(
    flow: Flow, client_of: Browsers
) -> None:
    reviewed = flow.reviewed()
    _as_before(flow, reviewed)
    with pytest.raises(StepRefused) as refusal:
        orders.second_review(reviewed, reviewed.output, flow.taken(flow.approver))
    assert {"尚未由人逐轨复核", "没有答复画面上是否叠加时间、地点和点位名称"} <= set(reasons(refusal))
    approved = flow.approved()
    _as_before(flow, approved)
    with pytest.raises(StepRefused) as refusal:
        orders.publish(approved, "学校公众号", approved.output, flow.taken(flow.proposer))
    assert {"尚未由人逐轨复核", "没有审批人看过成品的记录"} <= set(reasons(refusal))
    # The way that the refusal names is open.
    row = orders.send_back(approved, flow.taken(flow.approver, "补答"))
    answered_again(flow, row)
    row = written_again(flow, row)
    row = orders.review(row, flow.seen(row), flow.taken(flow.reviewer, "已看过"))
    flow.show(row)
    assert orders.second_review(row, row.output, flow.taken(flow.approver)).state == S.APPROVED

    public = flow.published()
    _as_before(flow, public)
    told = client_of("auditor").get(public.get_absolute_url()).content.decode()
    assert "公开时填写为已遮蔽，轨迹、抽查画面没有逐条逐张答复" in told
    assert "没有人答复" in told
    assert "没有时间地点信息" not in told
    assert orders.withdraw(public, "已删除", flow.taken(flow.proposer, "期满")).state == S.WITHDRAWN


def test_the_copy_of_what_was_approved_before_stays_in_the_house_and_waits_for_an_approver(
    flow: Flow, client_of: Browsers
) -> None:
    row = flow.approved()
    _as_before(flow, row)
    answer = client_of("lead").get(reverse("access:release_copy", args=[row.pk]), {"download": "1"})
    assert answer.status_code == 409
    told = [answer.content.decode()]
    told += [
        client_of("lead").get(reverse(f"access:{name}", args=[row.pk])).content.decode()
        for name in ("release_publication", "release_progress")
    ]
    for page in told:
        for words in ("没有审批人看过成品的记录", "尚未由人逐轨复核", "没有答复画面上是否叠加时间、地点和点位名称"):
            assert words in page
        assert "?download=1" not in page
    assert not row.steps.filter(event="fetch").exists()

    def waiting(person: Person) -> list[str]:
        found = worklist_of(person, timezone.now(), terms()).waiting.rows
        return [one.name for one in found if one.what == "release"]

    assert (waiting(flow.proposer), waiting(flow.approver)) == ([], [f"公共传播待退回遮蔽、补答：{row.title}"])
    act = reverse("access:release_remask", args=[row.pk])
    assert f'action="{act}"' in client_of("approver").get(row.get_absolute_url()).content.decode()
    assert client_of("approver").post(act, {"words": "补答"}).status_code == 302
    assert Release.objects.get(pk=row.pk).state == S.MASKED

    # Each alone keeps it back; what is approved now lacks none, and waits for who proposed it.
    def unanswered(row: Release) -> None:
        row.looks.update(answer="")

    def unasked(row: Release) -> None:
        row.findings.filter(key="overlay").delete()

    def half_shown(row: Release) -> None:
        row.showings.update(whole_at=None)

    for lacks in (unanswered, unasked, half_shown):
        row = flow.approved()
        lacks(row)
        with pytest.raises(StepRefused):
            orders.fetch(row, flow.taken(flow.proposer))
    row = flow.approved()
    assert f"公共传播待公开：{row.title}" in waiting(flow.proposer)
    assert orders.fetch(row, flow.taken(flow.proposer)).steps.last().event == "fetch"


def test_the_steps_are_told_in_the_log_as_they_were(flow: Flow) -> None:
    row = flow.approved()
    told = [one.record for one in RecordOutbox.objects.filter(type="release.step", record__event="see")]
    [seen] = told
    assert (seen["by"], seen["output"], seen["after"]) == (str(flow.approver.uuid), row.output, "reviewed")
