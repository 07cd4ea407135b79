"""Places without a system; the list of what is missing (S9) and who has to build it (S11)."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit, UnitKind
from custodes.places.dossiers import missing
from custodes.places.keeping import keeping_of
from custodes.places.models import Node, PlaceRole, PlaceRoleKind, Site, System
from tests.people.papers import samples

pytestmark = pytest.mark.postgresql


def gap(stage, **more):
    fields = {
        "name": "西郊加油站", "category": 7, "address": "西郊", "division": stage.school.site.division,
        "unit": stage.cast.units["a"],
    }  # fmt: skip
    return Site.objects.create(**fields | more)


def test_the_gap_list_holds_places_without_a_system_and_names_who_builds(stage, client_of):
    site = gap(stage)
    owner = Unit.objects.create(name="西郊能源公司", kind=UnitKind.ENTERPRISE, division=site.division)
    PlaceRole.objects.create(site=site, unit=owner, role=PlaceRoleKind.OWNER, since=datetime.date(2024, 5, 1))
    page = client_of("caretaker").get(reverse("places:gaps"))
    ((listed, builder, review),) = page.context["told"]
    assert listed == site
    assert builder.name == "西郊能源公司"
    assert not review
    assert "没有约定，由所有者负责建设" in page.content.decode()
    assert stage.school.site.name not in [one.name for one, *_ in page.context["told"]]


def test_the_gap_list_is_filtered_by_category_and_division(stage, client_of):
    gap(stage)
    gap(stage, name="东郊小学", category=9)
    browser = client_of("caretaker")
    found = browser.get(reverse("places:gaps"), {"category": "9"}).context["told"]
    assert [site.name for site, *_ in found] == ["东郊小学"]
    division = stage.school.site.division.code
    assert len(browser.get(reverse("places:gaps"), {"division": division}).context["told"]) == 2


def test_item_fourteen_waits_for_a_decision(stage, client_of):
    gap(stage, category=14)
    ((_site, _builder, review),) = client_of("caretaker").get(reverse("places:gaps")).context["told"]
    assert review


def test_others_gaps_are_not_in_the_list_nor_in_its_counts(stage, client_of):
    gap(stage)
    page = client_of("outside_caretaker").get(reverse("places:gaps"))
    assert page.context["told"] == []
    assert page.context["total"] == 0
    assert "西郊加油站" not in page.content.decode()


def test_the_government_builds_what_the_first_item_names(stage, client_of):
    site = gap(stage, category=1)
    page = client_of("caretaker").get(site.get_absolute_url())
    assert page.context["builder"].name == "城关区人民政府"
    assert page.context["builder"].carried_out_by == "城关区公安机关"


def test_the_file_of_gaps_names_builders_in_as_many_queries_as_for_one(stage, client_of):
    def exported():
        answer = client_of("caretaker").get(reverse("places:export_gaps", args=["csv"]))
        with CaptureQueriesContext(connection) as asked:
            text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return text.count("城关区人民政府"), len(asked)

    gap(stage, category=1)
    one = exported()
    for _each in range(4):
        gap(stage, category=1)
    assert (one[0], exported()) == (1, (5, one[1]))


def test_an_agreed_builder_needs_the_agreement(stage, client_of):
    site = gap(stage, agreed_builder=stage.cast.units["b"])
    page = client_of("caretaker").get(site.get_absolute_url())
    told = page.context["builder"]
    assert told.name == "堆龙宾馆"
    assert told.review
    assert "请补充约定文件" in "".join(str(one) for one in told.remedies)


def test_state_property_is_for_its_manager(stage, client_of):
    site = gap(stage, state_owned=True)
    browser = client_of("caretaker")
    assert browser.get(site.get_absolute_url()).context["builder"].name == ""
    PlaceRole.objects.create(
        site=site, unit=stage.cast.units["a"], role=PlaceRoleKind.MANAGER, since=datetime.date(2024, 5, 1)
    )
    assert browser.get(site.get_absolute_url()).context["builder"].name == "城关区第一小学"


def test_a_key_target_is_kept_for_ninety_days_and_its_node_hears_of_it(stage, client_of):
    site, before = stage.school.site, Node.objects.get().generation
    form = site_form(site, key_target="on", key_target_document="拉公反恐〔2025〕1 号")
    assert client_of("caretaker").post(reverse("places:site_edit", args=[site.pk]), form).status_code == 302
    stage.gate.refresh_from_db()
    stage.gate.system.site.refresh_from_db()
    kept = keeping_of(stage.gate, datetime.date(2026, 3, 1))
    assert kept.days == 90
    assert "CTL32" in kept.clauses
    assert Node.objects.get().generation == before + 1


def test_where_n9_governs_the_national_floor_does_not_bind_and_the_citys_does(stage):
    site = stage.gate.system.site
    for basis, bound in (("", True), ("N7.2-1", True), ("N9", False)):
        site.basis = basis
        clauses = keeping_of(stage.gate, datetime.date(2026, 3, 1)).clauses
        assert ("N17" in clauses) is bound, basis
        assert "S32" in clauses, basis


def site_form(site, **more):
    return {
        "name": site.name, "category": site.category, "address": site.address, "division": site.division.pk,
        "unit": site.unit.pk, "revision": getattr(site, "revision", 0),
    } | more  # fmt: skip


def test_the_position_of_a_place_is_for_who_edits_or_supervises(stage, client_of):
    Site.objects.filter(pk=stage.school.site.pk).update(longitude="91.132201", latitude="29.653102")
    for member, sees in (("caretaker", True), ("inspector", True), ("operator", False), ("approver", False)):
        page = client_of(member).get(stage.school.site.get_absolute_url()).content.decode()
        assert ("91.132201" in page) is sees, member


def test_a_consent_letter_is_known_by_its_bytes(stage, client_of, settings):
    site = stage.school.site
    browser = client_of("caretaker")
    url = reverse("places:site_edit", args=[site.pk])
    fake = SimpleUploadedFile("letter.pdf", b"<script>alert(1)</script>", content_type="application/pdf")
    answer = browser.post(
        url, site_form(site, secret_near="yes", consent="同意〔2026〕3 号") | {"consent_upload": fake}
    )
    assert answer.status_code == 400
    assert "这里不接受" in answer.content.decode()
    real = SimpleUploadedFile("../letter.pdf", samples.pdf(), content_type="application/pdf")
    browser.post(url, site_form(site, secret_near="yes", consent="同意〔2026〕3 号") | {"consent_upload": real})
    site.refresh_from_db()
    assert site.consent_paper.media_type == "application/pdf"
    assert site.consent_paper.name == "letter.pdf"
    assert len(site.consent_paper.sha256) == 64


def test_recording_hours_that_name_another_article_than_the_place_are_refused(stage, client_of):
    Site.objects.filter(pk=stage.school.site.pk).update(basis="N7.2-1")
    url = reverse("upkeep:hours_new", args=[stage.gate.pk])
    browser = client_of("caretaker")
    assert '<option value="n7_2" selected>' in browser.get(url).content.decode()
    form = {
        "basis": "order", "place": "n7_1", "order_number": "1 号", "words": "书面要求", "calendar": "week",
        "days_0": ["1"], "begin_0": "08:00", "end_0": "18:00",
    }  # fmt: skip
    answer = browser.post(url, form)
    assert answer.status_code == 400
    assert "N7.2-1" in answer.content.decode()
    assert browser.post(url, form | {"place": "n7_2"}).status_code == 302


def test_that_a_secret_unit_is_near_is_told_to_who_edits_or_supervises(stage, client_of):
    Site.objects.filter(pk=stage.school.site.pk).update(secret_near="yes", consent="同意〔2026〕3 号")
    for member, sees in (("caretaker", True), ("inspector", True), ("operator", False), ("auditor", False)):
        page = client_of(member).get(stage.school.site.get_absolute_url()).content.decode()
        assert ("同意〔2026〕3 号" in page) is sees, member
        assert ("已事先征得该单位同意" in page) is sees, member


@pytest.mark.clause("S17", "N11")
def test_the_file_of_a_system_at_an_n9_place_lacks_no_inspection_papers(stage):
    def lacks() -> list[str]:
        return missing(System.objects.get(pk=stage.school.pk), timezone.localdate(), LegalTerms())

    assert "缺少检验资料" in lacks()
    Site.objects.filter(pk=stage.school.site.pk).update(basis="N9")
    assert "缺少检验资料" not in lacks()
    assert "缺少设计资料" in lacks()
