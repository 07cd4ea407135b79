"""Rows of cameras by programs: entered and changed by the page's form and gate; never an address, a login or a picture of theirs."""

from __future__ import annotations

from typing import Any

import pytest

from custodes.people.models import RecordOutbox
from custodes.places.models import Camera, CameraState, Node, Retirement, System
from tests.places.stage import Stage
from tests.web.programs.writing import STRANGERS, Make, day, document, on, paper, refused, tag

pytestmark = pytest.mark.django_db


def _wish(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "system": str(stage.school.pk), "number": "0103", "name": "东侧围墙", "place": "东侧围墙外立面，距地 3.2 米",
        "view": "围墙外人行道", **more,
    }  # fmt: skip


def test_a_camera_is_entered_as_a_draft_with_field_device_and_sign(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    field = {"longitude": "91.139812", "latitude": "29.649912", "azimuth": "90.5", "angle": "80.0", "reach": 40}
    field |= {"tilt_low": "-30", "tilt_high": "0", "turns_pan": "350", "turns_low": "-90", "turns_high": "10"}
    made = caller("post", "/cameras", _wish(stage, maker="某厂", model="X1", sign=paper(caller), **field))
    assert made.status_code == 201, made.content
    row = Camera.objects.get(pk=made.json()["id"])
    assert (row.state, row.node, row.retention_days, row.main_url) == (CameraState.DRAFT, stage.node, 30, "")
    assert (row.created_by, row.sign_paper is not None) == (stage.cast.caretaker.person, True)
    assert made.json()["field"]["azimuth"] == 90.5
    assert (made.json()["field"]["tilt_low"], row.turns_pan, row.presets_only) == (-30, 350, False)
    assert (made.json()["device"]["turns_low"], made.json()["presets_only"]) == (-90, False)
    read = caller.get(f"/cameras/{row.pk}")
    assert (read.json(), read.headers["ETag"]) == (made.json(), made.headers["ETag"])
    assert RecordOutbox.objects.filter(type="config.changed", record__object="places.camera").count() == 1


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"zone": "toilet"}, "zone", ""),
        ({"name": "三楼卫生间"}, "", "S10"),
        ({"number": "0101"}, "", "form:"),
        ({"azimuth": "90"}, "", "form:"),
        ({"tilt_low": "0", "tilt_high": "-30"}, "tilt_high", "form:"),
        ({"retention_days": 10}, "retention_days", "form:"),
        ({"node": "node-9"}, "node", "form:"),
        ({"sign": "00000000-0000-4000-8000-000000000000"}, "sign", "R10"),
        ({"main_url": "rtsp://10.0.0.1/"}, "wish.main_url", "schema:"),
        ({"password": "x"}, "wish.password", "schema:"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_entered(
    change: dict[str, Any], field: str, rule: str, stage: Stage, program_of: Make
) -> None:
    answer = program_of("caretaker")("post", "/cameras", _wish(stage, **change))
    rules = refused(answer, 422)
    fields = [one["field"].removeprefix("wish.") for one in answer.json()["errors"]]
    assert not field or field.removeprefix("wish.") in fields
    assert any(one.startswith(rule) for one in rules), rules
    assert Camera.objects.count() == 3


def test_a_document_is_no_picture_of_a_sign_and_waits_on(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    key = document(caller)
    assert refused(caller("post", "/cameras", _wish(stage, sign=key)), 422) == ["R10"]
    assert caller.program.papers.filter(paper__pk=key).exists()


def test_with_several_nodes_one_is_named(stage: Stage, program_of: Make) -> None:
    other = Node.objects.create(name="node-2", public_key="x", seal_key="y", workers=1, port=26900)
    caller = program_of("caretaker")
    assert refused(caller("post", "/cameras", _wish(stage)), 422)
    made = caller("post", "/cameras", _wish(stage, node="node-2"))
    assert made.status_code == 201, made.content
    assert Camera.objects.get(pk=made.json()["id"]).node == other


def test_one_in_use_changes_what_nobody_holds_it_to_and_the_rest_stays(stage: Stage, program_of: Make) -> None:
    caller, path = program_of("caretaker"), f"/cameras/{stage.gate.pk}"
    read = caller.get(path)
    longer = {"name": "正门", "retention_days": 60, "sign": paper(caller)}
    assert refused(caller("patch", path, longer, **tag(read)), 422) == ["N17"]
    longer["keeping_purpose"] = "调解期限为六十日，期间须核对"
    saved = caller("patch", path, longer, **tag(read))
    assert saved.status_code == 200, saved.content
    assert saved.json() == {**read.json(), "name": "正门", "retention_days": 60, "revision": 1}
    row = Camera.objects.get(pk=stage.gate.pk)
    assert (row.main_url, row.sealed_password, row.record, row.node) == ("rtsp://10.1.2.3:554/gate", "c2VhbGVk", True, stage.node)  # fmt: skip
    stale = caller("patch", path, {"name": "别名"}, **tag(read))
    assert set(refused(stale, 412)) == {"R8"}
    assert {one["field"] for one in stale.json()["errors"]} == {"name", "retention_days", "keeping_purpose", "sign"}


@pytest.mark.parametrize("change", [{"place": "门柱南侧"}, {"view": "街面"}, {"view": ""}])
def test_one_in_use_is_not_moved_or_turned_by_an_edit_alone(
    change: dict[str, Any], stage: Stage, program_of: Make
) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(view="校门内外")
    caller, path = program_of("caretaker"), f"/cameras/{stage.gate.pk}"
    assert refused(caller("patch", path, change, **tag(caller.get(path))), 422) == ["S34(7)"]
    without = {**change, "basis": "correction"}
    assert refused(caller("patch", path, without, **tag(caller.get(path))), 422) == ["S34(7)"]
    assert Camera.objects.get(pk=stage.gate.pk).view == "校门内外"


@pytest.mark.parametrize("state", list(CameraState))
def test_it_is_taken_out_of_use_on_a_ground_until_a_day_by_two_persons(
    state: CameraState, stage: Stage, program_of: Make
) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(state=state)
    caller, path = program_of("caretaker"), f"/cameras/{stage.gate.pk}"
    read = caller.get(path)
    wish = {"reason": "设备故障，送修", "basis": "replacement", "until": day(10)}
    answer = caller("post", f"{path}/retire", wish, **tag(read))
    now = Camera.objects.get(pk=stage.gate.pk).state
    if state in (CameraState.DRAFT, CameraState.RETIRED):
        assert refused(answer) == ["S34(6)"]
        assert now == state
    elif state == CameraState.FORBIDDEN:
        assert (answer.status_code, answer.json()["state"]) == (200, "retired"), answer.content
        assert caller("patch", path, {"name": "别名"}, **tag(read)).status_code == 412
    else:
        assert (answer.status_code, answer.json()["state"], now) == (200, "connected", "connected"), answer.content
        [asked] = Retirement.objects.all()
        assert (asked.state, asked.asked_by, asked.words) == ("waiting", stage.cast.caretaker.person, "设备故障，送修")
        for less in ({"reason": "…"}, {"basis": ""}, {"until": None}, {"until": day(-1)}, {"until": day(91)}):
            answer = caller("post", f"{path}/retire", wish | less, **on(0))
            assert refused(answer, answer.status_code), less
            assert answer.status_code in (409, 422), less


@pytest.mark.parametrize("member", STRANGERS)
def test_nobody_elses_camera_is_entered_changed_or_taken_out(member: str, stage: Stage, program_of: Make) -> None:
    caller, path = program_of(member), f"/cameras/{stage.gate.pk}"
    for method, where, body in (
        ("post", "/cameras", _wish(stage)),
        ("patch", path, {"name": "别名"}),
        ("post", f"{path}/retire", {"reason": "因故", "basis": "replacement", "until": day(1)}),
    ):
        assert caller(method, where, body, **on(0)).status_code in (403, 404, 422), where
    row = Camera.objects.get(pk=stage.gate.pk)
    assert (row.name, row.state, Camera.objects.count()) == ("校门", CameraState.CONNECTED, 3)


def test_a_classified_systems_cameras_are_not_there_and_secret_words_are_not_kept(
    stage: Stage, program_of: Make
) -> None:
    caller = program_of("caretaker")
    assert refused(caller("post", "/cameras", _wish(stage, view="机密级库房")), 403) == ["S20"]
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert caller("post", "/cameras", _wish(stage)).status_code == 422
    assert caller("patch", f"/cameras/{stage.gate.pk}", {"name": "别名"}, **on(0)).status_code == 404
    assert Camera.objects.count() == 3


def test_a_loudspeaker_is_entered_by_the_pages_rule(stage: Stage, program_of: Make) -> None:
    url = "gb28181://54010200021188000001/54010200021318000001"
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=url)
    caller, path = program_of("caretaker"), f"/cameras/{stage.gate.pk}"
    read = caller.get(path)
    assert read.json()["device"]["voice_output"] == ""
    changed = caller("patch", path, {"voice_output": "54010200021378000001"}, **tag(read))
    assert changed.status_code == 200, changed.content
    assert changed.json()["device"]["voice_output"] == "54010200021378000001"
    assert refused(caller("patch", path, {"voice_output": "5401020002131800000x"}, **tag(changed)), 422)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url="rtsp://10.1.2.3/a", voice_output="")
    answer = caller("patch", path, {"voice_output": "54010200021378000001"}, **tag(caller.get(path)))
    assert refused(answer, 422)
    assert "国标设备" in answer.content.decode()
