"""What programs write: through the register's own forms and workflows, never around them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.people import programs
from custodes.people.models import RecordOutbox
from custodes.places.filing.fields import OPTIONAL
from custodes.places.models import DossierItem, Draft, Filing, FilingState, PaperKind, Site, System, SystemState
from custodes.web.programs import writing
from tests.places.life.answers import ANSWERS
from tests.places.life.papers import item
from tests.places.life.test_filing import accepted
from tests.places.stage import Stage
from tests.web.programs.conftest import Caller

pytestmark = pytest.mark.django_db
Make = Callable[..., Caller]
#: Of a draft that nobody has changed since it was begun.
FIRST = {"If-Match": '"0"'}


def _place(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "name": "城关区第一小学北校区",
        "category": 9,
        "address": "夺底路 2 号",
        "division": "540102",
        "unit": str(stage.cast.units["a"].uuid),
        **more,
    }


def _system(stage: Stage, **more: Any) -> dict[str, Any]:
    unit = str(stage.cast.units["a"].uuid)
    return {"place": str(stage.school.site.pk), "name": "图书馆", "unit": unit, "network": "local", **more}


def test_a_place_and_a_planned_system_are_entered_in_the_persons_name(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    made = caller("post", "/places", _place(stage))
    assert made.status_code == 201, made.content
    place = Site.objects.get(pk=made.json()["id"])
    assert (place.unit, place.created_by) == (stage.cast.units["a"], stage.cast.caretaker.person)
    planned = caller("post", "/systems", _system(stage, place=str(place.pk)))
    assert planned.status_code == 201, planned.content
    system = System.objects.get(pk=planned.json()["id"])
    assert system.state == SystemState.PROPOSED
    step = CaseStep.objects.get(about=system.pk)
    assert (step.event, step.by) == ("enter", stage.cast.caretaker.person)
    assert "程序" in step.words
    kinds = list(RecordOutbox.objects.values_list("type", flat=True))
    assert "register.step" in kinds
    assert kinds.count("program.called") == 2


def _paper(system: System, kind: PaperKind, stage: Stage) -> DossierItem:
    return item(system, kind, f"{kind}", stage.cast.caretaker.person, timezone.now())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"category": 99}, "category"),
        ({"division": "999999"}, "division"),
        ({"unit": "00000000-0000-4000-8000-000000000000"}, "unit"),
        ({"longitude": "91.1"}, "latitude"),
        ({"longitude": "x", "latitude": "29"}, "longitude"),
        ({"name": "零宽\u200b字"}, "name"),
        ({"footage": True}, "wish.footage"),
        ({"category": "nine"}, "wish.category"),
    ],
)
def test_what_is_wrong_is_named_with_field_rule_and_remedy(
    change: dict[str, Any], field: str, stage: Stage, program_of: Make
) -> None:
    before = Site.objects.count()
    answer = program_of("caretaker")("post", "/places", _place(stage, **change))
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert field.removeprefix("wish.") in {one["field"].removeprefix("wish.") for one in errors}
    assert all(one["rule"] and one["what"] and one["remedy"] for one in errors)
    assert Site.objects.count() == before


def test_somebody_elses_unit_place_and_division_are_refused(stage: Stage, program_of: Make) -> None:
    outside = program_of("outside_caretaker")
    assert outside("post", "/places", _place(stage)).status_code == 422
    assert outside("post", "/systems", _system(stage)).status_code == 422
    assert outside("post", "/filing-drafts", {"system": str(stage.school.pk)}).status_code == 422
    bound = program_of("caretaker", division="540103")
    refused = bound("post", "/places", _place(stage))
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["rule"] == "program:division"
    assert bound("post", "/systems", _system(stage)).status_code == 422
    assert Site.objects.count() == 2


@pytest.mark.parametrize("member", ["operator", "approver", "officer"])
def test_who_may_not_write_on_the_pages_may_not_write_by_a_program(member: str, stage: Stage, program_of: Make) -> None:
    caller = program_of(member)
    for path, body in (
        ("/places", _place(stage)),
        ("/systems", _system(stage)),
        ("/filing-drafts", {"system": str(stage.school.pk)}),
    ):
        answer = caller("post", path, body)
        assert answer.status_code == 403, path
        assert answer.json()["errors"][0]["rule"].startswith("post:")


def test_what_is_classified_is_refused_and_leaves_nothing_behind(
    stage: Stage, program_of: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caller, name = program_of("caretaker"), "某涉密单位机房"
    with caplog.at_level(logging.DEBUG):
        for path, body in (
            ("/places", _place(stage, name=name, classified=True)),
            ("/systems", _system(stage, name=name, classified=True)),
        ):
            answer = caller("post", path, body)
            assert answer.status_code == 403
            assert answer.json()["errors"][0]["rule"] == "S20"
            assert name not in answer.content.decode()
    assert not Site.objects.filter(name=name).exists()
    assert not System.objects.filter(name=name).exists()
    assert name not in str([row.record for row in RecordOutbox.objects.all()])
    assert name not in caplog.text


def test_words_that_say_it_is_classified_are_not_kept(stage: Stage, program_of: Make) -> None:
    accepted(stage, 10)
    caller = program_of("caretaker")
    path = f"/filing-drafts/{caller('post', '/filing-drafts', {'system': str(stage.school.pk)}).json()['id']}"
    answer = caller("put", path, {"content": {**ANSWERS, "places": "机密级机房门口"}}, **FIRST)
    assert answer.status_code == 403, answer.content
    assert "机密级" not in str(Draft.objects.get().answers)


def test_a_key_that_is_revoked_during_the_call_writes_nothing(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, check = program_of("caretaker"), writing.check_post

    def meanwhile(call: Any, permission: Any) -> None:
        programs.revoke(caller.key, stage.cast.security_admin.person, timezone.now())
        check(call, permission)

    monkeypatch.setattr(writing, "check_post", meanwhile)
    assert caller("post", "/places", _place(stage)).status_code == 401
    assert not Site.objects.filter(name=_place(stage)["name"]).exists()


def _tag(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


def test_a_filing_is_begun_filled_in_and_handed_in_with_its_guards(stage: Stage, program_of: Make) -> None:
    accepted(stage, 10)
    caller = program_of("caretaker")
    begun = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    assert begun.status_code == 201
    assert not Filing.objects.exists()  # a draft is no filing
    assert caller("post", "/filing-drafts", {"system": str(stage.school.pk)}).status_code == 200
    path = f"/filing-drafts/{begun.json()['id']}"
    early = caller("post", f"{path}/submit", **{"Accept-Language": "en"}, **_tag(begun))
    assert early.status_code == 409
    assert early.json()["errors"] == caller.get(path, **{"Accept-Language": "en"}).json()["lacking"]
    named = {(one["field"], one["rule"]) for one in early.json()["errors"]}
    assert {("content.contact", "N14"), ("items", "S16.2a")} <= named
    papers = [_paper(stage.school, kind, stage) for kind in (PaperKind.DESIGN, PaperKind.ACCEPTANCE)]
    wish = {
        "content": dict(ANSWERS),
        "unclear": [field.key for field in OPTIONAL if not ANSWERS.get(field.key)],
        "items": [str(one.pk) for one in papers],
    }
    saved = caller("put", path, wish, **_tag(begun))
    assert saved.status_code == 200, saved.content
    assert (saved.json()["lacking"], saved.json()["content"]["contact"]) == ([], "次仁")
    done = caller("post", f"{path}/submit", **_tag(saved))
    assert done.status_code == 201, done.content
    row = Filing.objects.get(pk=done.json()["id"])
    assert done.headers["Location"] == f"/api/register/v1/filings/{row.pk}"
    assert (row.state, row.submitted_on) == (FilingState.SUBMITTED, timezone.localdate())
    assert row.submitted_by == stage.cast.caretaker.person
    assert set(row.items.all()) == set(papers)
    assert "程序" in CaseStep.objects.get(case_id=row.pk, event="submit").words
    assert not Draft.objects.exists()
    assert caller("put", path, wish, **_tag(saved)).status_code == 404
    again = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    assert (again.status_code, Draft.objects.exists()) == (409, False)
    assert caller("post", f"/filings/{row.pk}/withdraw").json()["state"] == "withdrawn"
    assert caller("post", f"/filings/{row.pk}/withdraw").status_code == 409


def test_a_filing_of_a_system_that_was_not_accepted_is_refused_by_the_workflow(stage: Stage, program_of: Make) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.PROPOSED)
    answer = program_of("caretaker")("post", "/filing-drafts", {"system": str(stage.school.pk)})
    assert answer.status_code == 409
    assert not Draft.objects.exists()


def test_a_field_that_is_none_and_a_paper_of_somebody_elses_are_refused(stage: Stage, program_of: Make) -> None:
    accepted(stage, 10)
    caller = program_of("caretaker")
    path = f"/filing-drafts/{caller('post', '/filing-drafts', {'system': str(stage.school.pk)}).json()['id']}"
    unknown = caller("put", path, {"content": {"state": "filed"}}, **FIRST)
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"] == "content.state"
    foreign = _paper(stage.hotel, PaperKind.DESIGN, stage)
    answer = caller("put", path, {"content": dict(ANSWERS), "items": [str(foreign.pk)]}, **FIRST)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "items"
    wrong = caller("put", path, {"content": {**ANSWERS, "accepted": "昨天"}, "unclear": ["unit"]}, **FIRST)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "unclear.0")
    wrong = caller("put", path, {"content": {**ANSWERS, "accepted": "昨天"}}, **FIRST)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "content.accepted")
    assert Draft.objects.get().revision == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"name": "\\u0000"}', b"\xff\xfe"])
def test_a_body_that_is_no_json_is_a_plain_error(body: bytes, stage: Stage, program_of: Make) -> None:
    from django.test import Client

    caller = program_of("caretaker")
    client = Client(headers={"Authorization": f"Bearer {caller.secret}"})
    answer = client.post("/api/register/v1/places", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
