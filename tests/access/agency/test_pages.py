"""The pages of requests: filled in at the counter and online, decided at the desk, and nothing of it for anybody else."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.agency.documents import refusal_of
from custodes.access.models import AgencyRequest, AgencyState, HolderApprovals
from custodes.people.models import Entrustment, PostKind, RecordOutbox, Unit
from tests.access.agency import asking, deciding
from tests.access.agency.asked import HOUR, colleague
from tests.people.papers.samples import pdf, upload

LOCAL = "%Y-%m-%dT%H:%M"


def revision(row):
    return AgencyRequest.objects.get(pk=row.pk).revision


def put(browser, row, page, **said):
    return browser.post(f"/requests/{row.pk}/fill/{page}/", {"revision": revision(row), **said})


def shown(browser, row):
    return browser.get(f"/requests/{row.pk}/").content.decode()


@pytest.mark.clause("S28.1(3)")
def test_at_the_counter_page_by_page_to_the_register(asked, notary, client_of):
    staff = client_of("caretaker")
    holder = asked.stage.cast.units["a"]
    answer = staff.post("/requests/new/", {"holder": holder.pk})
    row = AgencyRequest.objects.get()
    assert answer["Location"] == f"/requests/{row.pk}/fill/who/"
    who = {"requester": "organ", "unit_name": "城关区人民法院", "letter_number": "法介 18 号"}
    officers = {"officer_0": "王芳", "card_0": "0017", "officer_1": "次旺", "card_1": "0021"}
    assert put(staff, row, "who", **who, **officers)["Location"].endswith("/fill/what/")
    what = {"basis": "judicial", "way": "consult", "purpose": "取证", "content": "核实碰撞经过"}
    assert put(staff, row, "what", **what)["Location"].endswith("/fill/where/")
    begin, end = (timezone.localtime(asked.at - back * HOUR) for back in (3, 2))
    where = {"wanted": "校门外", "span_from": begin.strftime(LOCAL), "span_to": end.strftime(LOCAL)}
    assert put(staff, row, "where", **where)["Location"].endswith("/cameras/")
    assert "校门" in staff.get(f"/requests/{row.pk}/cameras/", {"q": asked.stage.gate.name}).content.decode()
    chosen = {"revision": revision(row), "camera": [str(asked.stage.gate.pk)]}
    assert staff.post(f"/requests/{row.pk}/cameras/", chosen)["Location"].endswith("/fill/papers/")
    put(staff, row, "papers", undertaken_on=timezone.localdate(asked.at).isoformat())
    assert "可以提交" in shown(staff, row)
    staff.post(f"/requests/{row.pk}/do/submit/")
    assert "条件齐全，可以登记" in shown(staff, row)
    assert "没有介绍信函和每名工作人员证件的扫描件" in staff.post(f"/requests/{row.pk}/do/register/").content.decode()
    staff.post(f"/requests/{row.pk}/do/register/", {"originals": "on"})
    row.refresh_from_db()
    assert row.state == AgencyState.REGISTERED
    approver = client_of("approver")
    assert "批准查阅" in shown(approver, row)
    approver.post(f"/requests/{row.pk}/do/approve/", {"words": "同意"})
    row.refresh_from_db()
    assert row.state == AgencyState.GRANTED


@pytest.mark.clause("S28.2")
def test_the_refusal_names_the_condition_its_clause_and_what_would_meet_it(asked, client_of):
    row = asked.checking(letter_number="")
    staff = client_of("caretaker")
    page = shown(staff, row)
    assert "条件不齐，不能登记" in page
    assert "缺少：未出示单位介绍信函（第二十八条第一款第二项）" in page, "the words are filled in already"
    staff.post(f"/requests/{row.pk}/do/refuse/", {"words": "缺少介绍信函"})
    row.refresh_from_db()
    assert row.state == AgencyState.REFUSED
    page = shown(staff, row)
    assert "未出示单位介绍信函" in page
    assert "请出示介绍信函并登记文号" in page
    answer = staff.post(f"/requests/{row.pk}/again/")
    later = AgencyRequest.objects.get(earlier=row)
    assert answer["Location"] == f"/requests/{later.pk}/fill/who/"


def test_the_duty_officer_takes_it_in_and_signs_no_refusal(asked, client_of):
    row = asked.checking(letter_number="")
    operator = client_of("operator")
    assert "拒绝由系统管理人或者值班长签署" in shown(operator, row)
    assert operator.post(f"/requests/{row.pk}/do/refuse/", {"words": "缺"}).status_code == 404
    row.refresh_from_db()
    assert row.state == AgencyState.CHECKING


@pytest.mark.clause("S27")
def test_a_lawyer_is_told_the_ways_that_are_open(asked, client_of):
    row = asked.checking(requester="lawyer")
    page = shown(client_of("caretaker"), row)
    for words in ("诉讼代理人可以申请人民法院调取", "经管理单位同意查阅"):
        assert words in page


def test_online_the_colleague_confirms_and_the_holder_chooses_the_cameras(asked, client_of):
    first, second, staff = client_of("officer"), client_of("second"), client_of("caretaker")
    first.post("/requests/new/", {"holder": asked.stage.cast.units["a"].pk})
    row = AgencyRequest.objects.get()
    said = {"requester": "organ", "letter_number": "法介 18 号", "card_0": "0017"}
    put(first, row, "who", **said, officer_1=str(asked.second.person.uuid))
    assert row.officers.count() == 2
    assert staff.get(f"/requests/{row.pk}/").status_code == 404, "a draft of theirs is nobody else's"
    assert first.get(f"/requests/{row.pk}/cameras/").status_code == 403, "they see no register"
    first.post(f"/requests/{row.pk}/do/submit/")
    assert "请确认您共同申请" in shown(second, row)
    second.post(f"/requests/{row.pk}/do/confirm/", {"card": "0021"})
    assert row.officers.filter(confirmed_at__isnull=True).count() == 0
    assert staff.get(f"/requests/{row.pk}/cameras/").status_code == 200
    assert first.get(f"/requests/{row.pk}/fill/who/").status_code == 404, "it is with the holder now"


@pytest.mark.parametrize(
    "member", ["inspector", "outsider", "outside_caretaker", "system_admin", "security_admin", "bystander"]
)
def test_nobody_else_opens_a_request(asked, client_of, member):
    row = asked.granted()
    browser = client_of(member)
    assert browser.get(f"/requests/{row.pk}/").status_code in (403, 404)
    assert row.number not in browser.get("/requests/").content.decode()
    for event in ("serve", "take_back", "approve"):
        assert browser.post(f"/requests/{row.pk}/do/{event}/", {f"{event}-words": "x"}).status_code in (403, 404)
    row.refresh_from_db()
    assert row.state == AgencyState.GRANTED


def test_an_officer_reads_the_own_requests_alone(asked, client_of):
    counter, online = asked.granted(letter_number="甲 1"), asked.granted("online", letter_number="乙 2")
    browser = client_of("officer")
    assert browser.get(f"/requests/{counter.pk}/").status_code == 404
    assert browser.get(f"/requests/{online.pk}/").status_code == 200
    page = browser.get("/requests/").content.decode()
    assert online.number in page
    assert counter.number not in page


def test_the_approver_of_the_unit_above_comes_in_when_it_is_put_further(asked, client_of):

    unit, above = asked.stage.cast.units["a"], asked.stage.cast.units["city"]
    unit.parent = above
    unit.save()
    boss = colleague(asked.stage, "洛桑", "boss", "city", PostKind.APPROVER)
    row = asked.registered()
    browser = client_of("boss")
    assert Unit.objects.get(pk=unit.pk).path.startswith(above.path)
    assert browser.post(f"/requests/{row.pk}/do/approve/", {"words": ""}).status_code == 404
    AgencyRequest.objects.filter(pk=row.pk).update(escalated_at=asked.at)
    browser.post(f"/requests/{row.pk}/do/approve/", {"words": "同意"})
    row.refresh_from_db()
    assert row.state == AgencyState.GRANTED
    assert row.approvals.get().by == boss.person


@pytest.mark.clause("N16.2(3)")
def test_the_register_is_found_by_word_and_state_and_comes_as_a_file_on_record(asked, client_of):
    granted = asked.granted(letter_number="甲 1")
    refused = deciding.refuse(asked.checking(letter_number="", purpose="寻找证人"), asked.taken(asked.staff))
    staff = client_of("caretaker")
    found = staff.get("/requests/", {"q": "寻找证人"}).content.decode()
    assert refused.number in found
    assert granted.number not in found
    assert granted.number in staff.get("/requests/", {"state": "granted"}).content.decode()
    file = b"".join(staff.get("/requests/export.csv", {"state": "refused"}).streaming_content).decode()
    assert "未出示单位介绍信函（第二十八条第一款第二项）" in file
    assert granted.number not in file
    assert RecordOutbox.objects.filter(type="list.exported", record__list="requests").exists()


def test_for_a_penalty_cameras_without_a_sign_are_named(asked, client_of):
    row = asked.checking(penalty=True)
    page = shown(client_of("caretaker"), row)
    assert "请核对标志和公布" in page
    assert asked.stage.gate.name in page


def test_the_number_of_approvers_is_set_by_whoever_refuses_or_approves_there(asked, client_of):
    client_of("lead").post("/requests/approvals/", {"count": 3})
    assert HolderApprovals.objects.get().count == 3
    assert client_of("approver").get("/requests/approvals/").status_code == 200
    client_of("approver").post("/requests/approvals/", {"count": 1})
    assert HolderApprovals.objects.get().count == 3, "fewer takes two"
    client_of("lead").post("/requests/approvals/", {"count": 4})
    asks = Entrustment.objects.get(kind="fewer")
    confirm = reverse("people:entrustment_confirm", args=[asks.uuid])
    assert "已经调高" in client_of("auditor").post(confirm).content.decode()
    assert HolderApprovals.objects.get().count == 4
    assert client_of("operator").post("/requests/approvals/", {"count": 2}).status_code == 403


@pytest.mark.clause("S33.1")
def test_more_approvals_than_approvers_are_warned_of_and_nothing_is_offered_that_is_refused(asked, client_of):
    approver = client_of("approver")
    # As many as approve today for want of approvers is a lower number still: it would count when there are more.
    approver.post("/requests/approvals/", {"count": 1})
    assert not HolderApprovals.objects.exists()
    Entrustment.objects.filter(kind="fewer").delete()
    page = approver.post("/requests/approvals/", {"count": 2}, follow=True).content.decode()
    assert "审批人少于审批人数" in page
    assert "现有审批人 1 名，审批人数为 2 人" in page
    row = asked.registered()
    page = shown(approver, row)
    assert "do/approve/" in page
    assert "需要 2 人审批，已有 0 人，本单位还可以审批的 1 人" in page
    assert "没有足够的上级单位审批人可以补足" in page
    approver.post(f"/requests/{row.pk}/do/approve/", {"words": "同意"})
    page = shown(approver, row)
    assert "do/approve/" not in page, "who has approved is not asked again"
    assert "已经审批过" in page
    assert "等待本单位审批" in page
    # Whoever has approved does not make their own approval enough: the number is lowered by two.
    page = approver.post("/requests/approvals/", {"count": 1}, follow=True).content.decode()
    assert "调低审批人数须经两人" in page
    assert "已有一项调低审批人数待确认" in client_of("lead").post("/requests/approvals/", {"count": 1}).content.decode()
    asks = Entrustment.objects.get(kind="fewer")
    assert "审批人数由 2 人调低为 1 人" in approver.get("/requests/approvals/").content.decode()
    assert approver.post(reverse("people:entrustment_confirm", args=[asks.uuid])).status_code == 409
    row.refresh_from_db()
    assert row.state == AgencyState.REGISTERED
    client_of("auditor").post(reverse("people:entrustment_confirm", args=[asks.uuid]))
    row.refresh_from_db()
    assert row.state == AgencyState.GRANTED
    assert "所需审批人数调低" in shown(approver, row)


def test_an_approver_who_granted_in_a_hurry_is_not_asked_to_review_it(asked, client_of):
    row = deciding.grant_urgent(asked.registered(), asked.taken(asked.approver, "嫌疑人正在逃跑"))
    page = shown(client_of("approver"), row)
    assert "do/review/" not in page
    assert "紧急准予的人员不能自行补审" in page
    assert "本单位审批人不足" in page


def test_a_paper_is_added_on_the_page_that_is_filled_in_and_what_is_saved_then_is_not_refused(asked, client_of):
    row, desk = asked.checking(undertaken_on=None), client_of("caretaker")
    page = reverse("access:request_fill", args=[row.pk, "papers"])
    added = desk.post(
        reverse("access:request_paper_add", args=[row.pk]), {"filling": "1", "kind": "letter", "file": upload(pdf())}
    )
    assert added["Location"] == page, "with the dates that were typed there"
    assert row.papers.count() == 1
    again = desk.get(page).context["row"].revision
    desk.post(page, {"revision": again, "undertaken_on": "2026-04-17", "return_by": ""})
    row.refresh_from_db()
    assert row.undertaken_on == datetime.date(2026, 4, 17)


def test_a_draft_without_a_name_is_called_so_and_not_by_its_key(asked, client_of):
    row = asked.draft(unit_name="")
    page = client_of("caretaker").get(f"/requests/{row.pk}/fill/who/")
    assert [str(name) for name, _href in page.context["crumbs"]][1] == "尚未登记的申请"
    assert "尚未登记的申请" in shown(client_of("caretaker"), row)


def test_an_old_form_changes_nothing_and_says_so(asked, client_of):
    row = asked.draft()
    staff = client_of("caretaker")
    asking.state(row, {"purpose": "别人写的"}, asked.staff, asked.at, revision=row.revision)
    answer = staff.post(
        f"/requests/{row.pk}/fill/what/", {"revision": row.revision, "way": "copy", "purpose": "我写的"}
    )
    assert answer.status_code == 422
    assert "他人修改" in answer.content.decode()
    row.refresh_from_db()
    assert row.purpose == "别人写的"


def test_an_approver_who_disagrees_with_the_hurry_takes_it_back(asked, client_of):
    row = asked.urgent()
    client_of("approver").post(f"/requests/{row.pk}/do/take_back/", {"words": "不紧急"})
    row.refresh_from_db()
    assert row.state == AgencyState.REVOKED


def test_what_the_law_asks_for_is_not_called_optional(asked, client_of):
    page = client_of("caretaker").get(f"/requests/{asked.draft().pk}/fill/who/").content.decode()
    assert page.count("（选填）") == 2, "the third officer's name and card alone"


@pytest.mark.clause("S28.2")
def test_what_the_holder_owes_leads_the_desk_to_it_and_offers_no_refusal(asked, client_of):
    row = asked.checking(cameras=[])
    page = shown(client_of("caretaker"), row)
    assert "登记以前，还有本单位要办的事项" in page
    assert f'class="button button--primary" href="/requests/{row.pk}/cameras/"' in page
    assert "签署拒绝" not in page
    lacking = shown(client_of("caretaker"), asked.checking(cameras=[], letter_number=""))
    assert "签署拒绝" in lacking
    assert "缺少：未出示单位介绍信函（第二十八条第一款第二项）</textarea>" in lacking, "without the cameras"


@pytest.mark.clause("N20")
def test_an_article_without_the_power_is_refused_by_its_own_words(asked, client_of):
    row = asked.checking(basis="named_law", law="监察法第二十五条")
    staff = client_of("caretaker")
    assert "缺少：所依据的法律条款没有规定该项职权" in shown(staff, row)
    answer = staff.post(f"/requests/{row.pk}/do/refuse/", {"words": "无此职权"})
    assert answer.status_code == 422, "that nobody of the holder has looked is no refusal"
    staff.post(f"/requests/{row.pk}/do/refuse/", {"words": "无此职权", "no_power": "1"})
    row.refresh_from_db()
    assert row.state == AgencyState.REFUSED
    assert refusal_of(row).missing[0].reason == "所依据的法律条款没有规定该项职权"


@pytest.mark.clause("S27")
def test_the_notice_to_a_lawyer_rests_on_article_27(asked):
    lawyer = refusal_of(deciding.refuse(asked.checking(requester="lawyer"), asked.taken(asked.staff)))
    organ = refusal_of(deciding.refuse(asked.checking(letter_number=""), asked.taken(asked.staff)))
    assert (lawyer.CLAUSES, lawyer.organ) == (("S27",), False)
    assert (organ.CLAUSES, organ.organ) == (("S28.2",), True)


def test_the_duty_officer_and_who_registered_it_are_offered_no_grant_in_a_hurry(asked, client_of):
    row = asked.registered()
    for member in ("operator", "caretaker"):
        page = shown(client_of(member), row)
        assert "do/grant_urgent/" not in page
        assert "来不及等待审批的" in page
    operator = client_of("operator")
    assert operator.post(f"/requests/{row.pk}/do/grant_urgent/", {"words": "急"}).status_code == 404
    lead = client_of("lead")
    assert "do/grant_urgent/" in shown(lead, row)
    lead.post(f"/requests/{row.pk}/do/grant_urgent/", {"words": "嫌疑人正在逃跑"})
    row.refresh_from_db()
    assert row.state == AgencyState.GRANTED_URGENT


@pytest.mark.clause("S33.1")
def test_a_unit_that_has_none_above_is_told_so(asked, client_of):
    row = asked.registered()
    AgencyRequest.objects.filter(pk=row.pk).update(escalated_at=asked.at)
    assert "审批逾时，没有上级单位可以提请" in shown(client_of("caretaker"), row)
