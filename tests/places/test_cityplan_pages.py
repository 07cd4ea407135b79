"""The pages of plans and norms: who reads and who writes, what is still missing, and what two people at once see."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from custodes.people.models import RecordOutbox
from custodes.people.papers.keeping import keep_paper
from custodes.places.cityplans.case import add_partner
from custodes.places.models import PlanningAnswer, PlanningKind, PlanningState, PlanningText
from tests.people.papers.samples import docx, pdf, picture, upload
from tests.places.cityplans import another_county, draft, in_force, settle_all, take

K = PlanningKind


def _page(browser: Client, row: PlanningText, name: str = "city_plan", **more):
    return browser.get(reverse(f"places:{name}", kwargs={"pk": row.pk} | more))


def _press(browser: Client, row: PlanningText, event: str, **data):
    return browser.post(reverse("places:city_plan_step", args=[row.pk, event]), data)


@pytest.fixture
def neighbour(cast) -> Client:
    browser = Client()
    browser.force_login(another_county())
    return browser


def test_a_draft_is_read_by_who_draws_it_up_and_above_and_by_nobody_else(cast, client_of, neighbour) -> None:
    row = draft(cast, K.COUNTY_PLAN)
    for member in ("inspector", "system_admin"):
        assert _page(client_of(member), row).status_code == 200
    for member in ("caretaker", "operator", "outside_caretaker", "auditor"):
        assert _page(client_of(member), row).status_code == 404
    assert _page(neighbour, row).status_code == 404


def test_another_county_can_do_nothing_with_it(cast, neighbour) -> None:
    row = draft(cast, K.COUNTY_PLAN)
    assert _page(neighbour, row, "city_plan_edit").status_code == 404
    assert _press(neighbour, row, "consult").status_code == 404
    partners = reverse("places:city_plan_partner_add", args=[row.pk])
    assert neighbour.post(partners, {"name": "某局"}).status_code == 404
    assert neighbour.post(reverse("places:city_plan_version", args=[row.pk]), {"version": "9"}).status_code == 404
    assert (
        neighbour.post(reverse("places:city_plan_answer", args=[row.pk, "0" * 64]), {"words": "x"}).status_code == 404
    )


def test_the_city_reads_a_countys_draft_and_does_not_write_it(cast, client_of) -> None:
    row = draft(cast, K.COUNTY_PLAN)
    assert _press(client_of("system_admin"), row, "consult").status_code == 404
    assert _page(client_of("system_admin"), row, "city_plan_edit").status_code == 404


def test_a_county_draws_up_no_plan_of_the_city(cast, client_of) -> None:
    def begin(member: str, kind: str) -> int:
        return client_of(member).get(reverse("places:city_plan_add", args=[kind])).status_code

    assert (begin("inspector", K.CITY_PLAN), begin("inspector", K.NORM), begin("inspector", K.COUNTY_PLAN)) == (
        404,
        404,
        200,
    )
    assert (begin("system_admin", K.COUNTY_PLAN), begin("system_admin", K.NORM)) == (404, 200)
    assert begin("system_admin", "nonsense") == 404


def test_what_is_in_force_is_read_in_its_division(cast, client_of, neighbour) -> None:
    city = in_force(cast, K.CITY_PLAN)
    county = in_force(cast, K.COUNTY_PLAN, city_plan=city)
    for member in ("caretaker", "inspector", "auditor"):
        assert _page(client_of(member), city).status_code == 200
        assert _page(client_of(member), county).status_code == 200
    assert _page(neighbour, city).status_code == 200
    assert _page(neighbour, county).status_code == 404
    assert _page(client_of("outside_caretaker"), county).status_code == 404
    listed = client_of("outside_caretaker").get(reverse("places:city_plan_list")).content.decode()
    assert str(city.pk) in listed
    assert str(county.pk) not in listed


def test_a_readers_page_offers_nothing_to_press(cast, client_of) -> None:
    row = in_force(cast, K.CITY_PLAN)
    shown = _page(client_of("caretaker"), row).content.decode()
    assert "测政函〔2026〕1 号" in shown
    assert f"/{row.pk}/steps/" not in shown
    assert f"/{row.pk}/version/" not in shown


def test_a_draft_is_written_checked_answered_and_given_out(cast, client_of) -> None:
    browser = client_of("system_admin")
    url = reverse("places:city_plan_add", args=[K.CITY_PLAN])
    form = {
        "title": "全市规划",
        "version": "2026-1",
        "number": "",
        "text": "总则。\n摄像机须采用甲公司的产品。",
        "revision": "0",
    }
    assert browser.post(url, form).status_code == 302
    row = PlanningText.objects.get()
    shown = _page(browser, row).content.decode()
    assert "第 2 行" in shown
    assert "摄像机须采用甲公司的产品。" in shown
    assert "条件已经具备" not in shown
    assert _press(browser, row, "consult").status_code == 422
    key = shown.split("/text/")[1].split("/")[0]
    answer = reverse("places:city_plan_answer", args=[row.pk, key])
    assert browser.post(answer, {"words": " 。"}).status_code == 422
    assert browser.post(answer, {"words": "甲公司为既有专线的管理单位"}).status_code == 302
    assert PlanningAnswer.objects.get().by == cast.system_admin.person
    assert "条件已经具备" in _page(browser, row).content.decode()
    assert _press(browser, row, "consult").status_code == 302
    row.refresh_from_db()
    assert row.state == PlanningState.CONSULTING


def test_opinions_are_entered_and_the_approval_needs_number_and_day(cast, client_of) -> None:
    browser = client_of("system_admin")
    row = take(draft(cast, K.CITY_PLAN), "consult", cast.system_admin.person)
    first, *others = row.partners.all()
    url = reverse("places:city_plan_opinion", args=[row.pk, first.pk])
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"answered_on": "", "words": "同意"}).status_code == 422
    assert browser.post(url, {"answered_on": "2026-05-20", "words": ""}).status_code == 422
    assert browser.post(url, {"waived": "on", "answered_on": "", "words": ""}).status_code == 422
    assert browser.post(url, {"answered_on": "2026-05-20", "words": "同意。"}).status_code == 302
    shown = _page(browser, row).content.decode()
    assert shown.count("尚未答复") == 8
    for one in others:
        url = reverse("places:city_plan_opinion", args=[row.pk, one.pk])
        browser.post(url, {"waived": "on", "answered_on": "", "words": "不涉及"})
    assert _press(browser, row, "submit").status_code == 302
    assert _press(browser, row, "approve", number="", day="2026-06-01").status_code == 422
    assert _press(browser, row, "approve", number="拉政函〔2026〕1 号", day="").status_code == 422
    assert _press(browser, row, "approve", number="拉政函〔2026〕1 号", day="2026-06-01").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.approval_number) == (PlanningState.IN_FORCE, "拉政函〔2026〕1 号")


def _opinion(row: PlanningText, browser: Client, **more):
    partner = row.partners.filter(round=row.round).first()
    url = reverse("places:city_plan_opinion", args=[row.pk, partner.pk])
    return partner, browser.post(url, {"answered_on": "2026-05-20", "words": "同意。"} | more)


def test_an_opinion_carries_its_letter_which_who_draws_up_reads_on_record(cast, client_of, neighbour) -> None:
    row = draft(cast, K.COUNTY_PLAN, city_plan=in_force(cast, K.CITY_PLAN))
    add_partner(row, "城关区财政局", cast.inspector.person, timezone.now())
    row = take(row, "consult", cast.inspector.person)
    browser = client_of("inspector")
    partner, answer = _opinion(row, browser, paper_upload=upload(pdf(), "复函.pdf"))
    assert answer.status_code == 302
    partner.refresh_from_db()
    url = reverse("places:city_plan_opinion_paper", args=[row.pk, partner.pk])
    assert url in _page(browser, row).content.decode()
    record = RecordOutbox.objects.filter(type="config.changed").latest("created_at").record
    assert record["changes"]["partner.城关区财政局.paper"] == [None, partner.paper.sha256]
    for member in ("inspector", "system_admin"):
        served = client_of(member).get(url)
        assert served["Content-Disposition"].startswith("attachment"), member
        assert served.content == pdf()
    read = [one.record["about"] for one in RecordOutbox.objects.filter(type="paper.read")]
    assert read == [f"places.planningpartner:{partner.pk}"] * 2
    assert neighbour.get(url).status_code == 404
    for member in ("caretaker", "auditor", "operator"):
        assert client_of(member).get(url).status_code == 403, member


def test_of_a_plan_in_force_everybody_sees_that_there_is_a_letter_and_nobody_else_what_is_in_it(
    cast, client_of
) -> None:
    row = in_force(cast, K.CITY_PLAN)
    partner = row.partners.filter(round=row.round).first()
    partner.paper = keep_paper(upload(pdf(), "复函.pdf"), by=cast.system_admin.person, at=timezone.now())
    partner.save()
    page = _page(client_of("caretaker"), row).content.decode()
    assert "有意见原件" in page
    assert "复函.pdf" not in page
    assert "/paper/" not in page
    url = reverse("places:city_plan_opinion_paper", args=[row.pk, partner.pk])
    assert client_of("inspector").get(url).status_code == 404, "a county's police draw up nothing of the city's"
    assert client_of("system_admin").get(url).status_code == 200


def test_a_later_letter_stands_in_the_place_of_the_former_and_words_alone_leave_it(cast, client_of) -> None:
    browser = client_of("system_admin")
    row = take(draft(cast, K.CITY_PLAN), "consult", cast.system_admin.person)
    partner, _answer = _opinion(row, browser, paper_upload=upload(pdf(), "复函.pdf"))
    _opinion(row, browser, words="同意，另附意见。")
    partner.refresh_from_db()
    assert partner.paper.name == "复函.pdf"
    assert "复函.pdf" in browser.get(reverse("places:city_plan_opinion", args=[row.pk, partner.pk])).content.decode()
    _opinion(row, browser, paper_upload=upload(picture(), "补充意见.png"))
    partner.refresh_from_db()
    assert partner.paper.name == "补充意见.png"


def test_a_letter_that_is_no_scan_is_refused_at_its_field_and_nothing_is_kept(cast, client_of) -> None:
    browser = client_of("system_admin")
    row = take(draft(cast, K.CITY_PLAN), "consult", cast.system_admin.person)
    partner, answer = _opinion(row, browser, paper_upload=upload(docx(), "复函.docx"))
    assert answer.status_code == 422
    assert "paper_upload" in answer.context["form"].errors
    partner.refresh_from_db()
    assert (partner.paper, partner.answered_on) == (None, None)
    url = reverse("places:city_plan_opinion_paper", args=[row.pk, partner.pk])
    assert browser.get(url).status_code == 404


def test_before_it_is_given_out_a_partner_can_be_waived_and_cannot_have_answered(cast, client_of) -> None:
    row = draft(cast, K.CITY_PLAN)
    url = reverse("places:city_plan_opinion", args=[row.pk, row.partners.first().pk])
    browser = client_of("system_admin")
    assert browser.post(url, {"answered_on": "2026-05-20", "words": "同意"}).status_code == 422
    assert browser.post(url, {"waived": "on", "answered_on": "", "words": "不涉及"}).status_code == 302


def test_the_second_of_two_who_edit_is_told_what_stands_and_keeps_their_words(cast, client_of) -> None:
    row = draft(cast, K.CITY_PLAN)
    browser = client_of("system_admin")
    url = reverse("places:city_plan_edit", args=[row.pk])
    form = {"title": "甲", "version": "2026-1", "number": "", "text": "甲的正文。", "revision": "0"}
    assert browser.post(url, form).status_code == 302
    late = browser.post(url, form | {"title": "乙", "text": "乙的正文。"})
    shown = late.content.decode()
    assert late.status_code == 422
    assert "旦增" in shown
    assert "甲的正文。" in shown
    assert "乙的正文。" in shown
    assert PlanningText.objects.get().title == "甲"
    assert browser.post(url, form | {"title": "乙", "text": "乙的正文。", "revision": "1"}).status_code == 302
    assert PlanningText.objects.get().title == "乙"


def test_a_step_somebody_else_has_taken_is_said_so(cast, client_of) -> None:
    row = draft(cast, K.CITY_PLAN)
    take(row, "consult", cast.system_admin.person)
    answer = _press(client_of("system_admin"), row, "consult")
    assert answer.status_code == 422
    assert "可能已有他人办理" in answer.content.decode()


def test_who_reads_a_page_of_an_earlier_round_is_told_what_happened_since(cast, client_of) -> None:
    by, browser = cast.system_admin.person, client_of("system_admin")
    row = take(draft(cast, K.CITY_PLAN), "consult", by)
    read = _seen(_page(browser, row))
    take(take(row, "redraft", by, "改"), "consult", by)
    answer = _press(browser, row, "redraft", words="经费一章要改", seen=read)
    assert answer.status_code == 422
    assert "办理了“开始征求意见”，现为“征求意见”" in answer.content.decode()
    assert PlanningText.objects.get().state == PlanningState.CONSULTING
    assert _press(browser, row, "redraft", words="经费一章要改", seen=_seen(answer)).status_code == 302


def _seen(response) -> str:
    """The last step that the page shows."""
    [read] = {one.get("value") for one in html.fromstring(response.content).findall(".//input[@name='seen']")}
    return str(read)


def test_taking_back_to_draft_needs_words(cast, client_of) -> None:
    row = take(draft(cast, K.CITY_PLAN), "consult", cast.system_admin.person)
    browser = client_of("system_admin")
    assert _press(browser, row, "redraft", words="").status_code == 422
    assert _press(browser, row, "redraft", words="经费一章要改").status_code == 302


def test_a_county_chooses_the_version_in_force_and_the_department_once(cast, client_of) -> None:
    city = in_force(cast, K.CITY_PLAN)
    old = draft(cast, K.CITY_PLAN, "2027-1")
    browser = client_of("inspector")
    url = reverse("places:city_plan_add", args=[K.COUNTY_PLAN])
    form = {"title": "城关区规划", "version": "2026-1", "number": "", "text": "总则。", "revision": "0"}
    assert browser.post(url, form | {"city_plan": old.pk}).status_code == 422
    assert browser.post(url, form | {"city_plan": city.pk}).status_code == 302
    row = PlanningText.objects.get(kind=K.COUNTY_PLAN)
    add = reverse("places:city_plan_partner_add", args=[row.pk])
    assert browser.post(add, {"name": "城关区财政局"}).status_code == 302
    assert browser.post(add, {"name": "城关区财政局"}).status_code == 422
    assert browser.post(add, {"name": "  "}).status_code == 422
    assert row.partners.count() == 1


def test_a_county_is_told_when_the_citys_plan_has_a_later_version(cast, client_of) -> None:
    county = in_force(cast, K.COUNTY_PLAN, city_plan=in_force(cast, K.CITY_PLAN))
    assert "全市规划已有新版本" not in _page(client_of("inspector"), county).content.decode()
    in_force(cast, K.CITY_PLAN, "2027-1")
    assert "全市规划已有新版本" in _page(client_of("inspector"), county).content.decode()


def test_a_new_version_is_begun_from_the_page(cast, client_of) -> None:
    row = in_force(cast, K.NORM)
    browser = client_of("system_admin")
    url = reverse("places:city_plan_version", args=[row.pk])
    assert browser.post(url, {"version": row.version}).status_code == 422
    assert browser.post(url, {"version": "2027-1"}).status_code == 302
    later = PlanningText.objects.get(version="2027-1")
    later = take(later, "consult", cast.system_admin.person)
    settle_all(later, cast.system_admin.person)
    assert _press(browser, later, "enact", day=timezone.localdate().isoformat()).status_code == 302
    assert {one.version: one.state for one in PlanningText.objects.all()} == {
        "2026-1": "archived",
        "2027-1": "in_force",
    }


def test_hidden_characters_are_refused_and_lines_are_not(cast, client_of) -> None:
    row = draft(cast, K.CITY_PLAN)
    browser = client_of("system_admin")
    url = reverse("places:city_plan_edit", args=[row.pk])
    form = {"title": "甲", "version": "2026-1", "number": "", "revision": "0"}
    assert browser.post(url, form | {"text": "一\u202e二"}).status_code == 422
    assert browser.post(url, form | {"text": "一\r\n二\t三"}).status_code == 302
