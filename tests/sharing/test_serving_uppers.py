"""What the gateway asks about upper platforms: who they are, what they are shown, what each may have; on record before it is answered."""

from __future__ import annotations

import datetime
import ipaddress
import re
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from custodes.access.reconciliation import reconcile
from custodes.gateway.upper_platforms import link as gateway_link
from custodes.gateway.upper_platforms import link as gateway_standing
from custodes.gateway.upper_platforms import trying as gateway_trying
from custodes.gb28181.cascade import standing as cascade_standing
from custodes.gb28181.cascade.standing import words
from custodes.gb28181.sip.registering import RegistrationNews
from custodes.law.calendar.days import ZONE
from custodes.people.delivery import deliver
from custodes.people.models import RecordOutbox, Unit, UnitKind
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, CameraState, Gateway, GbDevice, SoundOrder, Standing, System
from custodes.sharing.links import passwords
from custodes.sharing.links.measured import words_of
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.refusals import GrantFacts, window_end
from custodes.sharing.links.serving import may_serve
from custodes.sharing.models import Link, LinkStanding, Platform, Served, Verb
from custodes.sharing.serving import ending, refusing, uppers
from custodes.sharing.serving.refusing import UpperWish
from custodes.sharing.tree import changing
from custodes.sharing.tree.showing import shown
from custodes.video.wire.seal import unseal
from tests.day import morning
from tests.places.devices.rows import NAME, us
from tests.sharing import grants as granting
from tests.sharing import joining
from tests.sharing.said import statement
from tests.sharing.stage import (
    LOWER_ID,
    NEED,
    OWN_ID,
    UPPER_ID,
    granted,
    in_force,
    platform,
    second,
    taken,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
MINUTE = datetime.timedelta(minutes=1)
SIGNED = {
    "sharing:gateway_uppers": "GET", "sharing:gateway_shown": "GET", "sharing:gateway_shown_off": "GET",
    "sharing:gateway_shown_alarms": "GET", "sharing:gateway_shown_positions": "GET",
    "sharing:gateway_wanted": "POST", "sharing:gateway_wanted_standing": "POST",
    "sharing:gateway_links": "POST", "sharing:gateway_statements": "POST",
    "sharing:gateway_linktests": "GET", "sharing:gateway_linktests_tried": "POST",
}  # fmt: skip


@pytest.fixture
def link(link):
    uppers._tags.clear()
    return link


@pytest.fixture
def bright(monkeypatch):
    """Pictures come from every camera but those that are put here."""
    down: set[uuid.UUID] = set()
    monkeypatch.setattr(uppers, "_source", [lambda rows, at: rows.filter(pk__in=down)])
    return down


@pytest.fixture
def ask(gate, link, notary, bright):
    """Ask for the first channel of the link."""

    def asked(verb="live", *, status=200, **more):
        channel = link.shared.get().channel if link.shared.count() == 1 else ""
        body = {
            "gateway": NAME, "link": str(link.pk), "call": str(uuid.uuid4()), "channel": channel, "verb": verb,
            "address": "192.0.2.10",
        } | more  # fmt: skip
        answer = gate.send("POST", "/internal/gateway/wanted", body)
        assert answer.status_code == status, answer.content
        return answer.json()

    return asked


def stands(gate, link, *calls, channel=None, verb="live"):
    channel = channel or link.shared.first().channel
    rows = [{"call": str(call), "link": str(link.pk), "channel": channel, "verb": verb} for call in calls]
    body = {"gateway": NAME, "calls": rows}
    return gate.send("POST", "/internal/gateway/wanted/standing", body).json()["ended"]


def pages(gate, link):
    after, found, tags = "", [], set()
    while True:
        answer = gate.send("GET", f"/internal/gateway/shown?link={link.pk}&after={after}").json()
        found += answer["entries"]
        tags.add(answer["tree"])
        after = answer["after"]
        if not after:
            return found, tags


@pytest.mark.parametrize(("name", "method"), SIGNED.items())
def test_nobody_asks_but_the_gateway(name, method, stage, gate, client_of):
    path = reverse(name)
    assert gate.send(method, path, key=Ed25519PrivateKey.generate()).status_code == 401, "another key"
    assert gate.send(method, path, issuer="gateway-2").status_code == 401, "a gateway that is not there"
    assert gate.send(method, path, key=stage.node_key, issuer=stage.node.name).status_code == 401, "a node"
    for member in ("inspector", "system_admin", "outsider"):
        assert client_of(member).generic(method, path).status_code == 401
    assert gate.send("PUT", path, {}).status_code == 405
    if method == "POST":
        assert gate.send(method, path, b"{").status_code == 400
        body = {
            "gateway": "gateway-2", "link": str(uuid.uuid4()), "call": str(uuid.uuid4()), "channel": "1", "verb": "live",
            "statement": statement(timezone.now(), "1"),
            "trial": str(uuid.uuid4()), "parts": [],
        }  # fmt: skip
        assert gate.send(method, path, body).status_code == 403, "signed by one, in the name of another"


def test_an_upper_is_told_with_its_password_sealed_to_this_gateway(stage, gate, link, by, other, monkeypatch):
    assert gate.send("GET", "/internal/gateway/uppers").json() == {"gateway": NAME, "uppers": []}, "no password"
    monkeypatch.setattr(passwords, "gateway_key", lambda: gate.row.seal_key)
    joining.set_password(link, "对方给的密码", taken(by))
    assert gate.send("GET", "/internal/gateway/uppers").json()["uppers"] == [], "suspended until it is tested again"
    Link.objects.filter(pk=link.pk).update(state="in_force")
    platform_row = link.platform
    platform_row.hosts, platform_row.media, platform_row.expires_s = "192.0.2.11\nup.example", "192.0.2.16/28", 600
    platform_row.save()
    (told,) = gate.send("GET", "/internal/gateway/uppers").json()["uppers"]
    assert unseal(gate.seal_key, told.pop("sealed_password")) == "对方给的密码"
    assert told.pop("tree")
    decided = [told.pop(name) for name in ("alarms", "positions", "certificate")]
    assert decided == [False, False, ""], "none is there unless somebody decides it"
    assert told == {
        "link": str(link.pk), "id": UPPER_ID, "own": OWN_ID, "host": "192.0.2.10", "port": 5060, "transport": "udp",
        "edition": "", "charset": "", "expires_s": 600, "keepalive_s": 60, "misses": 3,
        "hosts": ["192.0.2.11", "up.example"], "media": ["192.0.2.16/28"],
    }  # fmt: skip
    Gateway.objects.update(seal_key="another")
    assert gate.send("GET", "/internal/gateway/uppers").json()["uppers"] == [], "sealed to a key that was replaced"


def test_pages_are_what_is_shown_however_small_they_are(stage, gate, link, by, bright, monkeypatch):
    node = link.nodes.get(kind="organisation")
    inner = changing.add_node(link, node, "小学", taken(by))
    changing.add_node(link, None, "另一组", taken(by))
    changing.put(link, [stage.yard.pk], inner, taken(by))
    whole = [
        (one.kind, one.id, one.name, one.parent, one.group, one.civil_code, one.turns) for one in shown(link)
    ]  # fmt: skip
    bright.add(stage.yard.pk)
    for most in (1, 2, 3, 5000):
        monkeypatch.setattr("custodes.sharing.serving.internal.MOST_SHOWN", most)
        told, tags = pages(gate, link)
        names = ("kind", "id", "name", "parent", "group", "civil_code", "turns")
        assert [tuple(one[name] for name in names) for one in told] == whole
        assert len(tags) == 1
    assert [one["name"] for one in told if not one["online"]] == [stage.yard.name]
    yard = link.shared.get(camera=stage.yard).channel
    off = gate.send("GET", f"/internal/gateway/shown/off?link={link.pk}").json()
    assert off == {"link": str(link.pk), "off": [yard]}
    for path in ("shown", "shown/off"):
        assert _no_link(gate.send("GET", f"/internal/gateway/{path}?link={uuid.uuid4()}"))
        assert gate.send("GET", f"/internal/gateway/{path}?link=1").status_code == 400
    assert gate.send("GET", f"/internal/gateway/shown?link={link.pk}&after=x1").status_code == 400
    joining.suspend(link, taken(by, "对方设备检修"))
    for path in ("shown", "shown/off"):
        assert _no_link(gate.send("GET", f"/internal/gateway/{path}?link={link.pk}"))


def _no_link(answer):
    """What the gateway takes for "not in force"; another 404 is a fault of the way between."""
    return answer.status_code == 404 and answer.json()["error"] == "link"


def test_the_tag_changes_with_what_is_shown(stage, link, by):
    def tag():
        row, own = uppers.in_force(link.pk)
        return uppers.tag_of(row, own, Gateway.objects.get())

    seen = [tag()]

    def changed():
        seen.append(tag())
        return seen[-1] != seen[-2]

    assert not changed()
    changing.put(link, [stage.yard.pk], link.nodes.get(kind="organisation"), taken(by))
    assert changed()
    Camera.objects.filter(pk=stage.yard.pk).update(name="改名")
    assert not changed(), "nothing told of it"
    Gateway.objects.update(generation=99)
    assert changed()
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert changed(), "at once: what S20 closes is shown to nobody for a minute longer"
    System.objects.filter(pk=stage.school.pk).update(classified=False)
    assert changed()
    assert seen[-1] == seen[-3], "as it was"
    Unit.objects.filter(pk=stage.school.unit_id).update(kind=UnitKind.STATE_SECURITY)
    assert changed(), "nor what comes into the hands of state security"
    own = own_of(link.office)
    own.name, own.revision = "改名", own.revision + 1
    own.save()
    assert changed()
    assert len(set(seen)) == 5


@pytest.mark.clause("S22", "S33.1")
def test_what_is_granted_is_on_record_before_it_is_given(stage, gate, link, by, other, ask, notary):
    grant = granted(link, Verb.LIVE, by, other)
    assert build_assignment(stage.node).gateway.key == gate.row.public_key, "nodes believe its requests"
    before = timezone.now()
    told = ask()
    (leaf,) = notary.of("grant")
    channel = link.shared.get().channel
    assert (leaf.person, leaf.person_name, leaf.unit) == (f"link:{link.pk}", link.platform.number, "某公安机关")
    assert (leaf.link, leaf.link_grant, leaf.channel, leaf.verb) == (link.pk, grant.pk, channel, "live")
    assert (leaf.live, leaf.span, leaf.back_seconds, leaf.unknown) == (True, None, 0, False)
    assert (leaf.cameras, leaf.clauses) == ((stage.gate.pk,), ("S22", "S33.1"))
    assert (told["status"], told["camera"], told["worker"]) == (0, str(stage.gate.pk), stage.gate.worker_name)
    assert told["node_url"] == stage.node.worker_url(stage.gate.worker)
    assert told["token"].startswith(f"token-{stage.gate.worker_name}-")
    term = before + datetime.timedelta(hours=12)
    assert us(term) <= told["until_us"] <= us(term + MINUTE), "the house's term is shorter than the grant"
    row = Served.objects.get()
    assert (row.pk, row.index, row.stands(timezone.now())) == (leaf.grant, 0, True)


def test_a_call_is_decided_and_recorded_once(stage, gate, link, by, other, ask, notary):
    granted(link, Verb.LIVE, by, other)
    call = str(uuid.uuid4())
    notary.down = True
    told = ask(call=call)
    assert (told["status"], told["token"]) == (503, ""), "nothing is given while the log can't be written"
    notary.down = False
    assert ask(call=call)["token"].startswith("token-")
    assert ask(call=call)["token"].startswith("again-"), "an answer that was lost"
    assert len(notary.of("grant")) == Served.objects.count() == 1
    begin = us(timezone.now() - MINUTE)
    ask("history", status=409, call=call, from_us=begin, until_us=begin + 1)


def test_it_ends_with_the_grants_hours(stage, link, by, other, ask):
    now = timezone.localtime()
    end = (now + datetime.timedelta(hours=1)).replace(microsecond=0)
    begin = now - datetime.timedelta(hours=1)
    granted(link, Verb.LIVE, by, other, hours=(begin.time(), end.time()))
    assert ask()["until_us"] == us(end)


@pytest.mark.parametrize(
    ("hours", "at", "end"),
    [
        (None, (2, 9), (4, 0)),
        ((8, 18), (2, 9), (2, 18)),
        ((22, 6), (2, 23), (3, 6)),
        ((22, 6), (2, 5), (2, 6)),
        ((22, 6), (3, 23), (4, 0)),
    ],
)
def test_a_grants_window_ends_with_its_hours_or_its_days(hours, at, end):
    june = lambda day, hour: datetime.datetime(2026, 6, day, hour, tzinfo=ZONE)  # noqa: E731
    day = lambda number: datetime.date(2026, 6, number)  # noqa: E731
    told = GrantFacts("live", day(1), day(3), hours and (datetime.time(hours[0]), datetime.time(hours[1])))
    assert window_end(told, june(*at)) == june(*end)


def test_what_was_ended_while_the_notary_wrote_is_not_given(stage, link, by, other, ask, notary):
    grant = granted(link, Verb.LIVE, by, other)
    notary.before_answer = lambda: granting.end(grant, taken(by, "不再需要"))
    told = ask()
    assert (told["status"], told["token"]) == (403, "")
    row = Served.objects.get()
    assert (row.ended_why, row.closed[0][0]) == ("closed", "S33.1")
    (revoked,) = RecordOutbox.objects.filter(type="revocation")
    assert revoked.record["grants"] == [str(row.pk)]


def test_refusals_name_their_clauses_and_one_of_a_kind_is_a_leaf_each_minute(link, stage, ask, notary, monkeypatch):
    told = ask()
    assert told["status"] == 403
    assert told["why"].startswith("S33.1 ")
    (leaf,) = notary.of("refusal")
    assert ([one.clause for one in leaf.unmet], leaf.link, leaf.verb, leaf.counted) == (["S33.1"], link.pk, "live", 0)
    assert leaf.cameras == (stage.gate.pk,)
    for _again in range(4):
        assert ask()["status"] == 403
    assert ask("steer")["status"] == 403, "of another kind"
    assert len(notary.of("refusal")) == 2
    assert Served.objects.get(verb="live").times == 5
    Served.objects.update(asked_at=timezone.now() - 2 * MINUTE)
    ask()
    assert [one.counted for one in notary.of("refusal")] == [0, 0, 4], "those without a leaf of their own"


@pytest.mark.parametrize(
    ("host", "hosts", "media", "address", "may"),
    [
        ("192.0.2.10", "", "", "192.0.2.10", True),
        ("192.0.2.10", "192.0.2.11\n2001:db8::1", "", "2001:DB8:0::1", True),
        ("192.0.2.10", "192.0.2.11", "", "198.51.100.7", False),
        ("192.0.2.10", "", "192.0.2.16/28", "192.0.2.17", True),
        ("192.0.2.10", "", "192.0.2.16/28", "192.0.2.10", False),
        ("up.example", "", "192.0.2.16/28", "198.51.100.7", False),
        ("up.example", "192.0.2.11", "", "198.51.100.7", True),
        ("up.example", "", "", "239.1.1.1", False),
        ("up.example", "", "", "0.0.0.0", False),
    ],
)
@pytest.mark.clause("S33.1")
def test_pictures_go_where_two_persons_let_them_go_and_it_is_on_record(
    host, hosts, media, address, may, link, by, other, ask, notary, client_of
):
    """Of a name no text tells where it leads: there the gateway holds the address against it."""
    granted(link, Verb.LIVE, by, other)
    Platform.objects.filter(pk=link.platform_id).update(host=host, hosts=hosts, media=media)
    told = ask(address=address)
    assert told["status"] == (0 if may else 403)
    assert bool(told["token"]) == may
    (leaf,) = notary.records
    assert leaf.receiver == Served.objects.get().address == str(ipaddress.ip_address(address))
    if not may:
        assert [(one.clause, one.reason) for one in leaf.unmet] == [("S33.1", "画面的接收地址不在已登记的范围内")]
    assert leaf.receiver in client_of("inspector").get(reverse("sharing:served", args=[link.pk])).content.decode()


def test_one_call_goes_to_one_receiver(link, by, other, ask):
    granted(link, Verb.LIVE, by, other)
    Platform.objects.filter(pk=link.platform_id).update(media="192.0.2.0/28")
    call = str(uuid.uuid4())
    assert ask(call=call)["status"] == 0
    ask(call=call, address="192.0.2.11", status=409)
    for odd in ("up.example", "fe80::1%eth0", "192.0.2.010"):
        assert ask(address=odd)["status"] == 400
    Platform.objects.filter(pk=link.platform_id).update(media="192.0.2.16/28")
    assert ask(call=call)["status"] == 403, "it was narrowed meanwhile"
    assert Served.objects.get().ended_why == "closed"


def test_what_is_not_shown_is_not_found_and_fills_no_log(stage, link, by, other, ask, notary):
    granted(link, Verb.LIVE, by, other)
    for number in range(5):
        assert ask(channel=f"5401020000131900{number:04}")["status"] == 404
    (leaf,) = notary.of("refusal")
    assert (leaf.cameras, leaf.channel) == ((), "54010200001319000000")
    assert Served.objects.get().times == 5
    assert ask(link=str(uuid.uuid4()))["status"] == 403, "no such link"
    assert ask(channel="a\nb")["status"] == 400
    assert Served.objects.count() == 1


def test_refusals_of_many_channels_are_counted_together_beyond_a_bound(stage, link, by, ask, notary, monkeypatch):
    monkeypatch.setattr(refusing, "LEAVES", 1)
    node = link.nodes.get(kind="organisation")
    changing.put(link, [stage.yard.pk], node, taken(by))
    first, second_one = link.shared.values_list("channel", flat=True)
    for channel in (first, second_one, second_one, first):
        assert ask(channel=channel)["status"] == 403
    assert sorted((row.channel, row.folded, row.times) for row in Served.objects.all()) == sorted(
        [(first, False, 2), (second_one, True, 2)]
    )
    assert len(notary.of("refusal")) == 2


def test_a_refusal_is_one_without_the_notary_too(link, ask, notary):
    notary.down = True
    assert ask()["status"] == 403
    (waiting,) = RecordOutbox.objects.filter(type="refusal")
    row = Served.objects.get()
    assert (waiting.pk, waiting.delivered_at, row.index) == (row.record, None, None)
    notary.down = False
    deliver(notary, timezone.now())
    assert [one.id for one in notary.of("refusal")] == [row.record]


def test_no_crash_loses_the_leaf_of_a_refusal(link, ask, notary, monkeypatch):
    class Crash(BaseException):
        pass

    def dies(_records):
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(notary, "append", dies)
        with pytest.raises(Crash):
            ask()
    (waiting,) = RecordOutbox.objects.filter(type="refusal", delivered_at__isnull=True)
    assert waiting.pk == Served.objects.get().record
    deliver(notary, timezone.now())
    assert ask()["status"] == 403, "alike: no other leaf"
    assert [one.id for one in notary.of("refusal")] == [waiting.pk]


def test_a_refusal_that_was_written_at_once_waits_for_nobody(link, ask, notary):
    assert ask()["status"] == 403
    (kept,) = RecordOutbox.objects.filter(type="refusal")
    assert (kept.delivered_at is not None, kept.index) == (True, 0)
    assert Served.objects.get().index == 0
    deliver(notary, timezone.now())
    assert len(notary.of("refusal")) == 1


def leave_to_hear(camera, by) -> None:
    """The register's leave to record its sound."""
    SoundOrder.objects.create(
        camera=camera, reason="emergency", why="求助通话", asked_by=by, asked_at=timezone.now(), state="approved",
    )  # fmt: skip


@pytest.mark.clause("S33.1")
def test_sound_goes_up_where_it_is_granted_and_the_register_has_its_leave(stage, link, by, other, ask, notary):
    granted(link, Verb.LIVE, by, other)
    ask()
    leave_to_hear(stage.gate, by)
    ask()
    sound = granted(link, Verb.SOUND, by, other)
    call = str(uuid.uuid4())
    told = ask(call=call)
    leaves = notary.of("grant")
    assert [leaf.sound for leaf in leaves] == [(), (), (stage.gate.pk,)], "neither of both alone is enough"
    assert [bool(row.sound) for row in Served.objects.filter(status=0).order_by("asked_at")] == [False, False, True]
    assert told["until_us"] <= us(timezone.now() + datetime.timedelta(hours=12)), "no longer than what it rests on"
    granting.end(sound, taken(by, "不再需要"))
    ending.look_again(link.pk)
    row = Served.objects.get(call=call)
    assert (row.ended_why, row.closed[0][1]) == ("closed", "声音不再随画面提供")
    assert Served.objects.filter(status=0, ended_at=None).count() == 2, "pictures without sound go on"
    assert ask(call=call)["status"] == 403
    assert ask()["status"] == 0, "and are had without it"
    assert notary.of("grant")[-1].sound == ()


def test_sound_is_nothing_that_can_be_asked_for(link, stage, by, other):
    granted(link, Verb.SOUND, by, other)
    with pytest.raises(ValueError, match="nobody asks"):
        may_serve(link, stage.gate, Verb.SOUND, timezone.now())
    assert not may_serve(link, stage.gate, Verb.LIVE, timezone.now()).may, "it opens no picture by itself"


def test_nothing_is_given_over_a_link_that_is_not_in_force(link, by, other, ask, notary):
    granted(link, Verb.LIVE, by, other)
    joining.suspend(link, taken(by, "对方设备检修"))
    assert ask()["status"] == 403
    assert [one.clause for one in notary.of("refusal")[0].unmet] == ["S22"]


def test_footage_wants_the_decision_about_unknown_purposes_and_its_leaf_says_so(link, by, other, ask, notary):
    granted(link, Verb.HISTORY, by, other)
    end = int(morning().timestamp() - 3600) * 1_000_000
    begin = end - 60_000_000
    wish = {"from_us": begin, "until_us": end}
    assert ask("history", **wish)["status"] == 403
    assert notary.of("refusal")[0].unmet[0].clause == "N16.2(3)"
    granted(link, Verb.UNKNOWN, by, other, days=1)
    told = ask("history", **wish)
    (leaf,) = notary.of("grant")
    assert (told["status"], leaf.live, leaf.span, leaf.unknown) == (0, False, (begin, end), True)
    listed = ask("history", address="", **wish)
    assert (listed["status"], bool(listed["token"])) == (0, True)
    leaf = notary.of("grant")[1]
    assert (leaf.span, leaf.receiver) == ((begin, end), ""), "what is only listed is sent to nobody"
    assert Served.objects.get(media=False).ended_why == "done"
    for wrong in ({}, {"from_us": end, "until_us": begin}, {"from_us": begin}, {"from_us": begin, "until_us": 10**30}):
        assert ask("history", **wrong)["status"] == 400


@pytest.mark.parametrize("allowed", [False, True])
def test_a_span_that_no_calendar_here_has_is_kept_nowhere_and_breaks_no_page(
    allowed, gate, link, by, other, ask, notary, client_of
):
    if allowed:
        granted(link, Verb.HISTORY, by, other)
        granted(link, Verb.UNKNOWN, by, other, days=1)
    now = us(timezone.now())
    hour = 3_600_000_000
    last_of_9999 = 253_402_300_799_000_000
    for begin, end in (
        (last_of_9999 - 799_000_000, last_of_9999), (now, now + 25 * hour), (1, 2), (946_684_799_000_000, now)
    ):  # fmt: skip
        told = ask("history", from_us=begin, until_us=end)
        assert told["status"] == 400
    assert not Served.objects.exists()
    assert notary.records == []
    assert client_of("inspector").get(reverse("sharing:served", args=[link.pk])).status_code == 200
    assert ask("history", from_us=now - hour, until_us=now + hour)["status"] == (0 if allowed else 403)


def test_a_camera_without_pictures_is_neither_given_nor_refused(stage, link, by, other, ask, notary, bright):
    granted(link, Verb.LIVE, by, other)
    bright.add(stage.gate.pk)
    assert ask()["status"] == 480
    assert ask()["status"] == 480
    assert notary.records == []
    assert Served.objects.get().times == 2


def test_calls_that_stand_are_held_against_what_may_be_had(stage, gate, link, by, other, ask, notary):
    grant = granted(link, Verb.LIVE, by, other)
    call = uuid.uuid4()
    ask(call=str(call))
    assert stands(gate, link, call) == {}
    assert list(stands(gate, link, call, uuid.uuid4()).values()) == ["nothing was given"]
    assert stands(gate, link, call, verb="download") == {str(call): "nothing was given"}, "nor of another verb"
    granting.end(grant, taken(by, "不再需要"))
    assert stands(gate, link, call)[str(call)].startswith("S33.1 ")
    assert stands(gate, link, call) == {str(call): "it ended: closed"}
    assert RecordOutbox.objects.filter(type="revocation").count() == 1, "once"
    granted(link, Verb.LIVE, by, other)
    assert ask(call=str(call))["status"] == 403, "what was ended does not come back under the same call"


@pytest.mark.parametrize("way", ["suspended", "closed", "taken out", "classified", "term"])
def test_a_call_ends_when(way, stage, gate, link, by, other, ask):
    granted(link, Verb.LIVE, by, other)
    call, channel = uuid.uuid4(), link.shared.get().channel
    ask(call=str(call))
    if way == "suspended":
        joining.suspend(link, taken(by, "对方设备检修"))
    elif way == "closed":
        Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    elif way == "taken out":
        changing.take_out(link, [stage.gate.pk], taken(by))
    elif way == "classified":
        System.objects.filter(pk=stage.school.pk).update(classified=True)
    else:
        Served.objects.update(until=timezone.now())
    assert list(stands(gate, link, call, channel=channel)) == [str(call)]


def test_the_worker_is_told_at_once_when_a_link_is_suspended(
    stage, link, by, other, ask, django_capture_on_commit_callbacks, monkeypatch
):
    told = []
    monkeypatch.setattr(ending, "push_soon", lambda *what: told.append(what))
    granted(link, Verb.LIVE, by, other)
    ask()
    with django_capture_on_commit_callbacks(execute=True):
        joining.suspend(link, taken(by, "对方设备检修"))
    ((node, worker, grants, _reason, clause),) = told
    assert (node, worker, grants, clause) == (stage.node, stage.gate.worker, [Served.objects.get().pk], "S22")


def test_a_call_of_which_the_gateway_speaks_no_more_is_over(gate, link, by, other, ask):
    granted(link, Verb.LIVE, by, other)
    call = uuid.uuid4()
    ask(call=str(call))
    then = timezone.now() - 2 * MINUTE
    Served.objects.update(kept_at=then)
    assert not Served.objects.get().stands(timezone.now())
    assert stands(gate, link, call) == {}, "named again before it is let go"
    assert Served.objects.get().stands(timezone.now())
    Served.objects.update(kept_at=then)
    stands(gate, link)
    row = Served.objects.get()
    assert (row.ended_at, row.ended_why) == (then, "over")


@pytest.mark.parametrize("how", ["silent", "term"])
def test_a_call_that_was_over_is_not_taken_back(
    how, stage, gate, link, by, other, ask, django_capture_on_commit_callbacks, monkeypatch
):
    """The last call ended, so that the gateway has no question; then the link is suspended."""
    told = []
    monkeypatch.setattr(ending, "push_soon", lambda *what: told.append(what))
    granted(link, Verb.LIVE, by, other)
    ask()
    then = timezone.now() - 2 * MINUTE
    silent = {"kept_at": then, "asked_at": then}
    Served.objects.update(**silent if how == "silent" else silent | {"until": then + MINUTE / 4})
    with django_capture_on_commit_callbacks(execute=True):
        joining.suspend(link, taken(by, "对方设备检修"))
    row = Served.objects.get()
    assert (row.ended_why, row.ended_at) == (("over", then) if how == "silent" else ("term", then + MINUTE / 4))
    assert not RecordOutbox.objects.filter(type="revocation").exists()
    assert len(told) == (how == "silent"), "who may still send it is told, for the gateway may only not have reached us"


def test_a_question_about_no_call_closes_what_is_over(gate, link, by, other, ask):
    granted(link, Verb.LIVE, by, other)
    ask()
    over = timezone.now() - datetime.timedelta(seconds=1)
    Served.objects.update(until=over)
    assert stands(gate, link) == {}
    row = Served.objects.get()
    assert (row.ended_why, row.ended_at) == ("term", over)


def test_many_calls_take_few_questions(stage, gate, link, by, other, ask, django_assert_max_num_queries):
    granted(link, Verb.LIVE, by, other)
    calls = [uuid.uuid4() for _each in range(30)]
    for call in calls:
        ask(call=str(call))
    with django_assert_max_num_queries(25):
        assert stands(gate, link, *calls) == {}


def test_node_and_web_tell_the_same_story_of_what_an_upper_saw(link, by, other, ask, notary):
    """The node's accounts name the link as the token does: no look of an upper is one without a grant."""
    granted(link, Verb.LIVE, by, other)
    ask()
    entries = [(entry.index, entry.record) for entry in notary.entries(0, 10)]
    leaf = notary.of("grant")[0]
    at = timezone.now() + datetime.timedelta(hours=1)
    begun = {
        "type": "view.begun", "grant": str(leaf.grant), "person": f"link:{link.pk}", "camera": str(leaf.cameras[0]),
        "worker": "node-1/0", "at": leaf.at,
    }  # fmt: skip
    assert reconcile(entries, at).never_used == [(0, str(leaf.grant))]
    account = reconcile([*entries, (1, begun)], at)
    assert (account.clean, account.viewings, account.never_used) == (True, 1, [])
    wrong = reconcile([*entries, (1, begun | {"person": f"link:{uuid.uuid4()}"})], at)
    assert len(wrong.beyond_grant) == 1
    assert reconcile([(0, entries[0][1] | {"live": False})], at).never_used == [], (
        "of what sends nothing no look is awaited"
    )


def test_how_links_stand_is_kept_as_it_was_measured(gate, link, client_of, cast, stage, by, other):
    now = timezone.now()
    row = {
        "link": str(link.pk), "up": False, "since_us": us(now), "latency_ms": -5, "fault": "注册\n被拒绝",
        "fault_at_us": us(now) + 10**12,
    }  # fmt: skip
    stranger = row | {"link": str(uuid.uuid4())}
    report = {"gateway": NAME, "links": [stranger, row]}
    assert gate.send("POST", "/internal/gateway/links", report).status_code == 204
    kept = LinkStanding.objects.get()
    assert (kept.up, kept.latency_ms, kept.fault) == (False, None, "注册被拒绝")
    assert kept.fault_at <= timezone.now()
    page = client_of("inspector").get(link.get_absolute_url()).content.decode()
    assert "中断" in page
    assert "注册被拒绝" in page
    LinkStanding.objects.update(heard_at=now - 5 * MINUTE)
    page = client_of("inspector").get(link.get_absolute_url()).content.decode()
    assert "国标网关没有报告" in page
    bad = {"gateway": NAME, "links": [row | {"since_us": -1}]}
    assert gate.send("POST", "/internal/gateway/links", bad).status_code == 400


def test_a_fault_is_told_in_the_readers_language(gate, link, client_of):
    told = {
        text for name, text in vars(gateway_link).items() if name.isupper() and isinstance(text, str) and " " in text
    }
    told |= {gateway_trying.NOT_ASKED, gateway_trying.BROKE_OFF, gateway_trying.IN_FORCE, gateway_trying.SILENT}
    told |= {
        gateway_standing.ELSEWHERE,
        words(RegistrationNews("lost", "403")),
        words(RegistrationNews("refused", "499")),
    }
    told |= {words(RegistrationNews("refused", why)) for why in cascade_standing._STATUS}
    told |= {words(RegistrationNews("lost", why)) for why in cascade_standing._LOST}
    assert len(told) >= 20
    with translation.override("zh-hans"):
        assert [one for one in told if not re.search("[\u4e00-\u9fff]", words_of(one))] == []
        assert words_of("it refuses our registration (499)") == "对方拒绝注册（SIP 499）"
    assert words_of("something else (499)") == words_of("") == ""
    browser, now = client_of("inspector"), timezone.now()
    row = LinkStanding.objects.create(link=link, up=False, since=now, heard_at=now, fault="it does not answer", fault_at=now)  # fmt: skip
    for url in (link.get_absolute_url(), reverse("sharing:links")):
        page = browser.get(url).content.decode()
        assert "对方没有应答" in page
        assert "it does not answer" not in page
    LinkStanding.objects.filter(pk=row.pk).update(fault="<b>of tomorrow")
    for url in (link.get_absolute_url(), reverse("sharing:links")):
        assert '<span lang="en">&lt;b&gt;of tomorrow</span>' in browser.get(url).content.decode()


def test_a_lower_platform_stands_as_its_device_does(cast, stage, gate, by, other, client_of):
    lower = platform(cast.units["county"], "own", OWN_ID, "county", by)
    city = cast.units["city"]
    at = cast.system_admin.person
    platform(city, "own", "54010000002000000002", "city", at)
    lower = platform(city, "lower", LOWER_ID, "county", at)
    link = in_force(cast, second(cast, "second of the city", "city").person, lower)
    Gateway.objects.update(last_seen=timezone.now())
    device = GbDevice.objects.create(
        gb_id=LOWER_ID, name="下级平台", system=stage.school, entered_by=by, entered_at=timezone.now(),
        password_at=timezone.now(),
    )  # fmt: skip
    browser = client_of("system_admin")
    assert "没有实测数据" in browser.get(link.get_absolute_url()).content.decode(), "it never registered"
    GbDevice.objects.filter(pk=device.pk).update(standing=Standing.ONLINE, since=timezone.now())
    assert "畅通" in browser.get(link.get_absolute_url()).content.decode()
    assert "畅通" in browser.get(reverse("sharing:links")).content.decode()
    GbDevice.objects.filter(pk=device.pk).update(standing=Standing.OFFLINE)
    assert "中断" in browser.get(link.get_absolute_url()).content.decode()


def test_the_page_says_what_was_asked_for_and_got(stage, gate, link, by, other, ask, client_of, notary):
    assert ask()["status"] == 403
    grant = granted(link, Verb.LIVE, by, other)
    call = uuid.uuid4()
    ask(call=str(call))
    url = reverse("sharing:served", args=[link.pk])
    browser = client_of("inspector")
    page = browser.get(url).content.decode()
    assert stage.gate.name in page
    assert "正在提供" in page
    assert "没有对该点位的这项操作授权" in page
    assert "正在提供" not in browser.get(url + "?refused=1").content.decode()
    granting.end(grant, taken(by, "不再需要"))
    stands(gate, link, call)
    page = browser.get(url).content.decode()
    assert "不再符合条件，已停止" in page
    assert url in browser.get(link.get_absolute_url()).content.decode()
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    page = browser.get(url).content.decode()
    assert stage.gate.name not in page
    assert "不公开的点位" in page
    for member in ("caretaker", "outsider", "operator", "bystander"):
        assert client_of(member).get(url).status_code in (403, 404)
    assert Client().get(url).status_code == 302


def test_a_link_downwards_or_of_a_system_has_no_such_page(cast, by, link, client_of):
    lower = platform(cast.units["county"], "upper", "54000000002000000009", "city", by)
    asked = joining.ask_platform(lower, NEED, taken(by))
    url = reverse("sharing:served", args=[asked.pk])
    assert client_of("inspector").get(url).status_code == 200
    type(lower).objects.filter(pk=lower.pk).update(role="lower")
    assert client_of("inspector").get(url).status_code == 404


def test_a_wish_keeps_no_more_than_what_was_asked(link):
    fields = {one.name for one in Served._meta.get_fields()}
    assert set(UpperWish(uuid.uuid4(), "1", Verb.LIVE, None, "192.0.2.10", timezone.now()).fields()) <= fields
    assert not fields & {"person", "call_id", "name"}
