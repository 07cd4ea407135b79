"""What the gateway reports: states of devices, unknown ones, alarms; and bodies that are hostile, stale or impossible."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from custodes.places.devices import reporting
from custodes.places.models import Gateway, GbAlarm, GbDevice, UnknownDevice
from tests.places.devices.rows import CHANNELS, NAME, RECORDER, recorder, us


def state(**more):
    return {
        "device": RECORDER,
        "standing": "online",
        "since_us": us(timezone.now()),
        "address": "192.0.2.9:5060",
    } | more


def stranger(**more):
    now = us(timezone.now())
    return {
        "address": "192.0.2.7:5060", "id": "34020000001320000001", "why": "unknown", "tries": 3, "first_us": now - 10,
        "last_us": now,
    } | more  # fmt: skip


def complain(gate, *told):
    return gate.send("POST", "/internal/gateway/alarms", {"gateway": NAME, "alarms": list(told)})


def alarm(**more):
    return {"device": RECORDER, "channel": CHANNELS[0], "at_us": us(timezone.now()), "words": "遮挡"} | more


def test_a_device_stands_as_it_was_reported(stage, gate):
    recorder(stage)
    said = state(transport="udp", edition="2016", maker="厂家", model="M", firmware="V1", channels=16)
    assert gate.report(said, registered=1, calls=2).status_code == 204
    row = GbDevice.objects.get()
    assert (row.standing, row.address, row.transport, row.maker, row.said_channels) == (
        "online", "192.0.2.9:5060", "udp", "厂家", 16,
    )  # fmt: skip
    told = Gateway.objects.get()
    assert (told.registered, told.calls, told.heard(timezone.now())) == (1, 2, True)
    assert not told.heard(timezone.now() + datetime.timedelta(minutes=1))


def test_what_is_older_than_what_is_known_changes_nothing(stage, gate):
    recorder(stage)
    now = us(timezone.now())
    gate.report(state(since_us=now))
    assert gate.report(state(standing="offline", since_us=now - 1)).status_code == 204
    assert GbDevice.objects.get().standing == "online"
    gate.report(state(standing="offline", since_us=now, why="silent"))
    assert (GbDevice.objects.get().standing, GbDevice.objects.get().why) == ("offline", "silent")


@pytest.mark.parametrize("ahead", [3_600_000_000, 10**30])
def test_a_clock_that_was_set_back_freezes_no_device(stage, gate, ahead):
    """What was said at a time that has not come yet is taken for now, and gives way to what is said next."""
    recorder(stage)
    now = us(timezone.now())
    told = stranger(first_us=now + ahead, last_us=now + ahead)
    for _again in range(3):
        assert gate.report(state(since_us=now + ahead), unknown=[told], started_us=now + ahead).status_code == 204
    row = GbDevice.objects.get()
    assert row.standing == "online"
    assert row.since <= timezone.now()
    assert UnknownDevice.objects.get().tries == 3, "the same count again counts nothing twice"
    GbDevice.objects.update(since=timezone.now() + datetime.timedelta(hours=1))
    gate.report(state(standing="offline", since_us=us(timezone.now())))
    assert GbDevice.objects.get().standing == "offline"


def test_a_report_of_everything_says_who_is_not_there(stage, gate):
    recorder(stage)
    gate.report(state())
    assert gate.report(whole=False).status_code == 204
    assert GbDevice.objects.get().standing == "online"
    gate.report(whole=True)
    assert (GbDevice.objects.get().standing, GbDevice.objects.get().why) == ("offline", "restarted")


def test_a_gateway_that_lost_what_it_kept_makes_no_device_one_that_never_registered(stage, gate):
    recorder(stage)
    gate.report(state(maker="厂家"))
    later = us(timezone.now())
    assert gate.report(state(standing="never", since_us=later, address="")).status_code == 204
    row = GbDevice.objects.get()
    assert (row.standing, row.why, row.maker, row.address) == ("offline", "restarted", "厂家", "192.0.2.9:5060")
    gate.report(state(standing="offline", since_us=later, why="silent"))
    gate.report(state(standing="never", since_us=us(timezone.now())))
    assert (GbDevice.objects.get().standing, GbDevice.objects.get().why) == ("offline", "silent")


def test_a_state_of_a_device_that_is_not_in_the_register_is_passed_over(stage, gate):
    assert gate.report(state(device="34020000001320000009")).status_code == 204
    assert not GbDevice.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        (b"{", 400, "the top"),
        ({"gateway": NAME, "devices": [{"device": "x"}]}, 400, "devices.0.standing"),
        ({"gateway": NAME, "devices": [state(standing="gone")]}, 400, "devices.0.standing"),
        ({"gateway": NAME, "devices": [state(address="9" * 301)]}, 400, "devices.0.address"),
        ({"gateway": NAME, "devices": [state(since_us=-1)]}, 400, "since_us"),
        ({"gateway": NAME, "unknown": [stranger(last_us=-1)]}, 400, "last_us"),
        ({"gateway": "gateway-2"}, 403, "another gateway"),
    ],
)
def test_an_impossible_report_is_refused_with_its_reason(stage, gate, body, status, where):
    recorder(stage)
    answer = gate.send("POST", "/internal/gateway/states", body)
    assert answer.status_code == status
    assert where in answer.json()["detail"]
    assert GbDevice.objects.get().standing == "never"
    assert not UnknownDevice.objects.exists()


def test_text_of_a_peer_loses_what_could_mislead(stage, gate):
    recorder(stage)
    gate.report(state(maker="a\u202eb\x00c\nd"))
    assert GbDevice.objects.get().maker == "abcd"


def test_numbers_that_no_column_holds_are_bounded(stage, gate):
    recorder(stage)
    assert gate.report(state(channels=10**18), stranger(), registered=10**30, calls=-5).status_code == 400
    assert gate.report(state(channels=10**18), unknown=[stranger(tries=10**40)], registered=10**30).status_code == 204
    assert GbDevice.objects.get().said_channels is None
    assert Gateway.objects.get().registered == 2**31 - 1


def test_tries_are_counted_once_and_go_on_when_the_gateway_counts_anew(stage, gate):
    first = us(timezone.now()) - 1_000_000
    for tries in (3, 5, 5):
        gate.report(unknown=[stranger(first_us=first, tries=tries)])
    assert UnknownDevice.objects.get().tries == 5
    gate.report(unknown=[stranger(first_us=first + 500, tries=2)])
    assert UnknownDevice.objects.get().tries == 7


def test_a_flood_of_unknown_devices_is_bounded_and_old_ones_are_forgotten(stage, gate, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_UNKNOWN", 5)
    now = us(timezone.now())
    many = [stranger(address=f"192.0.2.{number}:5060", last_us=now - number) for number in range(20)]
    assert gate.report(unknown=many).status_code == 204
    assert {row.address for row in UnknownDevice.objects.all()} == {f"192.0.2.{number}:5060" for number in range(5)}
    UnknownDevice.objects.update(last_at=timezone.now() - datetime.timedelta(days=8))
    gate.report()
    assert not UnknownDevice.objects.exists()


def test_those_that_answered_no_challenge_displace_nobody_who_did(stage, gate, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_UNKNOWN", 10)
    monkeypatch.setattr(reporting, "MOST_UNPROVEN", 3)
    now = us(timezone.now())
    gate.report(unknown=[stranger(address=f"192.0.2.{one}", why="password", last_us=now - 99) for one in range(5)])
    gate.report(unknown=[stranger(address=f"198.51.100.{one}", why="unanswered") for one in range(10)])
    counted = Counter(UnknownDevice.objects.values_list("why", flat=True))
    assert counted == {"password": 5, "unanswered": 3}


def test_a_long_report_asks_few_questions(stage, gate):
    person = stage.cast.caretaker.person
    GbDevice.objects.bulk_create(
        GbDevice(
            gb_id=f"540102000213280{number:05}", name=f"设备 {number}", system=stage.school, entered_by=person,
            entered_at=timezone.now(), password_at=timezone.now(), sealed_password="x",
        )
        for number in range(400)
    )  # fmt: skip
    told = [state(device=f"540102000213280{number:05}") for number in range(400)]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert (
            gate.report(*told, unknown=[stranger(address=f"192.0.2.{one}:1") for one in range(100)]).status_code == 204
        )
    assert len(asked) <= 20
    assert GbDevice.objects.filter(standing="online").count() == 400


def test_alarms_are_kept_with_the_device_once_and_bounded(stage, gate, monkeypatch):
    monkeypatch.setattr(reporting, "KEPT", 3)
    recorder(stage)
    told = alarm(priority=1, method=5, kind=2)
    for _again in range(2):
        assert complain(gate, told, alarm(device="34020000001320000009")).status_code == 204
    assert GbAlarm.objects.count() == 1
    now = us(timezone.now())
    complain(gate, *(alarm(at_us=now - number) for number in range(10)))
    assert GbAlarm.objects.count() == 3
    assert reporting.alarms_since(timezone.now() - datetime.timedelta(minutes=1)).count() == 3


def test_an_alarm_with_an_impossible_time_stands_at_when_it_was_heard(stage, gate):
    recorder(stage)
    assert complain(gate, alarm(at_us=10**25, priority=10**9)).status_code == 204
    row = GbAlarm.objects.get()
    assert abs(row.at - timezone.now()) < datetime.timedelta(minutes=1)
    assert row.priority is None
