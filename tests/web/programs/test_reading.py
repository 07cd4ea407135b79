"""What programs read: scope × endpoint × cast, somebody else's division, base data, pages, and that each call is on record."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from custodes.people import programs
from custodes.people.models import Account, Credential, Division, Post, ProgramKey, ProgramScope, RecordOutbox, Unit
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Camera, Draft, Filing, Site, System
from tests.places.life import filings as workflow
from tests.places.life.rows import lying
from tests.places.stage import Stage
from tests.web.programs import laid_out as life
from tests.web.programs.conftest import EVERYTHING, Caller

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Make = Callable[..., Caller]

#: Endpoint → the scope that it asks for.
LISTS = {
    "/units": "units:read",
    "/places": "places:read",
    "/systems": "systems:read",
    "/cameras": "cameras:read",
    "/filings": "filings:read",
    "/filing-drafts": "filings:read",
    "/dossier": "papers:read",
    "/removals": "removals:read",
    "/acceptances": "life:read",
    "/firms": "life:read",
    "/changes": "changes:read",
    "/upgrades": "upgrades:read",
    "/worklist": "worklist:read",
}
#: Which lists have a row of unit A's for whose posts; who is not named has an empty one.
SEES: dict[str, dict[str, bool]] = {
    "caretaker": dict.fromkeys(LISTS, True),
    "inspector": {**dict.fromkeys(LISTS, True), "/filing-drafts": False},
    "operator": {"/places": True, "/systems": True, "/cameras": True, "/removals": True},
    "approver": {"/places": True, "/systems": True, "/cameras": True, "/removals": True, "/changes": True},
    "outside_caretaker": {},
    "outsider": {},
    "officer": {},
}


def _mentions(stage: Stage, text: str) -> bool:
    mine = [stage.school.pk, stage.school.site.pk, stage.gate.pk, stage.yard.pk, stage.cast.units["a"].uuid]
    rows: tuple[Any, ...] = (stage.school.filings, stage.school.removals, stage.school.drafts, stage.school.dossier)
    rows += (stage.school.acceptances, stage.school.firms, stage.school.changes, stage.school.upgrades)
    mine += [row.pk for several in rows for row in several.all()]
    return any(str(key) in text for key in mine)


def _drafted(stage: Stage) -> Draft:
    return lying(stage, timezone.now())


@pytest.mark.parametrize("member", sorted(SEES))
def test_each_list_gives_what_the_persons_posts_reach_and_nothing_else(
    member: str, stage: Stage, program_of: Make
) -> None:
    life.make(stage, timezone.now())
    _drafted(stage)
    caller = program_of(member)
    found = {path: _mentions(stage, caller.get(path).content.decode()) for path in LISTS}
    assert found == {path: SEES[member].get(path, False) for path in LISTS}


@pytest.mark.parametrize("scope", EVERYTHING)
def test_a_scope_opens_its_own_endpoint_alone(scope: str, stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker", [scope])
    for path, needed in LISTS.items():
        answer = caller.get(path)
        assert answer.status_code == (200 if needed == scope else 403), path
        if needed != scope:
            assert answer.json()["errors"][0]["rule"] == f"scope:{needed}"
    for path, needed in (
        ("/places", "places:write"),
        ("/cameras", "cameras:write"),
        ("/acceptances", "life:write"),
        ("/firms", "life:write"),
        ("/products", "life:write"),
        (f"/systems/{stage.school.pk}/steps", "life:write"),
        (f"/systems/{stage.school.pk}/interface-tries", "life:write"),
        ("/removals", "removals:write"),
        ("/plans", "plans:write"),
        ("/changes", "changes:write"),
        ("/changes/found", "changes:write"),
        (f"/upgrades/{stage.school.pk}/plan", "upgrades:write"),
        ("/systems", "systems:write"),
        ("/filing-drafts", "filings:write"),
        ("/dossier", "papers:write"),
        ("/papers", "papers:write"),
    ):
        assert (caller("post", path, {}).status_code == 403) is (needed != scope), path


@pytest.mark.parametrize("member", ["outside_caretaker", "outsider", "officer"])
def test_one_row_of_somebody_elses_is_not_there(member: str, stage: Stage, program_of: Make) -> None:
    life.make(stage, timezone.now())
    caller = program_of(member)
    keys: dict[str, Any] = {
        "units": stage.cast.units["a"].uuid,
        "places": stage.school.site.pk,
        "systems": stage.school.pk,
        "cameras": stage.gate.pk,
        "filings": stage.school.filings.get().pk,
        "removals": stage.school.removals.get(unauthorised=False).pk,
        "filing-drafts": _drafted(stage).pk,
        "dossier": stage.school.dossier.get().pk,
        "papers": stage.school.dossier.get().paper_id,
        "acceptances": stage.school.acceptances.get().pk,
        "firms": stage.school.firms.order_by("pk")[0].pk,
        "changes": stage.school.changes.get().pk,
        "upgrades": stage.school.upgrades.get().pk,
    }
    for kind, key in keys.items():
        answer = caller.get(f"/{kind}/{key}")
        assert answer.status_code == 404, kind
        assert answer.json()["type"] == "urn:custodes:problem:not-found"
    sure = {"If-Match": '"0"'}
    draft = f"/filing-drafts/{keys['filing-drafts']}"
    assert caller("put", draft, {"content": {}}, **sure).status_code in (403, 404)
    assert caller("delete", draft, **sure).status_code in (403, 404)
    assert caller("post", f"{draft}/submit", **sure).status_code in (403, 404)
    assert caller("post", f"/filings/{keys['filings']}/withdraw").status_code in (403, 404)
    assert caller("patch", f"/places/{keys['places']}", {"name": "别名"}, **sure).status_code in (403, 404)
    assert caller("patch", f"/systems/{keys['systems']}", {"name": "别名"}, **sure).status_code in (403, 404)
    stage.school.refresh_from_db()
    assert (stage.school.name, stage.school.drafts.count(), stage.school.site.name) != ("别名", 0, "别名")
    assert Filing.objects.get().state == "submitted"


def test_a_program_is_bound_to_its_division_whatever_its_person_sees(stage: Stage, program_of: Make) -> None:
    county = Division.objects.get(code="540103")
    stage.cast.inspector.post.unit.division.refresh_from_db()  # type: ignore[union-attr]
    Post.objects.filter(pk=stage.cast.inspector.post.pk).update(unit=stage.cast.units["city"])  # type: ignore[union-attr]
    caller = program_of("inspector", division=county.code)
    for path in ("/places", "/systems", "/cameras", "/removals", "/units"):
        text = caller.get(path).content.decode()
        assert not _mentions(stage, text), path
    assert str(stage.hotel.pk) in caller.get("/systems").content.decode()
    assert caller.get(f"/systems/{stage.school.pk}").status_code == 404
    assert str(stage.school.pk) not in caller.get("/worklist").content.decode()


def test_positions_and_devices_are_given_to_who_may_read_base_data_alone(stage: Stage, program_of: Make) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(
        longitude="91.139800", latitude="29.649900", maker="某厂", model="X1", place="钟楼东侧立柱"
    )
    Site.objects.filter(pk=stage.school.site.pk).update(longitude="91.139812", latitude="29.649912")
    exact = program_of("caretaker")
    assert exact.get(f"/cameras/{stage.gate.pk}").json()["field"]["longitude"] == 91.1398
    assert exact.get(f"/cameras/{stage.gate.pk}").json()["place"] == "钟楼东侧立柱"
    assert exact.get(f"/places/{stage.school.site.pk}").json()["position"]["latitude"] == 29.649912
    for member in ("operator", "approver"):
        caller = program_of(member)
        for path in ("/cameras", f"/cameras/{stage.gate.pk}", "/places", f"/places/{stage.school.site.pk}"):
            text = caller.get(path).content.decode()
            for secret in ("91.139", "29.649", "某厂", "X1", "钟楼"):
                assert secret not in text, (member, path)


def test_nothing_of_a_cameras_address_login_or_footage_is_ever_given(stage: Stage, program_of: Make) -> None:
    text = program_of("caretaker").get("/cameras").content.decode()
    for secret in ("rtsp", "10.1.2.3", "viewer", "c2VhbGVk", "main_url", "username", "token", "socket"):
        assert secret not in text


def test_a_classified_system_is_never_given_not_even_on_an_isolated_installation(
    stage: Stage, program_of: Make
) -> None:
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    life.make(stage, timezone.now())
    caller = program_of("caretaker")
    for path in ("/systems", "/cameras", "/filings", "/removals", "/worklist"):
        text = caller.get(path).content.decode()
        assert not _mentions(stage, text), path
        assert stage.school.name not in text, path
    assert caller.get(f"/systems/{stage.school.pk}").status_code == 404
    assert caller("post", "/filing-drafts", {"system": str(stage.school.pk)}).status_code == 422


def test_pages_by_cursor_give_every_row_once_also_while_rows_are_added(stage: Stage, program_of: Make) -> None:
    System.objects.bulk_create(
        System(site=stage.school.site, name=f"系统 {each}", unit=stage.school.unit) for each in range(25)
    )
    caller, found, cursor = program_of("caretaker"), [], ""
    while True:
        page = caller.get(f"/systems?limit=7&cursor={cursor}").json()
        found += [one["id"] for one in page["items"]]
        System.objects.create(site=stage.school.site, name="后来的", unit=stage.school.unit)
        cursor = page["next"]
        if cursor is None or len(found) > 60:
            break
    assert len(found) == len(set(found)) >= 26


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "==="])
def test_a_cursor_that_is_none_is_a_plain_error(cursor: str, stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    for path in ("/systems", "/units"):
        answer = caller.get(f"{path}?cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(("spoken", "title"), [("en-GB,en;q=0.9", "No permission"), ("zh-CN", "没有权限"), ("", "没有权限"), ("bo", "没有权限")])  # fmt: skip
def test_errors_speak_the_callers_language(spoken: str, title: str, stage: Stage, program_of: Make) -> None:
    answer = program_of("caretaker", ["units:read"]).get("/systems", **{"Accept-Language": spoken})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Language"] == ("en" if spoken.startswith("en") else "zh-hans")
    body = answer.json()
    assert (body["status"], body["title"]) == (403, title)
    assert body["errors"][0]["remedy"]


def test_every_call_is_on_record_refused_ones_too_and_holds_no_key_and_no_base_data(
    stage: Stage, program_of: Make
) -> None:
    caller = program_of("caretaker", ["cameras:read"])
    caller.get("/cameras")
    caller.get(f"/cameras/{stage.gate.pk}")
    caller.get("/systems")
    caller.get(f"/cameras/{stage.cast.units['a'].uuid}")
    records = [row.record for row in RecordOutbox.objects.filter(type="program.called").order_by("created_at")]
    assert [(one["call"], one["status"], one["rows"]) for one in records] == [
        ("cameras", 200, 2),
        ("camera", 200, 1),
        ("systems", 403, 0),
        ("camera", 404, 0),
    ]
    assert records[1]["about"] == str(stage.gate.pk)
    assert {one["person"] for one in records} == {str(stage.cast.caretaker.person.uuid)}
    text = json.dumps([row.record for row in RecordOutbox.objects.all()], ensure_ascii=False)
    assert caller.secret not in text
    assert caller.key.digest not in text
    assert ProgramKey.objects.get().last_used_at is not None


def test_an_answer_is_given_only_with_its_record(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = program_of("caretaker")

    def fail(*args: object, **more: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(programs, "note_call", fail)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {caller.secret}"})
    answer = client.get("/api/register/v1/cameras")
    assert answer.status_code == 500
    assert str(stage.gate.pk) not in answer.content.decode()


# Keys


def _status(caller: Caller) -> tuple[int, str]:
    answer = caller.get("/systems")
    errors = answer.json().get("errors", [{}])
    return answer.status_code, errors[0].get("rule", "")


def test_a_revoked_or_expired_key_and_an_ended_program_open_nothing(stage: Stage, program_of: Make) -> None:
    cast, now = stage.cast, timezone.now()
    revoked, expired, ended = (program_of(member) for member in ("caretaker", "operator", "approver"))
    programs.revoke(revoked.key, cast.security_admin.person, now)
    ProgramKey.objects.filter(pk=expired.key.pk).update(expires_at=now)
    programs.end(ended.program, cast.system_admin.person, now)
    assert _status(revoked) == (401, "key:revoked")
    assert _status(expired) == (401, "key:expired")
    assert _status(ended) == (401, "key:revoked")
    records = RecordOutbox.objects.filter(type="program.called")
    assert [row.record["status"] for row in records] == [401, 401, 401]


def test_a_key_dies_with_the_post_of_the_person_behind_it(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    assert _status(caller)[0] == 200
    Post.objects.filter(person=stage.cast.caretaker.person).update(ended_at=timezone.now())
    assert _status(caller) == (401, "key:no-post")


def test_a_key_dies_with_the_account_of_the_person_behind_it(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    assert caller.get("/systems").status_code == 200
    Account.objects.filter(person=stage.cast.caretaker.person).update(is_active=False)
    assert caller.get("/systems").status_code == 401


def test_the_place_of_a_classified_system_is_not_given(stage: Stage, program_of: Make) -> None:
    caller, place = program_of("caretaker"), stage.school.site
    assert str(place.pk) in {one["id"] for one in caller.get("/places").json()["items"]}
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert str(place.pk) not in {one["id"] for one in caller.get("/places").json()["items"]}
    assert caller.get(f"/places/{place.pk}").status_code == 404


def test_the_work_list_of_a_bound_program_says_nothing_of_another_division(stage: Stage, program_of: Make) -> None:
    """Its person sees, by a role, a system outside of the program's division."""
    life.make(stage, timezone.now())
    assert program_of("inspector", division="540102").get("/worklist").json()["waiting"]
    far = Site.objects.create(
        name="堆龙车站", category=2, address="青藏路", division=Division.objects.get(code="540103"),
        unit=stage.cast.units["a"], created_by=stage.cast.caretaker.person,
    )  # fmt: skip
    System.objects.filter(pk=stage.hotel.pk).update(site=far, unit=stage.cast.units["a"])
    workflow.send_back(
        Filing.objects.get(), Taken(stage.cast.inspector.person, timezone.now(), timezone.localdate(), "电话打不通")
    )
    assert program_of("caretaker", division="540102").get("/worklist").json()["waiting"] == []
    assert program_of("caretaker", division="540100").get("/worklist").json()["waiting"]


def test_a_key_does_not_lend_an_administrators_post(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    unit = stage.cast.units["city"]
    Post.objects.create(
        person=stage.cast.caretaker.person,
        unit=unit,
        kind="system_admin",
        valid_from=timezone.now() - datetime.timedelta(1),
    )
    assert _status(caller) == (401, "key:no-post")


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer csk_abcdefgh_" + "A" * 43, "Bearer csk_é"]
)
def test_what_is_no_key_opens_nothing_and_is_not_told_why(value: str, db: None) -> None:
    answer = Client(headers={"Authorization": value}).get("/api/register/v1/systems")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["rule"] == "key:unknown"


def test_a_session_is_no_key_and_a_key_is_no_session(stage: Stage, program_of: Make) -> None:
    browser = Client()
    browser.force_login(Account.objects.get(username="caretaker"))
    assert browser.get("/api/register/v1/systems").status_code == 401
    assert browser.post("/api/register/v1/places", {}, content_type="application/json").status_code == 401
    caller = program_of("caretaker")
    answer = caller.get("/systems")
    assert "Set-Cookie" not in answer.headers
    program = Client(headers={"Authorization": f"Bearer {caller.secret}"})
    assert program.get("/api/register/v1/../../../systems/").status_code in (302, 404)
    assert program.get("/systems/").status_code == 302
    assert program.post("/api/views", {}, content_type="application/json").status_code == 401


def test_a_key_has_a_rate_of_its_own(stage: Stage, program_of: Make) -> None:
    slow, fast = program_of("caretaker", per_minute=3), program_of("operator", per_minute=600)
    assert [slow.get("/systems").status_code for _each in range(4)] == [200, 200, 200, 429]
    assert int(slow.get("/systems").headers["Retry-After"]) > 0
    assert fast.get("/systems").status_code == 200
    # Nor does a key fill the log by asking too often, a dead one neither.
    assert RecordOutbox.objects.filter(type="program.called").count() == 4
    programs.revoke(slow.key, stage.cast.security_admin.person, timezone.now())
    assert slow.get("/systems").status_code == 429
    assert RecordOutbox.objects.filter(type="program.called").count() == 4


def test_no_other_origin_may_read_it(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    for method in ("get", "options"):
        answer = caller(method, "/systems", Origin="https://elsewhere.example")
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert caller("delete", "/systems").status_code == 405
    assert caller("delete", "/systems").headers["Content-Type"] == "application/problem+json"


def test_the_schema_is_for_who_is_signed_in_and_names_every_scope(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    assert Client().get("/interface/openapi.json").status_code == 302
    document = client_of("bystander").get("/interface/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert "/api/register/v1/systems" in document["paths"]
    page = client_of("system_admin").get("/interface/reference/").content.decode()
    for scope in ProgramScope:
        assert f"<code>{scope.value}</code>" in page
    assert "<script>" not in page
    assert Unit.objects.first() is not None


def test_the_schema_opens_to_any_key_that_stands_and_to_no_other(stage: Stage, program_of: Make) -> None:
    """With a key it led to the sign-in page."""
    caller = program_of("caretaker", scopes=["places:read"])

    def asked(secret: str) -> Any:
        return Client(headers={"Authorization": secret}).get("/interface/openapi.json")

    assert asked(f"Bearer {caller.secret}").json()["openapi"].startswith("3.")
    for wrong in ("", "Bearer", "Bearer csk_abcdefgh_" + "A" * 43, f"Basic {caller.secret}"):
        answer = asked(wrong)
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json"), wrong
    assert Client(headers={"Authorization": f"Bearer {caller.secret}"}).get("/interface/reference/").status_code == 302
    programs.revoke(caller.key, by=stage.cast.system_admin.person, at=timezone.now())
    assert asked(f"Bearer {caller.secret}").json()["errors"][0]["rule"] == "key:revoked"


def test_the_work_list_of_a_program_holds_no_person(stage: Stage, program_of: Make) -> None:
    now = timezone.now()
    Credential.objects.create(
        person=stage.cast.operator.person, kind="skills", issued=now.date() - datetime.timedelta(days=400), at=now
    )
    text = program_of("caretaker").get("/worklist").content.decode()
    assert str(stage.school.pk) in text
    assert stage.cast.operator.person.name not in text
