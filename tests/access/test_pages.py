"""The pages on which something is looked at, with each member of the cast."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from custodes.access.models import Grant
from custodes.places.devices.stepwords import step_words
from custodes.places.models import Camera
from tests.cast import EVERYBODY

DUTY = {"operator", "lead", "outsider"}


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_the_wall_is_for_duty_posts_and_shows_their_own_cameras_alone(stage, client_of, member):
    answer = client_of(member).get(reverse("access:wall"))
    assert answer.status_code == (200 if member in DUTY else 403)
    if member not in DUTY:
        return
    assert "custodes-wall" not in answer.content.decode(), "not on duty: no tiles, no script"
    stage.on_duty(member)
    text = client_of(member).get(reverse("access:wall")).content.decode()
    tiles = json.loads(re.search(r'id="wall-cameras"[^>]*>(.*?)</script>', text)[1])
    want = {stage.lobby} if member == "outsider" else {stage.gate, stage.yard}
    assert {tile["id"] for tile in tiles} == {str(camera.pk) for camera in want}
    assert "10.1.2.3" not in text


def test_some_of_the_cameras_can_be_chosen_and_foreign_ones_are_passed_over(stage, client_of):
    stage.on_duty()
    query = {"camera": [str(stage.yard.pk), str(stage.lobby.pk), "nonsense"]}
    answer = client_of("operator").get(reverse("access:wall"), query)
    assert answer.context["chosen"] == [stage.yard]


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_one_cameras_page_is_found_only_by_its_own_duty_posts(stage, client_of, member):
    answer = client_of(member).get(reverse("access:camera", args=[stage.gate.pk]))
    want = 200 if member in {"operator", "lead"} else 404 if member == "outsider" else 403
    assert answer.status_code == want


def test_a_camera_page_without_duty_has_no_player(stage, client_of):
    url = reverse("access:camera", args=[stage.gate.pk])
    assert "<custodes-player" not in client_of("operator").get(url).content.decode()
    stage.on_duty()
    text = client_of("operator").get(url).content.decode()
    assert f'camera="{stage.gate.pk}"' in text
    # Where a channel gives no picture the player says at which step, in the register's own words; no other camera's page carries them.
    assert "step-words" not in text
    Camera.objects.filter(pk=stage.gate.pk).update(main_url="gb28181://34020000001180000001/34020000001320000001")
    text = client_of("operator").get(url).content.decode()
    _before, _tag, rest = text.partition('<script id="step-words" type="application/json">')
    words = json.loads(rest.partition("</script>")[0])
    assert words["gb:no-ps"]["reason"] == str(step_words("gb:no-ps").reason)
    assert words["gb:refused:486"]["remedy"] == str(step_words("gb:refused:486").remedy)
    stage.cast.operator.post.systems.all().delete()
    assert "<custodes-player" not in client_of("operator").get(url).content.decode()


def test_only_a_channel_s_page_offers_to_ask_its_device_for_recordings(stage, client_of):
    url = reverse("access:camera", args=[stage.gate.pk])
    stage.on_duty()
    assert " device></custodes-timeline>" not in client_of("operator").get(url).content.decode()
    Camera.objects.filter(pk=stage.gate.pk).update(main_url="gb28181://34020000001180000001/34020000001320000001")
    assert " device></custodes-timeline>" in client_of("operator").get(url).content.decode()


@pytest.mark.parametrize("odd", ["x", "<script>", "00000000-0000-0000-0000-000000000000", "'"])
def test_another_camera_that_is_not_one_is_not_found(stage, client_of, odd):
    url = reverse("access:camera", args=[stage.gate.pk])
    assert client_of("operator").get(url, {"camera": odd}, follow=True).status_code == 404


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_looks_are_listed_to_their_person_and_to_those_who_watch_the_watchers(stage, notary, client_of, member):
    stage.on_duty()
    reason = {"purpose": "群众报失", "content": "寻找书包"}
    client_of("operator").post(
        "/api/views", {"cameras": [str(stage.gate.pk)], "live": True, "reason": reason}, content_type="application/json"
    )
    assert Grant.objects.recorded().count() == 1
    browser = client_of(member)
    own = browser.get(reverse("access:viewings"))
    assert own.status_code == 200
    assert own.context["page"].paginator.count == (1 if member == "operator" else 0)
    everybody = browser.get(reverse("access:viewings_all"))
    readers = {"lead", "caretaker", "outside_caretaker", "approver", "inspector", "auditor"}
    assert everybody.status_code == (200 if member in readers else 403)
    if member in readers:
        theirs = member != "outside_caretaker"
        assert everybody.context["page"].paginator.count == (1 if theirs else 0)
        assert ("扎西" in everybody.content.decode()) is theirs


def test_a_search_among_looks_finds_by_person_camera_and_purpose(stage, notary, client_of):
    stage.on_duty()
    client_of("operator").post(
        "/api/views", {"cameras": [str(stage.gate.pk)], "live": True}, content_type="application/json"
    )
    browser = client_of("inspector")
    for query, count in (("扎西", 1), ("校门", 1), ("城关区第一小学", 1), ("没有这个", 0), ("\x00", 1)):
        page = browser.get(reverse("access:viewings_all"), {"q": query}).context["page"]
        assert page.paginator.count == count, query
