"""安装位置 is base data wherever it is written (S33.1, decision 0464): told to who reads it, and found by a word in it by nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import Post, PostKind, RecordOutbox
from custodes.places.models import Camera, Doubt, RemovalGround, Retirement, SoundOrder
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.register import save_recorded
from custodes.web.programs.schemas import camera_out
from tests.access.agency.asked import Asked
from tests.cast import SINCE
from tests.places.life import removals
from tests.places.stage import Stage

pytestmark = pytest.mark.postgresql

WHERE = "钟楼东侧第三根立柱"
#: Of those who see the row: who reads its base data, and who does not.
READS = {"caretaker": True, "inspector": True, "system_admin": True}
READS_NOT = {"operator": False, "lead": False, "approver": False, "auditor": False}
READERS = READS | READS_NOT


@pytest.fixture
def mounted(stage: Stage) -> Stage:
    Camera.objects.filter(pk=stage.gate.pk).update(place=WHERE, longitude="91.117234", latitude="29.657812")
    stage.gate.refresh_from_db()
    return stage


def text_of(answer: Any) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode()


def test_it_is_told_on_pages_and_in_files_to_who_reads_base_data_alone(mounted, client_of):
    at, by = SINCE, mounted.cast.caretaker.person
    wanted = removals.Wanted((mounted.gate,), RemovalGround.CITY_WORKS, "道路拓宽", timezone.localdate())
    leaving = removals.plan(mounted.school, wanted, by, timezone.now())
    sound = SoundOrder.objects.create(camera=mounted.gate, reason="emergency", why="求助", asked_by=by, asked_at=at)
    stop = Retirement.objects.create(
        camera=mounted.gate, basis="replacement", until=at.date(), words="更换", asked_by=by, asked_at=at
    )
    doubt = Doubt.objects.create(camera=mounted.gate, by=by, at=at, described=f"校门 · {WHERE}", before=f"旧 · {WHERE}")
    pages = {
        "camera": mounted.gate.get_absolute_url(),
        "system": mounted.school.get_absolute_url(),
        "list": reverse("places:camera_list"),
        "file": reverse("places:export_cameras", args=["csv"]),
        "stop": stop.get_absolute_url(),
        "removal": leaving.get_absolute_url(),
        "sound": sound.get_absolute_url(),
        "doubts": reverse("places:doubts"),
        "doubt": doubt.get_absolute_url(),
        "doubts' file": reverse("places:export_doubts", args=["csv"]),
    }
    nowhere = {"list"}
    for member, reads in READERS.items():
        browser = client_of(member)
        for name, address in pages.items():
            answer = browser.get(address)
            assert answer.status_code == 200, (member, name)
            text = text_of(answer)
            assert "校门" in text, (member, name)
            assert (WHERE in text) is (reads and name not in nowhere), (member, name)


def test_who_finds_out_about_the_spots_of_a_division_is_told_of_what(mounted, client_of):
    by, police = mounted.cast.caretaker.person, mounted.cast.bystander.person
    doubt = Doubt.objects.create(camera=mounted.gate, by=by, at=SINCE, described=f"校门 · {WHERE}")
    Post.objects.create(person=police, unit=mounted.cast.units["county"], kind=PostKind.APPROVER, valid_from=SINCE)
    assert WHERE in text_of(client_of("bystander").get(doubt.get_absolute_url()))
    assert WHERE not in text_of(client_of("bystander").get(mounted.gate.get_absolute_url()))


def test_a_word_in_it_finds_the_camera_for_who_reads_it_alone(mounted, client_of):
    for member, reads in READERS.items():
        for word, found in (("钟楼", reads), ("立柱", reads), ("校门", True), (mounted.gate.number, True)):
            page = client_of(member).get(reverse("places:camera_list"), {"q": word})
            assert (str(mounted.gate.pk) in page.content.decode()) is found, (member, word)


def test_a_program_is_given_it_with_the_rest_of_the_base_data_or_null(mounted):
    assert camera_out(mounted.gate, True)["place"] == WHERE
    assert camera_out(mounted.gate, False)["place"] is None


def test_who_chooses_cameras_for_a_request_finds_them_by_name_and_on_the_map(mounted, client_of):
    asked = Asked.on(mounted)
    row = asked.draft(cameras=[mounted.gate])
    for member, reads in (("caretaker", True), ("operator", False)):
        address = f"/requests/{row.pk}/cameras/"
        assert (WHERE in text_of(client_of(member).get(address))) is reads, member
        found = text_of(client_of(member).get(address, {"q": "钟楼", "camera": str(mounted.yard.pk)}))
        assert (str(mounted.gate.pk) in found) is reads, member
        window = client_of(member).post(
            reverse("access:choosing_window"), {"subject": f"agency:{row.pk}"}, "application/json"
        )
        assert (WHERE in str(window.json())) is reads, member


def test_a_record_says_that_it_changed_and_not_to_what(mounted):
    gate, by = mounted.gate, mounted.cast.caretaker.person
    Camera.objects.filter(pk=gate.pk).update(state="draft")
    gate.refresh_from_db()
    gate.place = "北门内"
    assert save_recorded(gate, CAMERA_FIELDS, by, SINCE)
    (record,) = (row.record for row in RecordOutbox.objects.filter(type="config.changed"))
    assert record["changes"]["place"] == ["(restricted)", "(restricted)"]
    assert WHERE not in str(record)
    assert "北门内" not in str(record)


def test_a_row_of_which_nobody_has_asked_tells_nothing():
    assert str(Camera(place=WHERE).place_told) == "限制查阅"
    camera = Camera(name="校门")
    assert WHERE not in Doubt(camera=camera, described=WHERE, before=WHERE).described_told
