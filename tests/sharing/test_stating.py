"""What the gateway is told to state to a platform below: of whose look, of which camera and span; on record first, and nothing else is stated."""

from __future__ import annotations

import datetime
import itertools
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import Grant
from custodes.ledger import records
from custodes.people.models import Person
from custodes.places.devices.assignment import build_gateway_assignment
from custodes.places.models import Camera, CameraState, Gateway
from custodes.sharing.models import Link, Outcome, Platform, Served, ServedEnd, Stated, TestPart, Verb
from custodes.sharing.stating.answering import answer
from custodes.sharing.tree import changing
from custodes.video.wire.statements import StatingAsk
from tests.day import morning
from tests.places.devices.rows import NAME, recorder
from tests.sharing import joining
from tests.sharing.said import certificate, kept, speaks
from tests.sharing.stage import LOWER_ID, NEED, UPPER_ID, granted, in_force, organisation, platform, second, taken

pytestmark = pytest.mark.django_db
CITY_ID = "54010100002000000001"
CHANNEL = "54010300001320000001"
URL, PEM = "https://192.0.2.20:8443", certificate()
HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@pytest.fixture
def lower(cast, gate):
    """The city's link with the county's platform below it, which runs this program."""
    by, other = cast.system_admin.person, second(cast, "second of the city", "city").person
    office = cast.units["city"]
    platform(office, "own", CITY_ID, "city", by)
    below = platform(
        office, "lower", LOWER_ID, "county", by, custodes=True, statements_url=URL, statements_certificate=PEM
    )
    link = joining.examine(joining.ask_platform(below, NEED, taken(by)), None, taken(by))
    joining.enter_test(link, dict.fromkeys(TestPart.values, Outcome.PASSED.value), timezone.localdate(), 320, taken(by))
    link.refresh_from_db()
    return joining.put_in_force(link, taken(other))


@pytest.fixture
def camera(stage, lower):
    Camera.objects.filter(pk=stage.gate.pk).update(
        main_url=f"gb28181://{LOWER_ID}/{CHANNEL}", state=CameraState.CONNECTED
    )
    return Camera.objects.get(pk=stage.gate.pk)


@pytest.fixture
def look(cast, camera):
    """The operator's look, open."""
    indices = itertools.count(17)

    def made(**more):
        now = timezone.now()
        told = {
            "person": cast.operator.person, "unit": cast.operator.person.unit, "ground": "duty", "clauses": ["S34(1)"],
            "live": True, "back_seconds": 7200, "watermark": "-", "asked_at": now, "index": next(indices), "purpose": "人群聚集",
            "content": "查看东门",
        }  # fmt: skip
        row = Grant.objects.create(**told | more)
        row.cameras.add(camera)
        return row

    return made


@pytest.fixture
def state(gate, camera, notary):
    """Ask what is to be stated, of half an hour that ended ten minutes ago."""

    def asked(grant, verb="history", *, status=200, **more):
        now = int(timezone.now().timestamp())
        span = {"start": now - 2400, "end": now - 600} if verb != "steer" else {}
        body = {
            "gateway": NAME, "device": LOWER_ID, "channel": CHANNEL, "camera": str(camera.pk), "verb": verb,
            "call_id": "abc@h" if verb != "steer" else "", "grant": str(getattr(grant, "pk", grant)),
        } | span | more  # fmt: skip
        answered = gate.send("POST", "/internal/gateway/stating", body)
        assert answered.status_code == status, answered.content
        return answered.json()

    return asked


def stated(notary):
    return [one for one in notary.records if isinstance(one, records.PlatformStated)]


def test_nobody_asks_but_the_gateway(stage, gate, client_of):
    path = reverse("sharing:gateway_stating")
    assert gate.send("POST", path, {}, key=Ed25519PrivateKey.generate()).status_code == 401
    assert gate.send("POST", path, {}, key=stage.node_key, issuer=stage.node.name).status_code == 401
    for member in ("inspector", "system_admin", "outsider", "operator"):
        assert client_of(member).post(path, {}, content_type="application/json").status_code == 401
    assert gate.send("GET", path).status_code == 405
    assert gate.send("POST", path, b"{").status_code == 400
    ask = StatingAsk(
        gateway="gateway-2", device="1", channel="1", camera=uuid.uuid4(), verb="history", grant=uuid.uuid4()
    )
    assert gate.send("POST", path, ask.model_dump(mode="json")).status_code == 403


def test_a_look_is_stated_with_its_officer_and_on_record_first(cast, state, look, notary, camera):
    person = cast.operator.person
    Person.objects.filter(pk=person.pk).update(work_number="010386")
    row = look()
    said = state(row)["statement"]
    assert (said["upper"], said["lower"], said["channel"], said["call_id"]) == (CITY_ID, LOWER_ID, CHANNEL, "abc@h")
    assert (said["unit"], said["person"], said["number"]) == (person.unit.name, person.name, "010386")
    assert said["reason"] == "人群聚集；查看东门"
    assert (said["ground"], said["clauses"], said["index"]) == ("duty", ["S34(1)"], 17)
    assert said["counts_until_us"] - said["said_us"] == 600_000_000
    (leaf,) = stated(notary)
    assert (str(leaf.statement), leaf.camera, leaf.grant) == (said["id"], camera.pk, row.pk)
    assert (leaf.person_name, leaf.number) == (person.name, "010386")
    assert (leaf.index, leaf.span) == (17, (said["from_us"], said["until_us"]))
    assert records.parse_record(records.encode_record(leaf)) == leaf


def test_without_the_log_nothing_is_stated(state, look, notary):
    notary.down = True
    assert state(look()) == {"statement": None, "why": "the log could not be written, so nothing is stated"}


def test_each_call_has_a_statement_of_its_own(state, look, notary):
    row = look()
    ids = {state(row, call_id=call)["statement"]["id"] for call in ("a", "b")}
    assert len(ids) == len(stated(notary)) == 2


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"ended_at": morning()}, "the look is over"),
        ({"revoked_at": morning()}, "the look is over"),
        ({"index": None}, "the look is over"),
        ({"asked_at": morning() - HOUR}, "the look is over"),
        ({"back_seconds": 600}, "the look does not reach over this span"),
        ({"back_seconds": 0}, "the look does not reach over this span"),
    ],
)
def test_a_look_that_is_over_or_shows_less_states_nothing(state, look, notary, what, why):
    assert state(look(**what)) == {"statement": None, "why": why}
    assert not stated(notary)


def test_a_span_that_was_given_is_reached_into_and_no_further(state, look):
    now = timezone.now()
    row = look(back_seconds=0, span_from=now - 4 * HOUR, span_to=now - 3 * HOUR)
    begin = int((now - 4 * HOUR).timestamp())
    assert state(row, start=begin, end=begin + 3600)["statement"]
    assert state(row, verb="download", start=begin, end=begin + 60)["statement"]["verb"] == "download"
    assert not state(row, start=begin - 120, end=begin + 60)["statement"]
    assert not state(row, start=begin + 3500, end=begin + 3800)["statement"]


@pytest.mark.parametrize("more", [{"start": 0, "end": 0}, {"start": 100, "end": 50}, {"start": 100, "end": 100}])
def test_footage_without_a_span_is_not_stated(state, look, more):
    assert state(look(), **more)["statement"] is None


def test_another_camera_states_nothing(state, look, camera, stage, notary):
    other = Camera.objects.exclude(pk=camera.pk).first()
    assert state(look(), camera=str(other.pk))["why"] == "the camera is not this channel"
    assert state(look(), channel="54010300001320000002")["why"] == "the camera is not this channel"
    assert state(look(), camera=str(uuid.uuid4()))["why"] == "the camera is not this channel"
    assert state(uuid.uuid4())["why"] == "no look has this id"
    row = look()
    row.cameras.set([other])
    assert state(row)["why"] == "the look does not show this camera"
    row = look(withheld={str(camera.pk): {}})
    assert state(row)["why"] == "the look does not show this camera"
    assert not stated(notary)


@pytest.mark.parametrize("what", ["suspended", "not ours", "upper", "no link"])
def test_only_a_platform_below_that_runs_this_program_is_told(state, look, lower, notary, what):
    match what:
        case "suspended":
            Link.objects.update(state="suspended")
        case "not ours":
            Platform.objects.update(custodes=False)
        case "upper":
            Platform.objects.filter(pk=lower.platform_id).update(role="upper")
        case "no link":
            Link.objects.update(state="ended")
    assert state(look())["why"].startswith("no link in force leads to this device")
    assert not stated(notary)


def test_steering_is_theirs_who_have_the_helm(cast, stage, state, look, notary):
    row = look()
    stage.worker.helm = {"ok": True}
    assert state(row, "steer")["why"] == "whoever looks has no leave to move this camera now"
    holder = {"person_name": "x", "since_us": 1}
    stage.worker.helm = {"ok": True, "holder": holder | {"person": str(cast.lead.person.uuid)}}
    assert state(row, "steer")["why"] == "whoever looks has no leave to move this camera now"
    stage.worker.helm = {"ok": True, "holder": holder | {"person": str(cast.operator.person.uuid)}}
    said = state(row, "steer")["statement"]
    assert (said["verb"], said["from_us"], said["call_id"]) == ("steer", None, "")
    assert stated(notary)[0].span is None
    stage.worker.down = True
    assert state(row, "steer")["why"] == "the node does not say who has the helm"


def test_a_look_without_words_says_its_ground_and_post(cast, state, look):
    said = state(look(purpose="", content="", post=cast.operator.post))["statement"]
    assert said["reason"] == "值班监看 值班监看员"


def test_long_words_are_cut_to_what_a_statement_holds(state, look, cast):
    unit = cast.operator.person.unit
    unit.name = "局" * 120
    unit.save()
    said = state(look(purpose="因" * 200, content="果" * 500, clauses=["S34(1)"] * 20))["statement"]
    assert (len(said["reason"]), len(said["clauses"]), len(said["unit"])) == (500, 16, 120)


# Of what a platform above was given


OFFICER = {
    "unit": "自治区公安厅", "person": "边巴", "number": "540001", "reason": "特大案件", "document": "函 7 号", "ground": "agency",
    "clauses": ["S27"],
}  # fmt: skip


@pytest.fixture
def served(cast, by, other, camera):
    """A call of the platform above, for which it stated who asks; of a live picture it states nobody."""
    up = in_force(cast, other, platform(cast.units["county"], "upper", UPPER_ID, "city", by))

    def made(verb="history", *, stated=True, **more):
        now = timezone.now()
        told = {
            "link": up, "call": uuid.uuid4(), "channel": "1", "camera": camera, "verb": verb, "asked_at": now, "last_at": now,
            "kept_at": now, "until": now + HOUR, "index": 55, "span_from": now - HOUR, "span_to": now,
        }  # fmt: skip
        if stated and verb != "live":
            told["stated"] = Stated.objects.create(
                link=up, statement=uuid.uuid4(), channel="1", verb=verb, theirs=3, said_at=now, until=now + HOUR, came_at=now,
                index=54, **OFFICER,
            )  # fmt: skip
        return Served.objects.create(**told | more)

    return made


def test_the_officer_above_is_passed_on_in_our_own_name(state, served, notary):
    row = served()
    said = state(row)["statement"]
    assert (said["upper"], said["lower"]) == (CITY_ID, LOWER_ID)
    assert (said["unit"], said["person"], said["number"], said["reason"], said["document"]) == (
        "自治区公安厅", "边巴", "540001", "特大案件", "函 7 号",
    )  # fmt: skip
    assert (said["ground"], said["clauses"], said["index"]) == ("agency", ["S27"], 55)
    (leaf,) = stated(notary)
    assert (leaf.grant, leaf.number, leaf.document) == (row.pk, "540001", "函 7 号")


@pytest.mark.parametrize(
    ("had", "asked", "may"),
    [
        ("history", "history", True),
        ("download", "history", True),
        ("download", "download", True),
        ("history", "download", False),
        ("live", "history", False),
        ("steer", "steer", True),
        ("steer", "history", False),
        ("history", "steer", False),
    ],
)
def test_no_more_is_passed_on_than_was_given(state, served, had, asked, may):
    assert bool(state(served(had), asked)["statement"]) == may


@pytest.mark.parametrize(
    ("more", "may"),
    [
        ({"index": None}, False),
        ({"status": 403}, False),
        ({"until": -MINUTE}, False),
        ({"kept_at": -2 * MINUTE}, False),
        ({"ended_at": -MINUTE, "ended_why": ServedEnd.CLOSED}, False),
        ({"ended_at": -MINUTE, "ended_why": ServedEnd.OVER}, False),
        ({"ended_at": -MINUTE, "ended_why": ServedEnd.DONE}, True),
    ],
)
def test_what_is_over_is_not_passed_on(state, served, more, may):
    now = timezone.now()
    told = {key: now + value if isinstance(value, datetime.timedelta) else value for key, value in more.items()}
    assert bool(state(served(**told))["statement"]) == may


def test_it_counts_no_longer_than_what_was_given(state, served):
    said = state(served(until=timezone.now() + 2 * MINUTE))["statement"]
    assert said["counts_until_us"] - said["said_us"] < 121_000_000


def test_what_nobody_stated_to_us_is_not_stated_below(state, served, notary):
    row = served(stated=False)
    assert state(row)["why"] == "the platform above did not state who asks, so nothing can be stated below"
    assert not stated(notary)


@pytest.mark.clause("S28.1(3)", "S22")
def test_a_platform_between_passes_on_whom_the_one_above_stated(cast, gate, camera, state, notary):
    """The region states its officer to the city, is given what the county has, and the city states the same officer to the county."""
    by, other = cast.system_admin.person, second(cast, "third of the city", "city").person
    region = platform(cast.units["city"], "upper", UPPER_ID, "region", by)
    up = joining.examine(joining.ask_platform(region, NEED, taken(by)), None, taken(by))
    joining.enter_test(up, dict.fromkeys(TestPart.values, Outcome.PASSED.value), timezone.localdate(), 320, taken(by))
    up.refresh_from_db()
    up = joining.put_in_force(up, taken(other))
    speaks(up)
    changing.put(up, [camera.pk], organisation(up, by), taken(by))
    granted(up, Verb.HISTORY, *(second(cast, name, "city").person for name in ("one", "another")))
    now = int(timezone.now().timestamp())
    span = {"from_us": (now - 2400) * 1_000_000, "until_us": (now - 600) * 1_000_000}
    above = kept(gate, up, upper=UPPER_ID, lower=CITY_ID, call_id="", **OFFICER, **span)
    wish = {
        "gateway": NAME, "link": str(up.pk), "call": str(uuid.uuid4()), "verb": "history", "channel": above.channel, "address": "",
    }  # fmt: skip
    assert gate.send("POST", "/internal/gateway/wanted", wish | span).json()["status"] == 0
    row = Served.objects.get(stated=above)
    said = state(row, call_id="", start=now - 2400, end=now - 600)["statement"]
    assert (said["upper"], said["lower"], said["index"]) == (CITY_ID, LOWER_ID, row.index)
    assert {key: said[key] for key in OFFICER} == OFFICER
    (leaf,) = stated(notary)
    assert (leaf.grant, leaf.person_name, leaf.unit) == (row.pk, "边巴", "自治区公安厅")


# What the gateway is told of its devices


def assigned():
    return {one.id: one.statements for one in build_gateway_assignment(Gateway.objects.get()).devices}


def test_the_gateway_is_told_where_a_platform_below_takes_statements(stage, lower):
    _device, _password = recorder(stage, gb_id=LOWER_ID)
    recorder(stage)
    told = assigned()
    assert (told[LOWER_ID].url, told[LOWER_ID].certificate) == (URL, PEM)
    assert [at for id, at in told.items() if id != LOWER_ID] == [None]
    before = Gateway.objects.get().generation
    joining.suspend(lower, taken(stage.cast.system_admin.person, "整改"))
    assert Gateway.objects.get().generation > before
    assert assigned() == {id: None for id in told if id != LOWER_ID}, "it may not even register"


@pytest.mark.parametrize("runs_it", [True, False])
def test_of_a_platform_that_handed_nothing_over_there_is_none(stage, lower, runs_it):
    by, other = stage.cast.system_admin.person, second(stage.cast, "third of the city", "city").person
    recorder(stage, gb_id=LOWER_ID)
    row, before = lower.platform, Gateway.objects.get().generation
    row.statements_url, row.statements_certificate, row.custodes = "", "", runs_it
    joining.save(row, taken(by))
    assert Gateway.objects.get().generation > before
    assert assigned() == {}, "it leads elsewhere: tested again first"
    lower.refresh_from_db()
    passed = dict.fromkeys(TestPart.values, Outcome.PASSED.value)
    joining.enter_test(lower, passed, timezone.localdate(), 320, taken(by))
    lower.refresh_from_db()
    joining.resume(lower, taken(other))
    assert assigned() == {LOWER_ID: None}


def test_the_wire_s_answer_is_the_room_s(stage, look, camera, gate, notary):
    ask = StatingAsk(
        gateway=NAME, device=LOWER_ID, channel=CHANNEL, camera=camera.pk, verb="history", grant=look().pk,
        start=int(timezone.now().timestamp()) - 60, end=int(timezone.now().timestamp()),
    )  # fmt: skip
    assert answer(ask, timezone.now()).statement is not None
