"""No lost update: a change rests on a revision, is refused after somebody else's, and is told what that changed (R8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.filing.fields import OPTIONAL
from custodes.places.models import Draft, Filing, FilingState, PaperKind, RowEdit, Site, System, SystemState
from custodes.places.models.recorded import SITE_FIELDS
from custodes.places.register import save_recorded
from tests.places.life import filings as workflow
from tests.places.life.answers import ANSWERS
from tests.places.life.filling import send, unclear
from tests.places.life.papers import item
from tests.places.life.test_filing import accepted, complete, taken
from tests.places.stage import Stage
from tests.web.programs.conftest import Caller

pytestmark = pytest.mark.django_db
Make = Callable[..., Caller]
Clients = Callable[[str], Client]
ALL = ANSWERS | unclear()


def tag(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


def _edit(stage: Stage, **values: str) -> None:
    row = Site.objects.get(pk=stage.school.site.pk)
    for name, value in values.items():
        setattr(row, name, value)
    save_recorded(row, SITE_FIELDS, stage.cast.caretaker.person, timezone.now())


def test_a_place_is_changed_on_the_revision_that_was_read_and_the_rest_of_it_stays(
    stage: Stage, program_of: Make
) -> None:
    caller, path = program_of("caretaker"), f"/places/{stage.school.site.pk}"
    Site.objects.filter(pk=stage.school.site.pk).update(longitude="91.139812", latitude="29.649912", state_owned=True)
    read = caller.get(path)
    assert read.headers["ETag"] == f'"{read.json()["revision"]}"'
    changed = caller("patch", path, {"address": "夺底路 9 号"}, **tag(read))
    assert changed.status_code == 200, changed.content
    assert changed.json() == {**read.json(), "address": "夺底路 9 号", "revision": read.json()["revision"] + 1}
    row = Site.objects.get(pk=stage.school.site.pk)
    assert (row.address, str(row.longitude), row.state_owned) == ("夺底路 9 号", "91.139812", True)
    assert RowEdit.objects.get().by == stage.cast.caretaker.person
    assert caller("patch", path, {"address": "第三处"}, **tag(changed)).status_code == 200


def test_a_change_after_somebody_elses_is_refused_and_names_what_they_changed(stage: Stage, program_of: Make) -> None:
    caller, path = program_of("caretaker"), f"/places/{stage.school.site.pk}"
    read = caller.get(path)
    _edit(stage, name="第一小学（改名）", address="新路 1 号")
    answer = caller("patch", path, {"address": "夺底路 9 号"}, **tag(read))
    assert answer.status_code == 412
    body = answer.json()
    assert {(one["field"], one["rule"]) for one in body["errors"]} == {("name", "R8"), ("address", "R8")}
    assert answer.headers["ETag"] == f'"{body["revision"]}"' == caller.get(path).headers["ETag"]
    assert Site.objects.get(pk=stage.school.site.pk).address == "新路 1 号"
    assert caller("patch", path, {"address": "夺底路 9 号"}, **tag(answer)).status_code == 200


@pytest.mark.parametrize(("said", "status"), [("", 428), ("*", 428), ('W/"0"', 412), ("0", 412), ('"x"', 412), ('"0", "1"', 412), ('"99"', 412)])  # fmt: skip
def test_a_change_without_a_revision_or_with_one_that_is_none_changes_nothing(
    said: str, status: int, stage: Stage, program_of: Make
) -> None:
    accepted(stage, 10)
    caller, headers = program_of("caretaker"), {"If-Match": said} if said else {}
    draft = f"/filing-drafts/{caller('post', '/filing-drafts', {'system': str(stage.school.pk)}).json()['id']}"
    before = Draft.objects.get().answers
    for method, path, body in (
        ("patch", f"/places/{stage.school.site.pk}", {"name": "别名"}),
        ("patch", f"/systems/{stage.school.pk}", {"name": "别名"}),
        ("put", draft, {"content": {"contact": "别名"}}),
        ("post", f"{draft}/submit", None),
        ("delete", draft, None),
    ):
        answer = caller(method, path, body, **headers)
        assert answer.status_code == status, (method, path, answer.content)
        wrong = answer.json()["errors"][0]
        assert wrong["rule"]
        assert wrong["remedy"]
    assert Draft.objects.get().answers == before
    assert not Site.objects.filter(name="别名").exists()
    assert not System.objects.filter(name="别名").exists()


def test_a_system_is_changed_in_what_is_sent_and_its_state_and_day_by_no_means(stage: Stage, program_of: Make) -> None:
    caller, path = program_of("caretaker"), f"/systems/{stage.school.pk}"
    read = caller.get(path)
    changed = caller("patch", path, {"name": "校门、操场和图书馆", "mlps_level": 2}, **tag(read))
    assert changed.status_code == 200, changed.content
    assert changed.json() == {**read.json(), "name": "校门、操场和图书馆", "mlps_level": 2, "revision": read.json()["revision"] + 1}  # fmt: skip
    for field in ("state", "built_on", "place"):
        answer = caller("patch", path, {field: "2020-01-01"}, **tag(changed))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert caller("patch", path, {"classified": True}, **tag(changed)).status_code == 403


# One draft for pages and programs


def test_what_a_program_began_is_gone_on_with_at_the_page_and_handed_in_there(
    stage: Stage, program_of: Make, client_of: Clients
) -> None:
    accepted(stage, 10)
    complete_papers(stage)
    caller, page = program_of("caretaker"), client_of("caretaker")
    begun = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    path = f"/filing-drafts/{begun.json()['id']}"
    saved = caller("put", path, {**_answers(begun), "items": begun.json()["items"]}, **tag(begun))
    assert saved.status_code == 200, saved.content
    start = page.get(reverse("places:filing_begin", args=[stage.school.pk])).content.decode()
    assert f"接入程序“{caller.program.name}”" in start
    draft = Draft.objects.get()
    check = page.get(reverse("places:draft", args=[draft.pk, "check"])).content.decode()
    assert f"接入程序“{caller.program.name}”" in check
    assert "次仁" in check
    handed = page.post(reverse("places:draft_hand_in", args=[draft.pk]), {"revision": draft.revision})
    assert handed.status_code == 302
    assert (Filing.objects.get().state, Filing.objects.get().content["contact"]) == (FilingState.SUBMITTED, "次仁")


def test_what_was_begun_at_the_page_is_gone_on_with_by_a_program_and_nothing_is_lost(
    stage: Stage, program_of: Make, client_of: Clients
) -> None:
    accepted(stage, 10)
    page, caller = client_of("caretaker"), program_of("caretaker")
    page.post(reverse("places:filing_begin", args=[stage.school.pk]))
    draft = Draft.objects.get()
    send(page, draft, "unit", {**ALL, "contact": "卓玛"})
    given = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    assert (given.status_code, given.json()["id"]) == (200, str(draft.pk))
    assert (given.json()["content"]["contact"], given.json()["changed_via"]) == ("卓玛", "")
    assert Draft.objects.count() == 1


def test_neither_overwrites_the_other_unseen_and_each_is_told_what_changed(
    stage: Stage, program_of: Make, client_of: Clients
) -> None:
    accepted(stage, 10)
    caller, page = program_of("caretaker"), client_of("caretaker")
    begun = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    path, draft = f"/filing-drafts/{begun.json()['id']}", Draft.objects.get()
    send(page, draft, "unit", {**ALL, "contact": "卓玛"})
    answer = caller("put", path, _answers(begun), **tag(begun))
    assert answer.status_code == 412
    assert [one["field"] for one in answer.json()["errors"]] == ["content.contact"]
    assert "人员修改" in answer.json()["errors"][0]["what"]
    assert Draft.objects.get().answers["contact"] == "卓玛"
    saved = caller("put", path, _answers(begun), **tag(answer))
    assert (saved.status_code, saved.json()["changed_via"]) == (200, caller.program.name)
    # Whoever has the page open from before is told too, and by what.
    told = send(page, Draft.objects.get(), "unit", {**ALL, "contact": "央金"}, revision=1)
    assert told.status_code == 422
    assert f"接入程序“{caller.program.name}”" in told.content.decode()
    assert Draft.objects.get().answers["contact"] == "次仁"


def test_a_page_that_the_program_did_not_change_is_not_stopped(
    stage: Stage, program_of: Make, client_of: Clients
) -> None:
    accepted(stage, 10)
    caller, page = program_of("caretaker"), client_of("caretaker")
    begun = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    draft = Draft.objects.get()
    same = {"content": begun.json()["content"], "unclear": begun.json()["unclear"], "items": begun.json()["items"]}
    changed = {**same, "content": {**same["content"], "maintainer": "高原公司"}}
    path = f"/filing-drafts/{draft.pk}"
    assert caller("put", path, changed, **tag(begun)).status_code == 200
    assert send(page, draft, "unit", {**ALL, "contact": "卓玛"}, revision=0).status_code == 302
    assert {Draft.objects.get().answers[key] for key in ("contact", "maintainer")} == {"卓玛", "高原公司"}


def test_a_returned_filing_of_a_system_that_is_gone_is_gone_on_with_by_no_program(
    stage: Stage, program_of: Make
) -> None:
    filing = workflow.submit(complete(stage, accepted(stage, 3)), taken(stage.cast.caretaker.person))
    workflow.send_back(filing, taken(stage.cast.inspector.person, words="电话打不通"))
    caller = program_of("caretaker")
    begun = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    assert (begun.status_code, begun.json()["content"]["contact"]) == (201, "次仁")
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.REMOVED)
    path = f"/filing-drafts/{begun.json()['id']}"
    assert caller("post", f"{path}/submit", **tag(begun)).status_code == 404
    refused = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    assert refused.status_code == 409
    assert Filing.objects.get().state == FilingState.RETURNED


def test_a_draft_is_thrown_away_on_its_revision_alone(stage: Stage, program_of: Make) -> None:
    accepted(stage, 10)
    caller = program_of("caretaker")
    begun = caller("post", "/filing-drafts", {"system": str(stage.school.pk)})
    path = f"/filing-drafts/{begun.json()['id']}"
    saved = caller("put", path, _answers(begun), **tag(begun))
    assert caller("delete", path, **tag(begun)).status_code == 412
    gone = caller("delete", path, **tag(saved))
    assert (gone.status_code, gone.content) == (204, b"")
    assert caller.get(path).status_code == 404


def test_a_whole_list_leaves_as_a_file_within_reach_and_on_record(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    System.objects.filter(pk=stage.school.pk).update(name="=HYPERLINK(1)")
    answer = caller.get("/systems/export.csv")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("id,place,name,unit,network,state,")
    assert len(lines) == 2
    assert "'=HYPERLINK(1)" in lines[1]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    record = RecordOutbox.objects.get(type="list.exported").record
    assert (record["list"], record["rows"], record["form"]) == ("systems", 1, "csv")
    assert record["person"] == str(stage.cast.caretaker.person.uuid)
    assert str(caller.program.uuid) in record["filter"]
    assert "position.longitude" in caller.get("/places/export.csv").getvalue().decode().splitlines()[0]
    assert str(stage.school.pk) not in program_of("outside_caretaker").get("/systems/export.csv").getvalue().decode()
    slow = program_of("caretaker", per_minute=3)
    assert [slow.get("/systems/export.csv").status_code for _each in range(2)] == [200, 429]


def test_a_list_is_narrowed_down_to_one_system(stage: Stage, program_of: Make) -> None:
    caller = program_of("inspector")
    ids = [one["id"] for one in caller.get(f"/cameras?system={stage.school.pk}").json()["items"]]
    assert ids
    assert set(ids) == {str(stage.gate.pk), str(stage.yard.pk)}
    assert caller.get("/cameras?system=x").status_code == 422


def _answers(begun: Any) -> dict[str, Any]:
    return {"content": {**ANSWERS}, "unclear": [key for key in (field.key for field in OPTIONAL) if key not in ANSWERS]}


def complete_papers(stage: Stage) -> None:
    for kind in (PaperKind.DESIGN, PaperKind.ACCEPTANCE):
        item(stage.school, kind, str(kind), stage.cast.caretaker.person, timezone.now())
