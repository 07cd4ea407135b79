"""A write that is sent again is done once: same key and request, same answer; another request 422; while it runs 409."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from custodes.people import program_writes, programs
from custodes.people.models import ProgramWrite, RecordOutbox
from custodes.people.program_writes import (
    DEAD,
    AnotherBody,
    KeptAnswer,
    WriteClaim,
    WriteOvertaken,
    WriteRunning,
    claim,
)
from custodes.places.models import Site
from custodes.settings import get_settings
from tests.people.papers.samples import pdf
from tests.places.stage import Stage
from tests.web.programs.conftest import Caller
from tests.web.programs.test_papers import hand_in, hand_in_bytes
from tests.web.programs.test_writing import _place

pytestmark = pytest.mark.django_db
Make = Callable[..., Caller]
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


def test_what_is_sent_again_is_answered_again_and_done_once(stage: Stage, program_of: Make) -> None:
    caller, before = program_of("caretaker"), Site.objects.count()
    first = caller("post", "/places", _place(stage), **KEY)
    again = caller("post", "/places", _place(stage), **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers[name] == first.headers[name], name
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Site.objects.count() == before + 1
    calls = [row.record for row in RecordOutbox.objects.filter(type="program.called")]
    assert [(one["status"], one["about"]) for one in calls] == [(201, first.json()["id"])] * 2


def test_without_a_key_it_is_done_twice(stage: Stage, program_of: Make) -> None:
    caller, before = program_of("caretaker"), Site.objects.count()
    for _each in range(2):
        assert caller("post", "/places", _place(stage)).status_code == 201
    assert Site.objects.count() == before + 2
    assert not ProgramWrite.objects.exists()


@pytest.mark.parametrize("change", ["body", "address", "if-match"])
def test_the_key_of_another_request_is_refused_and_writes_nothing(change: str, stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    place = caller("post", "/places", _place(stage), **KEY).json()
    before = Site.objects.count()
    if change == "body":
        answer = caller("post", "/places", _place(stage, name="别处"), **KEY)
    elif change == "address":
        answer = caller("post", "/systems", _place(stage), **KEY)
        answer = caller("patch", f"/places/{place['id']}", {"name": "别处"}, **KEY, **{"If-Match": '"0"'})
    else:
        key = {"Idempotency-Key": "another"}
        path = f"/places/{place['id']}"
        assert caller("patch", path, {"name": "别处"}, **key, **{"If-Match": '"0"'}).status_code == 200
        answer = caller("patch", path, {"name": "别处"}, **key, **{"If-Match": '"1"'})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["rule"] == "idempotency:another-body"
    assert Site.objects.count() == before


def test_a_refusal_is_the_answer_of_its_key_too_and_what_was_mended_has_a_new_one(
    stage: Stage, program_of: Make
) -> None:
    caller, wrong = program_of("caretaker"), _place(stage, longitude="91.1")
    first, again = (caller("post", "/places", wrong, **KEY) for _each in range(2))
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.content == first.content
    assert again.headers["Content-Type"] == "application/problem+json"
    assert caller("post", "/places", _place(stage), **{"Idempotency-Key": "new"}).status_code == 201


def test_a_request_that_was_never_understood_leaves_its_key_free(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    assert caller("post", "/places", {"name": "x"}, **KEY).status_code == 422
    assert not ProgramWrite.objects.exists()
    assert caller("post", "/places", _place(stage), **KEY).status_code == 201


def test_one_program_never_gets_the_answer_of_another(stage: Stage, program_of: Make) -> None:
    mine, other = program_of("caretaker"), program_of("caretaker")
    first = mine("post", "/places", _place(stage), **KEY).json()["id"]
    assert other("post", "/places", _place(stage), **KEY).json()["id"] != first
    fresh, secret = programs.issue(
        mine.program, days=3, per_minute=600, by=stage.cast.system_admin.person, at=timezone.now()
    )
    renewed = Caller(mine.program, fresh, secret)
    assert renewed("post", "/places", _place(stage), **KEY).json()["id"] == first  # a new key of the same client


def test_a_key_whose_scope_was_lost_gets_no_kept_answer(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    caller("post", "/places", _place(stage), **KEY)
    type(caller.program).objects.filter(pk=caller.program.pk).update(scopes=["places:read"])
    assert caller("post", "/places", _place(stage), **KEY).status_code == 403


def test_a_kept_answer_is_given_for_as_long_as_its_row_is_seen(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    created = caller("post", "/places", _place(stage), **KEY)
    other = stage.cast.outside_caretaker.person.unit
    Site.objects.filter(pk=created.json()["id"]).update(unit=other, division=other.division)
    again = caller("post", "/places", _place(stage), **KEY)
    assert again.status_code == 404
    assert created.json()["name"] not in again.content.decode()
    assert RecordOutbox.objects.filter(type="program.called").latest("created_at").record["about"] == ""


def test_a_kept_refusal_does_not_repeat_what_was_sent(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    refused = caller("post", "/places", {**_place(stage), "basis": "绝密 某单位"}, **KEY)
    assert refused.status_code == 422
    assert "basis" in refused.content.decode()
    assert "绝密" not in refused.content.decode()
    assert not ProgramWrite.objects.filter(body__contains="绝密").exists()


def test_while_it_runs_the_second_is_told_to_wait(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, hold, seen = program_of("caretaker"), programs.hold, []

    def meanwhile(opened: Any, at: Any) -> None:
        if not seen:
            seen.append(caller("post", "/places", _place(stage), **KEY))
        hold(opened, at)

    monkeypatch.setattr(programs, "hold", meanwhile)
    before = Site.objects.count()
    assert caller("post", "/places", _place(stage), **KEY).status_code == 201
    assert (seen[0].status_code, seen[0].json()["errors"][0]["rule"]) == (409, "idempotency:running")
    assert int(seen[0].headers["Retry-After"]) > 0
    assert Site.objects.count() == before + 1


def test_an_attempt_that_was_taken_for_dead_and_is_not_writes_nothing(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, hold = program_of("caretaker"), programs.hold

    def slow(opened: Any, at: Any) -> None:
        row = ProgramWrite.objects.get()
        later = row.at + DEAD + datetime.timedelta(seconds=1)
        assert isinstance(claim(row.program, row.key, row.fingerprint, later), WriteClaim)
        hold(opened, at)

    monkeypatch.setattr(programs, "hold", slow)
    before = Site.objects.count()
    assert caller("post", "/places", _place(stage), **KEY).status_code == 409
    assert Site.objects.count() == before


def test_what_failed_by_itself_leaves_its_key_free(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = program_of("caretaker")

    def fail(*args: Any) -> None:
        raise RuntimeError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(programs, "hold", fail)
        assert caller("post", "/places", _place(stage), **KEY).status_code == 500
    assert not ProgramWrite.objects.exists()
    assert caller("post", "/places", _place(stage), **KEY).status_code == 201


def test_nothing_is_written_whose_answer_is_not_kept(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the work and its answer leaves neither."""
    caller, before = program_of("caretaker"), Site.objects.count()

    def fail(claim: WriteClaim, answer: KeptAnswer) -> None:
        raise RuntimeError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(WriteClaim, "keep", fail)
        assert caller("post", "/places", _place(stage), **KEY).status_code == 500
    assert Site.objects.count() == before
    assert caller("post", "/places", _place(stage), **KEY).status_code == 201
    assert Site.objects.count() == before + 1


def test_of_what_is_classified_not_even_the_key_stays(stage: Stage, program_of: Make) -> None:
    answer = program_of("caretaker")("post", "/places", _place(stage, classified=True), **KEY)
    assert answer.status_code == 403
    assert not ProgramWrite.objects.exists()


@pytest.mark.parametrize("way", [hand_in, hand_in_bytes])
def test_a_paper_that_is_sent_again_is_kept_once(way: Any, stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    first, again = (way(caller, pdf(), **KEY) for _each in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert caller.program.papers.count() == 1
    assert way(caller, pdf() + b"\n", **KEY).status_code == 422
    assert way(caller, pdf(), "别名.pdf", **KEY).status_code == 422


@pytest.mark.parametrize("value", ["", '""', '"', "a b", "é", 'a"b', "x" * 201, "\\"])
def test_what_is_no_key_is_told_so(value: str, stage: Stage, program_of: Make) -> None:
    answer = program_of("caretaker")("post", "/places", _place(stage), **{"Idempotency-Key": value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


# The rule itself

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
ANSWER = KeptAnswer(201, "application/json", "{}", {"ETag": '"1"'}, "row")


def test_a_key_gives_its_answer_for_its_time_and_is_free_afterwards(stage: Stage, program_of: Make) -> None:
    program = program_of("caretaker").program
    held = claim(program, "k", "f" * 64, NOW)
    assert isinstance(held, WriteClaim)
    held.keep(ANSWER)
    hours = datetime.timedelta(hours=get_settings().program_answer_hours)
    last = NOW + hours - datetime.timedelta(seconds=1)
    assert claim(program, "k", "f" * 64, last) == ANSWER
    with pytest.raises(AnotherBody):
        claim(program, "k", "0" * 64, last)
    assert program_writes.sweep_writes(last) == 0
    assert isinstance(claim(program, "k", "0" * 64, NOW + hours), WriteClaim)
    assert program_writes.sweep_writes(NOW + 3 * hours) == 1


def test_one_attempt_holds_a_key_and_only_a_dead_one_loses_it(stage: Stage, program_of: Make) -> None:
    program = program_of("caretaker").program
    first = claim(program, "k", "f" * 64, NOW)
    with pytest.raises(WriteRunning):
        claim(program, "k", "f" * 64, NOW + DEAD - datetime.timedelta(seconds=1))
    second = claim(program, "k", "f" * 64, NOW + DEAD)
    assert isinstance(first, WriteClaim)
    assert isinstance(second, WriteClaim)
    with pytest.raises(WriteOvertaken):
        first.keep(ANSWER)
    first.forget()  # not its own any more
    second.keep(ANSWER)
    assert claim(program, "k", "f" * 64, NOW + DEAD) == ANSWER
