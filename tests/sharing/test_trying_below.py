"""A link with a platform below is tried by the gateway before it is in force; what it measured stands beside the test, which a person decides."""

from __future__ import annotations

import datetime
import uuid

import msgspec
import pytest
from django.utils import timezone, translation

from custodes.gateway.lower_platforms import words
from custodes.ledger.witnessed import WitnessedLog, digest_of
from custodes.people.lawful import StepRefused
from custodes.places.devices.entering import enter_device
from custodes.places.models import GbDevice
from custodes.sharing.links import measured, testing
from custodes.sharing.models import Link, LinkState, LinkTrial, Platform
from custodes.sharing.serving import trials
from tests.places.devices.rows import NAME, open_gate
from tests.sharing import joining
from tests.sharing.said import certificate
from tests.sharing.stage import FIVE, LOWER_ID, NEED, platform, second, taken

pytestmark = pytest.mark.django_db
CITY_ID = "54010000002000000001"
PARTS = [
    {"part": "registered", "outcome": "passed", "ms": None, "fault": "", "ago_s": 12},
    {"part": "alive", "outcome": "failed", "ms": None, "fault": words.NO_KEEPALIVE},
    {"part": "time", "outcome": "passed", "ms": 40, "fault": "", "off_ms": -180},
    {"part": "info", "outcome": "passed", "ms": 30, "fault": ""},
    {"part": "entries", "outcome": "failed", "ms": 900, "fault": words.SHORT, "got": 40, "said": 43},
    {"part": "call", "outcome": "untried", "ms": None, "fault": ""},
    {"part": "side", "outcome": "untried", "ms": None, "fault": words.NO_SIDE},
    {"part": "admitted", "outcome": "untried", "ms": None, "fault": words.NO_SIDE},
]


@pytest.fixture
def by(cast):
    return cast.system_admin.person


@pytest.fixture
def unentered(cast, gate, by):
    office = cast.units["city"]
    platform(office, "own", CITY_ID, "city", by)
    lower = platform(office, "lower", LOWER_ID, "county", by)
    return joining.examine(joining.ask_platform(lower, NEED, taken(by)), None, taken(by))


@pytest.fixture
def link(unentered, stage, cast):
    device = GbDevice(gb_id=LOWER_ID, name="城关区平台", system=stage.school)
    enter_device(device, cast.caretaker.person, timezone.now())
    return unentered


def waiting(gate):
    answer = gate.send("GET", "/internal/gateway/linktests")
    assert answer.status_code == 200
    return answer.json()["lowers"]


def tell(gate, trial, parts=PARTS, status=204, **more):
    body = {"gateway": NAME, "trial": str(trial), "parts": parts}
    answer = gate.send("POST", "/internal/gateway/linktests/tried", body, **more)
    assert answer.status_code == status, answer.content


def test_what_was_measured_and_who_wanted_a_call_stand_on_record(gate, link, by, cast):
    joining.ask_trial(link, taken(by), call=True)
    (told,) = waiting(gate)
    assert (told["device"], told["call"], told["statements"]) == (LOWER_ID, True, None)
    assert 0 < told["left_s"] <= 360
    assert "试呼" in Link.objects.get(pk=link.pk).steps.get(event="trial").words
    tell(gate, told["trial"], [*PARTS[:7], {"part": "unregister", "outcome": "passed", "ms": 1}])
    assert waiting(gate) == []
    tell(gate, told["trial"], [PARTS[0] | {"outcome": "failed"}])
    kept = LinkTrial.objects.get().parts
    assert kept[:-1] == PARTS[:7], "told once, and of its own parts alone"
    assert (kept[-1]["part"], kept[-1]["outcome"], kept[-1]["fault"]) == (
        "witness", "untried", trials.UNWITNESSED,
    )  # fmt: skip
    now = timezone.now()
    test = joining.enter_test(Link.objects.get(pk=link.pk), FIVE, timezone.localdate(now), None, taken(by, at=now))
    assert str(test.trial_id) == told["trial"], "a person passes it all the same"
    measured = Link.objects.get(pk=link.pk).steps.last().record.record["measured"]["parts"]
    with pytest.raises(StepRefused):
        joining.put_in_force(Link.objects.get(pk=link.pk), taken(by))
    joining.put_in_force(Link.objects.get(pk=link.pk), taken(second(cast, "second of the city", "city").person))
    assert measured[4] == {"part": "entries", "outcome": "failed", "ms": 900, "got": 40, "said": 43}


def test_the_side_channel_is_told_where_it_was_handed_over_and_such_a_platform_is_not_called(gate, link, by):
    Platform.objects.filter(pk=link.platform_id).update(
        custodes=True, statements_url="https://192.0.2.20:8443/", statements_certificate=certificate()
    )
    joining.ask_trial(Link.objects.get(pk=link.pk), taken(by), call=True)
    (told,) = waiting(gate)
    assert told["call"] is False
    assert told["statements"]["url"] == "https://192.0.2.20:8443"


def test_what_can_not_be_tried_is_said_with_what_to_do(gate, unentered, stage, cast, by):
    with pytest.raises(StepRefused, match="请先登记设备"):
        joining.ask_trial(unentered, taken(by))
    enter_device(
        GbDevice(gb_id=LOWER_ID, name="城关区平台", system=stage.school), cast.caretaker.person, timezone.now()
    )
    joining.enter_test(unentered, FIVE, timezone.localdate(), None, taken(by))
    row = joining.put_in_force(
        Link.objects.get(pk=unentered.pk), taken(second(cast, "second of the city", "city").person)
    )
    with pytest.raises(StepRefused, match="不能办理"):
        joining.ask_trial(row, taken(by))
    row = joining.suspend(row, taken(by, "对方检修"))
    with pytest.raises(StepRefused, match="暂停期间"):
        joining.ask_trial(row, taken(by))


def test_nobody_asks_or_calls_a_device_of_another_places_system_by_entering_its_id(gate, link, by, cast, stage):
    elsewhere = cast.units["city"].division
    elsewhere = type(elsewhere).objects.exclude(path__startswith=elsewhere.path).first()
    assert elsewhere is not None
    type(stage.school.unit).objects.filter(pk=stage.school.unit_id).update(division=elsewhere)
    with pytest.raises(StepRefused, match="本辖区以外"):
        joining.ask_trial(link, taken(by), call=True)
    assert waiting(gate) == []
    assert "本辖区以外" in testing.why_not_tried(link), "and the page says it"


def test_one_at_a_time_and_what_the_gateway_never_told_hangs_nowhere(gate, link, by):
    joining.ask_trial(link, taken(by))
    trial = LinkTrial.objects.get()
    with pytest.raises(StepRefused, match="正在试联"):
        joining.ask_trial(Link.objects.get(pk=link.pk), taken(by))
    LinkTrial.objects.update(at=trial.at - datetime.timedelta(minutes=7))
    assert waiting(gate) == []
    tell(gate, trial.pk, status=404)
    joining.ask_trial(Link.objects.get(pk=link.pk), taken(by))
    (told,) = waiting(gate)
    joining.refuse(Link.objects.get(pk=link.pk), taken(by, "不再需要"))
    assert told["trial"] != str(trial.pk)
    assert waiting(gate) == [], "called off"


def test_another_gateway_is_told_nothing_and_not_believed(gate, link, by):
    joining.ask_trial(link, taken(by))
    trial = LinkTrial.objects.get().pk
    strange = open_gate().key  # by the same name
    assert gate.send("GET", "/internal/gateway/linktests").status_code == 401
    tell(gate, trial, status=401)
    assert gate.send("GET", "/internal/gateway/linktests", key=strange, issuer="gateway-2").status_code == 401
    body = {"gateway": "gateway-2", "trial": str(trial), "parts": PARTS}
    assert gate.send("POST", "/internal/gateway/linktests/tried", body, key=strange).status_code in (400, 403)
    assert LinkTrial.objects.get().told_at is None
    tell(gate, uuid.uuid4(), status=404, key=strange)


@pytest.mark.parametrize(
    ("grown", "outcome", "fault"),
    [(None, "failed", trials.NEVER), (60, "passed", ""), (3600, "failed", trials.STALE)],
)
def test_the_witness_is_asked_by_the_web_itself(gate, link, by, monkeypatch, tmp_path, grown, outcome, fault):
    key = "lower.example/log+a+b"
    monkeypatch.setattr(trials, "parse_vkey", lambda _text: type("Key", (), {"name": "lower.example/log"}))
    monkeypatch.setattr(trials, "read_logs", lambda _folder: {"lower.example/log": None})
    now = timezone.now()
    if grown is not None:
        (tmp_path / "state").mkdir()
        state = WitnessedLog(origin="lower.example/log", size=7, at=1, grown_at=round(now.timestamp()) - grown)
        (tmp_path / "state" / f"{digest_of('lower.example/log')}.json").write_bytes(msgspec.json.encode(state))
    settings = type("Settings", (), {"witness_name": "w.example/w", "witness_folder": tmp_path})
    monkeypatch.setattr(trials, "get_settings", lambda: settings)
    row = link.platform
    row.log_key = key
    found = trials.witness_part(row, now)
    assert (found["outcome"], found["fault"], found.get("ago_s")) == (outcome, fault, grown)


def test_every_fault_has_words_for_the_reader():
    said = [value for name, value in vars(words).items() if name.isupper()]
    said += [trials.UNWITNESSED, trials.UNREADABLE, trials.NEVER, trials.STALE]
    assert [one for one in said if not measured.words_of(one)] == []
    with translation.override("en"):
        assert [one for one in said if not str(measured.words_of(one)).isascii()] == []
    assert measured.words_of(f"{words.REFUSED} (486)").endswith("（SIP 486）")


def test_the_page_says_it_part_by_part_to_its_office_alone(gate, link, by, client_of):
    browser, url = client_of("system_admin"), link.get_absolute_url()
    act = f"{url}do/trial/"
    page = browser.get(url).content.decode()
    assert "由国标网关试联" in page
    assert "同时试呼一个点位" in page
    for other in ("inspector", "caretaker", "outsider", "bystander"):
        assert client_of(other).post(act, {"seen": link.revision}).status_code in (403, 404), other
        assert client_of(other).get(url).status_code in (403, 404), other
    assert not LinkTrial.objects.exists()
    assert browser.post(act, {"seen": link.revision, "call": "on"}).status_code == 302
    page = browser.get(url).content.decode()
    assert "最多六分钟" in page
    assert "由国标网关试联</" not in page
    tell(gate, LinkTrial.objects.get().pk)
    for each in (url, f"{url}test/"):
        page = browser.get(each).content.decode()
        for part in (
            "最近消息在 12 秒前",
            "时钟慢 180 毫秒",
            "收到 40 条，声明 43 条",
            "请下级平台将心跳间隔设为",
            "未通过",
        ):
            assert part in page, part
    assert Link.objects.get(pk=link.pk).state == LinkState.EXAMINED
