"""The account of keeping and deleting: what workers say of a day, what the page, the file and the print make of a month of it."""

from __future__ import annotations

import datetime
import json
import time
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.oversight.models import EntryRow
from custodes.oversight.retention import LocalMonth
from custodes.people.models import RecordOutbox
from custodes.upkeep.models import KeptDay
from custodes.video.wire.control import sign_request
from tests.access.holding import place
from tests.places.furnishings import answer_as_a_whole_notary
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
US = 1_000_000
DAY_US = 86_400 * US


def told(camera, short=0, missing=None, begins=0):
    asked = int(time.time() * US) - 30 * DAY_US
    return {
        "camera": str(camera.pk), "days": 30, "asked_us": asked, "oldest_us": asked + begins, "begins_us": asked + begins,
        "short_days": short, "missing": missing or {},
    }  # fmt: skip


def report(stage: Stage, cameras, day=None, key=None):
    body = json.dumps(
        {
            "worker": 0,
            "day": (day or timezone.localdate()).isoformat(),
            "at_us": int(time.time() * US),
            "cameras": cameras,
        }
    ).encode()
    path = "/internal/keeping"
    signed = sign_request(key or stage.node_key, "node-1", "web", "POST", path, body, time.time())
    return Client().post(path, body, content_type="application/json", headers={"Authorization": signed})


def test_a_workers_account_of_a_day_is_kept_once(stage):
    assert report(stage, [told(stage.gate)]).status_code == 204
    assert report(stage, [told(stage.gate, 3, {"deleted": 5 * US})]).status_code == 204
    [row] = KeptDay.objects.all()
    assert (row.camera, row.short_days, row.short, row.missing) == (stage.gate, 3, True, {"deleted": 5 * US})


def test_a_node_speaks_for_its_own_cameras_alone(stage):
    strange = type("Camera", (), {"pk": uuid.uuid4()})
    assert report(stage, [told(strange), told(stage.yard)]).status_code == 204
    assert [row.camera for row in KeptDay.objects.all()] == [stage.yard]


@pytest.mark.parametrize("wrong", [{"short_days": -1}, {"missing": {"x": -1}}, {"camera": "no"}], ids=str)
def test_what_is_no_account_is_refused_whole(stage, wrong):
    assert report(stage, [told(stage.gate) | wrong]).status_code == 400
    assert not KeptDay.objects.exists()


def test_a_shortfall_is_a_finding_on_the_pages_of_camera_and_system(stage, client_of):
    report(stage, [told(stage.gate, 3, {"deleted": 7200 * US}), told(stage.yard)])
    reader = client_of("caretaker")
    page = reader.get(reverse("places:camera", args=[stage.gate.pk])).content.decode()
    assert "录像留存不足" in page
    assert "不足 3 日" in page
    assert "期内已删除" in page
    assert "录像留存不足" not in reader.get(reverse("places:camera", args=[stage.yard.pk])).content.decode()
    system = reader.get(reverse("places:system", args=[stage.school.pk])).content.decode()
    assert "1 个点位的录像没有留足期限" in system


def test_an_account_of_last_week_says_nothing_of_today(stage, client_of):
    report(stage, [told(stage.gate, 3, {"deleted": US})], timezone.localdate() - datetime.timedelta(days=7))
    page = client_of("caretaker").get(reverse("places:camera", args=[stage.gate.pk])).content.decode()
    assert "录像留存不足" not in page


def test_the_month_says_term_shortfall_cause_hold_and_deletions(stage, client_of, notary):
    report(stage, [told(stage.gate, 3, {"deleted": 7200 * US}, 3 * DAY_US), told(stage.yard)])
    place(stage)
    EntryRow.objects.create(index=4711, type="purge", at=timezone.now(), camera=stage.gate.pk)
    page = client_of("inspector").get(reverse("oversight:retention")).content.decode()
    for words in ("校门", "留存不足", "不足 3 日", "期内已删除 2 小时", "校门口纠纷", "#4711", "操场", "足期"):
        assert words in page, words
    only = client_of("inspector").get(reverse("oversight:retention"), {"only": "short"}).content.decode()
    assert str(stage.gate.pk) in only
    assert str(stage.yard.pk) not in only


def test_who_may_not_see_holds_reads_no_case_in_page_file_or_print(stage, client_of, notary):
    report(stage, [told(stage.gate)])
    place(stage)
    reader = client_of("caretaker")
    assert "校门口纠纷" not in reader.get(reverse("oversight:retention")).content.decode()
    csv = b"".join(reader.get(reverse("oversight:export_retention", args=["csv"]))).decode()
    assert "校门" in csv
    assert "校门口纠纷" not in csv


def test_a_person_sees_their_own_rows_alone(stage, client_of, notary):
    report(stage, [told(stage.gate), told(stage.lobby)])
    page = client_of("outside_caretaker").get(reverse("oversight:retention")).content.decode()
    assert "大堂" in page
    assert "校门" not in page
    other = client_of("outside_caretaker").get(reverse("oversight:retention"), {"system": str(stage.school.pk)})
    assert "校门" not in other.content.decode()


def test_the_file_is_on_record(stage, client_of, notary):
    answer = client_of("inspector").get(reverse("oversight:export_retention", args=["csv"]))
    assert answer.status_code == 200
    assert RecordOutbox.objects.get(type="list.exported").record["list"] == "retention"


def test_the_print_is_a_pdf_or_says_what_is_missing(stage, client_of, notary):
    answer_as_a_whole_notary(notary)
    report(stage, [told(stage.gate, 3, {"deleted": 7200 * US})])
    answer = client_of("inspector").get(reverse("print:retention_report"))
    assert answer.status_code == 302 or answer.content.startswith(b"%PDF")


def test_the_next_pass_names_rule_and_holds_and_only_rows_that_the_reader_may_see(stage, client_of):
    row = place(stage)
    day = {
        "day": "2026-01-02", "rule": "S32, N17: 30 local days", "segments": 9, "bytes": 9_000_000, "held_segments": 2,
        "held_bytes": 2_000_000, "holds": [str(row.pk), str(uuid.uuid4())],
    }  # fmt: skip
    stage.worker.retention |= {
        "days": [day | {"camera": str(stage.gate.pk)}, day | {"camera": str(stage.lobby.pk)}],
        "volumes": [{"path": "/v", "segments": 9, "of": 10, "braked": True, "absent": False}],
        "stopped": {
            "at_us": 1, "rule": "r",
            "volumes": [{"path": "/v", "segments": 9, "of": 10, "bytes": 1, "from_us": 1, "to_us": 2, "cameras": 1}],
        },
    }  # fmt: skip
    page = client_of("inspector").get(reverse("oversight:next_pass")).content.decode()
    for words in ("校门", "S32, N17: 30 local days", "校门口纠纷", "另有保全 1 项", "超过允许比例", "custodes purge"):
        assert words in page, words
    assert "大堂" not in page
    assert "另有 1 行不在您的范围内" in page


def test_a_worker_that_is_away_is_said_so(stage, client_of):
    stage.worker.down = True
    assert "没有应答" in client_of("inspector").get(reverse("oversight:next_pass")).content.decode()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-02", "2026-02-01"),
        ("", "2026-03-01"),
        ("2026-13", "2026-03-01"),
        ("2030-01", "2026-03-01"),
        ("x", "2026-03-01"),
    ],
)
def test_a_month_that_is_none_is_the_running_one(text, first):
    month = LocalMonth.of(text, datetime.date(2026, 3, 9))
    assert month.first.isoformat() == first
    assert month.begins() < month.ends()
