"""The map of the choice: whoever chooses for a case on record sees where its cameras stand, and nobody else anything (S30.1, S33.1)."""

from __future__ import annotations

import datetime
import json

import pytest
from django.urls import reverse

from custodes.access.choosing import answer as answers
from custodes.access.models import AgencyRequest
from custodes.people.models import RecordOutbox
from custodes.places.models import System
from tests.access.agency import asking, deciding
from tests.access.choosing.conftest import HERE, put

pytestmark = pytest.mark.postgresql

HUGE = 10**400
AROUND = {"circle": [HERE[0], HERE[1], 200]}


def ask(browser, subject, **said):
    return browser.post(reverse("access:choosing_window"), json.dumps({"subject": subject, **said}), "application/json")


def told(browser, subject, **said):
    found = ask(browser, subject, **said)
    assert found.status_code == 200, found.content
    return found.json()


def names(found):
    return sorted(row["name"] for row in found["cameras"])


def revision(row):
    return AgencyRequest.objects.get(pk=row.pk).revision


def test_the_desk_is_told_its_own_cameras_and_never_somebody_elses(asked, client_of):
    subject = f"agency:{asked.draft().pk}"
    everything = told(client_of("caretaker"), subject)
    assert names(everything) == ["操场", "校门"], "the hotel's stands ten metres away"
    assert everything["extent"][0] < HERE[0] < everything["extent"][2]
    assert names(told(client_of("caretaker"), subject, shape=AROUND)) == ["校门"]
    ring = [[HERE[0] + x, HERE[1] + y] for x, y in ((-0.02, -0.02), (0.02, -0.02), (0.02, 0.02), (-0.02, 0.02))]
    assert names(told(client_of("caretaker"), subject, shape={"ring": ring})) == ["操场", "校门"]
    assert names(told(client_of("caretaker"), subject, box=[91.12, 29.6, 91.2, 29.7])) == ["操场"]


@pytest.mark.parametrize("member", ["officer", "outsider", "outside_caretaker", "auditor", "bystander", "inspector"])
def test_who_does_not_choose_is_told_nothing(member, asked, client_of):
    row = asked.draft()
    for said in ({}, {"shape": AROUND}, {"box": [91, 29, 92, 30]}):
        found = ask(client_of(member), f"agency:{row.pk}", **said)
        assert found.status_code in (403, 404)
        assert "91.1" not in found.content.decode()


def test_an_officer_is_told_nothing_of_the_own_request_either(asked, notary, client_of):
    for row in (asked.draft("online"), asked.granted("online", letter_number="19 号")):
        assert ask(client_of("officer"), f"agency:{row.pk}").status_code in (403, 404)
        assert "91.11" not in client_of("officer").get(f"/requests/{row.pk}/").content.decode().split("</h1>")[1]


def test_a_draft_that_an_officer_fills_in_is_not_the_desks_yet(asked, client_of):
    assert ask(client_of("caretaker"), f"agency:{asked.draft('online').pk}").status_code == 404


def test_who_reads_no_base_data_is_told_to_ten_metres(asked, client_of):
    subject = f"agency:{asked.draft().pk}"
    (exact,) = told(client_of("caretaker"), subject, shape=AROUND)["cameras"]
    (rounded,) = told(client_of("operator"), subject, shape=AROUND)["cameras"]
    assert exact["at"] == [91.117234, 29.657812]
    assert rounded["at"] == [91.1172, 29.6578]
    # A small circle around the exact place, and not around the rounded one, finds nothing: nobody closes in on it.
    put(asked.stage.gate, 0.000046)
    beside = {"circle": [91.11728 + 0.0001, 29.6578, 20]}
    assert told(client_of("operator"), subject, shape=beside)["total"] == 1  # rounded to 91.1173
    put(asked.stage.gate, 0.000015)
    assert told(client_of("operator"), subject, shape={"circle": [91.11745, 29.657812, 20]})["total"] == 0
    assert told(client_of("caretaker"), subject, shape={"circle": [91.11745, 29.657812, 20]})["total"] == 1


def test_who_reads_no_base_data_is_on_record_when_the_map_is_opened(asked, client_of):
    subject = f"agency:{asked.draft().pk}"
    told(client_of("caretaker"), subject)
    assert not RecordOutbox.objects.filter(type="positions.read").exists()
    told(client_of("operator"), subject)
    (one,) = RecordOutbox.objects.filter(type="positions.read")
    assert one.record["about"] == subject
    assert one.record["cameras"] == 2


@pytest.mark.parametrize("said", [{"shape": AROUND}, {"box": [91, 29, 92, 30]}, {}])
def test_whatever_is_asked_first_is_on_record_and_once_an_hour(said, asked, client_of):
    other = f"agency:{asked.registered().pk}"
    subject = f"agency:{asked.draft().pk}"
    assert subject != other
    for _ in range(2):
        told(client_of("operator"), subject, **said)
        told(client_of("operator"), subject)
    rows = RecordOutbox.objects.filter(type="positions.read")
    assert [one.record["about"] for one in rows] == [subject]
    told(client_of("operator"), other, **said)
    assert rows.all().count() == 2
    for one in rows.all():
        RecordOutbox.objects.filter(pk=one.pk).update(created_at=one.created_at - datetime.timedelta(hours=1))
    told(client_of("operator"), subject, **said)
    assert rows.all().count() == 3


def test_the_page_holds_no_position(asked, client_of):
    row = asked.draft()
    for member in ("caretaker", "operator"):
        page = client_of(member).get(f"/requests/{row.pk}/cameras/").content.decode()
        assert "91.117" not in page
        assert "29.657" not in page


def test_a_registered_request_offers_only_its_own_cameras(asked, client_of):
    row = asked.registered()
    assert names(told(client_of("caretaker"), f"agency:{row.pk}")) == ["校门"]
    deciding.approve(row, asked.taken(asked.approver))
    assert names(told(client_of("caretaker"), f"agency:{row.pk}")) == ["校门"]
    deciding.take_back(row, asked.taken(asked.staff, "不需要"))
    assert ask(client_of("caretaker"), f"agency:{row.pk}").status_code == 404


def test_a_classified_system_is_never_drawn(asked, client_of):
    subject = f"agency:{asked.draft().pk}"
    System.objects.filter(pk=asked.stage.school.pk).update(classified=True)
    assert told(client_of("caretaker"), subject)["total"] == 0


def test_without_a_case_only_positions_that_one_reads_in_the_register(asked, client_of):
    assert names(told(client_of("caretaker"), "individual")) == ["操场", "校门"]
    assert names(told(client_of("inspector"), "hold")) == ["操场", "校门"], "their county's"
    found = told(client_of("lead"), "hold")
    assert (found["total"], found["cameras"], found["unplaced"]) == (0, [], 2)
    assert told(client_of("lead"), "hold", shape=AROUND)["cameras"] == []
    assert ask(client_of("operator"), "hold").status_code == 404
    assert ask(client_of("operator"), "individual").status_code == 404
    assert ask(client_of("caretaker"), "anything").status_code == 404


def test_the_officer_of_a_case_is_told_the_platforms_cameras(asked, desk):
    case = desk.ready()
    found = told(desk.browser(desk.officer), f"missing:{case.pk}")
    assert names(found) == ["操场", "校门"]
    assert ask(desk.browser(asked.staff), f"missing:{case.pk}").status_code in (403, 404)


def test_a_shape_with_more_than_may_be_chosen_says_how_many_and_names_none(asked, client_of, monkeypatch):
    subject = f"agency:{asked.draft().pk}"
    monkeypatch.setattr("custodes.access.choosing.subjects.MOST_OF_A_REQUEST", 1)
    wide = {"circle": [HERE[0], HERE[1], 5_000]}
    assert told(client_of("caretaker"), subject, shape=wide) == {"total": 2, "most": 1, "cameras": []}


def test_many_are_told_in_cells_whose_middle_says_of_nobody_where(asked, client_of, monkeypatch):
    subject = f"agency:{asked.draft().pk}"
    monkeypatch.setattr(answers, "SINGLE", 1)
    found = told(client_of("operator"), subject)
    assert found["cameras"] == []
    assert sum(cell[2] for cell in found["cells"]) == 2
    assert all(cell[:2] != [91.11723, 29.65781] for cell in found["cells"])


@pytest.mark.parametrize(
    "said",
    [
        {"box": [1, 2]},
        {"shape": {"circle": [0, 0, 1]}},
        {"shape": "x"},
        {"box": "x"},
        {"box": [0, 0, HUGE, 1]},
        {"shape": {"circle": [HUGE, 0, 50]}},
        {"shape": {"ring": [[0, 0], [1, 0], [HUGE, 1]]}},
    ],
)
def test_what_can_not_be_read_is_refused(said, asked, client_of):
    refused = ask(client_of("caretaker"), "individual", **said)
    assert refused.status_code == 400
    assert "无法识别" in refused.json()["detail"]
    assert client_of("caretaker").post(reverse("access:choosing_window"), "[", "application/json").status_code == 400


def test_ids_of_somebody_else_are_refused_with_the_clause_and_nothing_is_kept(asked, client_of):
    row = asked.draft()
    sent = {"revision": revision(row), "camera": [str(asked.stage.gate.pk), str(asked.stage.lobby.pk)]}
    answer = client_of("caretaker").post(f"/requests/{row.pk}/cameras/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "所选点位中有 1 个不属于" in page
    assert "S33.1" in page
    assert asked.stage.lobby.name not in page
    assert list(row.cameras.all()) == [asked.stage.gate]


def test_more_than_the_cap_are_refused_with_the_clause(asked, client_of, monkeypatch):
    row = asked.draft()
    monkeypatch.setattr("custodes.access.views.agency.choosing.MOST_OF_A_REQUEST", 1)
    sent = {"revision": revision(row), "camera": [str(asked.stage.gate.pk), str(asked.stage.yard.pk)]}
    answer = client_of("caretaker").post(f"/requests/{row.pk}/cameras/", sent)
    assert answer.status_code == 422
    assert "一件申请最多选 1 个点位，现选 2 个，未保存" in answer.content.decode()
    assert row.cameras.count() == 1


def test_cameras_and_span_are_saved_together_and_both_ends_in_order(asked, client_of):
    row = asked.draft()
    sent = {"revision": revision(row), "camera": [str(asked.stage.yard.pk)], "aside": "1"}
    ends = {"span_from": "2026-06-03T08:00:10", "span_to": "2026-06-03T08:30:00"}
    assert (
        client_of("caretaker").post(f"/requests/{row.pk}/cameras/", sent | ends)["Location"] == f"/requests/{row.pk}/"
    )
    row.refresh_from_db()
    assert row.span[0].isoformat() == "2026-06-03T00:00:10+00:00"
    assert list(row.cameras.all()) == [asked.stage.yard]
    turned = {"span_from": ends["span_to"], "span_to": ends["span_from"], "revision": revision(row)}
    answer = client_of("caretaker").post(f"/requests/{row.pk}/cameras/", sent | turned)
    assert answer.status_code == 422
    assert "止应当晚于起" in answer.content.decode()


def test_somebody_else_changed_it_meanwhile(asked, client_of):
    row = asked.draft()
    old = revision(row)
    asking.state(row, {"content": "另写"}, asked.staff, asked.at, revision=old)
    answer = client_of("caretaker").post(
        f"/requests/{row.pk}/cameras/", {"revision": old, "camera": [str(asked.stage.yard.pk)]}
    )
    assert "他人修改了同一申请" in answer.content.decode()
    assert list(row.cameras.all()) == [asked.stage.gate]


def test_what_is_ticked_stays_while_one_searches_on(asked, client_of):
    row = asked.draft(cameras=[])
    page = client_of("caretaker").get(
        f"/requests/{row.pk}/cameras/",
        {"q": "校门", "camera": str(asked.stage.yard.pk)},
        headers={"HX-Request": "true"},
    )
    assert f'value="{asked.stage.yard.pk}" checked' in page.content.decode()
    other = client_of("caretaker").get(
        f"/requests/{row.pk}/cameras/", {"q": "", "camera": str(asked.stage.lobby.pk)}, headers={"HX-Request": "true"}
    )
    assert f'value="{asked.stage.lobby.pk}"' not in other.content.decode()
