"""Tracks as a reviewer changes them, and the addresses that the page of masks speaks with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from custodes.access.models import Grant, Release, ReleaseDecision, ReleaseTrack
from custodes.access.release import stated, tracks
from custodes.access.release.facts import taken_part
from custodes.access.release.sheet import LEAST, MOST, document_of, samples_of, sidecar_of
from custodes.access.release.tracks import SampleReview, Stale, TrackRefused, look, save_track
from custodes.video.mask.sidecar import read_sidecar
from custodes.video.wire.masking import MaskRefusalReason
from tests.access.notary import FakeNotary
from tests.access.release import orders
from tests.access.release.flow import Flow, accepted
from tests.access.release.node import FILM, TIMES, track

Browsers = Callable[[str], Client]
REJECTED = {"acquaintance": "unasked", "remark": "是海报"}
DRAWN = {"number": None, "kind": "plate", "state": "open", "growth": 1000, "whole_body": False}
DRAWN |= {"review": {"acquaintance": "unasked", "remark": ""}, "frames": [[0, "drawn", 160, 160, 320, 320]]}


def post(browser: Client, row: Release, body: Any) -> Any:
    return browser.post(reverse("access:release_save", args=[row.pk]), body, content_type="application/json")


def test_the_rows_are_the_file_of_tracks_to_the_bit(flow: Flow) -> None:
    row = flow.masked()
    assert read_sidecar(sidecar_of(row).encode()).encode() == sidecar_of(row).encode()
    assert [document_of(one) for one in row.tracks.all()] == flow.node.tracks
    assert (row.width, row.height, row.times) == (640, 360, list(TIMES))


def test_who_decided_is_the_servers_to_say(flow: Flow) -> None:
    row = flow.masked()
    lie = {"by": "somebody", "acquaintance": "no", "remark": "看过"}
    version, kept = flow.save(row, accepted(track(1), review=lie) | {"origin": "hand", "surest": 1})
    assert kept["review"] == {"by": str(flow.reviewer.uuid), "acquaintance": "no", "remark": "看过"}
    assert (kept["origin"], kept["surest"]) == ("model", 812)
    row.refresh_from_db()
    assert row.version == version


def test_each_decision_is_kept_with_who_made_it_and_what_they_answered(flow: Flow) -> None:
    row = flow.masked()
    first = flow.taken(flow.proposer)
    save_track(row, row.version, track(1) | {"state": "rejected", "left": False, "review": REJECTED}, first)
    flow.save(row, accepted(track(1)))
    wider = accepted(track(1), growth=1500)
    flow.save(row, wider)  # drawn on, decided nothing else
    flow.save(row, wider | {"review": {"acquaintance": "yes", "remark": "衣着"}, "whole_body": True})
    one = row.tracks.get(number=1)
    assert [(each.by, each.state, each.acquaintance, each.remark) for each in one.decisions.all()] == [
        (flow.proposer, "rejected", "unasked", "是海报"),
        (flow.reviewer, "accepted", "no", ""),
        (flow.reviewer, "accepted", "yes", "衣着"),
    ]
    assert one.decisions.first().at == first.at
    assert {flow.proposer, flow.reviewer} == set(taken_part(row))
    assert row.tracks.get(number=2).decisions.count() == 0


def test_who_took_up_the_pencil_after_another_is_told_too(flow: Flow) -> None:
    """The same answer, by somebody else: their part is not less."""
    row = flow.masked()
    save_track(row, row.version, accepted(track(1)), flow.taken(flow.proposer))
    flow.save(row, accepted(track(1), growth=1500))
    assert [each.by for each in row.tracks.get(number=1).decisions.all()] == [flow.proposer, flow.reviewer]


def test_the_record_of_a_step_rests_on_the_decisions_too(flow: Flow) -> None:
    row = flow.reviewed()
    said = orders.said_by(row)
    ReleaseDecision.objects.filter(track__release=row, track__number=1).update(by=flow.approver)
    assert orders.said_by(row) != said


def test_the_page_tells_a_track_that_was_decided_twice(flow: Flow, client_of: Browsers) -> None:
    row = flow.masked()
    save_track(
        row, row.version, track(1) | {"state": "rejected", "left": False, "review": REJECTED}, flow.taken(flow.proposer)
    )
    flow.save(row, accepted(track(1)))
    flow.save(row, accepted(track(2)))
    page = client_of("approver").get(row.get_absolute_url()).content.decode()
    assert "1 条轨迹的决定有变更" in page
    assert "只列前" not in page
    for words in (
        "是海报",
        "本来不用遮蔽",
        "认识的人不能认出",
        flow.proposer.name,
        flow.reviewer.name,
        "以上人员均不得审批",
    ):
        assert words in page
    assert "的决定有变更" not in client_of("auditor").get(row.get_absolute_url()).content.decode()


def test_of_many_tracks_that_were_decided_twice_the_page_counts_all_and_says_how_many_it_lists(
    flow: Flow, client_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = flow.masked()
    for number in (1, 2):
        row.refresh_from_db()
        save_track(
            row,
            row.version,
            track(number) | {"state": "rejected", "left": False, "review": REJECTED},
            flow.taken(flow.proposer),
        )
        flow.save(row, accepted(track(number)))
    monkeypatch.setattr(stated, "MOST_SHOWN", 1)
    page = client_of("approver").get(row.get_absolute_url()).content.decode()
    assert "2 条轨迹的决定有变更" in page
    assert "只列前 1 条。" in page
    listed = page[page.index("决定有变更的轨迹") :]
    assert "#1 " in listed
    assert "#2 " not in listed
    monkeypatch.setattr(stated, "MOST_SHOWN", 2)
    assert "只列前" not in client_of("approver").get(row.get_absolute_url()).content.decode()


def test_a_new_track_is_numbered_on_and_drawn_by_hand(flow: Flow) -> None:
    row = flow.masked()
    _version, kept = flow.save(row, DRAWN)
    assert (kept["number"], kept["origin"], kept["surest"]) == (3, "hand", 0)
    assert kept["review"]["by"] == str(flow.reviewer.uuid)


def test_the_second_of_two_is_told_and_nothing_of_theirs_is_kept(flow: Flow) -> None:
    row = flow.masked()
    first = row.version
    save_track(row, first, accepted(track(1)), flow.taken(flow.reviewer))
    with pytest.raises(Stale) as stale:
        save_track(row, first, accepted(track(2)), flow.taken(flow.proposer))
    row.refresh_from_db()
    assert stale.value.version == row.version == first + 1
    assert row.tracks.get(number=2).state == "open"
    with pytest.raises(Stale):
        look(row, first, SampleReview(0, "masked"), flow.taken(flow.proposer))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "accepted"}, "认识此人的人"),
        ({"state": "rejected"}, "写明理由"),
        ({"state": "rejected", "review": REJECTED}, "本来不用遮蔽"),
        ({"state": "rejected", "left": "no", "review": REJECTED}, "本来不用遮蔽"),
        ({"state": "gone"}, "有误"),
        ({"kind": "person"}, "有误"),
        ({"growth": 9000}, "有误"),
        ({"growth": 900}, "有误"),
        ({"whole_body": "yes"}, "有误"),
        ({"whole_body": True, "kind": "plate"}, "有误"),
        ({"review": {"acquaintance": "maybe", "remark": ""}}, "有误"),
        ({"review": {"acquaintance": "no", "remark": "x" * 2001}}, "有误"),
        ({"review": None}, "缺少复核意见"),
        ({"frames": []}, "有误"),
        ({"frames": [[5, "drawn", 1, 1, 2, 2], [5, "drawn", 1, 1, 2, 2]]}, "有误"),
        ({"frames": [[0, "drawn", 1, 1, 1.5, 2]]}, "有误"),
        ({"frames": [[0, "drawn", 16, 16, 16, 16]]}, "有误"),
        ({"frames": [[0, "drawn", 11_000, 0, 12_000, 160]]}, "画面以外"),
        ({"frames": [[0, "drawn", -99_000, 0, 160, 160]]}, "画面以外"),
        ({"frames": [[TIMES[-1] + 1, "drawn", 16, 16, 32, 32]]}, "末尾"),
        ({"number": 77}, "没有这条轨迹"),
        ({"number": "1"}, "没有这条轨迹"),
        ({"kind": ["face"]}, "有误"),
        ({"frames": "x"}, "有误"),
    ],
    ids=str,
)
def test_what_can_not_be_kept_is_refused_in_words(flow: Flow, change: dict[str, Any], words: str) -> None:
    row = flow.masked()
    with pytest.raises(TrackRefused, match=words):
        flow.save(row, track(1) | change)
    row.refresh_from_db()
    assert [document_of(one) for one in row.tracks.all()] == flow.node.tracks


SHORTER = [[0, "drawn", 1600, 1600, 2400, 2560], [45_000, "drawn", 1760, 1600, 2560, 2560]]
LATER = [[3_600, "drawn", 1600, 1600, 2400, 2560], [90_000, "found", 1760, 1600, 2560, 2560]]
BESIDE = [[0, "drawn", 3200, 1600, 4000, 2560], [90_000, "found", 1760, 1600, 2560, 2560]]
CORNER = [[0, "drawn", 1600, 1600, 1680, 1600, 1600, 1680], [90_000, "found", 1760, 1600, 2560, 2560]]


@pytest.mark.parametrize("frames", [SHORTER, LATER, BESIDE, CORNER], ids=["shorter", "later", "beside", "a corner"])
def test_what_a_detector_found_is_made_smaller_with_a_reason_alone(flow: Flow, frames: list[Any]) -> None:
    row = flow.masked()
    for state in ("open", "accepted"):
        review = {"acquaintance": "no", "remark": ""}
        with pytest.raises(TrackRefused, match="写明理由"):
            flow.save(row, track(1, frames=frames, state=state, review=review))
    assert row.tracks.get(number=1).frames == flow.node.tracks[0]["frames"]
    _version, kept = flow.save(row, accepted(track(1, frames=frames), review={"remark": "走出画面"}))
    assert kept["frames"] == frames


def test_what_still_hides_the_middle_needs_no_reason(flow: Flow) -> None:
    row = flow.masked()
    larger = [[0, "drawn", 1500, 1500, 2500, 2600], [126_000, "drawn", 1700, 1600, 2600, 2560]]
    _version, kept = flow.save(row, accepted(track(1, frames=larger)))
    assert kept["frames"] == larger
    _version, drawn = flow.save(row, DRAWN)
    moved = DRAWN | {"number": drawn["number"], "frames": [[0, "drawn", 1600, 160, 1760, 320]]}
    assert flow.save(row, moved)[1]["frames"] == moved["frames"], "what a person drew they may move"


@pytest.mark.parametrize("remark", ["不是\x00人脸", "不是\ud800人脸"], ids=["NUL", "lone surrogate"])
def test_characters_that_nothing_can_keep_are_refused_in_words(flow: Flow, client_of: Browsers, remark: str) -> None:
    row = flow.masked()
    said = track(1, state="rejected", left=False, review={"acquaintance": "unasked", "remark": remark})
    answer = post(client_of("caretaker"), row, json.dumps({"version": row.version, "track": said}))
    assert answer.status_code == 422
    assert "不能保存的字符" in answer.json()["error"]


def test_key_frames_are_capped_for_a_track_and_for_a_release(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    row = flow.masked()
    monkeypatch.setattr(tracks, "MOST_FRAMES", 3)
    four = [[at * 3_600, "drawn", 160, 160, 320, 320] for at in range(4)]
    with pytest.raises(TrackRefused, match="最多 3 张"):
        flow.save(row, DRAWN | {"frames": four})
    monkeypatch.setattr(tracks, "MOST_ALL_FRAMES", 6)
    with pytest.raises(TrackRefused, match="最多 6 张"):
        flow.save(row, DRAWN | {"frames": four[:3]})
    flow.save(row, DRAWN | {"frames": four[:2]})
    flow.save(row, accepted(track(1)))


def test_what_a_detector_found_over_the_edge_stays_as_it_is(flow: Flow) -> None:
    flow.node.tracks = [
        track(1, frames=[[0, "found", -320, 100, -16, 400], [TIMES[-1] + 40_000, "followed", 1, 1, 20, 20]])
    ]
    row = flow.masked()
    _version, kept = flow.save(row, accepted(track(1, frames=flow.node.tracks[0]["frames"])))
    assert kept["state"] == "accepted"


def test_the_addresses_speak_what_the_element_speaks(flow: Flow, client_of: Browsers) -> None:
    row = flow.masked()
    browser = client_of("caretaker")
    said = browser.get(reverse("access:release_tracks", args=[row.pk])).json()
    assert set(said) == {
        "version", "width", "height", "filmWidth", "filmHeight", "times", "by_hand", "readonly", "samples", "looked",
        "tracks",
    }  # fmt: skip
    assert (said["by_hand"], said["readonly"], said["looked"]) == (["plate", "sign", "licence"], False, [])
    assert said["tracks"] == [one | {"left": None} for one in flow.node.tracks]
    kept = post(browser, row, {"version": said["version"], "track": accepted(said["tracks"][0])})
    assert kept.status_code == 200
    assert kept.json()["version"] == said["version"] + 1
    assert kept.json()["track"]["state"] == "accepted"
    late = post(browser, row, {"version": said["version"], "track": accepted(said["tracks"][1])})
    assert (late.status_code, late.json()) == (409, {"version": said["version"] + 1})
    wrong = post(browser, row, {"version": said["version"] + 1, "track": said["tracks"][1] | {"state": "accepted"}})
    assert wrong.status_code == 422
    assert "认识此人" in wrong.json()["error"]
    seen = {"looked": said["samples"][0], "answer": "masked", "remark": "", "kinds": []}
    looked = post(browser, row, {"version": said["version"] + 1} | seen)
    assert looked.json() == {"version": said["version"] + 2}
    told = browser.get(reverse("access:release_tracks", args=[row.pk])).json()["looked"]
    assert told == [[said["samples"][0], "masked", "", []]]
    for wrong in ({"looked": 1}, {"answer": ""}, {"answer": "seen"}, {"answer": None}, {"kinds": None}, {"kinds": [1]}):
        assert post(browser, row, {"version": said["version"] + 2} | seen | wrong).status_code == 422, wrong


@pytest.mark.parametrize(
    "body", ["x", "[]", "{}", '{"version": "1"}', '{"version": 1, "looked": "x"}', '{"version": 1, "track": 3}']
)
def test_what_is_no_message_is_refused(flow: Flow, client_of: Browsers, body: str) -> None:
    answer = post(client_of("caretaker"), flow.masked(), body)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_who_approves_looks_and_changes_nothing(flow: Flow, client_of: Browsers) -> None:
    row = flow.reviewed()
    browser = client_of("approver")
    said = browser.get(reverse("access:release_tracks", args=[row.pk])).json()
    assert said["readonly"] is True
    assert post(browser, row, {"version": said["version"], "track": said["tracks"][0]}).status_code == 403
    assert Release.objects.get(pk=row.pk).state == "reviewed"


def test_each_look_at_the_film_is_on_record_before_it_and_comes_in_pieces(
    flow: Flow, client_of: Browsers, notary: FakeNotary
) -> None:
    row = flow.masked()
    before = len(notary.of("grant"))
    browser = client_of("lead")
    url = reverse("access:release_film", args=[row.pk])
    whole = b""
    while len(whole) < len(FILM):
        piece = browser.get(url, headers={"range": f"bytes={len(whole)}-"})
        assert piece.status_code == 206
        assert piece["Cache-Control"] == "no-store"
        body = b"".join(piece.streaming_content)  # type: ignore[attr-defined]
        assert piece["Content-Range"] == f"bytes {len(whole)}-{len(whole) + len(body) - 1}/{len(FILM)}"
        whole += body
    assert whole == FILM
    granted = notary.of("grant")[before:]
    assert len(granted) == 1, "one leave for an hour"
    assert (granted[0].ground, granted[0].cameras, granted[0].handover) == ("release", (row.camera_id,), False)
    assert str(row.pk) in granted[0].content
    assert browser.get(url, headers={"range": "lines=1-2"}).status_code == 416


def test_without_the_notary_or_the_node_there_is_no_film(flow: Flow, client_of: Browsers, notary: FakeNotary) -> None:
    row = flow.masked()
    url = reverse("access:release_film", args=[row.pk])
    notary.down = True
    assert client_of("lead").get(url).status_code == 503
    notary.down = False
    flow.node.down = True
    assert client_of("lead").get(url).status_code == 503
    flow.node.down, flow.node.refuses = False, MaskRefusalReason.NO_JOB
    answer = client_of("lead").get(url)
    assert answer.status_code == 409
    assert "到期清除" in answer.content.decode()


@pytest.mark.parametrize("state", ["withdrawn", "dropped", "refused", "published", "proposed"])
def test_the_film_closes_with_the_release(flow: Flow, client_of: Browsers, state: str) -> None:
    row = getattr(flow, state)()
    for name in ("film", "tracks", "masks", "copy", "progress"):
        assert client_of("caretaker").get(reverse(f"access:release_{name}", args=[row.pk])).status_code == 404
    assert not Grant.objects.open().filter(ground="release").exists()


@pytest.mark.parametrize(("pictures", "count"), [(1, 1), (LEAST, LEAST), (25, LEAST), (25 * 60, 30), (25 * 3600, MOST)])
def test_samples_are_drawn_from_the_source_by_nobody(pictures: int, count: int) -> None:
    times = tuple(range(0, pictures * 3_600, 3_600))
    found = samples_of(times, "a" * 64)
    assert abs(len(found) - count) <= 1
    assert (found[0], found[-1]) == (times[0], times[-1])
    assert set(found) <= set(times)
    assert found == samples_of(times, "a" * 64)
    if pictures > 100:
        assert found != samples_of(times, "b" * 64)


def test_what_is_kept_of_a_track_and_a_release_is_a_closed_list() -> None:
    """No column for who is seen, no measure of a face, no reading of a plate (Q9)."""
    assert [one.name for one in ReleaseTrack._meta.fields] == [
        "id", "release", "number", "kind", "origin", "state", "growth", "whole_body", "surest", "by", "acquaintance", "left",
        "remark", "frames",
    ]  # fmt: skip
    assert [one.name for one in ReleaseDecision._meta.fields] == [
        "id", "track", "by", "at", "kind", "state", "whole_body", "acquaintance", "left", "remark",
    ]  # fmt: skip
    tables = [one for one in apps.get_app_config("access").get_models() if one.__name__.startswith("Release")]
    assert {one.__name__ for one in tables} == {
        "Release", "ReleaseTrack", "ReleaseDecision", "ReleaseLook", "ReleaseReplacedAnswer", "ReleaseShowing", "ReleaseFinding",
    }  # fmt: skip
