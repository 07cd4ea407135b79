"""The pages of a system's life: what they ask, what they keep, what they say."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from custodes.cases.models import CaseStep
from custodes.people.delivery import prune
from custodes.people.models import RecordOutbox
from custodes.people.papers.keeping import keep_paper
from custodes.places.drafts.filing import FILING
from custodes.places.lifecycle.facts import KEYS
from custodes.places.models import (
    Camera,
    CameraState,
    DossierItem,
    Filing,
    FilingState,
    PaperKind,
    RemovalGround,
    System,
    SystemState,
)
from tests.places.life import removals as removing
from tests.places.life.answers import ANSWERS
from tests.places.life.filling import fill, unclear
from tests.places.life.papers import item
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
DAY = datetime.timedelta(days=1)


def picture(name: str = "平面图.png") -> SimpleUploadedFile:
    """A small PNG."""
    data = BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def in_state(stage: Stage, state: SystemState) -> System:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    return System.objects.get(pk=stage.school.pk)


def test_the_page_says_what_the_next_step_waits_for(stage: Stage, client_of: Clients) -> None:
    system = in_state(stage, SystemState.PLANNED)
    page = client_of("caretaker").get(reverse("places:life", args=[system.pk])).content.decode()
    assert "确认设计" in page
    assert "标准符合性清单" in page
    assert reverse("places:step", args=[system.pk, "design_ok"]) not in page


def test_a_step_whose_conditions_are_not_met_is_refused_when_it_is_sent_all_the_same(
    stage: Stage, client_of: Clients
) -> None:
    system = in_state(stage, SystemState.PLANNED)
    address = reverse("places:step", args=[system.pk, "design_ok"])
    answer = client_of("caretaker").post(address, {"on": timezone.localdate().isoformat()})
    assert answer.status_code == 422
    assert System.objects.get(pk=system.pk).state == SystemState.PLANNED


def test_a_step_is_taken_on_the_page(stage: Stage, client_of: Clients) -> None:
    system = in_state(stage, SystemState.BUILDING)
    address = reverse("places:step", args=[system.pk, "complete"])
    client_of("caretaker").post(address, {"on": timezone.localdate().isoformat(), "words": "主体工程同日竣工"})
    assert System.objects.get(pk=system.pk).state == SystemState.COMPLETED
    page = client_of("inspector").get(reverse("places:life", args=[system.pk])).content.decode()
    assert "主体工程同日竣工" in page


def test_an_acceptance_is_entered_on_the_page_with_its_five_parts_on_record(stage: Stage, client_of: Clients) -> None:
    system = in_state(stage, SystemState.TRIAL)
    report = item(system, PaperKind.ACCEPTANCE, "验收报告", stage.cast.caretaker.person, timezone.now())
    address = reverse("places:acceptance_add", args=[system.pk])
    parts = {f"part_{key}": "符合设计" for key in KEYS}
    sent = {
        "on": timezone.localdate().isoformat(),
        "passed": "1",
        "members": "王强（教育局）",
        "report": report.pk,
        **parts,
    }
    client = client_of("caretaker")
    assert client.post(address, sent).status_code == 302
    assert system.acceptances.get().parts.keys() == KEYS
    record = RecordOutbox.objects.get(type="config.changed", record__object="places.acceptance").record
    assert "archive: 符合设计" in record["changes"]["parts"][1]
    failed = {"on": timezone.localdate().isoformat(), "passed": "0", "members": "王强（教育局）", "words": "夜间不清"}
    assert client.post(address, failed).status_code == 302
    assert system.acceptances.count() == 2


def test_removal_is_no_step_that_can_be_sent(stage: Stage, client_of: Clients) -> None:
    address = reverse("places:step", args=[stage.school.pk, "remove"])
    assert client_of("caretaker").post(address, {"on": "2026-01-01", "words": "x"}).status_code == 404


def test_a_paper_goes_into_the_file_and_out_of_it_on_record(stage: Stage, client_of: Clients) -> None:
    system, client = stage.school, client_of("caretaker")
    data = {"kind": "design", "sort": "", "title": "平面图", "dated": "2026-01-05", "file": picture()}
    assert client.post(reverse("places:dossier_add", args=[system.pk]), data).status_code == 302
    held = DossierItem.objects.get()
    answer = client_of("inspector").get(reverse("places:dossier_item", args=[system.pk, held.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert RecordOutbox.objects.filter(type="paper.read").count() == 1
    assert client_of("operator").get(reverse("places:dossier_item", args=[system.pk, held.pk])).status_code in (
        403,
        404,
    )


def test_a_newer_version_stands_in_the_place_of_the_former_which_stays(stage: Stage, client_of: Clients) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    former = item(stage.school, PaperKind.DESIGN, "平面图", by, now)
    data = {
        "kind": "design", "sort": "", "title": "平面图", "dated": "2026-02-05", "file": picture(), "replaces": former.pk,
    }  # fmt: skip
    client_of("caretaker").post(reverse("places:dossier_add", args=[stage.school.pk]), data)
    newer = DossierItem.objects.get(replaces=former)
    assert newer.version == 2
    assert DossierItem.objects.filter(pk=former.pk).exists()


def test_a_file_that_is_not_what_it_says_stands_beside_the_field_and_keeps_the_rest(
    stage: Stage, client_of: Clients
) -> None:
    data = {"kind": "design", "title": "平面图", "dated": "2026-01-05", "file": picture("平面图.pdf")}
    answer = client_of("caretaker").post(reverse("places:dossier_add", args=[stage.school.pk]), data)
    assert answer.status_code == 422
    assert 'value="平面图"' in answer.content.decode()
    assert not DossierItem.objects.exists()


def test_a_school_files_on_the_pages_and_police_give_the_receipt(stage: Stage, client_of: Clients) -> None:
    client, police = client_of("caretaker"), client_of("inspector")
    fill(client, FILING, stage.school, ANSWERS | unclear())
    filing = Filing.objects.get()
    assert filing.state == FilingState.SUBMITTED
    police.post(reverse("places:filing_receive", args=[filing.pk]), {"on": timezone.localdate().isoformat()})
    filing = Filing.objects.get()
    assert filing.state == FilingState.FILED
    assert filing.receipt in client.get(filing.get_absolute_url()).content.decode()


def test_a_shop_that_wants_to_remove_in_fourteen_days_is_told_when(stage: Stage, client_of: Clients) -> None:
    client, today = client_of("caretaker"), timezone.localdate()
    first = today + datetime.timedelta(days=15)
    removal = removing.plan(
        stage.school,
        removing.Wanted((stage.gate,), RemovalGround.CHANGE_OF_USE, "门面转让", today + 14 * DAY),
        stage.cast.caretaker.person,
        timezone.now(),
    )
    page = client.get(removal.get_absolute_url()).content.decode()
    assert "来不及按原定日期拆除" in page
    client.post(reverse("places:removal_report", args=[removal.pk]))
    page = client.get(removal.get_absolute_url()).content.decode()
    assert f"最早可以在 {first}" in page
    answer = client.post(reverse("places:removal_carry_out", args=[removal.pk]), {"on": today.isoformat()})
    assert answer.status_code == 422
    assert Camera.objects.get(pk=stage.gate.pk).state == CameraState.CONNECTED


def test_a_new_system_is_proposed_and_an_old_one_in_use(stage: Stage, client_of: Clients) -> None:
    client, site, unit = client_of("caretaker"), stage.school.site, stage.school.unit
    for name, built in (("新教学楼", ""), ("老教学楼", "2019-09-01")):
        data = {"name": name, "unit": unit.pk, "network": "local", "built_on": built}
        client.post(reverse("places:system_add", args=[site.pk]), data)
    states = dict(System.objects.filter(site=site, name__endswith="教学楼").values_list("name", "state"))
    assert states == {"新教学楼": SystemState.PROPOSED, "老教学楼": SystemState.LEGACY}
    assert CaseStep.objects.filter(event="enter").count() == 2


@pytest.mark.parametrize("state", [SystemState.PROPOSED, SystemState.DESIGNED, SystemState.REMOVED])
def test_nothing_is_probed_where_there_is_nothing_to_connect(
    stage: Stage, client_of: Clients, state: SystemState
) -> None:
    in_state(stage, state)
    client = client_of("caretaker")
    address = {"main_url": "rtsp://10.1.2.3:554/other", "transport": "tcp"}
    client.post(reverse("places:address", args=[stage.gate.pk]), address)
    client.post(reverse("places:probe", args=[stage.gate.pk]))
    assert stage.worker.asked("/internal/probe") == []


def test_a_step_names_its_entry_long_after_it_was_delivered(stage: Stage, client_of: Clients) -> None:
    fill(client_of("caretaker"), FILING, stage.school, ANSWERS | unclear())
    filing = Filing.objects.get()
    long_ago = timezone.now() - datetime.timedelta(days=400)
    RecordOutbox.objects.filter(type="register.step").update(delivered_at=long_ago, index=4711)
    prune(timezone.now())
    assert "存证序号 4711" in client_of("caretaker").get(filing.get_absolute_url()).content.decode()


def test_the_picture_of_a_sign_is_for_who_reads_base_data_and_each_reading_is_on_record(
    stage: Stage, client_of: Clients
) -> None:
    paper = keep_paper(picture("标志.png"), by=stage.cast.caretaker.person, at=timezone.now())
    Camera.objects.filter(pk=stage.gate.pk).update(sign_paper=paper)
    address = reverse("places:camera_paper", args=[stage.gate.pk, "sign"])
    for member, sees in (("caretaker", True), ("inspector", True), ("operator", False), ("outside_caretaker", False)):
        assert (client_of(member).get(address).status_code == 200) is sees, member
    assert RecordOutbox.objects.filter(type="paper.read").count() == 2
    assert client_of("caretaker").get(reverse("places:camera_paper", args=[stage.gate.pk, "mask"])).status_code == 404


def test_an_opinion_that_is_refused_is_still_there(stage: Stage, client_of: Clients) -> None:
    client, police = client_of("caretaker"), client_of("inspector")
    fill(client, FILING, stage.school, ANSWERS | unclear())
    filing = Filing.objects.get()
    data = {"on": "2020-01-01", "words": "材料齐全，同意备案"}
    answer = police.post(reverse("places:filing_receive", args=[filing.pk]), data)
    assert answer.status_code == 422
    assert "材料齐全，同意备案" in answer.content.decode()


@pytest.mark.parametrize(
    ("listed", "begins"),
    [("filing_list", "filing_begin"), ("removal_list", "removal_add"), ("change_list", "change_request")],
)
def test_what_a_list_is_of_is_begun_from_it_by_who_may(
    stage: Stage, client_of: Clients, listed: str, begins: str
) -> None:
    where = reverse(f"places:{begins}", args=[stage.school.pk])
    address = reverse(f"places:{listed}")
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.IN_USE)
    assert where in client_of("caretaker").get(address).content.decode()
    for member in ("operator", "inspector"):
        assert where not in client_of(member).get(address).content.decode(), member
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.PLANNED)
    assert where not in client_of("caretaker").get(address).content.decode(), "nothing is offered that is refused"
